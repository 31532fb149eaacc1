/**
 * Numbers of requisitions and samples: twelve digits, the last by Luhn's rule (ISO/IEC 7812-1), so that one that was read wrongly is not
 * another's. Drawn at random, since no ward must wait for a counter; the guard of Specimens refuses one that is taken.
 */

/** @param random Eleven bytes or more, from a source that nobody can guess. */
export function numberFrom(random: Uint8Array): string {
  const digits = Array.from(random.subarray(0, 11), (byte, at) => (at === 0 ? 1 + (byte % 9) : byte % 10));
  return `${digits.join('')}${checkDigit(digits)}`;
}

export function isNumber(text: string): boolean {
  if (!/^[1-9]\d{11}$/.test(text)) return false;
  const digits = Array.from(text, Number);
  return checkDigit(digits.slice(0, -1)) === digits.at(-1);
}

function checkDigit(digits: readonly number[]): number {
  const sum = digits.toReversed().reduce((all, digit, at) => {
    const double = at % 2 === 0 ? digit * 2 : digit;
    return all + (double > 9 ? double - 9 : double);
  }, 0);
  return (10 - (sum % 10)) % 10;
}
