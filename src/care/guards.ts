/** Which clinical rules judge which type. */
import { judgeGiven } from './administration.ts';
import { judgeStay } from './admission.ts';
import type { Guards } from './guard.ts';
import { judgePerson } from './identity.ts';
import { judgeOrder } from './medication.ts';

export const guards: Guards = new Map([
  ['Encounter', [judgeStay]],
  ['MedicationAdministration', [judgeGiven]],
  ['MedicationRequest', [judgeOrder]],
  ['Patient', [judgePerson]],
]);
