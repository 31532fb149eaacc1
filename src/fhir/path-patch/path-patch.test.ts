import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Refusal } from '#base/refusal.ts';
import { resourceTypes } from '../definitions/tables.ts';
import { invented, ordered } from '../testing.ts';
import { r4Examples } from '../../../test/r4-examples.ts';
import { applyPathPatch } from './apply.ts';
import { diffText } from './diff.ts';

const patient = {
  resourceType: 'Patient',
  id: '1',
  name: [
    { use: 'official', family: 'Møller', given: ['Anne', 'Bo'], _given: [null, { id: 'second' }] },
    { use: 'nickname', given: ['Nan'] },
  ],
  birthDate: '2001-02-03',
  contact: [{ name: { text: 'Mother' } }],
};

type Part = readonly [name: string, value: object | string | number];
const part = ([name, value]: Part) => {
  if (typeof value === 'object') return { name, ...value };
  if (typeof value === 'number') return { name, valueInteger: value };
  return { name, [name === 'type' ? 'valueCode' : 'valueString']: value };
};
const operation = (...parts: readonly Part[]) => ({ name: 'operation', part: parts.map(part) });
const parameters = (...operations: readonly object[]) =>
  JSON.stringify({ resourceType: 'Parameters', parameter: operations });
const patched = (resource: object, ...operations: readonly object[]) =>
  JSON.parse(applyPathPatch(JSON.stringify(resource), parameters(...operations)));

describe('add', () => {
  test('puts a value into what has none, a list at its end, a choice by its type', () => {
    expect(
      patched(
        patient,
        operation(
          ['type', 'add'],
          ['path', 'Patient'],
          ['name', 'gender'],
          ['value', { valueCode: 'female' }],
        ),
        operation(['type', 'add'], ['path', 'Patient.name[0]'], ['name', 'given'], ['value', 'Cil']),
        operation(
          ['type', 'add'],
          ['path', 'Patient'],
          ['name', 'deceased'],
          ['value', { valueBoolean: false }],
        ),
        operation(
          ['type', 'add'],
          ['path', 'Patient.birthDate'],
          ['name', 'extension'],
          [
            'value',
            {
              part: [
                { name: 'url', valueUri: 'http://x.test' },
                { name: 'value', valueTime: '10:00:00' },
              ],
            },
          ],
        ),
      ),
    ).toEqual({
      ...patient,
      name: [
        { ...patient.name[0], given: ['Anne', 'Bo', 'Cil'], _given: [null, { id: 'second' }, null] },
        patient.name[1],
      ],
      gender: 'female',
      deceasedBoolean: false,
      _birthDate: { extension: [{ url: 'http://x.test', valueTime: '10:00:00' }] },
    });
  });

  test('takes parts for a type without a name, with lists and choices in them', () => {
    const value = {
      part: [
        { name: 'relationship', valueCodeableConcept: { text: 'a' } },
        { name: 'relationship', valueCodeableConcept: { text: 'b' } },
        { name: 'name', valueHumanName: { text: 'Father' } },
      ],
    };
    const { contact } = patched(
      patient,
      operation(['type', 'add'], ['path', 'Patient'], ['name', 'contact'], ['value', value]),
    );
    expect(contact[1]).toEqual({ relationship: [{ text: 'a' }, { text: 'b' }], name: { text: 'Father' } });
  });

  test('takes a resource to contain', () => {
    const contained = { resourceType: 'Organization', id: 'o', name: 'x' };
    expect(
      patched(
        patient,
        operation(
          ['type', 'add'],
          ['path', 'Patient'],
          ['name', 'contained'],
          ['value', { resource: contained }],
        ),
      ).contained,
    ).toEqual([contained]);
  });
});

describe('insert, delete, replace and move', () => {
  test('change the lists they name, and what stands beside them', () => {
    expect(
      patched(
        patient,
        operation(['type', 'insert'], ['path', 'Patient.name[0].given'], ['index', 1], ['value', 'Ida']),
        operation(['type', 'move'], ['path', 'Patient.name'], ['source', 1], ['destination', 0]),
        operation(['type', 'delete'], ['path', "Patient.name.where(use = 'nickname').given[0]"]),
        operation(
          ['type', 'replace'],
          ['path', 'Patient.contact.name'],
          ['value', { valueHumanName: { text: 'M' } }],
        ),
        operation(['type', 'delete'], ['path', 'Patient.photo']),
      ),
    ).toEqual({
      ...patient,
      name: [
        { use: 'nickname' },
        { ...patient.name[0], given: ['Anne', 'Ida', 'Bo'], _given: [null, null, { id: 'second' }] },
      ],
      contact: [{ name: { text: 'M' } }],
    });
  });

  test('a choice that becomes another type stays in its place', () => {
    const observation = { resourceType: 'Observation', valueQuantity: { value: 1 }, note: [{ text: 'x' }] };
    const text = applyPathPatch(
      JSON.stringify(observation),
      parameters(operation(['type', 'replace'], ['path', 'Observation.value'], ['value', 'high'])),
    );
    expect(text).toBe('{"resourceType":"Observation","valueString":"high","note":[{"text":"x"}]}');
  });

  test('decimals that are not touched keep their spelling, and new ones theirs', () => {
    const text = applyPathPatch(
      '{"resourceType":"Observation","valueQuantity":{"value":1.00},"referenceRange":[{"low":{"value":2.0}}]}',
      '{"resourceType":"Parameters","parameter":[{"name":"operation","part":[{"name":"type","valueCode":"replace"},{"name":"path","valueString":"Observation.referenceRange.low.value"},{"name":"value","valueDecimal":0.10}]}]}',
    );
    expect(text).toBe(
      '{"resourceType":"Observation","valueQuantity":{"value":1.00},"referenceRange":[{"low":{"value":0.10}}]}',
    );
  });
});

