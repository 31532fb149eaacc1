/** The place of an operation in the programme: an Appointment of a patient, a room and a team. */
import type {
  Appointment,
  AppointmentParticipant,
  Extension,
  Location,
  Practitioner,
  Reference,
} from '@medplum/fhirtypes';
import { listOf, targetOf } from '../medication/order.ts';
import { isObject } from '../json.ts';
import { fhirMoment, instantOf } from '../place-time.ts';
import {
  cancelReasonSystem,
  keptUrl,
  moveReasonSystem,
  moveUrl,
  partSystem,
  parts,
  placeKind,
  turnoverMinutes,
  type CancelReason,
  type MoveReason,
  type Part,
} from './codes.ts';
import { codeOf, textOf } from './request.ts';

export interface Whereto {
  readonly room: Reference<Location>;
  readonly department: Reference<Location>;
  /** ms */
  readonly start: number;
  readonly end: number;
}

export const teamParts = ['surgeon', 'anaesthesia', 'scrub'] as const;
export type TeamPart = (typeof teamParts)[number];

export interface Team {
  readonly surgeon?: Reference<Practitioner> | undefined;
  readonly anaesthesia?: Reference<Practitioner> | undefined;
  readonly scrub?: Reference<Practitioner> | undefined;
}

/** @param operation The ServiceRequest and what it is, for who reads the appointment alone. */
export function placeOperation(
  operation: { readonly id: string; readonly patient: string; readonly words: string },
  to: Whereto,
  team: Team = {},
): Appointment {
  return {
    resourceType: 'Appointment',
    status: 'booked',
    serviceType: [{ coding: [placeKind], text: 'Operation' }],
    description: operation.words,
    start: fhirMoment(to.start),
    end: fhirMoment(to.end),
    basedOn: [{ reference: `ServiceRequest/${operation.id}` }],
    participant: [
      { actor: { reference: operation.patient }, status: 'accepted' },
      taking('room', to.room),
      taking('department', to.department),
      ...teamTaking(team),
    ],
  };
}

/** Who does it; a part that is not named has nobody. The time and the room stay. */
export function teamPlace(place: Appointment, team: Team): Appointment {
  return {
    ...place,
    participant: [
      ...place.participant.filter((one) => !teamParts.some((part) => part === partOf(one))),
      ...teamTaking(team),
    ],
  };
}

const teamTaking = (team: Team): AppointmentParticipant[] =>
  teamParts.flatMap((part) => {
    const who = team[part];
    return who === undefined ? [] : [taking(part, who)];
  });

/** To another time or room; why is kept with where it was. */
export function movePlace(
  place: Appointment,
  to: Whereto,
  reason: MoveReason,
  words: string,
  at: number,
): Appointment {
  const { start = '', participant, extension = [] } = place;
  const moved: Extension = {
    url: moveUrl,
    extension: [
      {
        url: 'reason',
        valueCodeableConcept: { coding: [{ system: moveReasonSystem, code: reason }], text: words },
      },
      { url: 'at', valueDateTime: fhirMoment(at) },
      ...(start === '' ? [] : [{ url: 'from', valueDateTime: start }]),
    ],
  };
  return {
    ...place,
    extension: [...extension, moved],
    start: fhirMoment(to.start),
    end: fhirMoment(to.end),
    participant: [
      ...participant.filter((one) => !['room', 'department'].includes(partOf(one) ?? '')),
      taking('room', to.room),
      taking('department', to.department),
    ],
  };
}

export function cancelPlace(place: Appointment, reason: CancelReason, words: string): Appointment {
  return {
    ...place,
    status: 'cancelled',
    cancelationReason: { coding: [{ system: cancelReasonSystem, code: reason }], text: words },
  };
}

/** Left in the programme when all others of its days were cancelled, and why. */
export function keepPlace(place: Appointment, decision: string, words: string): Appointment {
  return {
    ...place,
    extension: [
      ...(place.extension ?? []),
      {
        url: keptUrl,
        extension: [
          { url: 'decision', valueString: decision },
          { url: 'reason', valueString: words },
        ],
      },
    ],
  };
}

