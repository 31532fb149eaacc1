/** What one dose is: the shape that every text, every planned time and every check comes from. It is read and written by dose.ts. */
import { dayOf } from '../place-time.ts';
import type { Amount } from './amount.ts';

export type Weekday = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun';

export type When =
  /** At times of day (`08:00`), every day, every so many days, or on some weekdays. */
  | {
      readonly kind: 'clock';
      readonly times: readonly string[];
      readonly everyDays: number;
      readonly weekdays: readonly Weekday[];
    }
  /** Every so many minutes from the beginning. */
  | { readonly kind: 'interval'; readonly minutes: number }
  /** So often in a span of time, without saying when: nothing can be planned of it. */
  | { readonly kind: 'count'; readonly count: number; readonly period: number; readonly unit: string }
  /** Once, at a moment or as soon as can be. */
  | { readonly kind: 'once'; readonly at: number | undefined }
  /** When needed; `times` in 24 hours at most. */
  | {
      readonly kind: 'needed';
      readonly times: number | undefined;
      readonly minutesBetween: number | undefined;
      readonly reason: string;
    }
  /** Without a break: an infusion. */
  | { readonly kind: 'continuous' }
  | { readonly kind: 'unknown' };

/** What holds for one span of time; several in sequence are a taper, or an infusion whose rate changes. */
export interface Step {
  readonly amount: Amount | undefined;
  /** The amount may be chosen up to this. */
  readonly upTo: Amount | undefined;
  /** Of an infusion: `ml/time`. */
  readonly rate: Amount | undefined;
  readonly when: When;
  /** Most that may be given in 24 hours. */
  readonly most: Amount | undefined;
  readonly from: number | undefined;
  /** The first moment at which it does not hold any more. */
  readonly until: number | undefined;
}

export interface Dose {
  readonly steps: readonly Step[];
  readonly route: string;
  /** What the source wrote, for when there is no structure. */
  readonly text: string;
}

export function isInfusion({ steps }: Dose): boolean {
  return steps.some(({ rate, when }) => rate !== undefined || when.kind === 'continuous');
}

/** The step that holds at a moment; else the next one; else the last one. */
export function stepAt({ steps }: Dose, at: number): Step | undefined {
  return (
    steps.find(({ from, until }) => (from ?? -Infinity) <= at && at < (until ?? Infinity)) ??
    steps.find(({ from }) => (from ?? -Infinity) > at) ??
    steps.at(-1)
  );
}

/** Whether each step begins where the one before it ends. */
export function isSequence({ steps }: Dose): boolean {
  return (
    steps.length > 1 &&
    steps.every(({ from }, index) => index === 0 || (from !== undefined && from === steps[index - 1]?.until))
  );
}

/** The day on which an order begins to be planned, for every second day and the like. */
export function firstDay(step: Step, ordered: number | undefined): string | undefined {
  const first = step.from ?? ordered;
  return first === undefined ? undefined : dayOf(first);
}
