// CPR-shaped numbers that can be nobody's: they have the form, the birth date, the century digit and the sex of a real
// one, but fail the modulus-11 control. (A real number may fail it too since 2007, but those are men and women born on
// a few crowded dates, 1 January above all; we keep off the first of January as well.)
import type { Random } from './random.ts';

export type Sex = 'male' | 'female';

const weights = [4, 3, 2, 7, 6, 5, 4, 3, 2, 1] as const;

export function passesModulus11(cpr: string): boolean {
  return weights.reduce((sum, weight, place) => sum + weight * Number(cpr[place]), 0) % 11 === 0;
}

/** A number that nobody has yet (`taken` is added to). `birthDate` as 1948-12-25. */
export function testCpr(birthDate: string, sex: Sex, random: Random, taken: Set<string>): string {
  const year = Number(birthDate.slice(0, 4));
  const date = birthDate.slice(8, 10) + birthDate.slice(5, 7) + birthDate.slice(2, 4);
  // Digit 7 tells the century: 9 serves 1937-2036, and is what the official test citizens have; 0-3 the time before.
  const century = year >= 1937 ? '9' : '0';
  for (;;) {
    const cpr = date + century + String(random.whole(0, 999)).padStart(3, '0');
    const fits = Number(cpr[9]) % 2 === (sex === 'male' ? 1 : 0);
    if (!fits || passesModulus11(cpr) || taken.has(cpr)) continue;
    taken.add(cpr);
    return cpr;
  }
}

/** The century that digit 7 and the year of a CPR number tell, as the register defines it. */
export function birthYear(cpr: string): number {
  const digit = Number(cpr[6]);
  const year = Number(cpr.slice(4, 6));
  if (digit <= 3) return 1900 + year;
  if (digit === 4 || digit === 9) return (year <= 36 ? 2000 : 1900) + year;
  return (year <= 57 ? 2000 : 1800) + year;
}
