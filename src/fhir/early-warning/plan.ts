/**
 * The doctor's adjusted plan as a CarePlan (docs/how/clinical-shapes.md, decision 16): accepted bands are targets of a Goal in it, the
 * interval and the saturation scale are its activities. Read with no trust: it may come from any program.
 */
import { isObject, type Json } from '../json.ts';
import { codeOf, codesOf, list, loinc, ownSystem, scoreCode, scoreSystem } from './observe.ts';
import { limits } from './plausible.ts';
import { isInForce, normalBand, type Adjustment } from './score.ts';
import type { Counted, EarlyWarningTable } from './table.ts';

export const planCategory = { system: ownSystem, code: 'adjusted-plan' } as const;
export const intervalCode = 'interval';
export const scale2Code = 'saturation-scale-2';
/** A plan that counts for longer is asked about. */
const planDaysUsual = 7;

const adjustable = ['respiration', 'saturation', 'systolic', 'pulse', 'temperature'] as const;
export type Adjustable = (typeof adjustable)[number];
export const adjustableMeasurements: readonly Adjustable[] = adjustable;

export interface PlanFault {
  readonly at: string;
  readonly text: string;
  readonly severity?: 'warning';
}

export function isAdjustedPlan(carePlan: Json): boolean {
  return list(carePlan['category']).some((each) =>
    codesOf(each, planCategory.system).includes(planCategory.code),
  );
}

/** What it says, and what is wrong with it. What has faults does not count. */
export function readPlan(carePlan: Json): {
  readonly adjustment: Adjustment | undefined;
  readonly faults: readonly PlanFault[];
} {
  const faults: PlanFault[] = [];
  const period = isObject(carePlan['period']) ? carePlan['period'] : {};
  const from = Date.parse(String(period['start']));
  const until = Date.parse(String(period['end']));
  if (Number.isNaN(from) || Number.isNaN(until) || until <= from)
    faults.push({
      at: 'period',
      text: 'expected a start and a later end: an adjusted plan says until when it counts',
    });
  else if (until - from > planDaysUsual * 86_400_000)
    faults.push({
      at: 'period.end',
      text: `counts for more than ${planDaysUsual} days`,
      severity: 'warning',
    });
  const details = list(carePlan['activity']).map(({ detail }) => (isObject(detail) ? detail : {}));
  const targets = list(carePlan['contained'])
    .filter(({ resourceType }) => resourceType === 'Goal')
    .flatMap(({ target }) => list(target));
  const accepted: { [M in Counted]?: { low?: number; high?: number } } = {};
  let scoreMax: number | undefined;
  for (const target of targets) {
    const range = isObject(target['detailRange']) ? target['detailRange'] : {};
    const [low, high] = [valueOf(range['low']), valueOf(range['high'])];
    if (codesOf(target['measure'], scoreSystem).includes(scoreCode)) {
      scoreMax = high;
      continue;
    }
    const kind = adjustable.find((one) => codesOf(target['measure'], loinc).includes(codeOf[one]));
    const at = 'contained[0].target';
    if (kind === undefined) faults.push({ at, text: 'measures something that no band can be adjusted of' });
    else if (low === undefined && high === undefined)
      faults.push({ at, text: `of ${kind} has neither low nor high` });
    else if (
      (low ?? limits[kind].least) >= (high ?? limits[kind].most + 1) ||
      (low ?? 0) < limits[kind].least ||
      (high ?? 0) > limits[kind].most
    )
      faults.push({
        at,
        text: `of ${kind} is ${low ?? ''}–${high ?? ''}; expected low below high, within ${limits[kind].least}–${limits[kind].most}`,
      });
    else accepted[kind] = { ...(low === undefined ? {} : { low }), ...(high === undefined ? {} : { high }) };
  }
  const interval = details.find(({ code }) => codesOf(code, ownSystem).includes(intervalCode));
  const minutes = interval === undefined ? undefined : minutesOf(interval);
  if (interval !== undefined && (minutes === undefined || scoreMax === undefined))
    faults.push({
      at: 'activity',
      text: 'has an interval; expected it as once in so many minutes or hours, and a target of the score with the highest for which it counts',
    });
  const scale2 = details.some(({ code }) => codesOf(code, ownSystem).includes(scale2Code));
  if (minutes === undefined && !scale2 && Object.keys(accepted).length === 0 && faults.length === 0)
    faults.push({ at: 'activity', text: 'adjusts nothing: no band, no interval, no saturation scale' });
  if (!details.some(({ reasonCode }) => list(reasonCode).some(({ text }) => typeof text === 'string')))
    faults.push({ at: 'activity.detail.reasonCode', text: 'is required: why the plan is adjusted' });
  if (!isObject(carePlan['author']) || typeof carePlan['author']['reference'] !== 'string')
    faults.push({ at: 'author', text: 'is required: the doctor whose plan it is' });
  const wrong = faults.some(({ severity }) => severity === undefined);
  return {
    faults,
    adjustment: wrong
      ? undefined
      : {
          accepted,
          saturationScale: scale2 ? 2 : 1,
          ...(minutes === undefined || scoreMax === undefined ? {} : { interval: { minutes, scoreMax } }),
          from,
          until,
        },
  };
}

/** The plan that counts at a moment, of those of one patient: the newest that is active, whole and not run out. */
export function planInForce<Plan extends Json>(
  carePlans: readonly Plan[],
  at: number,
): { readonly plan: Plan; readonly adjustment: Adjustment } | undefined {
  return carePlans
    .filter((one) => one['status'] === 'active' && isAdjustedPlan(one))
    .flatMap((plan) => {
      const { adjustment } = readPlan(plan);
      return adjustment !== undefined && isInForce(adjustment, at) ? [{ plan, adjustment }] : [];
    })
    .sort((a, b) => b.adjustment.from - a.adjustment.from)[0];
}

/** A band that does not touch the table's own would give fewer points further from it. */
export function bandsApart(table: EarlyWarningTable, { accepted }: Adjustment): readonly Adjustable[] {
  return adjustable.filter((kind) => {
    const range = accepted[kind];
    const normal = normalBand(table, kind);
    if (range === undefined || normal === undefined) return false;
    const { low = Number.NEGATIVE_INFINITY, high = Number.POSITIVE_INFINITY } = normal;
    return (range.low ?? low) > high || (range.high ?? high) < low;
  });
}

function valueOf(quantity: unknown): number | undefined {
  return isObject(quantity) && typeof quantity['value'] === 'number' ? quantity['value'] : undefined;
}

/** Once in `period` minutes or hours. */
function minutesOf({ scheduledTiming }: Json): number | undefined {
  const repeat = isObject(scheduledTiming) ? scheduledTiming['repeat'] : undefined;
  if (!isObject(repeat) || repeat['frequency'] !== 1 || typeof repeat['period'] !== 'number')
    return undefined;
  const factor = repeat['periodUnit'] === 'h' ? 60 : repeat['periodUnit'] === 'min' ? 1 : undefined;
  const minutes = factor === undefined ? Number.NaN : repeat['period'] * factor;
  return minutes >= minutesMin && minutes <= minutesMax ? minutes : undefined;
}
const [minutesMin, minutesMax] = [5, 24 * 60];
