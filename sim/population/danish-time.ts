// Instants are milliseconds since the epoch inside the simulator, and become Danish wall time with its offset when they
// are written. The offset changes on the hour only, so it is asked of Intl once for each hour.
import { assert } from '#base/assert.ts';

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

const zone = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Copenhagen', timeZoneName: 'longOffset' });
const offsetMsByHour = new Map<number, number>();

function offsetMs(instant: number): number {
  const hour = Math.floor(instant / hourMs);
  const known = offsetMsByHour.get(hour);
  if (known !== undefined) return known;
  const name = zone.formatToParts(hour * hourMs).find((part) => part.type === 'timeZoneName')?.value ?? 'GMT';
  const match = /^GMT([+-])(\d\d):(\d\d)$/.exec(name);
  const offset =
    match === null
      ? 0
      : (match[1] === '-' ? -1 : 1) * (Number(match[2]) * hourMs + Number(match[3]) * minuteMs);
  offsetMsByHour.set(hour, offset);
  return offset;
}

/** As in 2026-01-15T14:05:00+01:00; to the minute, because that is how people note the time. */
export function danishInstant(instant: number): string {
  assert(Number.isFinite(instant), `not an instant: ${instant}`);
  const minute = Math.floor(instant / minuteMs) * minuteMs;
  const offset = offsetMs(minute);
  const local = new Date(minute + offset).toISOString().slice(0, 19);
  const minutes = Math.abs(offset) / minuteMs;
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${local}${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** As in 2026-01-15. */
export function danishDate(instant: number): string {
  return danishInstant(instant).slice(0, 10);
}

/** As in 14:05. */
export function danishClock(instant: number): string {
  return danishInstant(instant).slice(11, 16);
}

/** The hour of the Danish day with its fraction: 14.5 at half past two. */
export function danishHour(instant: number): number {
  const clock = danishClock(instant);
  return Number(clock.slice(0, 2)) + Number(clock.slice(3)) / 60;
}

/** The instant of a Danish wall time, `days` after the Danish day of `around`. */
export function atDanish(around: number, clock: string, days = 0): number {
  const midnight = Date.parse(`${danishDate(around)}T00:00:00Z`) + days * dayMs;
  const wall = midnight + Number(clock.slice(0, 2)) * hourMs + Number(clock.slice(3)) * minuteMs;
  // The offset of the result is what counts; asked twice, because the first guess may lie on the other side of a change.
  const guess = wall - offsetMs(wall);
  return wall - offsetMs(guess);
}

/** Which of the planned clock times of a day fall in a span of time, in order. */
export function clockTimesWithin(clocks: readonly string[], from: number, to: number): number[] {
  const found: number[] = [];
  for (let days = 0; atDanish(from, '00:00', days) <= to; days++) {
    for (const clock of clocks) {
      const instant = atDanish(from, clock, days);
      if (instant >= from && instant <= to) found.push(instant);
    }
  }
  return found.toSorted((a, b) => a - b);
}
