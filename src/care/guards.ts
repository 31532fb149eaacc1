/** Which clinical rules judge which type. */
import { judgeAdjustedPlan } from './adjusted-plan.ts';
import { judgeGiven } from './administration.ts';
import { judgeStay } from './admission.ts';
import { judgeAnswer, judgeSpecimen } from './answers.ts';
import { judgeCave } from './cave.ts';
import { judgeDiagnosis } from './diagnoses.ts';
import type { Guards } from './guard.ts';
import { judgePerson } from './identity.ts';
import { judgeOrder as judgeDrugOrder } from './medication.ts';
import { judgeAnswers, judgeAsking } from './note-followers.ts';
import { judgeNote } from './notes.ts';
import { judgeOrder, judgeOrderTask } from './orders.ts';
import { judgeEscalation, judgeReview } from './review.ts';
import { judgeObservation } from './vital-signs.ts';

export const guards: Guards = new Map([
  ['AllergyIntolerance', [judgeCave]],
  ['CarePlan', [judgeAdjustedPlan]],
  ['Condition', [judgeDiagnosis]],
  ['DiagnosticReport', [judgeAnswer]],
  ['DocumentReference', [judgeNote]],
  ['Encounter', [judgeStay]],
  ['MedicationAdministration', [judgeGiven]],
  ['MedicationRequest', [judgeDrugOrder]],
  ['Observation', [judgeObservation, judgeAnswer]],
  ['Patient', [judgePerson]],
  ['QuestionnaireResponse', [judgeAnswers]],
  ['ServiceRequest', [judgeOrder]],
  ['Specimen', [judgeSpecimen]],
  ['Task', [judgeOrderTask, judgeReview, judgeEscalation, judgeAsking]],
]);
