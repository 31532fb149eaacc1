import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { population } from '#sim/population/population.ts';
import { Refusal } from '#base/refusal.ts';
import { resourceTypes } from '../definitions/tables.ts';
import { invented, ordered } from '../testing.ts';
import { r4Examples } from '../../../test/r4-examples.ts';
import { readXml } from './read.ts';
import { writeXml } from './write.ts';

const limits = { depthMax: 64 };
const ns = 'xmlns="http://hl7.org/fhir"';

function refusalOf(work: () => unknown): Refusal {
  try {
    work();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('expected a refusal');
}

describe('JSON to XML and back', () => {
  test('is the same text for every resource of the demo region', () => {
    let resources = 0;
    for (const bundle of population({ seed: 1, now: new Date('2026-11-01T08:00:00Z') }).bundles) {
      const text = JSON.stringify(bundle);
      expect(ordered(readXml(writeXml(text), limits))).toBe(ordered(text));
      resources += bundle.entry?.length ?? 0;
      if (resources > 3000) break;
    }
    expect(resources).toBeGreaterThan(1000);
  });

  test('is the same text for the examples of HL7', () => {
    // A share of them, and the long ones say no more than the short: all together take ten seconds.
    const examples = r4Examples().filter(({ text }, n) => text.length < 20_000 && n % 4 === 0);
    expect(examples.length).toBeGreaterThan(300);
    for (const { file, text } of examples)
      expect(ordered(readXml(writeXml(text), limits)), file).toBe(ordered(text));
  });

  test('is the same text for whatever the definitions allow, laid out for people or not', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...resourceTypes),
        fc.infiniteStream(fc.nat(1_000_000)),
        fc.boolean(),
        (type, stream, pretty) => {
          const text = JSON.stringify(invented(type, () => stream.next().value));
          const xml = writeXml(text, { pretty });
          expect(ordered(readXml(xml, limits))).toBe(ordered(text));
          // Once it has been XML, the order is that of the definitions, and nothing changes any more.
          expect(writeXml(readXml(xml, limits), { pretty })).toBe(xml);
        },
      ),
      { numRuns: 400 },
    );
  });

  test('keeps decimals, narratives, and what stands beside a primitive', () => {
    const div = '<div xmlns="http://www.w3.org/1999/xhtml">a <b>b</b>\r\n <!-- c --><br/>&lt;&#160;æ</div>';
    const text = JSON.stringify({
      resourceType: 'Observation',
      text: { status: 'generated', div },
      contained: [{ resourceType: 'Patient', id: 'p', active: true }],
      status: 'final',
      code: { id: 'c', text: ' a\t"<&>\n ' },
      valueQuantity: {
        value: 1,
        _value: { id: 'v', extension: [{ url: 'http://x.test', valueInteger: 0 }] },
      },
    }).replace('"value":1,', '"value":1.00,');
    expect(readXml(writeXml(text), limits)).toBe(text);
    expect(writeXml(text)).toContain('<value id="v" value="1.00">');
    expect(writeXml(text)).toContain(div.replace('\r', '&#13;'));
  });
});

