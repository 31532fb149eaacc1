/** Which clinical rules judge which type. */
import { judgeStay } from './admission.ts';
import { judgeAnswer, judgeSpecimen } from './answers.ts';
import type { Guards } from './guard.ts';
import { judgePerson } from './identity.ts';
import { judgeOrder, judgeOrderTask } from './orders.ts';
import { judgeEscalation, judgeReview } from './review.ts';

export const guards: Guards = new Map([
  ['DiagnosticReport', [judgeAnswer]],
  ['Encounter', [judgeStay]],
  ['Observation', [judgeAnswer]],
  ['Patient', [judgePerson]],
  ['ServiceRequest', [judgeOrder]],
  ['Specimen', [judgeSpecimen]],
  ['Task', [judgeOrderTask, judgeReview, judgeEscalation]],
]);
