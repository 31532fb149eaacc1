import type { CarePlan, Observation } from '@medplum/fhirtypes';
import {
  codesOf,
  isScore,
  isVitalSign,
  measuredIn,
  ownSystem,
  readingsOf,
} from '../../../src/fhir/early-warning/observe.ts';
import { readPlan } from '../../../src/fhir/early-warning/plan.ts';
import {
  pointsOf,
  whyNotScored,
  type Adjustment,
  type Patient,
  type Points,
} from '../../../src/fhir/early-warning/score.ts';
import { concernCode } from '../../../src/fhir/early-warning/shapes.ts';
import type { EarlyWarningTable } from '../../../src/fhir/early-warning/table.ts';
import { referredId } from '../record/coding.ts';
import { asJson, tableOfScore } from '../record/early-warning.ts';
import { showNumber } from '../../parts/format/number.ts';
import type { Language } from '../../parts/settings.ts';
import { takenAt, valueText } from '../record/results.ts';
import { vitalsOf, type VitalKind } from '../record/vitals.ts';

// The columns of the observation chart: what was measured at one moment is one column, with the points that the table of its
// score gives. What was entered in error stands in a column of its own kind and counts nothing.

/** Pixels. */
export const columnWidth = 68;

/** The table of a score, and the doctor's plan that it was based on. */
export type PointsBy = {
  readonly table: EarlyWarningTable;
  readonly adjustment: Adjustment | undefined;
  readonly oxygen: number | undefined;
};

export type ChartColumn = {
  readonly key: string;
  readonly at: number;
  readonly observations: readonly Observation[];
  readonly score: Observation | undefined;
  readonly concern: Observation | undefined;
  readonly points: Points;
  /** What the points were given by; undefined: by nothing, the patient is not scored. */
  readonly by: PointsBy | undefined;
  /** All of it was entered in error. */
  readonly wrong: boolean;
};

/** Newest first. `withWrong`: with what was entered in error. */
export function chartColumns(
  observations: readonly Observation[],
  plans: readonly CarePlan[],
  patient: Patient,
  withWrong: boolean,
): readonly ChartColumn[] {
  const byMoment = new Map<string, Observation[]>();
  for (const each of observations) {
    if (!isCharted(each)) continue;
    const wrong = each.status === 'entered-in-error';
    if (wrong && !withWrong) continue;
    const key = `${takenAt(each)}${wrong ? ' wrong' : ''}`;
    const column = byMoment.get(key);
    if (column === undefined) byMoment.set(key, [each]);
    else column.push(each);
  }
  return [...byMoment]
    .map(([key, all]): ChartColumn => {
      const wrong = key.endsWith(' wrong');
      const score = all.find((each) => isScore(asJson(each)));
      return {
        key,
        at: takenAt(all[0]!),
        observations: all,
        score,
        concern: all.find(isConcern),
        ...(wrong ? { points: {}, by: undefined } : pointsOfSet(all, score, plans, patient)),
        wrong,
      };
    })
    .sort((a, b) => b.at - a.at || Number(a.wrong) - Number(b.wrong));
}

/** The measurement of a kind in a column, also one that was entered in error. */
export function measuredAs(column: ChartColumn, kind: VitalKind): Observation | undefined {
  const alive = column.wrong
    ? column.observations.map((each): Observation => ({ ...each, status: 'final' }))
    : column.observations;
  return vitalsOf(alive, kind)[0];
}

/** As the ward says it: without oxygen is air, and a temperature has its tenth. */
export function measuredText(
  kind: VitalKind,
  measured: Observation,
  language: Language,
  air: string,
): string {
  const value = measured.valueQuantity?.value;
  if (kind === 'oxygen' && value === 0) return air;
  if (kind === 'temperature' && value !== undefined && Number.isInteger(value))
    return showNumber(value.toFixed(1), language);
  return valueText(measured, language);
}

export function countWrong(observations: readonly Observation[]): number {
  const wrong = observations.filter((each) => each.status === 'entered-in-error' && isCharted(each));
  return new Set(wrong.map(takenAt)).size;
}

const isConcern = (observation: Observation): boolean =>
  codesOf(asJson(observation)['code'], ownSystem).includes(concernCode);

function isCharted(observation: Observation): boolean {
  const json = asJson(observation);
  return isScore(json) || isConcern(observation) || (isVitalSign(json) && isOfSet(observation));
}

/** Weight and height have no row. */
function isOfSet(observation: Observation): boolean {
  return readingsOf(asJson(observation)).readings.some(({ kind }) => kind !== 'weight' && kind !== 'height');
}

function pointsOfSet(
  all: readonly Observation[],
  score: Observation | undefined,
  plans: readonly CarePlan[],
  patient: Patient,
): Pick<ChartColumn, 'points' | 'by'> {
  const table = tableOfScore(score);
  if (whyNotScored(table, patient) !== undefined) return { points: {}, by: undefined };
  const planIds = (score?.basedOn ?? []).map((each) => referredId(each, 'CarePlan'));
  const plan = plans.find(({ id }) => planIds.includes(id));
  const { adjustment } = plan === undefined ? {} : readPlan(asJson(plan));
  const measured = measuredIn(all.flatMap((each) => readingsOf(asJson(each)).readings));
  return {
    points: pointsOf(table, measured, adjustment),
    by: { table, adjustment, oxygen: measured.oxygen },
  };
}