describe('what does not fit changes nothing and says which operation', () => {
  const value: Part = ['value', 'x'];
  test.each<[string, string, readonly Part[], string]>([
    ['invalid', 'no path', [['type', 'delete']], 'expected a path'],
    ['invalid', 'no type', [['path', 'Patient']], 'expected the type add, insert, delete, replace or move'],
    [
      'invalid',
      'an unknown part',
      [
        ['type', 'delete'],
        ['path', 'x'],
        ['when', 'now'],
      ],
      'expected the parts',
    ],
    [
      'invalid',
      'no FHIRPath',
      [
        ['type', 'delete'],
        ['path', 'Patient..name'],
      ],
      'the path is not understood',
    ],
    [
      'invalid',
      'no value',
      [
        ['type', 'replace'],
        ['path', 'Patient.birthDate'],
      ],
      'expected a value',
    ],
    [
      'invalid',
      'no index',
      [['type', 'insert'], ['path', 'Patient.name'], value],
      'expected index as a whole number',
    ],
    [
      'unprocessable',
      'several',
      [
        ['type', 'delete'],
        ['path', 'Patient.name'],
      ],
      'the path finds 2 elements; expected one',
    ],
    [
      'unprocessable',
      'none',
      [['type', 'replace'], ['path', 'Patient.photo'], value],
      'the path finds 0 elements',
    ],
    [
      'unprocessable',
      'the resource',
      [
        ['type', 'delete'],
        ['path', 'Patient'],
      ],
      'the resource itself is deleted by DELETE',
    ],
    [
      'unprocessable',
      'what is computed',
      [['type', 'replace'], ['path', 'Patient.name.count()'], value],
      'something made from it',
    ],
    [
      'unprocessable',
      'no such element',
      [['type', 'add'], ['path', 'Patient'], ['name', 'colour'], value],
      "Patient has no element 'colour'",
    ],
    [
      'unprocessable',
      'a second value',
      [
        ['type', 'add'],
        ['path', 'Patient'],
        ['name', 'birthDate'],
        ['value', { valueDate: '2001' }],
      ],
      'birthDate is there already',
    ],
    [
      'unprocessable',
      'beyond the end',
      [['type', 'insert'], ['path', 'Patient.name'], ['index', 3], value],
      'index is 3; the list allows at most 2',
    ],
    [
      'unprocessable',
      'part of a list',
      [
        ['type', 'move'],
        ['path', 'Patient.name.first()'],
        ['source', 0],
        ['destination', 0],
      ],
      'other than one whole list',
    ],
    [
      'unprocessable',
      'an empty list',
      [['type', 'insert'], ['path', 'Patient.photo'], ['index', 0], value],
      'the path finds no list',
    ],
  ])('%s: %s', (kind, _, parts, why) => {
    try {
      patched(patient, operation(...parts));
      expect.unreachable();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      expect([error.kind, error.message]).toEqual([kind, expect.stringContaining(why)]);
      expect(error.message).toContain('Parameters.parameter[0]');
    }
  });

  test('a patch that asks for too much work is refused', () => {
    const heavy = Array.from({ length: 1001 }, () =>
      operation(['type', 'delete'], ['path', 'Patient.photo']),
    );
    expect(() => patched(patient, ...heavy)).toThrow('at most 1000 operations');
    const many = { ...patient, name: Array.from({ length: 400 }, () => ({ text: 'x' })) };
    const path = 'Patient.name.where(%context.name.where(%context.name.exists(text = 1)).exists())';
    expect(() => patched(many, operation(['type', 'delete'], ['path', path]))).toThrow(
      'more work than is allowed',
    );
  });
});

