import { dayOf, momentOn, showTime } from './format/date.ts';

// Days and times as they are typed in a ward: 27.11.2026 and 14:05. The browser's own fields follow the language of the
// computer, and where that is American they show 11/27/2026 and 02:05 PM.

/** 27.11.2026 */
export function writeDay(ms: number): string {
  const [year = '', month = '', day = ''] = dayOf(ms).split('-');
  return `${Number(day)}.${Number(month)}.${year}`;
}

/**
 * The day as `2026-11-27`: of 27.11.2026, 27/11-26, 27.11 (of the year of `near`), 27112026; undefined for what is no day.
 */
export function readDay(text: string, near: number): string | undefined {
  const parts =
    /^(\d{1,2})[./-](\d{1,2})(?:[./-](\d{2}|\d{4}))?\.?$/.exec(text.trim()) ??
    /^(\d{2})(\d{2})(\d{4}|\d{2})?$/.exec(text.trim());
  if (parts === null) return undefined;
  const [, day = '', month = '', written] = parts;
  const century = dayOf(near).slice(0, 2);
  const year =
    written === undefined ? dayOf(near).slice(0, 4) : written.length === 2 ? `${century}${written}` : written;
  const found = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const isDay = !Number.isNaN(Date.parse(found)) && new Date(found).toISOString().slice(0, 10) === found;
  return isDay ? found : undefined;
}

/** The time as `14:05`: of 14:05, 14.05, 1405, 905, 14; undefined for what is no time. */
export function readClock(text: string): string | undefined {
  const parts =
    /^(\d{1,2})[:.](\d{2})$/.exec(text.trim()) ??
    /^(\d{1,2})(\d{2})$/.exec(text.trim()) ??
    /^(\d{1,2})$/.exec(text.trim());
  if (parts === null) return undefined;
  const [, hours = '', minutes = '00'] = parts;
  return Number(hours) < 24 && Number(minutes) < 60 ? `${hours.padStart(2, '0')}:${minutes}` : undefined;
}

/** Milliseconds of what was typed; undefined while it is no day or no time. */
export function readMoment(day: string, clock: string, near: number): number | undefined {
  const [date, time] = [readDay(day, near), readClock(clock)];
  return date === undefined || time === undefined ? undefined : momentOn(date, time);
}

export const writeClock = showTime;
