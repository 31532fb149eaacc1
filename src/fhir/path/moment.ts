/**
 * Dates and times compared by precision (http://hl7.org/fhirpath/N1/#equality): whether 2012 is before 2012-05 is not
 * known, so the answer is neither true nor false but undefined.
 */
import { lastDay } from '../date.ts';

/** Year, month, day, hour, minute and seconds with their fraction, as many as were written; a time has the last three. */
export interface Moment {
  readonly kind: 'date' | 'time';
  readonly fields: readonly number[];
  /** Minutes from UTC; undefined when none was written. */
  readonly zone: number | undefined;
}

const datePattern =
  /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?(?:T(?:(\d\d)(?::(\d\d)(?::(\d\d(?:\.\d+)?))?)?)?)?(?:(Z)|([+-])(\d\d):(\d\d))?$/;
const timePattern = /^T?(\d\d)(?::(\d\d)(?::(\d\d(?:\.\d+)?))?)?$/;

/** Undefined for what is no date, dateTime, instant or time. */
export function momentOf(text: string): Moment | undefined {
  const date = datePattern.exec(text);
  if (date) {
    const fields = date
      .slice(1, 7)
      .filter((one) => one !== undefined)
      .map(Number);
    const [, , , , , , , utc, sign, hours, minutes] = date;
    const zone = utc
      ? 0
      : sign
        ? (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes))
        : undefined;
    return isPossible(fields) ? { kind: 'date', fields, zone } : undefined;
  }
  const time = timePattern.exec(text);
  if (!time) return undefined;
  const fields = time
    .slice(1)
    .filter((one) => one !== undefined)
    .map(Number);
  const [hour = 0, minute = 0, second = 0] = fields;
  return hour < 24 && minute < 60 && second < 61 ? { kind: 'time', fields, zone: undefined } : undefined;
}

function isPossible([
  year = 0,
  month = 1,
  day = 1,
  hour = 0,
  minute = 0,
  second = 0,
]: readonly number[]): boolean {
  return (
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= lastDay(year, month) &&
    hour < 25 &&
    minute < 60 &&
    second < 61
  );
}

/** Below 0, 0 or above 0; undefined when their precision does not tell, or when one is a date and the other a time. */
export function compareMoments(left: Moment, right: Moment): number | undefined {
  if (left.kind !== right.kind) return undefined;
  const zones = [left.zone, right.zone].filter((zone) => zone !== undefined).length;
  if (zones === 1 && left.kind === 'date') return compareMixed(left, right);
  const [one, other] =
    zones === 2 && left.zone !== right.zone ? [inUtc(left), inUtc(right)] : [left.fields, right.fields];
  const shared = Math.min(one.length, other.length);
  for (let n = 0; n < shared; n++) {
    const difference = (one[n] ?? 0) - (other[n] ?? 0);
    if (difference !== 0) return difference;
  }
  return one.length === other.length ? 0 : undefined;
}

/** A day without a zone may be that of any place, so only what is apart in all of them has an order. */
function compareMixed(left: Moment, right: Moment): number | undefined {
  const [one, other] = [spanOf(left), spanOf(right)];
  return one.high <= other.low ? -1 : one.low >= other.high ? 1 : undefined;
}

/** Milliseconds since 1970, in UTC. */
function spanOf(moment: Moment): { readonly low: number; readonly high: number } {
  const [year = 0, month, day, hour, minute, second] = inUtc(moment);
  const at = (y: number, mo = 1, d = 1, h = 0, mi = 0, s = 0) =>
    utcDate(y, mo, d, h, mi).getTime() + s * 1000;
  const low = at(year, month, day, hour, minute, second);
  const high =
    month === undefined
      ? at(year + 1)
      : day === undefined
        ? at(year, month + 1)
        : low +
          (hour === undefined
            ? 86_400_000
            : minute === undefined
              ? 3_600_000
              : second === undefined
                ? 60_000
                : 1);
  return moment.zone === undefined
    ? { low: low - 14 * 3_600_000, high: high + 12 * 3_600_000 }
    : { low, high };
}

function inUtc({ fields, zone = 0 }: Moment): readonly number[] {
  const [year = 0, month = 1, day = 1, hour, minute = 0, second = 0] = fields;
  if (hour === undefined || zone === 0) return fields;
  const at = utcDate(year, month, day, hour, minute - zone);
  const moved = [
    at.getUTCFullYear(),
    at.getUTCMonth() + 1,
    at.getUTCDate(),
    at.getUTCHours(),
    at.getUTCMinutes(),
    second,
  ];
  return moved.slice(0, fields.length);
}

