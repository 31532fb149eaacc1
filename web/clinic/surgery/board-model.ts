import type {
  Appointment,
  Encounter,
  Location,
  Patient,
  Procedure,
  ServiceRequest,
} from '@medplum/fhirtypes';
import { isLive, readPlace, type Place } from '#fhir/surgery/place.ts';
import { readOperation, type Operation } from '#fhir/surgery/request.ts';
import { clocksOf, stepOf, type Clock } from '#fhir/surgery/way.ts';
import { personOf, type Person } from '../record/person.ts';
import { stayOf, type Stay } from '../record/stay.ts';

// The rows of the operating board: each operation with whose it is, its place and how far it is.

export type BoardItem = {
  readonly operation: Operation;
  /** The id alone. */
  readonly patient: string;
  readonly person: Person | undefined;
  readonly stay: Stay | undefined;
  readonly place: Place | undefined;
  readonly clock: Clock | undefined;
  /** Why its last place was cancelled, of one that waits. */
  readonly cancelled: string | undefined;
  readonly sources: {
    readonly request: ServiceRequest;
    readonly place: Appointment | undefined;
    readonly way: Procedure | undefined;
  };
};

export type Room = {
  readonly id: string;
  readonly name: string;
  readonly source: Location;
  /** `O`, `K`, `C`, `U`. */
  readonly status: string | undefined;
  readonly items: readonly BoardItem[];
};

export type Facts = {
  readonly requests: readonly ServiceRequest[];
  readonly places: readonly Appointment[];
  readonly ways: readonly Procedure[];
  readonly patients: readonly Patient[];
  readonly stays: readonly Encounter[];
};

export function itemsOf(facts: Facts): readonly BoardItem[] {
  const people = new Map(facts.patients.map((one) => [`Patient/${one.id ?? ''}`, personOf(one)]));
  const stays = new Map(facts.stays.map(stayOf).map((stay) => [`Patient/${stay.patient}`, stay]));
  const places = facts.places.flatMap((source) => {
    const place = readPlace(source);
    return place === undefined ? [] : [{ place, source }];
  });
  const seen = new Set<string>();
  return facts.requests.flatMap((request): BoardItem[] => {
    const operation = readOperation(request);
    if (operation === undefined || seen.has(operation.id)) return [];
    seen.add(operation.id);
    const name = `ServiceRequest/${operation.id}`;
    const own = places
      .filter(({ place }) => place.request === name)
      .toSorted((a, b) => (a.place.start ?? 0) - (b.place.start ?? 0));
    const held =
      own.find(({ place }) => isLive(place)) ?? own.findLast(({ place }) => place.status === 'fulfilled');
    const isDone = held?.place.status === 'fulfilled';
    const way = facts.ways
      .filter(
        ({ basedOn, status }) =>
          basedOn?.some(({ reference }) => reference === name) === true &&
          status !== 'not-done' &&
          status !== 'entered-in-error',
      )
      .findLast(({ status }) => isDone || status === 'preparation' || status === 'in-progress');
    const patient = operation.patient ?? '';
    return [
      {
        operation,
        patient: patient.replace('Patient/', ''),
        person: people.get(patient),
        stay: stays.get(patient),
        place: held?.place,
        clock: way === undefined ? undefined : stepOf(clocksOf(way)),
        cancelled: own.findLast(({ place }) => place.status === 'cancelled')?.place.cancelled,
        sources: { request, place: held?.source, way },
      },
    ];
  });
}

/** The rooms in the order of their names, each with the operations that begin there from one moment to another. */
export function roomsOf(
  items: readonly BoardItem[],
  rooms: readonly Location[],
  from: number,
  to: number,
): readonly Room[] {
  return rooms
    .map((source): Room => ({
      id: `Location/${source.id ?? ''}`,
      name: source.name ?? '',
      source,
      status: source.operationalStatus?.code,
      items: items
        .filter(({ place }) => {
          const start = place?.start;
          return (
            place?.room === `Location/${source.id ?? ''}` &&
            start !== undefined &&
            start >= from &&
            start < to
          );
        })
        .toSorted((a, b) => (a.place?.start ?? 0) - (b.place?.start ?? 0)),
    }))
    .toSorted((a, b) => a.name.localeCompare(b.name, 'da', { numeric: true }));
}

/** What waits for a place: by class, then by deadline, then by when it was wanted. */
export function waitingOf(items: readonly BoardItem[], department: string): readonly BoardItem[] {
  return items
    .filter(
      ({ operation, place }) =>
        operation.status === 'active' &&
        operation.department === `Location/${department}` &&
        (place === undefined || place.status === 'fulfilled'),
    )
    .toSorted(
      (a, b) =>
        (a.operation.deadline ?? never) - (b.operation.deadline ?? never) ||
        a.operation.urgency.localeCompare(b.operation.urgency) ||
        (a.operation.wanted ?? 0) - (b.operation.wanted ?? 0),
    );
}

// Later than any deadline; an infinite one less another is no number.
const never = 9e15;
