import type { Condition } from '@medplum/fhirtypes';
import { instantOf } from '../../parts/format/date.ts';
import { anyHasCode, hasCode } from './coding.ts';
import type { Stay } from './stay.ts';

export type DiagnosisGroup = 'stay' | 'lasting' | 'over';

export const onsetOf = (condition: Condition): string | undefined =>
  condition.onsetDateTime ?? condition.onsetPeriod?.start ?? condition.onsetString ?? condition.recordedDate;

function isOver(condition: Condition): boolean {
  return (
    hasCode(condition.clinicalStatus, 'resolved', 'inactive', 'remission') ||
    condition.abatementDateTime !== undefined
  );
}

/** Entered in error or ruled out: kept in the record, not among the diagnoses. */
export const isRefuted = (condition: Condition): boolean =>
  hasCode(condition.verificationStatus, 'entered-in-error', 'refuted');

/** Those of this stay in the order of the stay, then the lasting ones, newest first; a foreign diagnosis without a stay is lasting. */
export function groupDiagnoses(
  conditions: readonly Condition[],
  stay: Stay | undefined,
): Readonly<Record<DiagnosisGroup, readonly Condition[]>> {
  const groups: Record<DiagnosisGroup, Condition[]> = { stay: [], lasting: [], over: [] };
  for (const condition of conditions) {
    if (isRefuted(condition)) continue;
    groups[groupOf(condition, stay)].push(condition);
  }
  const rank = (condition: Condition) => stay?.conditions.indexOf(condition.id ?? '') ?? -1;
  groups.stay.sort((a, b) => (rank(a) === -1 ? 99 : rank(a)) - (rank(b) === -1 ? 99 : rank(b)));
  const byOnset = (a: Condition, b: Condition) => (instantOf(onsetOf(b)) ?? 0) - (instantOf(onsetOf(a)) ?? 0);
  groups.lasting.sort(byOnset);
  groups.over.sort(byOnset);
  return groups;
}

function groupOf(condition: Condition, stay: Stay | undefined): DiagnosisGroup {
  if (stay?.conditions.includes(condition.id ?? '') === true) return 'stay';
  const ofThisStay =
    stay !== undefined &&
    condition.encounter?.reference === `Encounter/${stay.id}` &&
    !anyHasCode(condition.category, 'problem-list-item');
  if (ofThisStay) return 'stay';
  return isOver(condition) ? 'over' : 'lasting';
}
