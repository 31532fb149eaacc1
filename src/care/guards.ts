/** Which clinical rules judge which type. */
import { judgeAdjustedPlan } from './adjusted-plan.ts';
import { judgeGiven } from './administration.ts';
import { judgeStay } from './admission.ts';
import { judgeAnswer, judgeSpecimen } from './answers.ts';
import { judgeCareTask, judgeTransport } from './care-tasks.ts';
import { judgeCave } from './cave.ts';
import { judgeCall } from './cancelled-together.ts';
import { judgeFluid } from './fluids.ts';
import type { Guards } from './guard.ts';
import { judgePerson } from './identity.ts';
import { judgeOrder as judgeDrugOrder } from './medication.ts';
import { judgeAsked } from './operation-asked.ts';
import { judgeWay } from './operation-way.ts';
import { judgeOrder, judgeOrderTask } from './orders.ts';
import { judgeEscalation, judgeReview } from './review.ts';
import { judgePlace } from './surgery.ts';
import { judgeTreatmentLevel } from './treatment-level.ts';
import { judgeObservation } from './vital-signs.ts';

export const guards: Guards = new Map([
  ['AllergyIntolerance', [judgeCave]],
  ['Appointment', [judgePlace]],
  ['CarePlan', [judgeAdjustedPlan]],
  ['DiagnosticReport', [judgeAnswer]],
  ['Encounter', [judgeStay]],
  ['Flag', [judgeTreatmentLevel]],
  ['MedicationAdministration', [judgeGiven]],
  ['MedicationRequest', [judgeDrugOrder]],
  ['Observation', [judgeObservation, judgeFluid, judgeAnswer]],
  ['Patient', [judgePerson]],
  ['Procedure', [judgeWay]],
  ['ServiceRequest', [judgeOrder, judgeAsked]],
  ['Specimen', [judgeSpecimen]],
  ['Task', [judgeOrderTask, judgeReview, judgeEscalation, judgeCall, judgeCareTask, judgeTransport]],
]);
