/** Which clinical rules judge which type. */
import { judgeAdjustedPlan } from './adjusted-plan.ts';
import { judgeStay } from './admission.ts';
import type { Guards } from './guard.ts';
import { judgePerson } from './identity.ts';
import { judgeObservation } from './vital-signs.ts';

export const guards: Guards = new Map([
  ['CarePlan', [judgeAdjustedPlan]],
  ['Encounter', [judgeStay]],
  ['Observation', [judgeObservation]],
  ['Patient', [judgePerson]],
]);
