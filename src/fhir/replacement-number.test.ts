import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isPersonalNumber, replacementNumber, replacementSystem } from './replacement-number.ts';

const birthDate = fc
  .date({ min: new Date('1915-01-01'), max: new Date('2036-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));

// The invariant d-ecpr of dk-core-d-ecpr-identifier 3.7.0 (HL7 Denmark), its days of the months left out.
const form = /^(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])\d{2}[056][A-Z]{2}\d$/;

test('every number has the form of HL7 Denmark’s profile', () => {
  fc.assert(
    fc.property(birthDate, fc.constantFrom('female', 'male', 'unknown' as const), (date, sex) => {
      expect(replacementNumber(date, sex)).toMatch(form);
    }),
  );
});

test('it says the birth date and the sex, and the next is another', () => {
  fc.assert(
    fc.property(birthDate, (date) => {
      const [woman, man] = [replacementNumber(date, 'female'), replacementNumber(date, 'male')];
      expect(woman.slice(0, 6)).toBe(`${date.slice(8)}${date.slice(5, 7)}${date.slice(2, 4)}`);
      expect([Number(woman.at(-1)) % 2, Number(man.at(-1)) % 2]).toEqual([0, 1]);
    }),
  );
  expect(
    new Set(Array.from({ length: 20 }, () => replacementNumber('2026-01-15', 'male'))).size,
  ).toBeGreaterThan(10);
});

test('the numbers that one person alone has', () => {
  for (const system of ['urn:oid:1.2.208.176.1.2', 'urn:oid:1.2.208.176.1.6.1.1', `${replacementSystem}.187`])
    expect(isPersonalNumber(system)).toBe(true);
  for (const system of ['urn:oid:1.2.208.176.1.4', 'urn:test', undefined])
    expect(isPersonalNumber(system)).toBe(false);
});
