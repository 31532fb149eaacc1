/**
 * A fluid balance over the hours, shifts and days of the place. What nobody measured is no nought: a sum of nothing is undefined. A day
 * begins with its first shift (day.json) and has 23, 24 or 25 hours. The sum of parts is the sum of the whole, always.
 */
import type { Json } from '../json.ts';
import { addDays, dayOf, momentOn } from '../place-time.ts';
import json from './day.json' with { type: 'json' };
import type { Infused } from './infusion.ts';
import { isFluid, readFluid, type FluidEntry } from './kinds.ts';

const hourMs = 3_600_000;

/** From and until, milliseconds since 1970; until is no part of it. */
export interface Span {
  readonly from: number;
  readonly until: number;
}

export interface FluidDay extends Span {
  /** 2026-01-15: the day on which it begins. */
  readonly day: string;
  readonly shifts: readonly (Span & { readonly id: string; readonly hours: readonly Span[] })[];
}

const first = json.shifts[0]?.from ?? '00:00';

/** The fluid day that begins on a day of the place. */
export function fluidDay(day: string): FluidDay {
  const starts = json.shifts.map(({ from }) => momentOn(from < first ? addDays(day, 1) : day, from));
  const until = momentOn(addDays(day, 1), first);
  return {
    day,
    from: starts[0] ?? until,
    until,
    shifts: json.shifts.map(({ id }, index) => {
      const from = starts[index] ?? until;
      const end = starts[index + 1] ?? until;
      return { id, from, until: end, hours: hoursOf(from, end) };
    }),
  };
}

/** The day on which the fluid day of a moment begins. */
export function fluidDayAt(ms: number): string {
  const today = dayOf(ms);
  return ms < momentOn(today, first) ? addDays(today, -1) : today;
}

function hoursOf(from: number, until: number): Span[] {
  const hours: Span[] = [];
  for (let at = from; at < until; at += hourMs) hours.push({ from: at, until: Math.min(at + hourMs, until) });
  return hours;
}

/** The entries that count; and how many cannot be read, which is told beside the sums. */
export function entriesOf(observations: readonly Json[]): {
  readonly entries: readonly FluidEntry[];
  readonly unread: number;
} {
  const counted = observations.filter((one) => isFluid(one) && one['status'] !== 'entered-in-error');
  const entries = counted.flatMap((one) => {
    const read = readFluid(one);
    return 'entry' in read ? [read.entry] : [];
  });
  return { entries, unread: counted.length - entries.length };
}

/** Sums of a span in thousandths of a ml; undefined: not measured. */
export interface Sums {
  readonly byKind: Readonly<Record<string, number>>;
  /** What infusions gave, computed from their rate and part of `in`. */
  readonly infused: number | undefined;
  readonly in: number | undefined;
  readonly out: number | undefined;
  /** In less out, once either was measured; whether both were is seen from them. */
  readonly balance: number | undefined;
}

export function sumsOf(entries: readonly FluidEntry[], infused: readonly Infused[], span: Span): Sums {
  const byKind: Record<string, number> = {};
  let [given, lost]: [number?, number?] = [];
  for (const { kind, milli, at } of entries) {
    if (at < span.from || at >= span.until) continue;
    byKind[kind.id] = (byKind[kind.id] ?? 0) + milli;
    if (kind.side === 'in') given = (given ?? 0) + milli;
    else lost = (lost ?? 0) + milli;
  }
  const parts = infused.flatMap((one) => one.within(span) ?? []);
  const computed = parts.length === 0 ? undefined : parts.reduce((sum, part) => sum + part, 0);
  const all = computed === undefined ? given : (given ?? 0) + computed;
  return {
    byKind,
    infused: computed,
    in: all,
    out: lost,
    balance: all === undefined && lost === undefined ? undefined : (all ?? 0) - (lost ?? 0),
  };
}
