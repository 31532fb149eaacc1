/**
 * FHIR's dates (http://hl7.org/fhir/R4/datatypes.html#dateTime) as spans of time: a date of lower precision is the whole
 * day, month or year (http://hl7.org/fhir/R4/search.html#date).
 */

/** Milliseconds since 1970 in UTC; `high` is the first moment after the span. */
export interface TimeSpan {
  readonly low: number;
  readonly high: number;
}
export const beginningOfTime = -8.64e15;
export const endOfTime = 8.64e15;

const pattern =
  /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?)?)?$/;
const daysInMonth = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * The span of a date, dateTime or instant; undefined when it is none (30 February, hour 25, …). A date without a zone
 * is a day of the region (Europe/Copenhagen): what a clinician means by "the 15th".
 */
export function timeSpan(text: string): TimeSpan | undefined {
  // A resource says the same moment several times, and each is looked at when it is judged and when it is indexed.
  if (spans.has(text)) return spans.get(text);
  const span = readSpan(text);
  if (text.length <= spanLettersMax) {
    if (spans.size >= spansKept) spans.clear();
    spans.set(text, span);
  }
  return span;
}
const spans = new Map<string, TimeSpan | undefined>();
/** 100 kB. */
const spansKept = 1000;
const spanLettersMax = 40;

function readSpan(text: string): TimeSpan | undefined {
  const match = pattern.exec(text);
  if (!match) return undefined;
  const [, years, months, days, hours, minutes, seconds, fraction, zone] = match;
  const year = Number(years);
  const month = months === undefined ? 1 : Number(months);
  const day = days === undefined ? 1 : Number(days);
  if (month < 1 || month > 12 || day < 1 || day > lastDay(year, month)) return undefined;
  if (hours === undefined) {
    const [nextYear, nextMonth, nextDay] =
      months === undefined
        ? [year + 1, 1, 1]
        : days === undefined
          ? [year, month + 1, 1]
          : [year, month, day + 1];
    return { low: startOfDay(year, month, day), high: startOfDay(nextYear, nextMonth, nextDay) };
  }
  // A leap second (60) is allowed by the standard and counted as the first moment of the next minute.
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds ?? 0) > 60) return undefined;
  const milliseconds = fraction === undefined ? 0 : Math.floor(Number(fraction) * 1000);
  const local =
    utc(year, month, day) + (Number(hours) * 60 + Number(minutes)) * 60_000 + Number(seconds ?? 0) * 1000;
  const offset = zone === undefined ? zoneOffset(local) : zone === 'Z' ? 0 : zoneMs(zone);
  if (offset === undefined) return undefined;
  const low = local + milliseconds - offset;
  const width =
    seconds === undefined
      ? 60_000
      : fraction === undefined
        ? 1000
        : fraction.length === 2
          ? 100
          : fraction.length === 3
            ? 10
            : 1;
  return { low, high: low + width };
}

function zoneMs(zone: string): number | undefined {
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(4, 6))];
  return hours > 14 || minutes > 59
    ? undefined
    : (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

export function lastDay(year: number, month: number): number {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return month === 2 && leap ? 29 : (daysInMonth[month - 1] ?? 0);
}

function utc(year: number, month: number, day: number): number {
  // Date.UTC takes the years 0 to 99 for 1900 to 1999.
  return year < 100 ? new Date(0).setUTCFullYear(year, month - 1, day) : Date.UTC(year, month - 1, day);
}

function startOfDay(year: number, month: number, day: number): number {
  const local = utc(year, month, day);
  return local - zoneOffset(local);
}

const zoneFormat = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/Copenhagen',
  timeZoneName: 'longOffset',
  year: 'numeric',
});
/** By month, NaN where it changes within; and by hour, for those. */
const monthOffsets = new Map<number, number>();
const hourOffsets = new Map<number, number>();
const offsetsKept = 20_000;

/**
 * The region's offset from UTC, in ms, at a local time. Intl costs 2 µs a call, so months in which it stays the same are
 * remembered, and the hours of the others.
 */
export function zoneOffset(localMs: number): number {
  const date = new Date(localMs);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() + 1];
  const ofMonth = remembered(monthOffsets, 12 * year + month, () => {
    const [first, last] = [offsetAt(utc(year, month, 1)), offsetAt(utc(year, month + 1, 1))];
    return first === last ? first : Number.NaN;
  });
  return Number.isNaN(ofMonth)
    ? remembered(hourOffsets, Math.floor(localMs / 3_600_000), () => offsetAt(localMs))
    : ofMonth;
}

function remembered(offsets: Map<number, number>, key: number, reckon: () => number): number {
  let offset = offsets.get(key);
  if (offset === undefined) {
    offset = reckon();
    if (offsets.size >= offsetsKept) offsets.clear();
    offsets.set(key, offset);
  }
  return offset;
}

function offsetAt(localMs: number): number {
  const at = (ms: number) => {
    const found = /GMT([+-])(\d{2}):(\d{2})(?::(\d{2}))?/.exec(zoneFormat.format(ms));
    return found
      ? (found[1] === '-' ? -1 : 1) *
          (Number(found[2]) * 3600 + Number(found[3]) * 60 + Number(found[4] ?? 0)) *
          1000
      : 0;
  };
  return at(localMs - at(localMs));
}

/** Whether a text is a FHIR `date`, `dateTime` or `instant`; returns what is wrong with it, or undefined. */
export function whyNotDate(kind: 'date' | 'dateTime' | 'instant', text: string): string | undefined {
  const isReal = timeSpan(text) !== undefined;
  if (!isReal && !pattern.test(text)) return `expected a ${kind} such as ${exampleOf[kind]}`;
  const hasTime = text.length > dayLength;
  const hasSeconds = text.charAt(minuteLength) === ':';
  const hasZone = hasTime && (text.endsWith('Z') || signs.includes(text.charAt(text.length - zoneLength)));
  if (kind === 'date' && hasTime) return 'expected a date without a time';
  if (kind === 'instant' && (!hasTime || !hasSeconds || !hasZone))
    return `expected an instant such as ${exampleOf.instant}`;
  if (kind === 'dateTime' && hasTime && !hasZone) return 'a time needs a zone, such as +01:00 or Z';
  if (kind === 'dateTime' && hasTime && !hasSeconds) return 'a time needs seconds';
  return isReal ? undefined : 'there is no such day or time';
}
const dayLength = '2026-01-15'.length;
const minuteLength = '2026-01-15T14:05'.length;
const zoneLength = '+01:00'.length;
const signs = '+-';
const exampleOf = {
  date: '2026-01-15',
  dateTime: '2026-01-15T14:05:00+01:00',
  instant: '2026-01-15T14:05:00.000+01:00',
};
