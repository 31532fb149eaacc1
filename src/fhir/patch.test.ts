import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Refusal } from '#base/refusal.ts';
import { applyJsonPatch } from './patch.ts';

const limits = { depthMax: 64 };
const patched = (document: string, ...operations: object[]) =>
  applyJsonPatch(document, JSON.stringify(operations), limits);

describe('RFC 6902, appendix A', () => {
  test.each<[string, string, object[], string]>([
    [
      'A.1 an object member',
      '{"foo":"bar"}',
      [{ op: 'add', path: '/baz', value: 'qux' }],
      '{"foo":"bar","baz":"qux"}',
    ],
    [
      'A.2 a list element',
      '{"foo":["bar","baz"]}',
      [{ op: 'add', path: '/foo/1', value: 'qux' }],
      '{"foo":["bar","qux","baz"]}',
    ],
    ['A.3 remove a member', '{"baz":"qux","foo":"bar"}', [{ op: 'remove', path: '/baz' }], '{"foo":"bar"}'],
    [
      'A.4 remove an element',
      '{"foo":["bar","qux","baz"]}',
      [{ op: 'remove', path: '/foo/1' }],
      '{"foo":["bar","baz"]}',
    ],
    [
      'A.5 replace, in its place',
      '{"baz":"qux","foo":"bar"}',
      [{ op: 'replace', path: '/baz', value: 'boo' }],
      '{"baz":"boo","foo":"bar"}',
    ],
    [
      'A.6 move a value',
      '{"foo":{"bar":"baz","waldo":"fred"},"qux":{"corge":"grault"}}',
      [{ op: 'move', from: '/foo/waldo', path: '/qux/thud' }],
      '{"foo":{"bar":"baz"},"qux":{"corge":"grault","thud":"fred"}}',
    ],
    [
      'A.7 move an element',
      '{"foo":["all","grass","cows","eat"]}',
      [{ op: 'move', from: '/foo/1', path: '/foo/3' }],
      '{"foo":["all","cows","eat","grass"]}',
    ],
    [
      'A.8 test a value',
      '{"baz":"qux","foo":["a",2,"c"]}',
      [
        { op: 'test', path: '/baz', value: 'qux' },
        { op: 'test', path: '/foo/1', value: 2 },
      ],
      '{"baz":"qux","foo":["a",2,"c"]}',
    ],
    [
      'A.10 a nested member',
      '{"foo":"bar"}',
      [{ op: 'add', path: '/child', value: { grandchild: {} } }],
      '{"foo":"bar","child":{"grandchild":{}}}',
    ],
    [
      'A.11 unknown members are ignored',
      '{"foo":"bar"}',
      [{ op: 'add', path: '/baz', value: 'qux', xyz: 123 }],
      '{"foo":"bar","baz":"qux"}',
    ],
    ['A.14 escapes', '{"/":9,"~1":10}', [{ op: 'test', path: '/~01', value: 10 }], '{"/":9,"~1":10}'],
    [
      'A.16 a list as element',
      '{"foo":["bar"]}',
      [{ op: 'add', path: '/foo/-', value: ['abc', 'def'] }],
      '{"foo":["bar",["abc","def"]]}',
    ],
  ])('%s', (_, document, operations, result) => expect(patched(document, ...operations)).toBe(result));

  test.each<[string, string, object]>([
    ['A.9 a test that fails', '{"baz":"qux"}', { op: 'test', path: '/baz', value: 'bar' }],
    ['A.12 a parent that is not there', '{"foo":"bar"}', { op: 'add', path: '/baz/bat', value: 'qux' }],
    ['A.15 a text is not a number', '{"/":9,"~1":10}', { op: 'test', path: '/~01', value: '10' }],
    ['past the end of a list', '{"foo":["a"]}', { op: 'add', path: '/foo/2', value: 'b' }],
    ['an index with a leading nought', '{"foo":["a","b"]}', { op: 'remove', path: '/foo/01' }],
    ['after the last', '{"foo":["a"]}', { op: 'remove', path: '/foo/-' }],
    ['a move into itself', '{"foo":{"a":{}}}', { op: 'move', from: '/foo', path: '/foo/a/b' }],
    ['all of it removed', '{"foo":1}', { op: 'remove', path: '' }],
    ['what every object inherits', '{"foo":1}', { op: 'test', path: '/constructor/name', value: 'Object' }],
  ])('does not fit: %s', (_, document, operation) => {
    expect(() => patched(document, operation)).toThrow(Refusal);
    expect(() => patched(document, operation)).toThrow(expect.objectContaining({ kind: 'unprocessable' }));
  });
});

