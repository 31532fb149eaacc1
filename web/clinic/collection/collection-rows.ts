import type { Patient, ServiceRequest, Specimen, Task } from '@medplum/fhirtypes';
import { orderableOf, orderableSystem, priorities, type Priority } from '#fhir/orders/catalogue.ts';
import { accessionSystem, stateOfOrder } from '#fhir/orders/steps.ts';
import { instantOf, fhirMoment } from '../../parts/format/date.ts';
import { referredId, wordsOf } from '../record/coding.ts';
import { isSampled } from '../record/orders.ts';
import { personOf, type Person } from '../record/person.ts';
import type { Stay } from '../record/stay.ts';

// What is to be taken from whom: one row for each patient and time, since one needle serves all tubes of that time.

export type Tube = {
  readonly key: string;
  readonly container: string | undefined;
  readonly specimen: string;
  readonly ml: number | undefined;
  readonly orders: readonly { readonly id: string; readonly words: string }[];
};
export type CollectionRow = {
  readonly key: string;
  readonly patient: string;
  readonly person: Person | undefined;
  readonly stay: Stay;
  readonly bed: string;
  readonly wanted: number;
  readonly priority: Priority;
  readonly tubes: readonly Tube[];
};

// Wanted within this time is wanted now.
const soonMs = 30 * 60_000;

export function collectionRows(
  tasks: readonly Task[],
  orders: readonly ServiceRequest[],
  stays: readonly Stay[],
  patients: readonly Patient[],
): readonly CollectionRow[] {
  const byId = new Map(orders.map((order) => [order.id, order]));
  const persons = new Map(patients.map((patient) => [patient.id, personOf(patient)]));
  const stayOf = new Map(
    stays.filter(({ status }) => status === 'here' || status === 'leave').map((stay) => [stay.patient, stay]),
  );
  const found = new Map<string, { stay: Stay; wanted: number; waiting: Waiting[] }>();
  for (const task of tasks) {
    const patient = referredId(task.for, 'Patient') ?? '';
    const stay = stayOf.get(patient);
    if (stay === undefined) continue;
    for (const reference of task.basedOn ?? []) {
      const order = byId.get(referredId(reference, 'ServiceRequest'));
      const waiting = order === undefined ? undefined : waitingFor(order, task);
      if (waiting === undefined) continue;
      const key = `${patient} ${waiting.wanted}`;
      const row = found.get(key);
      if (row === undefined) found.set(key, { stay, wanted: waiting.wanted, waiting: [waiting] });
      else row.waiting.push(waiting);
    }
  }
  return [...found]
    .map(([key, { stay, wanted, waiting }]) => ({
      key,
      patient: stay.patient,
      person: persons.get(stay.patient),
      stay,
      bed: stay.bed?.name ?? '',
      wanted,
      priority: mostUrgent(waiting.map(({ priority }) => priority)),
      tubes: tubesOf(waiting),
    }))
    .sort((a, b) => a.bed.localeCompare(b.bed, 'da', { numeric: true }) || a.wanted - b.wanted);
}

/** What is to be taken now: its time has come, or somebody cannot wait. */
export const isDue = ({ wanted, priority }: CollectionRow, now: number): boolean =>
  wanted <= now + soonMs || priority === 'stat';

type Waiting = {
  readonly id: string;
  readonly words: string;
  readonly receiver: string;
  readonly container: string | undefined;
  readonly specimen: string | undefined;
  readonly ml: number | undefined;
  readonly wanted: number;
  readonly priority: Priority;
};

function waitingFor(order: ServiceRequest, task: Task): Waiting | undefined {
  const state = stateOfOrder(order, task);
  if (state !== 'created' && state !== 'sent' && state !== 'received') return undefined;
  const item = orderableOf(order.code?.coding?.find(({ system }) => system === orderableSystem)?.code ?? '');
  const receiver = item?.receiver ?? wordsOf(order.category?.[0]);
  if (item === undefined ? !isSampled(receiver) : item.specimen === undefined) return undefined;
  return {
    id: order.id ?? '',
    words: wordsOf(order.code),
    receiver,
    container: item?.container,
    specimen: item?.specimen,
    ml: item?.bloodMl,
    wanted: instantOf(order.occurrenceDateTime) ?? instantOf(order.authoredOn) ?? 0,
    priority: priorities.find((each) => each === order.priority) ?? 'routine',
  };
}

/** Orders of one receiver and container share the tube. */
function tubesOf(waiting: readonly Waiting[]): readonly Tube[] {
  const tubes = Map.groupBy(waiting, ({ receiver, container, id }) => `${receiver} ${container ?? id}`);
  return [...tubes].map(([key, some]) => ({
    key,
    container: some[0]?.container,
    specimen: some[0]?.specimen ?? '',
    ml: some.reduce<number | undefined>(
      (most, { ml }) => (ml === undefined ? most : Math.max(most ?? 0, ml)),
      undefined,
    ),
    orders: some.map(({ id, words }) => ({ id, words })),
  }));
}

function mostUrgent(all: readonly Priority[]): Priority {
  return all.includes('stat') ? 'stat' : all.includes('urgent') ? 'urgent' : 'routine';
}

/** The samples of these tubes, each with its number. */
export function samplesOf(
  row: CollectionRow,
  tubes: readonly Tube[],
  taken: {
    readonly at: number;
    readonly by: { readonly reference?: string; readonly display: string };
    readonly makeNumber: () => string;
  },
): readonly Specimen[] {
  return tubes.map(
    (tube) =>
      ({
        resourceType: 'Specimen',
        status: 'available',
        accessionIdentifier: { system: accessionSystem, value: taken.makeNumber() },
        ...(tube.specimen !== '' && { type: { text: tube.specimen } }),
        subject: { reference: `Patient/${row.patient}` },
        request: tube.orders.map(({ id }) => ({ reference: `ServiceRequest/${id}` })),
        collection: { collector: taken.by, collectedDateTime: fhirMoment(taken.at) },
        container: [{ description: tube.container ?? tube.orders.map(({ words }) => words).join(', ') }],
      }) as Specimen,
  );
}
