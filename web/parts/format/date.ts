import { dayOf, instantOf, momentOn } from '#fhir/place-time.ts';
import type { Language } from '../settings.ts';

export { addDays, dayOf, fhirMoment, instantOf, momentOn } from '#fhir/place-time.ts';

// Dates and times as the ward reads them: 15. jan. 2026, 24-hour time, always the clock of the place, whatever the
// computer's own time zone. A FHIR date may be less exact than a day (2019, 2019-04) and is shown no more exact than it is.

const zone = 'Europe/Copenhagen';
const formats = new Map<string, Intl.DateTimeFormat>();

function format(language: Language, name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${language} ${name}`;
  let found = formats.get(key);
  if (found === undefined) {
    found = new Intl.DateTimeFormat(language === 'da' ? 'da-DK' : 'en-GB', { timeZone: zone, ...options });
    formats.set(key, found);
  }
  return found;
}

/** 14:05 */
export function showTime(ms: number): string {
  return format('en', 'time', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(ms);
}

/** 14:05:09 */
export function showSeconds(ms: number): string {
  return format('en', 'seconds', {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  }).format(ms);
}

/** 15. jan. 2026 */
export function showDay(ms: number, language: Language): string {
  return format(language, 'day', { day: 'numeric', month: 'short', year: 'numeric' }).format(ms);
}

/** 15. jan., whatever the year: where the year stands beside it. */
export function showDayOfYear(ms: number, language: Language): string {
  return format(language, 'short', { day: 'numeric', month: 'short' }).format(ms);
}

/** 15. jan.; with the year when it is another than the year of `today`. */
export function showShortDay(ms: number, language: Language, today: number): string {
  if (dayOf(ms).slice(0, 4) !== dayOf(today).slice(0, 4)) return showDay(ms, language);
  return showDayOfYear(ms, language);
}

/** The time alone on the day itself, else the day and the time: 14:05 · 14. jan. 14:05 */
export function showMoment(ms: number, language: Language, today: number): string {
  return dayOf(ms) === dayOf(today) ? showTime(ms) : `${showShortDay(ms, language, today)} ${showTime(ms)}`;
}

/** For narrow columns: the time alone today, "yesterday" or "tomorrow" and the time beside them, else the day and the time:
 *  at four in the morning, yesterday's 22:00 must not look like tonight's. */
export function showNearTime(ms: number, language: Language, now: number): string {
  const days = daysBetween(now, ms);
  const word = days === -1 || days === 1 ? nearWords[language][days] : undefined;
  return word === undefined ? showMoment(ms, language, now) : `${word} ${showTime(ms)}`;
}

const nearWords = {
  da: { [-1]: 'i går', 1: 'i morgen' },
  en: { [-1]: 'yest.', 1: 'tom.' },
} as const;

/** A FHIR date or dateTime as exact as it was written: 2019 · apr. 2019 · 2. apr. 2019 */
export function showDate(text: string | undefined, language: Language): string {
  if (text === undefined) return '';
  if (/^\d{4}$/.test(text)) return text;
  const ms = instantOf(text);
  if (ms === undefined) return text;
  if (/^\d{4}-\d{2}$/.test(text))
    return format(language, 'month', { month: 'short', year: 'numeric' }).format(ms);
  return showDay(ms, language);
}

/** Whole calendar days from one moment to another, as the place counts them. */
export function daysBetween(from: number, to: number): number {
  // Days in UTC are all of 24 hours; adding 0 makes a negative zero a zero.
  return (Date.parse(dayOf(to)) - Date.parse(dayOf(from))) / 86_400_000 + 0;
}

/** Day and time whatever the day, for paper: 15. jan. 2026 14:05 */
export function showDayAndTime(ms: number, language: Language): string {
  return `${showDay(ms, language)} ${showTime(ms)}`;
}

/** How small children are counted: days for four weeks, weeks for three months, months for two years; then years. */
export function ageIn(
  birthDate: string | undefined,
  today: number,
): { readonly unit: 'days' | 'weeks' | 'months' | 'years'; readonly count: number } | undefined {
  const years = ageYears(birthDate, today);
  if (years === undefined || birthDate === undefined) return undefined;
  const exact = /^\d{4}-\d{2}-\d{2}/.test(birthDate);
  if (years >= 2 || !exact) return { unit: 'years', count: years };
  const days = daysBetween(momentOn(birthDate.slice(0, 10), '12:00'), today);
  if (days < 0) return { unit: 'years', count: years };
  if (days < 28) return { unit: 'days', count: days };
  if (days < 91) return { unit: 'weeks', count: Math.floor(days / 7) };
  const day = dayOf(today);
  const months =
    (Number(day.slice(0, 4)) - Number(birthDate.slice(0, 4))) * 12 +
    Number(day.slice(5, 7)) -
    Number(birthDate.slice(5, 7)) -
    (day.slice(8) < birthDate.slice(8, 10) ? 1 : 0);
  return { unit: 'months', count: months };
}

/** Whole years of age on a day; undefined without a birth date that has a year. */
export function ageYears(birthDate: string | undefined, today: number): number | undefined {
  if (birthDate === undefined || !/^\d{4}/.test(birthDate)) return undefined;
  const born = birthDate.padEnd(10, '-01-01'.slice(birthDate.length - 4));
  const day = dayOf(today);
  const years = Number(day.slice(0, 4)) - Number(born.slice(0, 4));
  return day.slice(5) < born.slice(5) ? years - 1 : years;
}
