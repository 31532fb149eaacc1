/**
 * When the doses of an order are planned. Times of day are those of the clock on the wall, also over a change to summer time; "every
 * eighth hour" is eight hours that pass. What is given when needed is not planned.
 */
import { addDays, dayOf, daysFrom, momentOn } from '../place-time.ts';
import { add, divide, decimalOf, multiply } from './decimal.ts';
import { convert, type Amount } from './amount.ts';
import { firstDay, type Dose, type Step, type Weekday } from './step.ts';

export interface Planned {
  readonly at: number;
  readonly step: Step;
}

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const weekdays: readonly Weekday[] = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
// A month of a dose every minute; more was asked for by a mistake.
const plannedMax = 45_000;

/** The planned moments within [from, to], in order; never before the order was written (`ordered`) nor outside of its bounds. */
export function plannedIn(
  dose: Dose,
  ordered: number | undefined,
  from: number,
  to: number,
): readonly Planned[] {
  return dose.steps
    .flatMap((step) => timesOf(step, ordered, from, to).map((at) => ({ at, step })))
    .sort((a, b) => a.at - b.at)
    .slice(0, plannedMax);
}

function timesOf(step: Step, ordered: number | undefined, from: number, to: number): readonly number[] {
  const begin = Math.max(step.from ?? -Infinity, ordered ?? -Infinity);
  const start = Math.max(from, begin);
  const isWithin = (at: number) => at >= start && at <= to && at < (step.until ?? Infinity);
  const end = Math.min(to, step.until ?? to);
  const { when } = step;
  switch (when.kind) {
    case 'clock':
      return clockTimes(when, firstDay(step, ordered), start, end).filter(isWithin);
    case 'interval': {
      if (!Number.isFinite(begin)) return [];
      const every = when.minutes * minuteMs;
      const found: number[] = [];
      for (let at = begin + Math.ceil((start - begin) / every) * every; at <= end; at += every)
        if (found.length < plannedMax) found.push(at);
        else break;
      return found.filter(isWithin);
    }
    case 'once': {
      // The first dose may be written as due a moment before the order is signed.
      const at = when.at ?? begin;
      return Number.isFinite(at) && at >= from && at <= to ? [at] : [];
    }
    case 'count':
    case 'needed':
    case 'continuous':
    case 'unknown':
      return [];
  }
}

function clockTimes(
  { times, everyDays, weekdays: wanted }: Extract<Step['when'], { kind: 'clock' }>,
  first: string | undefined,
  start: number,
  end: number,
): number[] {
  const found: number[] = [];
  if (end < start || (end - start) / dayMs > plannedMax) return found;
  const last = dayOf(end);
  for (let day = dayOf(start); day <= last; day = addDays(day, 1)) {
    if (everyDays > 1 && first !== undefined && daysFrom(first, day) % everyDays !== 0) continue;
    if (wanted.length > 0 && !wanted.includes(weekdays[new Date(day).getUTCDay()] ?? 'sun')) continue;
    for (const clock of times) found.push(momentOn(day, clock));
  }
  return found;
}

/** What is given in 24 hours: of a dose given when needed, the most that may be. undefined when that is not said, or has no exact answer. */
export function amountOfDay({ amount, upTo, when, most, rate }: Step): Amount | undefined {
  if (when.kind === 'needed') return most ?? times(upTo ?? amount, when.times);
  if (rate !== undefined) return perDay(rate);
  const each = upTo ?? amount;
  switch (when.kind) {
    case 'clock':
      // On the days when it is given.
      return times(each, when.times.length);
    case 'interval':
      return times(each, 1440, when.minutes);
    case 'count':
      return when.unit === 'd' ? times(each, when.count, when.period) : each;
    case 'once':
      return each;
    case 'continuous':
    case 'unknown':
      return undefined;
  }
}

/** How many doses in 24 hours; undefined when nothing says it. */
export function dosesOfDay({ when }: Step): number | undefined {
  switch (when.kind) {
    case 'clock':
      return when.times.length;
    case 'interval':
      return 1440 / when.minutes;
    case 'count':
      return when.unit === 'd' ? when.count / when.period : undefined;
    case 'once':
      return 1;
    case 'needed':
      return when.times;
    case 'continuous':
    case 'unknown':
      return undefined;
  }
}

/** The sum, in the unit of the first; undefined when they are of different kinds. */
export function sumOf(amounts: readonly Amount[]): Amount | undefined {
  const [first, ...others] = amounts;
  if (first === undefined) return undefined;
  let sum = first;
  for (const other of others) {
    const same = convert(other, sum.unit);
    if (same === undefined) return undefined;
    sum = { value: add(sum.value, same.value), unit: sum.unit };
  }
  return sum;
}

function times(amount: Amount | undefined, count: number | undefined, divisor = 1): Amount | undefined {
  const [factor, by] = [decimalOf(count), decimalOf(divisor)];
  if (amount === undefined || factor === undefined || by === undefined) return undefined;
  const value = divide(multiply(amount.value, factor), by);
  return value === undefined ? undefined : { value, unit: amount.unit };
}

/** 80 ml/time is 1920 ml; a rate by weight is not known without the weight. */
function perDay({ value, unit }: Amount): Amount | undefined {
  const [of = '', per = '', ...more] = unit.split('/');
  const perDayCount = /^(time|t|h)$/.test(per)
    ? 24
    : per === 'min'
      ? 1440
      : per === 'd' || per === 'døgn'
        ? 1
        : undefined;
  return more.length > 0 ? undefined : times({ value, unit: of }, perDayCount);
}