/** What an Appointment says of a place. */
export interface Place {
  readonly id: string;
  readonly status: string;
  /** ms */
  readonly start: number | undefined;
  readonly end: number | undefined;
  /** `Patient/…`, `Location/…`, `ServiceRequest/…` */
  readonly patient: string | undefined;
  readonly room: string | undefined;
  readonly department: string | undefined;
  readonly request: string | undefined;
  readonly team: Readonly<
    Partial<Record<Part, { readonly reference: string | undefined; readonly name: string }>>
  >;
  readonly moves: number;
  readonly cancelled: string | undefined;
  /** The decisions that left it in the programme. */
  readonly kept: readonly string[];
}

/** Undefined: no place in an operating programme. */
export function readPlace(appointment: unknown): Place | undefined {
  if (!isObject(appointment)) return undefined;
  if (!listOf(appointment['serviceType']).some((one) => codeOf(one, placeKind.system) === placeKind.code))
    return undefined;
  const participants = listOf(appointment['participant']);
  const team: Partial<Record<Part, { reference: string | undefined; name: string }>> = {};
  let patient: string | undefined;
  for (const one of participants) {
    const actor = isObject(one['actor']) ? one['actor'] : {};
    const reference = targetOf(actor);
    if (reference?.startsWith('Patient/') === true) patient = reference;
    const part = partOf(one);
    if (part !== undefined) team[part] = { reference, name: textOf(actor['display']) };
  }
  const extensions = listOf(appointment['extension']);
  return {
    id: textOf(appointment['id']),
    status: textOf(appointment['status']),
    start: instantOf(appointment['start']),
    end: instantOf(appointment['end']),
    patient,
    room: team.room?.reference,
    department: team.department?.reference,
    request: listOf(appointment['basedOn'])
      .map(targetOf)
      .find((one) => one?.startsWith('ServiceRequest/')),
    team,
    moves: extensions.filter(({ url }) => url === moveUrl).length,
    cancelled: codeOf(appointment['cancelationReason'], cancelReasonSystem),
    kept: extensions
      .filter(({ url }) => url === keptUrl)
      .flatMap((one) => listOf(one['extension']).filter(({ url }) => url === 'decision'))
      .flatMap(({ valueString }) => (typeof valueString === 'string' ? [valueString] : [])),
  };
}

/** The reason of the last move that is coded by us. */
export function lastMoveReason(appointment: unknown): string | undefined {
  const moves = isObject(appointment)
    ? listOf(appointment['extension']).filter(({ url }) => url === moveUrl)
    : [];
  const reason = listOf(moves.at(-1)?.['extension']).find(({ url }) => url === 'reason');
  return codeOf(reason?.['valueCodeableConcept'], moveReasonSystem);
}

/** It has, or will have, its time in the room. */
export function isLive({ status }: Pick<Place, 'status'>): boolean {
  return status === 'proposed' || status === 'booked' || status === 'arrived';
}

/** @param apartMinutes At least so many between the two. */
export function overlap(
  one: Pick<Place, 'start' | 'end'>,
  other: Pick<Place, 'start' | 'end'>,
  apartMinutes: number = turnoverMinutes,
): boolean {
  if (one.start === undefined || one.end === undefined) return false;
  if (other.start === undefined || other.end === undefined) return false;
  const apart = apartMinutes * 60_000;
  return one.start < other.end + apart && other.start < one.end + apart;
}

/**
 * The first time from `from` when a room is free for so long, turnover counted.
 * @param taken The live places of the room; one that should have ended and has not is taken to end now.
 */
export function firstFree(
  taken: readonly Pick<Place, 'start' | 'end' | 'status'>[],
  from: number,
  minutes: number,
): number {
  const step = 5 * 60_000;
  const sorted = taken
    .filter(({ start, end }) => start !== undefined && end !== undefined)
    .map((one) => ({
      start: one.start ?? 0,
      end: one.status === 'arrived' ? Math.max(one.end ?? 0, from) : (one.end ?? 0),
    }))
    .toSorted((a, b) => a.start - b.start);
  let start = Math.ceil(from / step) * step;
  for (const one of sorted)
    if (overlap(one, { start, end: start + minutes * 60_000 }))
      start = Math.ceil((one.end + turnoverMinutes * 60_000) / step) * step;
  return start;
}

function taking(part: Part, actor: Reference<Location> | Reference<Practitioner>): AppointmentParticipant {
  return { type: [{ coding: [{ system: partSystem, code: part }] }], actor, status: 'accepted' };
}

function partOf(participant: unknown): Part | undefined {
  const types = isObject(participant) ? listOf(participant['type']) : [];
  const codes = types.map((type) => codeOf(type, partSystem));
  return parts.find((part) => codes.includes(part));
}
