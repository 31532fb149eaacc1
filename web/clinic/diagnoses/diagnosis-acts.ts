import type { Condition, Practitioner, Reference } from '@medplum/fhirtypes';
import {
  confirmed,
  diagnosedInError,
  diagnosisFrom,
  refuted,
  resolved,
  turnedInto,
  type NewDiagnosis,
} from '#fhir/diagnoses/diagnosis.ts';
import type { Change } from '../../link/act.ts';
import { fhirMoment } from '../../parts/format/date.ts';

// What the buttons of the diagnoses write (docs/how/clinical-shapes.md).

export type Recorder = Reference<Practitioner> | undefined;

/** @param action the action diagnosis that the stay has; it becomes secondary when the new one is the action diagnosis */
export function newDiagnosisAct(
  diagnosis: NewDiagnosis,
  where: { readonly patient: string; readonly stay: string | undefined; readonly by: Recorder },
  action: Condition | undefined,
  at: number,
): readonly Change[] {
  const resource = diagnosisFrom(diagnosis, { ...where, at: fhirMoment(at) });
  return [
    { method: 'POST', url: 'Condition', resource },
    ...(diagnosis.kind === 'action' && action !== undefined
      ? [put(action, turnedInto(action, 'secondary'))]
      : []),
  ];
}

/** Another becomes why the patient is here. */
export function actionAct(condition: Condition, action: Condition | undefined): readonly Change[] {
  return [
    put(condition, turnedInto(condition, 'action')),
    ...(action === undefined ? [] : [put(action, turnedInto(action, 'secondary'))]),
  ];
}

export const confirmAct = (condition: Condition): readonly Change[] => [put(condition, confirmed(condition))];
export const refuteAct = (condition: Condition): readonly Change[] => [put(condition, refuted(condition))];
export const resolveAct = (condition: Condition, at: number): readonly Change[] => [
  put(condition, resolved(condition, fhirMoment(at))),
];
export const wrongDiagnosisAct = (condition: Condition, why: string, at: number): readonly Change[] => [
  put(condition, diagnosedInError(condition, why, fhirMoment(at))),
];

function put(before: Condition, resource: Condition): Change {
  return { method: 'PUT', url: `Condition/${before.id ?? ''}`, resource, version: before.meta?.versionId };
}
