/** Points, score, and what the score asks for. A partial set is never a score, and a table that does not fit gives none. */
import {
  measurements,
  type Call,
  type Counted,
  type EarlyWarningTable,
  type Measured,
  type Measurement,
  type Response,
  type Scale,
} from './table.ts';

/** What a doctor decided for one patient (`plan.ts` has its shape in FHIR). */
export interface Adjustment {
  /** Values that are accepted: no points between low and high. */
  readonly accepted: { readonly [M in Counted]?: { readonly low?: number; readonly high?: number } };
  readonly saturationScale: 1 | 2;
  /** Measured so often, for as long as the score is at most `scoreMax`; above it the table's interval holds again. */
  readonly interval?: { readonly minutes: number; readonly scoreMax: number };
  /** Milliseconds. */
  readonly from: number;
  readonly until: number;
}

export type Points = { readonly [M in Measurement]?: number };

export type EarlyWarning =
  | {
      readonly kind: 'score';
      readonly score: number;
      readonly points: Points;
      /** Measurements that alone give the points of the table's `single`. */
      readonly single: readonly Measurement[];
      readonly call: Call;
      readonly continuous: boolean;
      /** Minutes to the next set: `table` without the doctor's plan, `minutes` with it. */
      readonly minutes: number;
      readonly tableMinutes: number;
    }
  | {
      readonly kind: 'incomplete';
      readonly points: Points;
      readonly sum: number;
      readonly missing: readonly Measurement[];
    }
  | { readonly kind: 'none'; readonly why: 'age' | 'pregnancy' | 'table' };

export interface Patient {
  /** Whole years; undefined: not known, taken for an adult. */
  readonly years?: number | undefined;
  readonly pregnant?: boolean;
}

/** Why a table is not for this patient. */
export function whyNotScored(table: EarlyWarningTable, { years, pregnant }: Patient) {
  if (!table.complete) return 'table';
  if (years !== undefined && years < table.yearsMin) return 'age';
  return pregnant === true && !table.forPregnant ? 'pregnancy' : undefined;
}

export function earlyWarning(
  table: EarlyWarningTable,
  measured: Measured,
  patient: Patient = {},
  adjustment?: Adjustment,
): EarlyWarning {
  const why = whyNotScored(table, patient);
  if (why !== undefined) return { kind: 'none', why };
  const points = pointsOf(table, measured, adjustment);
  const sum = sumOf(points);
  const missing = measurements.filter((each) => points[each] === undefined);
  if (missing.length > 0) return { kind: 'incomplete', points, sum, missing };
  const response = responseTo(table, points);
  const { interval } = adjustment ?? {};
  // What the table would ask without the doctor's bands, when the plan has run out.
  const plain = responseTo(table, pointsOf(table, measured, undefined));
  return {
    kind: 'score',
    score: sum,
    points,
    single: measurements.filter((each) => points[each] === table.single?.points),
    call: response.call,
    continuous: response.continuous === true,
    minutes: interval !== undefined && sum <= interval.scoreMax ? interval.minutes : response.minutes,
    tableMinutes: plain.minutes,
  };
}

/**
 * When the next set is due, in milliseconds. What a doctor decided counts to the end of the plan and no longer: what the table
 * alone would ask for is due then at the latest.
 */
export function nextDue(
  answer: { readonly minutes: number; readonly tableMinutes: number },
  at: number,
  adjustment?: Pick<Adjustment, 'until'>,
): number {
  const planned = at + answer.minutes * minuteMs;
  if (adjustment === undefined) return planned;
  return Math.min(planned, Math.max(adjustment.until, at + answer.tableMinutes * minuteMs));
}
const minuteMs = 60_000;

/** Whether a plan counts at a moment. */
export function isInForce({ from, until }: Pick<Adjustment, 'from' | 'until'>, at: number): boolean {
  return from <= at && at < until;
}

export function pointsOf(table: EarlyWarningTable, measured: Measured, adjustment?: Adjustment): Points {
  const points: { [M in Measurement]?: number } = {};
  for (const each of measurements) {
    if (each === 'consciousness') {
      const letter = measured.consciousness;
      if (letter !== undefined && table.consciousness) points.consciousness = table.consciousness[letter];
      continue;
    }
    const value = measured[each];
    const scale = scaleOf(table, each, measured.oxygen, adjustment?.saturationScale);
    if (value === undefined || scale === undefined) continue;
    points[each] = isAccepted(value, adjustment?.accepted[each]) ? 0 : pointsOn(scale, value);
  }
  return points;
}

/** The scale that a measurement is read on; of scale 2 only when it is known whether the patient gets oxygen. */
function scaleOf(
  table: EarlyWarningTable,
  measurement: Counted,
  oxygen: number | undefined,
  saturationScale: 1 | 2 = 1,
): Scale | undefined {
  if (measurement !== 'saturation' || saturationScale === 1) return table.scales[measurement];
  if (oxygen === undefined) return undefined;
  return oxygen > 0 ? table.saturationScale2?.onOxygen : table.saturationScale2?.onAir;
}

/** Where a measurement gives no points; an end that is open is left out. */
export function normalBand(
  table: EarlyWarningTable,
  measurement: Counted,
): { readonly low?: number; readonly high?: number } | undefined {
  const scale = table.scales[measurement];
  const at = scale?.bands.findIndex(({ points }) => points === 0) ?? -1;
  if (scale === undefined || at === -1) return undefined;
  const [below, own] = [scale.bands[at - 1]?.upTo, scale.bands[at]?.upTo];
  return {
    ...(below !== undefined && { low: Number((below + scale.step).toFixed(6)) }),
    ...(own !== undefined && { high: own }),
  };
}

/** A value finer than the chart is read as the nearest step; one in the middle as the step that gives more. */
export function pointsOn(scale: Scale, value: number): number {
  if (scale.step === 0) return bandPoints(scale, value);
  // Tenths of a degree are no binary fractions: 38.1 / 0.1 is 381.00000000000006.
  const steps = Number((value / scale.step).toFixed(6));
  const [below, above] = [Math.floor(steps), Math.ceil(steps)].map((one) =>
    bandPoints(scale, Number((one * scale.step).toFixed(6))),
  ) as [number, number];
  const part = steps - Math.floor(steps);
  if (Math.abs(part - 0.5) < 1e-6) return Math.max(below, above);
  return part < 0.5 ? below : above;
}

function bandPoints({ bands }: Scale, value: number): number {
  return bands.find(({ upTo }) => upTo === undefined || value <= upTo)?.points ?? 0;
}

function isAccepted(value: number, range?: { readonly low?: number; readonly high?: number }): boolean {
  if (range === undefined) return false;
  return (range.low === undefined || value >= range.low) && (range.high === undefined || value <= range.high);
}

function sumOf(points: Points): number {
  return Object.values(points).reduce((sum, each) => sum + each, 0);
}

function responseTo(table: EarlyWarningTable, points: Points): Response {
  const sum = sumOf(points);
  const byScore = table.responses.findLast(({ from }) => sum >= from);
  const { single } = table;
  const isSingle = single !== undefined && Object.values(points).includes(single.points);
  if (byScore === undefined) throw new Error(`${table.name} has no response to ${sum}`);
  return isSingle && single.minutes < byScore.minutes ? single : byScore;
}