test('whatever a patch says, it is done or refused, and never anything else', () => {
  const terms =
    "Patient name given [0] . ( ) where first() descendants() extension 'a' = | birthDate id contact children() repeat $this %resource __proto__ constructor div";
  const word = fc.constantFrom(...terms.split(' '));
  const words = fc.array(word, { maxLength: 6 }).map((list) => list.join(''));
  const likely = fc.constantFrom(
    'Patient',
    'Patient.name',
    'Patient.name[0]',
    'Patient.name.given',
    'Patient.birthDate',
    'Patient.contact.name',
  );
  const value = fc.constantFrom<object>(
    { valueString: 'x' },
    { valueHumanName: { text: 'x' } },
    { _valueString: { id: 'x' } },
    { resource: { resourceType: 'Patient' } },
    { part: [{ name: 'given', valueString: 'x' }] },
    { part: [{ name: '__proto__', valueString: 'x' }] },
    {},
  );
  fc.assert(
    fc.property(
      fc.constantFrom('add', 'insert', 'delete', 'replace', 'move', 'x'),
      fc.oneof(words, likely),
      fc.constantFrom(
        'given',
        'extension',
        'name',
        'id',
        'deceased',
        '__proto__',
        'constructor',
        'contained',
      ),
      value,
      fc.nat(3),
      (type, path, name, given, n) => {
        const parts: Part[] = [
          ['type', type],
          ['path', path],
          ['name', name],
          ['value', given],
          ['index', n],
          ['source', n],
          ['destination', n],
        ];
        try {
          expect(patched(patient, operation(...parts)).resourceType).toBe('Patient');
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
        }
        expect(Object.hasOwn(Object.prototype, 'given')).toBe(false);
      },
    ),
    { numRuns: 1000 },
  );
});

describe('a diff', () => {
  test('applied to the first gives the second, whatever both are', () => {
    const resource = fc.infiniteStream(fc.nat(1_000_000));
    // What no patch may change is the same in both.
    const common = { id: 'x', _id: undefined, meta: { tag: [{ code: 'a' }] } };
    fc.assert(
      fc.property(fc.constantFrom(...resourceTypes), resource, resource, (type, one, other) => {
        const [from, to] = [one, other].map((stream) =>
          JSON.stringify({ ...invented(type, () => stream.next().value), ...common }),
        ) as [string, string];
        expect(ordered(applyPathPatch(from, diffText(from, to)))).toBe(ordered(to));
      }),
      { numRuns: 300 },
    );
  });

  test('leads from each example of HL7 to the next of its type', () => {
    const before = new Map<string, string>();
    let compared = 0;
    for (const { file, text } of r4Examples()) {
      const { resourceType: type } = JSON.parse(text);
      const from = before.get(type);
      before.set(type, text);
      // The long ones say no more than the short.
      if (from === undefined || from.length + text.length > 3000) continue;
      const { id } = JSON.parse(from);
      const expected = JSON.stringify({ ...JSON.parse(text), id });
      const patched = JSON.parse(applyPathPatch(from, diffText(from, text)));
      expect(ordered(JSON.stringify({ ...patched, meta: undefined })), file).toBe(
        ordered(JSON.stringify({ ...JSON.parse(expected), meta: undefined })),
      );
      compared++;
    }
    expect(compared).toBeGreaterThan(50);
  });

  test('of small changes is small', () => {
    const one = { ...patient, telecom: [{ value: '1' }, { value: '2' }, { value: '3' }] };
    const other = { ...patient, telecom: [{ value: '1' }, { value: '3' }], birthDate: '2001-02-04' };
    const { parameter } = JSON.parse(diffText(JSON.stringify(one), JSON.stringify(other)));
    expect(parameter).toEqual([
      operation(['type', 'delete'], ['path', 'Patient.telecom[1]']),
      operation(['type', 'replace'], ['path', 'Patient.birthDate'], ['value', { valueDate: '2001-02-04' }]),
    ]);
  });

  test('of the same is nothing, also when version and time differ', () => {
    const at = (versionId: string) =>
      JSON.stringify({ ...patient, meta: { versionId, lastUpdated: versionId } });
    expect(diffText(at('1'), at('2'))).toBe('{"resourceType":"Parameters"}');
  });

  test('of what is very long is refused', () => {
    const long = JSON.stringify({ resourceType: 'Binary', data: 'A'.repeat(9 * 1024 * 1024) });
    expect(() => diffText(long, long)).toThrow(
      'resources of more than 4194304 characters are not compared here',
    );
    const twice = operation(['type', 'delete'], ['path', 'Binary.data']);
    expect(() => applyPathPatch(long, parameters(twice, twice))).toThrow('too large for so many operations');
  });

  test('tells decimals of another spelling apart', () => {
    const at = (value: string) => `{"resourceType":"Observation","valueQuantity":{"value":${value}}}`;
    expect(diffText(at('1.0'), at('1.00'))).toContain('"valueDecimal":1.00');
  });
});