/** Fields may be beyond their range: minute 75 is in the next hour. */
function utcDate(year: number, month: number, day: number, hour: number, minute: number): Date {
  const at = new Date(0);
  at.setUTCFullYear(year, month - 1, day);
  at.setUTCHours(hour, minute);
  return at;
}

/** The same text for the same moment, for sets of them. */
export function momentKey(moment: Moment): string {
  return `${moment.kind === 'time' ? 'T' : ''}${inUtc(moment).join('-')}`;
}

// ---------------------------------------------------------------- adding

const monthsOf: Readonly<Record<string, number>> = { year: 12, month: 1 };
const millisecondsOf: Readonly<Record<string, number>> = {
  week: 7 * 86_400_000,
  day: 86_400_000,
  hour: 3_600_000,
  minute: 60_000,
  second: 1000,
  millisecond: 1,
};
const unitOfPrecision = ['year', 'month', 'day', 'hour', 'minute', 'second'];

/** A date with an amount of calendar units added, in the precision it was written in; undefined for another unit. */
export function addTime(text: string, amount: number, unit: string): string | undefined {
  const moment = momentOf(text);
  if (!moment || moment.kind === 'time') return undefined;
  const { fields } = moment;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = fields;
  const months = monthsOf[unit];
  let at: Date;
  if (months !== undefined) {
    const all = year * 12 + month - 1 + Math.trunc(amount) * months;
    const [newYear, newMonth] = [Math.floor(all / 12), (((all % 12) + 12) % 12) + 1];
    at = utcDate(newYear, newMonth, Math.min(day, lastDay(newYear, newMonth)), hour, minute);
    at.setUTCMilliseconds(Math.round(second * 1000));
  } else {
    const step = millisecondsOf[unit];
    if (step === undefined) return undefined;
    at = utcDate(year, month, day, hour, minute);
    // A part of a unit above seconds is dropped, and so is what is less than the last unit written.
    const least = millisecondsOf[unitOfPrecision[Math.max(2, fields.length - 1)] ?? 'day'] ?? 1;
    const units = step > 1000 ? Math.trunc(amount) : amount;
    const whole = fields.length === 6 ? units * step : Math.trunc((units * step) / least) * least;
    at.setTime(at.getTime() + Math.round(second * 1000) + whole);
  }
  if (!Number.isFinite(at.getTime()) || at.getUTCFullYear() < 1 || at.getUTCFullYear() > 9999)
    return undefined;
  const lengths = [4, 7, 10, 13, 16, /\.\d/.test(text) || at.getUTCMilliseconds() !== 0 ? 23 : 19];
  const zone = /T.*(Z|[+-]\d\d:\d\d)$/.exec(text)?.[1] ?? '';
  return at.toISOString().slice(0, lengths[fields.length - 1]) + zone;
}

// ---------------------------------------------------------------- boundaries

/** The first or last moment a date, dateTime or time may mean, in `digits` of precision (4 year … 17 milliseconds). */
export function boundary(text: string, type: string, high: boolean, digits?: number): string | undefined {
  const moment = momentOf(text);
  if (!moment) return undefined;
  if (moment.kind === 'time') {
    const [hour = 0, minute = high ? 59 : 0, second] = moment.fields;
    const full = `${two(hour)}:${two(minute)}:${seconds(second, high)}`;
    const length = { 2: 2, 4: 5, 6: 8, 9: 12 }[digits ?? 9];
    return length === undefined ? undefined : full.slice(0, length);
  }
  const [year = 0, month = high ? 12 : 1, day = high ? lastDay(year, month) : 1] = moment.fields;
  const [, , , hour = high ? 23 : 0, minute = high ? 59 : 0, second] = moment.fields;
  const full = `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${seconds(second, high)}`;
  const wanted = digits ?? (type === 'date' ? 8 : 17);
  const length = { 4: 4, 6: 7, 8: 10, 10: 13, 12: 16, 14: 19, 17: 23 }[wanted];
  if (length === undefined) return undefined;
  // Where no zone was written, any may be meant: the first is 14 hours ahead of UTC, the last 12 behind it.
  const zone = /T.*(Z|[+-]\d\d:\d\d)$/.exec(text)?.[1] ?? (high ? '-12:00' : '+14:00');
  return full.slice(0, length) + (length > 10 ? zone : '');
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
function seconds(value: number | undefined, high: boolean): string {
  if (value === undefined) return high ? '59.999' : '00.000';
  return Number.isInteger(value)
    ? `${two(value)}.${high ? '999' : '000'}`
    : value.toFixed(3).padStart(6, '0');
}
