import type { Observation } from '@medplum/fhirtypes';
import { ownSystem, scoreCode } from '../../../src/fhir/early-warning/observe.ts';
import { singleCode } from '../../../src/fhir/early-warning/shapes.ts';
import { instantOf } from '../../parts/format/date.ts';
import { hasCode, systems, timeExtension } from './coding.ts';

export type Ews = {
  readonly score: number;
  readonly at: number;
  readonly before: number | undefined;
  readonly nextDue: number | undefined;
  /** One measurement alone gives three points. */
  readonly single: boolean;
  /** Counted by a doctor's adjusted plan. */
  readonly adjusted: boolean;
};

export type EwsLevel = 'crit' | 'abn' | 'watch' | 'plain';

export const isEws = (observation: Observation): boolean => hasCode(observation.code, scoreCode);

/** The newest score and the one before it. */
export function ewsOf(observations: readonly Observation[]): Ews | undefined {
  const scores = observations
    .filter((each) => isEws(each) && each.status !== 'entered-in-error')
    .flatMap((each) => {
      const at = instantOf(each.effectiveDateTime);
      const score = each.valueInteger ?? each.valueQuantity?.value;
      return at === undefined || score === undefined
        ? []
        : [
            {
              at,
              score,
              nextDue: instantOf(timeExtension(each.extension, systems.nextDue)),
              single: isSingle(each),
              adjusted: isAdjusted(each),
            },
          ];
    })
    .sort((a, b) => b.at - a.at);
  const [newest, before] = scores;
  return newest === undefined ? undefined : { ...newest, before: before?.score };
}

export const isSingle = (score: Observation): boolean =>
  score.interpretation?.some((each) =>
    each.coding?.some(({ system, code }) => system === ownSystem && code === singleCode),
  ) === true;

export const isAdjusted = (score: Observation): boolean =>
  score.basedOn?.some(({ reference }) => reference?.includes('CarePlan/')) === true;

/** What the number means: 7 and above is critical, 5 and 6 or one measurement with three points abnormal, 1 to 4 to watch. */
export function ewsLevel(score: number, single = false): EwsLevel {
  if (score >= 7) return 'crit';
  if (score >= 5 || single) return 'abn';
  return score >= 1 ? 'watch' : 'plain';
}

/** The measurement is overdue: what is stale is its time, not its score. */
export function isEwsOverdue(ews: Ews, now: number): boolean {
  return ews.nextDue !== undefined && ews.nextDue < now;
}

export function ewsChange(ews: Ews): 'up' | 'down' | 'same' {
  if (ews.before === undefined || ews.before === ews.score) return 'same';
  return ews.score > ews.before ? 'up' : 'down';
}
