import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compact, parseLossless, parts, scan, stampText } from './json-text.ts';

/** JSON text as strangers write it: odd blanks, odd numbers, escapes of every kind. */
const blank = fc.constantFrom('', '', ' ', '\n', '\t  ', '\r\n');
const number = fc.constantFrom(
  '0',
  '-0',
  '1.00',
  '1e2',
  '1E+2',
  '0.10',
  '-12.5000',
  '100000000000000000001',
  '5.0e-3',
);
const string = fc.oneof(
  fc.string({ unit: 'binary' }).map((text) => JSON.stringify(text)),
  fc.constantFrom(
    '"\\u00e6\\/\\"\\\\"',
    '"\\\\"',
    '"\\ud83d\\ude00"',
    '"{[:,]}"',
    '"a\\"b"',
    '""',
    '"æøå 😀"',
  ),
);
const jsonText = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    number,
    string,
    fc.constantFrom('true', 'false', 'null'),
    fc
      .tuple(blank, fc.array(fc.tuple(blank, tie('value'), blank), { maxLength: 4 }))
      .map(([inner, items]) => `[${inner}${items.map(([a, value, b]) => a + value + b).join(',')}]`),
    fc
      .array(fc.tuple(blank, string, blank, tie('value'), blank), { maxLength: 4 })
      .map(
        (members) => `{${members.map(([a, key, b, value, c]) => `${a}${key}${b}:${value}${c}`).join(',')}}`,
      ),
  ),
})).value;

test('text without blanks says the same, and keeps every number and string to the letter', () => {
  fc.assert(
    fc.property(jsonText, (text) => {
      const bare = compact(text);
      expect(JSON.parse(bare)).toEqual(JSON.parse(text));
      const tokens = (one: string) => one.match(/"(?:[^"\\]|\\.)*"|[-+.\w]+/gs) ?? [];
      expect(tokens(bare)).toEqual(tokens(text));
      expect(scan(bare).indented).toBe(false);
      expect(compact(bare)).toBe(bare);
    }),
  );
});

test('the parts of an object or list are what JSON.parse finds there', () => {
  fc.assert(
    fc.property(jsonText, (text) => {
      const tree: unknown = JSON.parse(text);
      if (typeof tree !== 'object' || tree === null) return;
      const found = parts(text).map(({ key, start, end }): [string, unknown] => [
        key,
        JSON.parse(text.slice(start, end)),
      ]);
      if (Array.isArray(tree)) expect(found.map(([, value]) => value)).toEqual(tree);
      else expect(new Map(found)).toEqual(new Map(Object.entries(tree)));
    }),
  );
});

test('how deep and how many members is counted as the tree has them', () => {
  expect(scan('{"a":[{"b":"}{"}],"c":1}')).toEqual({ depth: 3, members: 3, indented: false });
  expect(scan('{ "a" : "\t" }').indented).toBe(false);
  expect(scan('{\n"a": 1}').indented).toBe(true);
  expect(scan('"[[["').depth).toBe(0);
  expect(scan('{"a":1,"a":2}').members).toBe(2);
});

test('a tree that is parsed without loss is written as it was', () => {
  fc.assert(
    fc.property(fc.array(number), (numbers) => {
      const text = `[${numbers.join(',')}]`;
      expect(JSON.stringify(parseLossless(text))).toBe(text);
    }),
  );
});

test('a text of many megabytes is no trouble, whatever is in it', () => {
  const long = `{"a" : "${'\\n"'.slice(0, 2).repeat(1_500_000)}${'x'.repeat(3_000_000)}"}`;
  expect(compact(long)).toBe(long.replaceAll(' ', ''));
  expect(parts(long)).toHaveLength(1);
});

const stamp = { type: 'Observation', id: 'o1', version: 3, lastUpdated: '2026-01-15T13:05:00.000Z' };

test('a stamp puts type, id and meta first and leaves every other member to the letter', () => {
  const text =
    '{"valueQuantity":{"value":1.00},"id":"theirs","meta":{"versionId":"9","profile":["http://x/y"],"lastUpdated":"2001-01-01T00:00:00Z","tag":[{"code":"\\u00e6"}]},"resourceType":"Observation","note":[{"text":"a\\/b"}]}';
  expect(stampText(text, stamp, JSON.parse(text))).toBe(
    '{"resourceType":"Observation","id":"o1","meta":{"versionId":"3","lastUpdated":"2026-01-15T13:05:00.000Z","profile":["http://x/y"],"tag":[{"code":"\\u00e6"}]},"valueQuantity":{"value":1.00},"note":[{"text":"a\\/b"}]}',
  );
});

test('whatever a resource holds, only type, id and meta differ after the stamp', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(string, jsonText), { maxLength: 6 }), (members) => {
      const own = members.filter(([key]) => !['resourceType', 'id', 'meta'].includes(JSON.parse(key)));
      const text = compact(
        `{"resourceType":"Observation",${own.map(([key, value]) => `${key}:${value},`).join('')}"id":"x"}`,
      );
      const stamped = stampText(text, stamp, JSON.parse(text));
      const others = (one: string) =>
        parts(one)
          .filter(({ key }) => !['resourceType', 'id', 'meta'].includes(key))
          .map(({ key, start, end }) => [key, one.slice(start, end)]);
      expect(others(stamped)).toEqual(others(text));
      expect(stampText(stamped, stamp, JSON.parse(stamped))).toBe(stamped);
    }),
  );
});
