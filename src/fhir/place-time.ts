/**
 * The clock of the place: days and times of day in Denmark, whatever the time zone of the computer, also over a change to summer
 * time. A moment is milliseconds since 1970 in UTC; a day is `2026-01-15`; a clock time is `08:00` or `08:00:00`.
 */
const zone = 'Europe/Copenhagen';
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const wall = new Intl.DateTimeFormat('sv-SE', {
  timeZone: zone,
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});

// The offset changes on the hour only; a chart asks for thousands of moments within a few days.
const offsetsMax = 5_000;
const offsetMsByHour = new Map<number, number>();

/** Milliseconds that the clock of the place is ahead of UTC. */
function offsetAt(ms: number): number {
  const hour = Math.floor(ms / hourMs);
  const known = offsetMsByHour.get(hour);
  if (known !== undefined) return known;
  const offset = Date.parse(`${wall.format(hour * hourMs).replace(' ', 'T')}Z`) - hour * hourMs;
  if (offsetMsByHour.size >= offsetsMax) offsetMsByHour.clear();
  offsetMsByHour.set(hour, offset);
  return offset;
}

/** The day of the place, as a text that can be compared: 2026-01-15. */
export function dayOf(ms: number): string {
  return new Date(ms + offsetAt(ms)).toISOString().slice(0, 10);
}

/** 14:05:09 */
export function clockOf(ms: number): string {
  return new Date(ms + offsetAt(ms)).toISOString().slice(11, 19);
}

/** The moment of a clock time on a day of the place. A time that is left out in spring is the one that the clock shows an hour later. */
export function momentOn(day: string, clock: string): number {
  const asIfUtc = Date.parse(`${day}T${clock.length === 5 ? `${clock}:00` : clock}Z`);
  const first = asIfUtc - offsetAt(asIfUtc);
  return asIfUtc - offsetAt(first);
}

/** The day after (or, negative, before) a day: 2026-01-31 + 1 = 2026-02-01. */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(day) + days * dayMs).toISOString().slice(0, 10);
}

/** Whole days from one day to another. */
export function daysFrom(day: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(day)) / dayMs);
}

/** With the offset of the place, as FHIR writes it: 2026-01-15T14:05:00+01:00 */
export function fhirMoment(ms: number): string {
  const minutes = Math.round(offsetAt(ms) / 60_000);
  const sign = minutes < 0 ? '-' : '+';
  const two = (value: number) => String(Math.floor(Math.abs(value))).padStart(2, '0');
  return `${dayOf(ms)}T${clockOf(ms)}${sign}${two(minutes / 60)}:${two(minutes % 60)}`;
}

/** Milliseconds of a FHIR dateTime; undefined for nothing and for what is no date. */
export function instantOf(text: unknown): number | undefined {
  if (typeof text !== 'string') return undefined;
  const value = Date.parse(text);
  return Number.isNaN(value) ? undefined : value;
}
