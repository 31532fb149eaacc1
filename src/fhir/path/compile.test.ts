import { describe, expect, test } from 'vitest';
import { compile, environmentOf, itemOf, PathError, truthOf, valuesOf } from './compile.ts';

const observation = itemOf({
  resourceType: 'Observation',
  id: 'o',
  status: 'final',
  code: { text: 'Weight', coding: [{ system: 's', code: 'c' }] },
  subject: { reference: 'Patient/p' },
  performer: [{ reference: '#me' }],
  contained: [{ resourceType: 'Practitioner', id: 'me', name: [{ family: 'Lund' }] }],
  _effectiveDateTime: { extension: [{ url: 'u', valueCode: 'unknown' }] },
  valueQuantity: { value: 1.5, unit: 'kg' },
  note: [
    { text: 'a', time: '2012-01' },
    { text: 'b', time: '2012-01-05T10:00:00+01:00' },
  ],
  component: [{ code: { text: 'x' }, valueInteger: 3 }, { code: { coding: [{ system: 's', code: 'c' }] } }],
});
const evaluated = (expression: string) => valuesOf(compile(expression)(observation));

describe('an expression gives', () => {
  test.each<[string, unknown[]]>([
    ['status', ['final']],
    ['Observation.status', ['final']],
    ['Patient.status', []],
    ['value.value', [1.5]],
    ['component.value', [3]],
    ['value is Quantity', [true]],
    ['value.ofType(Quantity).unit', ['kg']],
    ['(value as Quantity).unit', ['kg']],
    ['value.as(string)', []],
    ['effective.exists()', [true]],
    ['effective.hasValue()', [false]],
    ["effective.extension('u').value", ['unknown']],
    ['contained.name.family', ['Lund']],
    ['performer.resolve().name.family', ['Lund']],
    ['contained.first() is Practitioner', [true]],
    ['contained.first() is DomainResource', [true]],
    ['component[1].code.coding.code', ['c']],
    ['component[7]', []],
    ['component.code.where(coding.intersect(%resource.code.coding).exists()).count()', [1]],
    ['component.select($index)', [0, 1]],
    ["status in ('final' | 'amended')", [true]],
    ["('final' | 'amended') contains status", [true]],
    ["iif(status = 'final', 'F', 'N')", ['F']],
    ['1 + 2 * 3', [7]],
    ['0.1 + 0.2', [0.3]],
    ['7 div 2 + 7 mod 2', [4]],
    ['1 / 0', []],
    ['-(1)', [-1]],
    ["'a' + 'b' & {} & 'c'", ['abc']],
    ["'a' + {}", []],
    ['(1 | 2 | 2 | 3).aggregate($this + $total, 0)', [6]],
    ['(3 | 1).min()', [1]],
    ['@2012-01-31 + 1 month', ['2012-02-29']],
    ['@2012-01-31T10:00:00Z - 1 day', ['2012-01-30T10:00:00Z']],
    ['note.time', ['2012-01', '2012-01-05T10:00:00+01:00']],
    ["code.text.replace('W', 'H').upper().substring(1, 3)", ['EIG']],
    ["code.text.matches('^We.*t$')", [true]],
    ["'a,b'.split(',').join('-')", ['a-b']],
    ["'5'.toInteger() + '1.5'.toDecimal()", [6.5]],
    ["'x'.toInteger()", []],
    ['1.587.round(2)', [1.59]],
    ['1.5.lowBoundary()', [1.45]],
    ['@2012-02.highBoundary(8)', ['2012-02-29']],
    ['getResourceKey()', ['o']],
    ['subject.getReferenceKey(Patient)', ['p']],
    ['subject.getReferenceKey(Group)', []],
    ['%ucum', ['http://unitsofmeasure.org']],
    ['descendants().ofType(Coding).code', ['c', 'c']],
    ['`status`', ['final']],
    ["'it\\'s \\u0041'", ["it's A"]],
    ['/* all */ status // of it', ['final']],
  ])('%s', (expression, expected) => expect(evaluated(expression)).toEqual(expected));
});