describe('XML as others write it', () => {
  test('with prefixes, comments, instructions, a declaration and a schema location', () => {
    const xml = `<?xml version="1.0" encoding="utf-8"?>\r\n<!-- a --><?x y?>
      <f:Patient xmlns:f="http://hl7.org/fhir" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="a b" xmlns="http://www.w3.org/1999/xhtml">
        <f:id value="x"/><f:text><f:status value="generated"/><div>a<p>b</p></div></f:text>
        <!-- c --><f:name xml:id="n"><f:given value="a"/><f:given value="b"/></f:name>
      </f:Patient>`;
    expect(JSON.parse(readXml(Buffer.from(xml), limits))).toEqual({
      resourceType: 'Patient',
      id: 'x',
      text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">a<p>b</p></div>' },
      name: [{ id: 'n', given: ['a', 'b'] }],
    });
  });

  test('a value of the wrong type is left to the validator, which says what was expected', () => {
    const xml = `<Patient ${ns}><active value="yes"/><birthDate value="1"/><birthDate value="2"/><multipleBirthInteger value="01"/></Patient>`;
    expect(readXml(xml, limits)).toBe(
      '{"resourceType":"Patient","active":"yes","birthDate":["1","2"],"multipleBirthInteger":"01"}',
    );
  });

  test.each([
    ['invalid', '<Patient', 'not well-formed XML at line 1, column 8'],
    ['invalid', `<Patient ${ns}>\n<active value="true">\n</Patient>`, 'not well-formed XML at line 3'],
    ['invalid', `<Patient ${ns}><active value="&secret;"/></Patient>`, 'not well-formed XML at line 1'],
    ['invalid', `<!DOCTYPE x [<!ENTITY a "aa">]><Patient ${ns}/>`, 'a document type definition is not taken'],
    ['invalid', '<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>', 'a document type definition is not taken'],
    ['invalid', `<?xml version="1.0" encoding="latin1"?><Patient ${ns}/>`, 'expected the encoding UTF-8'],
    ['invalid', '', 'not well-formed XML'],
    ['invalid', `<Patient ${ns}>${'<extension url="x">'.repeat(70)}`, 'nested deeper than the 64 levels'],
    [
      'invalid',
      `<Patient ${ns}><text><div xmlns="http://www.w3.org/1999/xhtml">${'<b>'.repeat(500)}`,
      'nested deeper than the 264',
    ],
    ['unprocessable', '<Patient/>', 'expected elements of the namespace http://hl7.org/fhir (line 1)'],
    ['unprocessable', `<Chart ${ns}/>`, 'expected an element named as an R4 resource type (line 1)'],
    ['unprocessable', `<Patient ${ns}>\n\n<nmae/></Patient>`, "Patient has no element 'nmae' (line 3)"],
    ['unprocessable', `<Patient ${ns}><constructor/></Patient>`, "Patient has no element 'constructor'"],
    [
      'unprocessable',
      `<Patient ${ns}><active value="true"><a/></active></Patient>`,
      "boolean has no element 'a'",
    ],
    [
      'unprocessable',
      `<Patient ${ns}><active valeu="true"/></Patient>`,
      'active has an attribute that is not expected; expected value, id',
    ],
    [
      'unprocessable',
      `<Patient ${ns} id="x"/>`,
      'Patient has an attribute that is not expected; expected none',
    ],
    ['unprocessable', `<Patient ${ns}><name id="a" xml:id="b"/></Patient>`, 'an id is given twice'],
    ['unprocessable', `<Patient ${ns}><active/></Patient>`, 'active has neither a value nor an extension'],
    ['unprocessable', `<Patient ${ns}>Anne</Patient>`, 'text between elements'],
    ['unprocessable', `<Patient ${ns}><contained/></Patient>`, 'expected one resource in contained, found 0'],
    [
      'unprocessable',
      `<Patient ${ns}><text><status value="x"/><div>a</div></text></Patient>`,
      'a narrative is <div xmlns=',
    ],
  ])('%s: %s', (kind, xml, why) => {
    const refusal = refusalOf(() => readXml(xml, limits));
    expect([refusal.kind, refusal.message]).toEqual([kind, expect.stringContaining(why)]);
    expect(refusal.message).not.toContain('Anne');
  });

  test('whatever is sent is read or refused, and never anything else', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '<',
        '>',
        '/',
        '"',
        '&',
        ']]>',
        '<![CDATA[',
        '<!--',
        '<?x',
        'xmlns=""',
        'xmlns:f="',
        '<id value="',
        '\0',
        '\ud800',
        'constructor',
        '__proto__',
      ),
      fc.string({ maxLength: 5 }),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...resourceTypes),
        fc.infiniteStream(fc.nat(1_000_000)),
        fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(3), piece), {
          minLength: 1,
          maxLength: 4,
        }),
        (type, stream, edits) => {
          let xml = writeXml(JSON.stringify(invented(type, () => stream.next().value)));
          for (const [place, cut, put] of edits) {
            const at = Math.floor(place * xml.length);
            xml = xml.slice(0, at) + put + xml.slice(at + cut);
          }
          try {
            expect(typeof JSON.parse(readXml(xml, limits))).toBe('object');
          } catch (error) {
            if (!(error instanceof Refusal)) throw error;
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  test('takes time that grows with the length only', () => {
    const many = `<Patient ${ns}>${'<extension url="a"/>'.repeat(20_000)}</Patient>`;
    const attributes = `<Patient ${ns} ${Array.from({ length: 20_000 }, (_, n) => `a${n}="x"`).join(' ')}/>`;
    const spaces = Array.from({ length: 20_000 }, (_, n) => `xmlns:n${n}="urn:n${n}"`).join(' ');
    expect(readXml(many, limits)).toHaveLength(
      '{"resourceType":"Patient","extension":[]}'.length + 20_000 * 12 - 1,
    );
    expect(refusalOf(() => readXml(attributes, limits)).kind).toBe('unprocessable');
    expect(readXml(`<Patient ${ns} ${spaces}/>`, limits)).toBe('{"resourceType":"Patient"}');
  });

  test('bytes that are no UTF-8 are refused', () => {
    expect(refusalOf(() => readXml(Buffer.from([0x3c, 0xff]), limits)).message).toContain('not valid UTF-8');
  });
});

describe('JSON that XML has no form for', () => {
  test('a narrative that is no XHTML is shown as the text it is, and never breaks the document', () => {
    for (const div of [
      '<div>a&nbsp;b<br></div>',
      '<div/><div/>',
      '<div xmlns="http://x.test">a</div>',
      '<div></div></text><active value="false"/>',
    ]) {
      const xml = writeXml(JSON.stringify({ resourceType: 'Patient', text: { status: 'generated', div } }));
      const { text } = JSON.parse(readXml(xml, limits)) as { text: { div: string } };
      expect(
        text.div
          .replace(/^<div[^>]*>|<\/div>$/g, '')
          .replaceAll('&lt;', '<')
          .replaceAll('&gt;', '>')
          .replaceAll('&amp;', '&'),
      ).toBe(div);
    }
  });

  test('a narrative without a namespace is given one', () => {
    const xml = writeXml('{"resourceType":"Patient","text":{"status":"empty","div":"<div>a</div>"}}');
    expect(xml).toContain('<div xmlns="http://www.w3.org/1999/xhtml">a</div>');
  });

  test('a character that XML cannot carry is refused, not left out', () => {
    const text = JSON.stringify({ resourceType: 'Patient', language: 'a\u0001' });
    expect(refusalOf(() => writeXml(text)).kind).toBe('notAcceptable');
    expect(refusalOf(() => writeXml('{"resourceType":"Patient","language":"\\ud800"}')).kind).toBe(
      'notAcceptable',
    );
  });
});
