/**
 * Working days in Denmark: not Saturday, not Sunday, not a public holiday. Only the holidays of the national church and New
 * Year's Day count; days when only banks or offices are closed (5 June, 24 and 31 December) do not make a letter later.
 * Great Prayer Day is one until 2023. A day is `2026-01-15`, of the clock of the place.
 */
import { addDays, dayOf, momentOn } from '../place-time.ts';
import json from './holidays.json' with { type: 'json' };

/** Easter Sunday by the rule of the Gregorian calendar (Meeus, Astronomical Algorithms, chapter 8). */
export function easterOf(year: number): string {
  const a = year % 19;
  const [b, c] = [Math.floor(year / 100), year % 100];
  const g = Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3);
  const h = (19 * a + b - Math.floor(b / 4) - g + 15) % 30;
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const n = h + l - 7 * m + 114;
  const two = (value: number) => String(value).padStart(2, '0');
  return `${String(year).padStart(4, '0')}-${two(Math.floor(n / 31))}-${two((n % 31) + 1)}`;
}

export function isHoliday(day: string): boolean {
  if (json.fixed.includes(day.slice(5))) return true;
  const year = Number(day.slice(0, 4));
  const easter = easterOf(year);
  return json.easter.some(
    ({ days, until = Infinity }: { readonly days: number; readonly until?: number }) =>
      year <= until && addDays(easter, days) === day,
  );
}

export function isWorkday(day: string): boolean {
  const weekday = new Date(`${day}T12:00:00Z`).getUTCDay();
  return weekday !== 0 && weekday !== 6 && !isHoliday(day);
}

/** The so-many-th working day after a day. @param count 1 or more */
export function addWorkdays(day: string, count: number): string {
  let [at, left] = [day, count];
  while (left > 0) {
    at = addDays(at, 1);
    if (isWorkday(at)) left--;
  }
  return at;
}

/** The end of the so-many-th working day after a moment, ms since 1970. */
export function dueAfter(atMs: number, workdays: number): number {
  return momentOn(addWorkdays(dayOf(atMs), workdays), '23:59');
}
