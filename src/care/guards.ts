/** Which clinical rules judge which type. */
import { judgeAdjustedPlan } from './adjusted-plan.ts';
import { judgeGiven } from './administration.ts';
import { judgeStay } from './admission.ts';
import { judgeAnswer, judgeSpecimen } from './answers.ts';
import { judgeCall } from './cancelled-together.ts';
import { judgeCareTask, judgeTransport } from './care-tasks.ts';
import { judgeCave } from './cave.ts';
import { judgeDiagnosis } from './diagnoses.ts';
import { judgeFluid } from './fluids.ts';
import type { Guards } from './guard.ts';
import { judgePerson } from './identity.ts';
import { judgeDueTask, judgeLetterDue } from './letter-due.ts';
import { judgeLetterTask } from './letter-way.ts';
import { judgeLetter } from './letters.ts';
import { judgeOrder as judgeDrugOrder } from './medication.ts';
import { judgeCardLine, judgeCardTask } from './medication-card.ts';
import { judgeAnswers, judgeAsking } from './note-followers.ts';
import { judgeNote } from './notes.ts';
import { judgeAsked } from './operation-asked.ts';
import { judgeWay } from './operation-way.ts';
import { judgeOrder, judgeOrderTask } from './orders.ts';
import { judgeOverdue } from './overdue.ts';
import { judgeEscalation, judgeReview } from './review.ts';
import { judgeBirth, judgeLabour } from './partogram.ts';
import { judgePlace } from './surgery.ts';
import { judgeTreatmentLevel } from './treatment-level.ts';
import { judgeUndecided } from './undecided-medicine.ts';
import { judgeObservation } from './vital-signs.ts';

export const guards: Guards = new Map([
  ['AllergyIntolerance', [judgeCave]],
  ['Appointment', [judgePlace]],
  ['CarePlan', [judgeAdjustedPlan]],
  ['Composition', [judgeLetter]],
  ['Condition', [judgeDiagnosis]],
  ['DiagnosticReport', [judgeAnswer]],
  ['DocumentReference', [judgeNote]],
  ['Encounter', [judgeStay, judgeLetterDue, judgeBirth, judgeUndecided]],
  ['Flag', [judgeTreatmentLevel]],
  ['MedicationAdministration', [judgeGiven]],
  ['MedicationRequest', [judgeDrugOrder, judgeCardLine]],
  ['Observation', [judgeObservation, judgeFluid, judgeAnswer, judgeLabour]],
  ['Patient', [judgePerson]],
  ['Procedure', [judgeWay]],
  ['QuestionnaireResponse', [judgeAnswers]],
  ['ServiceRequest', [judgeOrder, judgeAsked]],
  ['Specimen', [judgeSpecimen]],
  [
    'Task',
    [
      judgeOrderTask,
      judgeReview,
      judgeEscalation,
      judgeOverdue,
      judgeLetterTask,
      judgeDueTask,
      judgeCall,
      judgeAsking,
      judgeCareTask,
      judgeTransport,
      judgeCardTask,
    ],
  ],
]);
