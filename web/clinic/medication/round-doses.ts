import type { MedicationAdministration, MedicationRequest } from '@medplum/fhirtypes';
import { drugNameOf } from '../record/dose.ts';
import { dosesOf, givenAt, type Dose } from '../record/next-dose.ts';

const hourMs = 3_600_000;

/**
 * What a round is about, by time: doses of the last day and of the hour to come that nobody has answered, and those that were answered
 * since an hour before the round began, so that nothing moves under the hand. All times in milliseconds.
 */
export function roundDoses(
  requests: readonly MedicationRequest[],
  answers: readonly MedicationAdministration[],
  began: number,
  now: number,
): readonly Dose[] {
  return requests
    .filter(({ status }) => status === 'active' || status === 'on-hold')
    .flatMap((request) => dosesOf(request, answers, now - 24 * hourMs, now + hourMs, now))
    .filter(({ answer, state }) =>
      answer === undefined ? state !== 'paused' : (givenAt(answer) ?? 0) >= began - hourMs,
    )
    .sort(
      (a, b) =>
        a.at - b.at || drugNameOf(a.request).generic.localeCompare(drugNameOf(b.request).generic, 'da'),
    );
}
