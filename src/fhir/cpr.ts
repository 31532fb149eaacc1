/**
 * CPR numbers: ten digits DDMMYYSSSS (Danish civil registration). The century follows from the year and the seventh
 * digit; the last digit is even for women and odd for men. The modulus-11 check has not been guaranteed since 2007 and
 * is never demanded here; but a number that fails it cannot have been given out before, so invented ones fail it.
 */
export const cprSystem = 'urn:oid:1.2.208.176.1.2';

const weights = [4, 3, 2, 7, 6, 5, 4, 3, 2, 1];

/** Whether the modulus-11 check passes: for telling invented numbers from real ones, never for refusing one. */
export function passesModulus11(cpr: string): boolean {
  return weights.reduce((sum, weight, at) => sum + weight * Number(cpr[at]), 0) % 11 === 0;
}

/** The seventh digits that a birth year may have. */
function seventhDigits(year: number): readonly number[] {
  if (year < 1858 || year > 2057) return [0];
  if (year < 1900) return [5, 6, 7, 8];
  if (year < 1937) return [0, 1, 2, 3];
  if (year < 2000) return [0, 1, 2, 3, 4, 9];
  if (year < 2037) return [4, 5, 6, 7, 8, 9];
  return [5, 6, 7, 8];
}

/**
 * The `n`-th invented number of a birth date (`YYYY-MM-DD`) and sex: of the right form, and failing modulus 11. For a
 * given day and sex there are about 1,700 of them at the least.
 */
export function inventedCpr(birthDate: string, male: boolean, n: number): string {
  const [year = '1900', month = '01', day = '01'] = birthDate.split('-');
  const digits = seventhDigits(Number(year));
  for (let tried = 0, serial = n; ; tried++, serial++) {
    const seventh = digits[Math.floor(serial / 500) % digits.length] ?? 0;
    const last = (serial % 5) * 2 + (male ? 1 : 0);
    const middle = String(Math.floor(serial / 5) % 100).padStart(2, '0');
    const cpr = `${day}${month}${year.slice(2)}${seventh}${middle}${last}`;
    if (!passesModulus11(cpr) || tried > 20) return cpr;
  }
}
