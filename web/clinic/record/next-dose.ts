import type { MedicationAdministration, MedicationRequest } from '@medplum/fhirtypes';
import { addDays, dayOf, instantOf, momentOn } from '../../parts/format/date.ts';
import { referredId, systems, timeExtension } from './coding.ts';
import { clockTimes, isCommunity } from './dose.ts';

// Which doses are planned, which of them are answered by an administration, and which are late. A dose is late half an hour
// after its time; half an hour before, it is due.

const lateAfterMs = 30 * 60_000;
const dueBeforeMs = 30 * 60_000;
// An administration that does not name the dose it answers belongs to the nearest one within an hour and a half.
const nearMs = 90 * 60_000;

export type DoseState = 'planned' | 'due' | 'late' | 'given' | 'notGiven' | 'paused';

export type Dose = {
  readonly request: MedicationRequest;
  readonly at: number;
  readonly state: DoseState;
  readonly answer: MedicationAdministration | undefined;
};

/** The planned doses of an order in a span of time, each with what became of it. */
export function dosesOf(
  request: MedicationRequest,
  answers: readonly MedicationAdministration[],
  from: number,
  to: number,
  now: number,
): readonly Dose[] {
  const own = answers.filter(
    (answer) =>
      referredId(answer.request, 'MedicationRequest') === request.id && answer.status !== 'entered-in-error',
  );
  const used = new Set<MedicationAdministration>();
  return plannedTimes(request, from, to).map((at) => {
    const answer = answerTo(at, own, used);
    if (answer !== undefined) used.add(answer);
    return { request, at, answer, state: stateOf(request, at, answer, now) };
  });
}

/** Administrations of an order that answer no planned time: as-needed doses and extra ones. */
export function unplanned(
  request: MedicationRequest,
  answers: readonly MedicationAdministration[],
  doses: readonly Dose[],
): readonly MedicationAdministration[] {
  const answering = new Set(doses.map((dose) => dose.answer));
  return answers.filter(
    (answer) =>
      referredId(answer.request, 'MedicationRequest') === request.id &&
      answer.status !== 'entered-in-error' &&
      !answering.has(answer) &&
      plannedTimeOf(answer) === undefined,
  );
}

/** The moments at which an order plans a dose, never before it was written nor outside its bounds. */
export function plannedTimes(request: MedicationRequest, from: number, to: number): readonly number[] {
  const repeat = request.dosageInstruction?.[0]?.timing?.repeat;
  const clocks = clockTimes(repeat);
  if (clocks.length === 0) return [];
  const start = Math.max(
    from,
    instantOf(request.authoredOn) ?? from,
    instantOf(repeat?.boundsPeriod?.start) ?? from,
  );
  const end = Math.min(to, instantOf(repeat?.boundsPeriod?.end) ?? to);
  const times: number[] = [];
  for (let day = dayOf(start); day <= dayOf(end); day = addDays(day, 1)) {
    for (const clock of clocks) {
      const at = momentOn(day, clock);
      if (at >= start && at <= end) times.push(at);
    }
  }
  return times.sort((a, b) => a - b);
}

export function givenAt(answer: MedicationAdministration): number | undefined {
  return instantOf(answer.effectiveDateTime ?? answer.effectivePeriod?.start);
}

const plannedTimeOf = (answer: MedicationAdministration): number | undefined =>
  instantOf(timeExtension(answer.extension, systems.plannedTime));

function answerTo(
  at: number,
  own: readonly MedicationAdministration[],
  used: ReadonlySet<MedicationAdministration>,
): MedicationAdministration | undefined {
  const named = own.find((answer) => Math.abs((plannedTimeOf(answer) ?? -1) - at) < 60_000);
  if (named !== undefined) return named;
  return own
    .filter(
      (answer) =>
        plannedTimeOf(answer) === undefined &&
        !used.has(answer) &&
        Math.abs((givenAt(answer) ?? 0) - at) <= nearMs,
    )
    .sort((a, b) => Math.abs((givenAt(a) ?? 0) - at) - Math.abs((givenAt(b) ?? 0) - at))[0];
}

function stateOf(
  request: MedicationRequest,
  at: number,
  answer: MedicationAdministration | undefined,
  now: number,
): DoseState {
  if (answer !== undefined) return answer.status === 'not-done' ? 'notGiven' : 'given';
  if (request.status === 'on-hold') return 'paused';
  if (at < now - lateAfterMs) return 'late';
  return at <= now + dueBeforeMs ? 'due' : 'planned';
}

/** What waits to be done, by time. A dose that nobody signed for stays late for a day and a night, or until a later dose of
 *  the same order has been answered: it never goes away by itself within a shift. */
export function openDoses(
  requests: readonly MedicationRequest[],
  answers: readonly MedicationAdministration[],
  now: number,
): readonly Dose[] {
  const hours = 3_600_000;
  return (
    requests
      // What the patient took at home is not given here until somebody orders it.
      .filter((request) => request.status === 'active' && !isCommunity(request))
      .flatMap((request) => {
        const doses = dosesOf(request, answers, now - 24 * hours, now + 18 * hours, now);
        const lastAnswered = doses.findLast((dose) => dose.answer !== undefined)?.at ?? 0;
        return doses.filter((dose) => dose.at > lastAnswered);
      })
      .filter((dose) => dose.state === 'late' || dose.state === 'due' || dose.state === 'planned')
      .sort((a, b) => a.at - b.at)
  );
}
