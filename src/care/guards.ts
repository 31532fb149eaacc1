/** Which clinical rules judge which type. */
import { judgeAdjustedPlan } from './adjusted-plan.ts';
import { judgeGiven } from './administration.ts';
import { judgeStay } from './admission.ts';
import type { Guards } from './guard.ts';
import { judgePerson } from './identity.ts';
import { judgeOrder } from './medication.ts';
import { judgeObservation } from './vital-signs.ts';

export const guards: Guards = new Map([
  ['CarePlan', [judgeAdjustedPlan]],
  ['Encounter', [judgeStay]],
  ['MedicationAdministration', [judgeGiven]],
  ['MedicationRequest', [judgeOrder]],
  ['Observation', [judgeObservation]],
  ['Patient', [judgePerson]],
]);
