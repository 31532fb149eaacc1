/** How alike two texts, numbers or dates are, as people mistake them: two digits swapped, one wrong, day and month exchanged. */

export type Likeness = 'same' | 'near' | 'different';

/** One character other, missing or too many, or two neighbours swapped. O(length). */
export function isOneSlip(one: string, other: string): boolean {
  if (one === other || Math.abs(one.length - other.length) > 1) return false;
  let at = 0;
  while (at < one.length && one[at] === other[at]) at++;
  const [left, right] = [one.slice(at), other.slice(at)];
  if (left.length > right.length) return left.slice(1) === right;
  if (left.length < right.length) return left === right.slice(1);
  const isSwap = left[0] === right[1] && left[1] === right[0] && left.slice(2) === right.slice(2);
  return isSwap || left.slice(1) === right.slice(1);
}

/** Texts of digits of one length: all that are one slip away, swaps first. */
export function slipsOf(digits: string): string[] {
  const found = new Set<string>();
  for (let at = 0; at + 1 < digits.length; at++)
    found.add(digits.slice(0, at) + digits.charAt(at + 1) + digits.charAt(at) + digits.slice(at + 2));
  for (let at = 0; at < digits.length; at++)
    for (let digit = 0; digit < 10; digit++)
      found.add(`${digits.slice(0, at)}${digit}${digits.slice(at + 1)}`);
  found.delete(digits);
  return [...found];
}

/** `YYYY-MM-DD`, as it may have been mistaken: day and month exchanged, or one slip. Only days that there are. */
export function mistakenDates(date: string): string[] {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(date) ?? [];
  if (year === undefined) return [];
  const dashed = (digits: string) => `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`;
  const all = [`${year}-${day}-${month}`, ...slipsOf(date.replaceAll('-', '')).map(dashed)];
  return [...new Set(all)].filter((one) => one !== date && isDay(one));
}

function isDay(date: string): boolean {
  const time = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(date);
}

export function likenessOfDates(one: string, other: string): Likeness {
  if (one === other) return 'same';
  // `1950` says nothing against 1950-02-03, and not enough for it.
  if (one.startsWith(other) || other.startsWith(one)) return 'near';
  return mistakenDates(one).includes(other) ? 'near' : 'different';
}
