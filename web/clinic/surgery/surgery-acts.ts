import type {
  Appointment,
  Bundle,
  DetectedIssue,
  Location,
  Practitioner,
  Reference,
  Resource,
} from '@medplum/fhirtypes';
import {
  cancelPlace,
  movePlace,
  placeOperation,
  readPlace,
  teamPlace,
  type Team,
  type Whereto,
} from '#fhir/surgery/place.ts';
import type { CancelReason, MoveReason } from '#fhir/surgery/codes.ts';
import { roomMinutes } from '#fhir/surgery/codes.ts';
import { beginWay, recordClock, wrongClock, type OperationStep } from '#fhir/surgery/way.ts';
import type { Change } from '../../link/act.ts';
import { keys, queries } from '../../link/queries.ts';
import type { Session } from '../../link/session.ts';
import type { BoardItem } from './board-model.ts';

// What the buttons of the operating board write; what is updated names the version that was on the screen.

const put = (resource: Resource): Change => ({
  method: 'PUT',
  url: `${resource.resourceType}/${resource.id ?? ''}`,
  resource,
  version: resource.meta?.versionId,
});
const post = (resource: Resource): Change => ({ method: 'POST', url: resource.resourceType, resource });

export function me(): Reference<Practitioner> {
  const session = queries.getQueryData<Session | null>(keys.session);
  return {
    ...(session?.practitioner != null && { reference: session.practitioner }),
    display: session?.name ?? '',
  };
}

/** How long an operation has its room, with what comes before the knife and after it. */
export const minutesInRoom = ({ operation }: BoardItem): number => operation.minutes + roomMinutes;

export function placeAct(item: BoardItem, to: Whereto): readonly Change[] {
  const { operation } = item;
  const asker = item.sources.request.requester;
  const surgeon =
    asker?.reference?.startsWith('Practitioner/') === true
      ? { surgeon: asker as Reference<Practitioner> }
      : {};
  return [
    post(
      placeOperation(
        { id: operation.id, patient: `Patient/${item.patient}`, words: operation.words },
        to,
        surgeon,
      ),
    ),
  ];
}

export function moveAct(
  { sources }: BoardItem,
  to: Whereto,
  reason: MoveReason,
  words: string,
  at: number,
): readonly Change[] {
  return sources.place === undefined ? [] : [put(movePlace(sources.place, to, reason, words, at))];
}

/** Who operates, gives the anaesthetic and assists. */
export function teamAct({ sources }: BoardItem, team: Team): readonly Change[] {
  return sources.place === undefined ? [] : [put(teamPlace(sources.place, team))];
}

export function cancelAct({ sources }: BoardItem, reason: CancelReason, words: string): readonly Change[] {
  return sources.place === undefined ? [] : [put(cancelPlace(sources.place, reason, words))];
}

/** The next clock; `without`: why the knife begins without a time-out. */
export function stepAct(
  { operation, patient, sources }: BoardItem,
  step: OperationStep,
  at: number,
  without?: string,
): readonly Change[] {
  const room = sources.place?.participant.find(({ type }) =>
    type?.some(({ coding }) => coding?.some(({ code }) => code === 'room')),
  )?.actor as Reference<Location> | undefined;
  const way =
    sources.way === undefined
      ? beginWay(
          { ...operation, patient: `Patient/${patient}`, encounter: undefined },
          room ?? {},
          step,
          at,
          me(),
        )
      : recordClock(sources.way, step, at, me());
  if (without === undefined || sources.way === undefined)
    return [way.id === undefined ? post(way) : put(way)];
  const issue: DetectedIssue = {
    resourceType: 'DetectedIssue',
    status: 'final',
    code: { coding: [{ system: 'https://holdfast.dk/fhir/alert', code: 'no-time-out' }] },
    patient: { reference: `Patient/${patient}` },
    implicated: [{ reference: `Procedure/${sources.way.id ?? ''}` }],
    mitigation: [{ action: { text: without }, author: me() }],
  };
  return [put(way), post(issue)];
}

/** The last clock was wrong. */
export function wrongAct({ sources }: BoardItem, reason: string): readonly Change[] {
  return sources.way === undefined ? [] : [put(wrongClock(sources.way, reason))];
}

/**
 * What takes an act of the board back, of what it stored: a clock is marked as wrong, a new place is cancelled, a moved one is where it was, a
 * cancelled one is placed anew.
 */
export function undoOf(item: BoardItem, stored: Bundle, words: string, at: number): readonly Change[] {
  return (stored.entry ?? []).flatMap(({ resource }): readonly Change[] => {
    if (resource?.resourceType === 'Procedure') return [put(wrongClock(resource, words))];
    if (resource?.resourceType !== 'Appointment') return [];
    const before = item.sources.place;
    if (resource.status === 'cancelled') {
      const { id: _id, meta: _meta, cancelationReason: _reason, ...rest } = resource;
      return [post({ ...rest, status: 'booked' })];
    }
    if (before === undefined || before.status === 'fulfilled')
      return [put(cancelPlace(resource, 'mistake', words))];
    const { place } = item;
    // Its time and room are as they were: who does it was changed.
    if (
      resource.start === before.start &&
      resource.end === before.end &&
      movesOf(resource) === movesOf(before)
    )
      return [put({ ...resource, participant: before.participant })];
    if (place?.start === undefined || place.end === undefined) return [];
    const part = (code: string) =>
      before.participant.find(({ type }) => type?.[0]?.coding?.[0]?.code === code)?.actor as
        | Reference<Location>
        | undefined;
    const to = {
      room: part('room') ?? {},
      department: part('department') ?? {},
      start: place.start,
      end: place.end,
    };
    return [put(movePlace(resource, to, 'mistake', words, at))];
  });
}

const movesOf = (place: Appointment): number => readPlace(place)?.moves ?? 0;
