import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bundleText, readBundleEntries, referencesIn, replaceReferences, withReferences } from './bundle.ts';
import type { Json } from './json.ts';
import { parseResource } from './parse.ts';

const urn = 'urn:uuid:0b1ee7a0-0000-4000-8000-000000000001';
const turn = (reference: string) => (reference === urn ? 'Patient/1' : undefined);

test('a reference is turned, and the same text elsewhere is not', () => {
  const text = `{"subject":{"reference":"${urn}","display":"reference"},"identifier":[{"system":"urn:ietf:rfc:3986","value":"${urn}"}],"note":[{"text":"\\"reference\\":\\"${urn}\\""}]}`;
  expect(replaceReferences(text, turn)).toBe(text.replace(urn, 'Patient/1'));
});

test('an attachment in the same Bundle is turned too; an address that is none of its entries stays', () => {
  const text = `{"content":[{"attachment":{"url":"${urn}"}},{"attachment":{"url":"urn:uuid:0b1ee7a0-0000-4000-8000-000000000002"}}]}`;
  expect(replaceReferences(text, turn)).toBe(text.replace(urn, 'Patient/1'));
  expect(replaceReferences('{"url":"Patient/2"}', () => 'Patient/1')).toBe('{"url":"Patient/2"}');
});

test('what is compared is the reference, however it is escaped', () => {
  expect(
    replaceReferences('{"reference":"http:\\/\\/x\\/Patient\\/7"}', (one) =>
      one === 'http://x/Patient/7' ? 'Patient/1' : undefined,
    ),
  ).toBe('{"reference":"Patient/1"}');
  expect(referencesIn('{"a":{"reference":"Patient\\/1"},"b":[{"reference":"#c"}]}')).toEqual([
    'Patient/1',
    '#c',
  ]);
});

test('entries are cut from the text, to the letter', () => {
  const parsed = parseResource(
    '{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient","x":1.00},"fullUrl":"a"},{"fullUrl":"b"}]}',
    { depthMax: 9 },
  );
  expect(readBundleEntries(parsed)).toEqual([
    {
      tree: { resource: { resourceType: 'Patient', x: 1 }, fullUrl: 'a' },
      text: '{"resourceType":"Patient","x":1.00}',
      members: 2,
    },
    { tree: { fullUrl: 'b' }, text: undefined, members: 0 },
  ]);
});

test.each([
  ['{"resourceType":"Bundle","entry":[],"entry":[{}]}', 'Bundle.entry: is there twice'],
  [
    '{"resourceType":"Bundle","entry":[{"resource":{},"resource":{}}]}',
    'Bundle.entry[0].resource: is there twice',
  ],
  ['{"resourceType":"Bundle","entry":{}}', 'Bundle.entry: expected a list'],
  ['{"resourceType":"Bundle","entry":[1]}', 'Bundle.entry[0]: expected an object'],
])('%s is refused', (text, why) =>
  expect(() => readBundleEntries(parseResource(text, { depthMax: 9 }))).toThrow(why),
);

test('a Bundle is joined from the texts of its entries', () => {
  expect(
    bundleText({ type: 'searchset', total: 1, links: [['self', 'http://x']] }, [
      { fullUrl: 'a"b', resource: '{"x":1.00}', more: { search: { mode: 'match' } } },
    ]),
  ).toBe(
    '{"resourceType":"Bundle","type":"searchset","total":1,"link":[{"relation":"self","url":"http://x"}],"entry":[{"fullUrl":"a\\"b","resource":{"x":1.00},"search":{"mode":"match"}}]}',
  );
  expect(bundleText({ type: 'history' }, [])).toBe('{"resourceType":"Bundle","type":"history"}');
});

test('a tree is turned as its text is, and the one that was given stays as it was', () => {
  const address = fc.constantFrom('urn:uuid:1', 'urn:uuid:2', 'Patient/7', '#a', 'https://x.dk/"y"\\z');
  const leaf = fc.oneof(address, fc.integer(), fc.boolean(), fc.constant(null));
  const { resource } = fc.letrec<{ resource: Json; value: unknown }>((tie) => ({
    resource: fc.dictionary(fc.constantFrom('reference', 'url', 'subject', 'note'), tie('value'), {
      maxKeys: 4,
    }) as fc.Arbitrary<Json>,
    value: fc.oneof({ maxDepth: 4 }, leaf, tie('resource'), fc.array(tie('value'), { maxLength: 3 })),
  }));
  fc.assert(
    fc.property(resource, (tree) => {
      const text = JSON.stringify(tree);
      const turn = (reference: string) =>
        reference.startsWith('urn:') ? `Patient/${reference.slice(-1)}` : undefined;
      const turned = withReferences(tree, turn);
      expect(turned).toEqual(JSON.parse(replaceReferences(text, turn)));
      expect(JSON.stringify(tree)).toBe(text);
      if (JSON.stringify(turned) === text) expect(turned).toBe(tree);
    }),
  );
});