describe('what is not known is neither true nor false', () => {
  test.each<[string, unknown[]]>([
    ['{} = 1', []],
    ['{} and false', [false]],
    ['{} and true', []],
    ['{} or true', [true]],
    ['{} or false', []],
    ['{} xor true', []],
    ['{} implies true', [true]],
    ['{} implies false', []],
    ['false implies {}', [true]],
    ['{}.not()', []],
    ['@2012 = @2012-01', []],
    ['@2012 < @2013-01', [true]],
    ['@2012 < @2012-05', []],
    ['@2012-01-01T10:00:00+01:00 = @2012-01-01T09:00:00Z', [true]],
    ['@2012-01-01T10:00:00+01:00 < @2012-01-01T09:30:00Z', [true]],
    ['@2012-01-02 > @2012-01-01T10:00:00Z', []],
    ['@2012-01-03 > @2012-01-01T10:00:00Z', [true]],
    ["5 'mg' < 6 'mg'", [true]],
    ["5 'mg' < 6 'mmol'", []],
    ["5 'g' = 5000 'mg'", [true]],
    ['7 days = 1 week', [true]],
    ['12 months = 1 year', []],
    ['1 | 1 is Integer', [true]],
    ['1 > 2 is Boolean', [true]],
    ["1 day = 1 'd'", [true]],
  ])('%s', (expression, expected) => expect(evaluated(expression)).toEqual(expected));
});

test('a condition is unknown, false or true', () => {
  expect(truthOf(compile('{}')(observation))).toBeUndefined();
  expect(truthOf(compile('status.empty()')(observation))).toBe(false);
  expect(truthOf(compile('status')(observation))).toBe(true);
});

test('what depends on the resource alone is found once for each resource', () => {
  const path = compile("'#me' in %resource.performer.reference");
  expect(valuesOf(path(observation, environmentOf(observation)))).toEqual([true]);
  const other = itemOf({ resourceType: 'Observation' });
  expect(valuesOf(path(other, environmentOf(other)))).toEqual([false]);
});

describe('what is no expression is refused', () => {
  test.each([
    ['', 'expected a value at character 1'],
    ['status.', 'expected a name at character 8'],
    ['(status', 'expected ) at character 8'],
    ['status status', 'expected the end at character 8'],
    ["'open", 'no word of FHIRPath begins at character 1'],
    ['unheard()', 'the function unheard() is not known'],
    ['where()', 'where() takes 1 to 1 parameters, found 0'],
    ['constructor()', 'the function constructor() is not known'],
    ['('.repeat(500), 'nested more than 100 levels deep'],
    ['a.'.repeat(5000), 'an expression has at most 2000 words'],
    ['a'.repeat(30_000), 'an expression has at most 20000 characters'],
  ])('%.30s', (expression, why) => {
    expect(() => compile(expression)).toThrow(PathError);
    expect(() => compile(expression)).toThrow(why);
  });
});

describe('what cannot be evaluated is refused', () => {
  test.each([
    ['component.code.text + note.text', '+: expected one item at most'],
    ['%unheard', '%unheard is not defined'],
    ["status.matches('(?<=x)')", 'a regular expression that is not understood'],
    [
      "'ab'.toChars().combine('abcdefghijklmnopqrstuvwxyz'.toChars()).aggregate($total & $total & 'x', 'x')",
      'is not made',
    ],
    [
      "'abcdefghijklmnopqrstuvwxyz'.toChars().aggregate($total.combine($total), 1)",
      'more work than is allowed',
    ],
  ])('%s', (expression, why) => expect(() => evaluated(expression)).toThrow(why));

  test('also what would take too long', () => {
    const many = itemOf({
      resourceType: 'Patient',
      name: Array.from({ length: 3000 }, (_, n) => ({ text: String(n) })),
    });
    expect(() =>
      compile('name.all(%context.name.where(text = $this).exists() or %context.name.exists())')(many),
    ).toThrow('more work than is allowed');
  });

  test('a pattern made to be slow is not', () => {
    const begun = performance.now();
    const slow = itemOf({ resourceType: 'Patient', name: [{ text: 'a'.repeat(50_000) }] });
    expect(valuesOf(compile("name.text.matches('^(a+)+$|b')")(slow))).toEqual([true]);
    expect(valuesOf(compile("name.text.matches('^(a+)+b$')")(slow))).toEqual([false]);
    expect(performance.now() - begun).toBeLessThan(2000);
  });
});
