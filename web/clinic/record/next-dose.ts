import type { MedicationAdministration, MedicationRequest } from '@medplum/fhirtypes';
import { compareAmounts } from '#fhir/dose/amount.ts';
import { amountOf } from '#fhir/dose/dose.ts';
import { dueBeforeMs, lateAfterMs } from '#fhir/dose/limits.ts';
import type { Step } from '#fhir/dose/step.ts';
import { isPausedAt, plannedOf, readOrder, type Order } from '#fhir/medication/order.ts';
import { instantOf } from '../../parts/format/date.ts';
import { referredId, systems, timeExtension } from './coding.ts';
import { isCommunity } from './dose.ts';

// Which doses are planned, which of them are answered by an administration, and which are late. A dose is late half an hour
// after its time; half an hour before, it is due.

// An administration that does not name the dose it answers belongs to the nearest one within an hour and a half.
const nearMs = 90 * 60_000;

export type DoseState = 'planned' | 'due' | 'late' | 'given' | 'partGiven' | 'notGiven' | 'paused';

export type Dose = {
  readonly request: MedicationRequest;
  readonly at: number;
  /** What the order says of this dose; of one that only an administration knows of, undefined. */
  readonly step: Step | undefined;
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
  const order = orderOf(request);
  return plannedOf(order, from, to).map(({ at, step }) => {
    const answer = answerTo(at, own, used);
    if (answer !== undefined) used.add(answer);
    return { request, at, step, answer, state: stateOf(order, at, answer, step, now) };
  });
}

const orders = new WeakMap<MedicationRequest, Order>();

/** What decides when an order holds: read once. */
export function orderOf(request: MedicationRequest): Order {
  const known = orders.get(request);
  if (known !== undefined) return known;
  const order = readOrder(request);
  orders.set(request, order);
  return order;
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
      !answering.has(answer),
  );
}

export function givenAt(answer: MedicationAdministration): number | undefined {
  return instantOf(answer.effectiveDateTime ?? answer.effectivePeriod?.start);
}

export const plannedTimeOf = (answer: MedicationAdministration): number | undefined =>
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

/** How an answered dose is told: given, given in part, not given. */
export function answeredState(answer: MedicationAdministration, step: Step | undefined): DoseState {
  if (answer.status === 'not-done') return 'notGiven';
  const given = amountOf(answer.dosage?.dose);
  if (given === undefined || step?.amount === undefined) return 'given';
  return (compareAmounts(given, step.amount) ?? 0) < 0 ? 'partGiven' : 'given';
}

function stateOf(
  order: Order,
  at: number,
  answer: MedicationAdministration | undefined,
  step: Step,
  now: number,
): DoseState {
  if (answer !== undefined) return answeredState(answer, step);
  if (isPausedAt(order, at)) return 'paused';
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
