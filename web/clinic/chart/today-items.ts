import type {
  Appointment,
  MedicationAdministration,
  MedicationRequest,
  ServiceRequest,
  Task,
} from '@medplum/fhirtypes';
import { instantOf } from '../../parts/format/date.ts';
import type { Language } from '../../parts/settings.ts';
import { wordsOf } from '../record/coding.ts';
import { doseAmount, doseRoute, drugNameOf } from '../record/dose.ts';
import { orderedTogether } from '../record/orders.ts';
import { openDoses } from '../record/next-dose.ts';

// What is to happen to a patient: doses, appointments, orders with a time, tasks, in one list by the clock.

export type TodayItem = {
  readonly key: string;
  readonly at: number | undefined;
  readonly state: 'late' | 'due' | 'planned';
  readonly kind: 'dose' | 'appointment' | 'order' | 'task' | 'measure';
  readonly words: string;
  readonly more: string;
};

export type TodayFacts = {
  readonly medication: readonly MedicationRequest[];
  readonly given: readonly MedicationAdministration[];
  readonly appointments: readonly Appointment[];
  readonly orders: readonly ServiceRequest[];
  readonly tasks: readonly Task[];
  readonly measureAt: number | undefined;
};

const dueMs = 30 * 60_000;

export function todayItems(
  facts: TodayFacts,
  now: number,
  language: Language,
  measure: string,
): readonly TodayItem[] {
  const doses = openDoses(facts.medication, facts.given, now).map((dose): TodayItem => ({
    key: `${dose.request.id}-${dose.at}`,
    at: dose.at,
    state: dose.state === 'late' || dose.state === 'due' ? dose.state : 'planned',
    kind: 'dose',
    words: drugNameOf(dose.request).generic,
    more: [doseAmount(dose.request, language), doseRoute(dose.request)]
      .filter((part) => part !== undefined && part !== '')
      .join(' '),
  }));
  const appointments = facts.appointments
    .filter((each) => (instantOf(each.end ?? each.start) ?? 0) > now - 3_600_000)
    .map((each): TodayItem => {
      const place = each.participant.find((one) => one.actor?.reference?.startsWith('Patient/') !== true)
        ?.actor?.display;
      return {
        key: each.id ?? '',
        at: instantOf(each.start),
        state: soon(instantOf(each.start), now, false),
        kind: 'appointment',
        words: each.description ?? wordsOf(each.appointmentType),
        more: place ?? '',
      };
    });
  const active = facts.orders.filter(
    // A transport is told by its Task, which has the time.
    (each) => each.status === 'active' && wordsOf(each.category?.[0]) !== 'portør',
  );
  const orders = orderedTogether(active).map(({ first, words }): TodayItem => ({
    key: first.id ?? '',
    // A time that has passed is when it was wanted; what remains is that the answer is awaited.
    at: future(instantOf(first.occurrenceDateTime), now),
    state: 'planned',
    kind: 'order',
    words,
    more: (first.category ?? []).map(wordsOf).join(', '),
  }));
  const tasks = facts.tasks.map((each): TodayItem => {
    const at = instantOf(each.restriction?.period?.end);
    return {
      key: each.id ?? '',
      at,
      state: soon(at, now, true),
      kind: 'task',
      words: each.description ?? wordsOf(each.code),
      more: each.owner?.display ?? '',
    };
  });
  const measures: TodayItem[] =
    facts.measureAt === undefined
      ? []
      : [
          {
            key: 'measure',
            at: facts.measureAt,
            state: soon(facts.measureAt, now, true),
            kind: 'measure',
            words: measure,
            more: '',
          },
        ];
  return [...doses, ...appointments, ...orders, ...tasks, ...measures].sort(
    (a, b) => (a.at ?? Number.MAX_SAFE_INTEGER) - (b.at ?? Number.MAX_SAFE_INTEGER),
  );
}

const future = (at: number | undefined, now: number): number | undefined =>
  at !== undefined && at > now ? at : undefined;

function soon(at: number | undefined, now: number, canBeLate: boolean): TodayItem['state'] {
  if (at === undefined || at > now + dueMs) return 'planned';
  return at < now && canBeLate ? 'late' : 'due';
}