test('every number keeps its spelling, those of the resource and those of the patch', () => {
  const document = '{"a":1.00,"b":{"c":[1.10,2e0,100000000000000000001]},"d":5}';
  const patch =
    '[{"op":"add","path":"/b/c/0","value":0.50},{"op":"move","from":"/a","path":"/z"},{"op":"copy","from":"/b/c/1","path":"/y"},{"op":"replace","path":"/d","value":6.000}]';
  expect(applyJsonPatch(document, patch, limits)).toBe(
    '{"b":{"c":[0.50,1.10,2e0,100000000000000000001]},"d":6.000,"z":1.00,"y":1.10}',
  );
});

test('a test compares numbers as numbers', () => {
  expect(() =>
    applyJsonPatch(
      '{"a":1.00,"b":{"c":[2.50]}}',
      '[{"op":"test","path":"/a","value":1},{"op":"test","path":"/b","value":{"c":[2.5]}}]',
      limits,
    ),
  ).not.toThrow();
  expect(() => applyJsonPatch('{"a":1.00}', '[{"op":"test","path":"/a","value":1.01}]', limits)).toThrow(
    'the test of /a failed',
  );
});

test('names that mean something to JavaScript are members like any other', () => {
  const result = applyJsonPatch(
    '{"a":{}}',
    '[{"op":"add","path":"/__proto__","value":{"x":1}},{"op":"add","path":"/a/rawJSON","value":"y"},{"op":"add","path":"/a/b","value":2}]',
    limits,
  );
  expect(result).toBe('{"a":{"rawJSON":"y","b":2},"__proto__":{"x":1}}');
  expect(Object.hasOwn(Object.prototype, 'x')).toBe(false);
});

describe('what is no patch is refused, saying which operation', () => {
  test.each([
    ['{}', 'a JSON Patch is a list'],
    ['not json', 'not valid JSON'],
    ['[1]', '[0]: expected an operation'],
    ['[{"op":"test","path":"/a","value":1},{"op":"jump","path":"/a"}]', '[1]: expected op to be'],
    ['[{"op":"add","path":"/a"}]', "[0]: 'add' needs a value"],
    ['[{"op":"add","path":"a","value":1}]', '[0]: expected path to be a JSON pointer'],
    ['[{"op":"copy","path":"/a"}]', '[0]: expected from to be a JSON pointer'],
    [
      `[${Array.from({ length: 1001 }, () => '{"op":"test","path":"/a","value":1}').join()}]`,
      'at most 1000 operations',
    ],
    [`[{"op":"add","path":"/a","value":${'['.repeat(100)}${']'.repeat(100)}}]`, 'nested 102 levels deep'],
  ])('%.50s', (patch, why) => {
    expect(() => applyJsonPatch('{"a":1}', patch, limits)).toThrow(why);
    expect(() => applyJsonPatch('{"a":1}', patch, limits)).toThrow(
      expect.objectContaining({ kind: 'invalid' }),
    );
  });
});

test('a patch that copies its copies is stopped before it fills the memory', () => {
  const operations = Array.from({ length: 60 }, (_, n) => ({ op: 'copy', from: '/a', path: `/a/x${n}` }));
  expect(() => patched('{"a":{"text":"0123456789"}}', ...operations)).toThrow(
    'the copies of this patch are too large',
  );
});

test('what an add puts there, a test finds and a remove takes away again', () => {
  const key = fc.stringMatching(/^[a-z~/ "\\]{1,6}$/);
  fc.assert(
    fc.property(fc.dictionary(key, fc.jsonValue()), key, fc.jsonValue(), (document, name, value) => {
      const path = `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
      const { [name]: _, ...without } = document;
      const text = JSON.stringify(without);
      const result = patched(
        text,
        { op: 'add', path, value },
        { op: 'test', path, value },
        { op: 'remove', path },
      );
      expect(JSON.parse(result)).toEqual(JSON.parse(text));
    }),
  );
});
