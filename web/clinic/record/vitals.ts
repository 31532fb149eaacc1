import type { Observation } from '@medplum/fhirtypes';
import { normalBand, whyNotScored } from '../../../src/fhir/early-warning/score.ts';
import type { Point } from '../../parts/sparkline.tsx';
import { hasCode, wordsOf } from './coding.ts';
import { tableInForce } from './early-warning.ts';
import { isEws } from './ews.ts';
import { numberOf, takenAt } from './results.ts';

// The curves of the overview. The bands are where the early-warning table gives no point, drawn as a background and
// not used to judge anything. They are an adult's: a newborn breathes 50 times a minute and is well.

export type VitalKind =
  | 'respiration'
  | 'saturation'
  | 'oxygen'
  | 'bloodPressure'
  | 'pulse'
  | 'temperature'
  | 'consciousness'
  | 'weight'
  | 'height';

const codes: Readonly<Record<VitalKind, readonly string[]>> = {
  respiration: ['9279-1'],
  saturation: ['59408-5', '2708-6'],
  oxygen: ['3151-8'],
  bloodPressure: ['85354-9', '55284-4'],
  pulse: ['8867-4'],
  temperature: ['8310-5'],
  consciousness: ['67775-7'],
  weight: ['29463-7'],
  height: ['8302-2'],
};

const counted = {
  respiration: 'respiration',
  saturation: 'saturation',
  bloodPressure: 'systolic',
  pulse: 'pulse',
  temperature: 'temperature',
} as const;

export const curveKinds = ['respiration', 'saturation', 'bloodPressure', 'pulse', 'temperature'] as const;
export type CurveKind = (typeof curveKinds)[number];

/** Measurements of one kind, oldest first. */
export function vitalsOf(observations: readonly Observation[], kind: VitalKind): readonly Observation[] {
  return observations
    .filter((each) => hasCode(each.code, ...codes[kind]) && each.status !== 'entered-in-error')
    .sort((a, b) => takenAt(a) - takenAt(b));
}

export function pointsOf(observations: readonly Observation[]): readonly Point[] {
  return observations.flatMap((each) => {
    const value = numberOf(each);
    return value === undefined ? [] : [{ at: takenAt(each), value }];
  });
}

/** Where the table in force gives no point; whom it is not for has no bands. */
export function bandOf(
  kind: VitalKind,
  years: number | undefined,
): { readonly low?: number; readonly high?: number } | undefined {
  const table = tableInForce();
  if (!(kind in counted) || whyNotScored(table, { years }) !== undefined) return undefined;
  return normalBand(table, counted[kind as keyof typeof counted]);
}

export function isOutside(kind: VitalKind, observation: Observation, years: number | undefined): boolean {
  const band = bandOf(kind, years);
  const value = numberOf(observation);
  if (band === undefined || value === undefined) return false;
  return (band.low !== undefined && value < band.low) || (band.high !== undefined && value > band.high);
}

/** The span to show: the last 48 hours, or, when nothing was measured then, the newest stretch there is. */
export function vitalsSpan(
  observations: readonly Observation[],
  now: number,
): { readonly from: number; readonly to: number; readonly recent: boolean } {
  const hours48 = 48 * 3_600_000;
  const known = Object.values(codes).flat();
  const times = observations.filter((each) => isEws(each) || hasCode(each.code, ...known)).map(takenAt);
  const newest = Math.max(0, ...times);
  if (newest === 0 || newest > now - hours48) return { from: now - hours48, to: now, recent: true };
  // Measurements of years: the newest dozen visits are what a curve can say something about.
  const sorted = [...new Set(times)].sort((a, b) => b - a);
  return { from: sorted[Math.min(11, sorted.length - 1)] ?? newest, to: newest, recent: false };
}

/** The newest of everything that has no curve: consciousness, weight, height, and what a foreign source measures. */
export function newestOfOthers(observations: readonly Observation[]): readonly Observation[] {
  const curved = [...curveKinds, 'oxygen' as const].flatMap((kind) => codes[kind]);
  const newest = new Map<string, Observation>();
  for (const each of observations) {
    if (isEws(each) || hasCode(each.code, ...curved) || each.status === 'entered-in-error') continue;
    const name = wordsOf(each.code);
    const before = newest.get(name);
    if (before === undefined || takenAt(each) > takenAt(before)) newest.set(name, each);
  }
  return [...newest.values()].sort((a, b) => takenAt(b) - takenAt(a));
}
