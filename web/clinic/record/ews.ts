import type { Observation } from '@medplum/fhirtypes';
import { instantOf } from '../../parts/format/date.ts';
import { hasCode, systems, timeExtension } from './coding.ts';

const ewsCode = '1104051000000101';

export type Ews = {
  readonly score: number;
  readonly at: number;
  readonly before: number | undefined;
  readonly nextDue: number | undefined;
};

export type EwsLevel = 'crit' | 'abn' | 'watch' | 'plain';

export const isEws = (observation: Observation): boolean => hasCode(observation.code, ewsCode);

/** The newest score and the one before it. */
export function ewsOf(observations: readonly Observation[]): Ews | undefined {
  const scores = observations
    .filter((each) => isEws(each) && each.status !== 'entered-in-error')
    .flatMap((each) => {
      const at = instantOf(each.effectiveDateTime);
      const score = each.valueInteger ?? each.valueQuantity?.value;
      return at === undefined || score === undefined
        ? []
        : [{ at, score, nextDue: instantOf(timeExtension(each.extension, systems.nextDue)) }];
    })
    .sort((a, b) => b.at - a.at);
  const [newest, before] = scores;
  return newest === undefined ? undefined : { ...newest, before: before?.score };
}

/** What the number means: 7 and above is critical, 5 and 6 abnormal, 1 to 4 to watch. */
export function ewsLevel(score: number): EwsLevel {
  if (score >= 7) return 'crit';
  if (score >= 5) return 'abn';
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
