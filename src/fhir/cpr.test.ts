import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inventedCpr, passesModulus11 } from './cpr.ts';

/** The century of a CPR number, by the table of the Danish civil registration. */
function yearOf(cpr: string): number {
  const [year, seventh] = [Number(cpr.slice(4, 6)), Number(cpr[6])];
  if (seventh <= 3) return 1900 + year;
  if (seventh === 4 || seventh === 9) return year <= 36 ? 2000 + year : 1900 + year;
  return year <= 57 ? 2000 + year : 1800 + year;
}

test('the check digits are reckoned as the register does it', () => {
  // 070761-4285 is the example that the register itself prints.
  expect(passesModulus11('0707614285')).toBe(true);
  expect(passesModulus11('0707614286')).toBe(false);
});

test('an invented number has the day, year and sex of its person and could not have been given out', () => {
  const day = fc
    .date({ min: new Date('1858-01-01'), max: new Date('2057-12-31'), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10));
  fc.assert(
    fc.property(day, fc.boolean(), fc.nat(100_000), (date, male, n) => {
      const cpr = inventedCpr(date, male, n);
      expect(cpr).toMatch(/^\d{10}$/);
      expect([cpr.slice(0, 2), cpr.slice(2, 4), yearOf(cpr)]).toEqual([
        date.slice(8),
        date.slice(5, 7),
        Number(date.slice(0, 4)),
      ]);
      expect(Number(cpr[9]) % 2).toBe(male ? 1 : 0);
      expect(passesModulus11(cpr)).toBe(false);
    }),
  );
});

test('one day and sex has numbers for more people than are ever born on it here', () => {
  for (const date of ['1899-05-05', '1920-05-05', '1980-05-05', '2020-05-05', '2050-05-05']) {
    const different = new Set(Array.from({ length: 3000 }, (_, n) => inventedCpr(date, true, n)));
    expect(different.size).toBeGreaterThan(1700);
  }
});
