/**
 * Places in an operating programme (docs/how/clinical-shapes.md): an operation has one place at a time, a patient one operation at a
 * time; what would crowd a room or a surgeon is told before anyone signs. Moving and cancelling say why, by code. Nothing is deleted.
 */
import type { Issue } from '#base/refusal.ts';
import { isObject, type Json } from '#fhir/json.ts';
import { cancelReasons, moveReasons, neverTogether } from '#fhir/surgery/codes.ts';
import { isLive, lastMoveReason, overlap, readPlace, type Place } from '#fhir/surgery/place.ts';
import { readOperation } from '#fhir/surgery/request.ts';
import { clocksOf, isInRoom, stepOf } from '#fhir/surgery/way.ts';
import type { Consequence, Proposal, Proposed, Ruling } from './guard.ts';
import { statusOf, targetsOf } from './read-json.ts';

const ended = new Set(['cancelled', 'fulfilled', 'noshow', 'entered-in-error']);

/** The guard of an Appointment, when it is a place in a programme. */
export function judgePlace(change: Proposed, proposal: Proposal): Promise<Ruling> | undefined {
  const was = readPlace(change.before);
  const is = readPlace(change.after);
  if (was === undefined && is === undefined) return undefined;
  if (is === undefined)
    return Promise.resolve({
      issues: [wrong('status', 'place-kept', 'a place is never deleted: cancel it with a reason instead')],
    });
  return judge(was, is, change, proposal);
}

async function judge(
  was: Place | undefined,
  is: Place,
  change: Proposed,
  proposal: Proposal,
): Promise<Ruling> {
  const issues: Issue[] = [];
  const also: Consequence[] = [];
  const ends = is.status === 'cancelled' && was?.status !== 'cancelled';
  const begins = isLive(is) && (was === undefined || !isLive(was));
  const isMoved =
    was !== undefined &&
    isLive(was) &&
    isLive(is) &&
    (was.room !== is.room || was.start !== is.start || was.end !== is.end);
  if (was !== undefined && ended.has(was.status) && was.status !== is.status)
    issues.push(
      conflict(
        'status',
        'place-ended',
        `was ${was.status} and does not begin again; place the operation anew`,
      ),
    );
  if (was !== undefined && (was.request !== is.request || was.patient !== is.patient))
    issues.push(
      wrong('basedOn', 'other-operation', 'is the place of another operation; expected a place of its own'),
    );
  const ways = is.request === undefined ? [] : await waysOf(is.request, proposal);
  const inRoom = ways.find((way) => isInRoom(stepOf(clocksOf(way))?.step));
  if (ends) {
    issues.push(...(await cancelIssues(is, inRoom !== undefined, proposal)));
    for (const way of ways)
      if (statusOf(way) === 'preparation')
        also.push({
          type: 'Procedure',
          id: String(way['id']),
          patch: [{ op: 'add', path: '/status', value: 'not-done' }],
        });
  }
  if (begins || isMoved) {
    issues.push(...(await placeIssues(is, change.id, proposal)));
    if (begins) issues.push(...(await operationIssues(is, change.id, proposal)));
  }
  // Somebody else operates at the time and in the room that were judged before.
  else if (!ends && was !== undefined && was.team.surgeon?.reference !== is.team.surgeon?.reference)
    issues.push(...(await surgeonIssues(is, change.id, proposal)));
  if (isMoved) {
    if (was.room !== is.room && inRoom !== undefined)
      issues.push(conflict('participant', 'started-already', 'the patient is in the operating room already'));
    if (is.moves <= was.moves || !isOneOf(moveReasons, lastMoveReason(change.after)))
      issues.push(
        wrong('extension', 'no-reason', `expected why it is moved, one of ${moveReasons.join(', ')}`),
      );
  }
  return {
    issues,
    claims: [
      ...claimOf('operation', is.request),
      ...claimOf('surgery of', is.patient),
      ...claimOf('programme', is.department),
    ],
    also: also.filter(({ type, id }) => !proposal.changes.some((one) => one.type === type && one.id === id)),
  };
}

async function cancelIssues(is: Place, isIn: boolean, proposal: Proposal): Promise<Issue[]> {
  const issues: Issue[] = [];
  if (isIn)
    issues.push(conflict('status', 'started-already', 'the patient is in the operating room already'));
  if (!isOneOf(cancelReasons, is.cancelled))
    issues.push(
      wrong(
        'cancelationReason',
        'no-reason',
        `expected why it is cancelled, one of ${cancelReasons.join(', ')}`,
      ),
    );
  if (is.cancelled === 'capacity') {
    const operation = readOperation(is.request === undefined ? undefined : await proposal.read(is.request));
    if (operation && neverTogether.has(operation.urgency))
      issues.push(
        wrong(
          'cancelationReason',
          'urgent-kept',
          `is of class ${operation.urgency} and is not cancelled for want of capacity`,
        ),
      );
  }
  return issues;
}

/** Who is where at that time: what crowds is told, a patient twice is refused. */
async function placeIssues(is: Place, id: string, proposal: Proposal): Promise<Issue[]> {
  if (is.start === undefined || is.end === undefined || is.end <= is.start)
    return [wrong('start', 'no-time', 'expected a start and a later end')];
  const issues: Issue[] = [];
  const room = is.room === undefined ? undefined : await proposal.read(is.room);
  if (!room || is.department === undefined)
    issues.push(wrong('participant', 'no-room', 'expected an operating room and its department'));
  else if (isObject(room['operationalStatus']) && room['operationalStatus']['code'] === 'C')
    issues.push(
      wrong('participant', 'room-closed', `${is.room} is closed; open it first, or choose another`),
    );
  for (const other of await placesAround(is, `location=${is.room}`, id, proposal))
    if (other.room === is.room && overlap(is, other))
      issues.push(
        warning('start', 'room-crowded', `${is.room} has Appointment/${other.id} then, turnover counted`),
      );
  issues.push(...(await surgeonIssues(is, id, proposal)));
  for (const other of await placesAround(is, `patient=${is.patient}`, id, proposal))
    if (other.patient === is.patient && overlap(is, other, 0))
      issues.push(
        conflict('start', 'patient-double', `the patient has Appointment/${other.id} at that time`),
      );
  return issues;
}

/** Who operates elsewhere at that time. */
async function surgeonIssues(is: Place, id: string, proposal: Proposal): Promise<Issue[]> {
  const issues: Issue[] = [];
  const surgeon = is.team.surgeon?.reference;
  if (surgeon !== undefined)
    for (const other of await placesAround(is, `practitioner=${surgeon}`, id, proposal))
      if (other.room !== is.room && other.team.surgeon?.reference === surgeon && overlap(is, other, 0))
        issues.push(
          warning('participant', 'surgeon-double', `${surgeon} operates by Appointment/${other.id} then`),
        );
  return issues;
}

/** Live places of a day before to a day after. */
async function placesAround(
  { start = 0, end = 0 }: Place,
  criteria: string,
  id: string,
  proposal: Proposal,
): Promise<Place[]> {
  const day = 86_400_000;
  const at = (ms: number) => new Date(ms).toISOString().slice(0, 19).concat('Z');
  const found = await proposal.find(
    'Appointment',
    `${criteria}&status=proposed,booked,arrived&date=ge${at(start - day)}&date=le${at(end + day)}`,
  );
  return found.flatMap((one) => {
    const place = readPlace(one);
    return place !== undefined && place.id !== id && isLive(place) ? [place] : [];
  });
}

/** There is such an operation, it is the patient's, it waits, and nobody gave it a place meanwhile. */
async function operationIssues(is: Place, id: string, proposal: Proposal): Promise<Issue[]> {
  const request = is.request === undefined ? undefined : await proposal.read(is.request);
  const operation = readOperation(request);
  if (operation === undefined)
    return [wrong('basedOn', 'no-operation', 'expected the ServiceRequest of an operation')];
  const issues: Issue[] = [];
  if (operation.patient !== is.patient)
    issues.push(wrong('participant', 'other-patient', `${is.request} is another patient's`));
  if (operation.status !== 'active')
    issues.push(conflict('basedOn', 'operation-over', `${is.request} is ${operation.status}`));
  const other = (await livePlaces(String(is.request), proposal)).find((place) => place.id !== id);
  if (other)
    issues.push(
      conflict(
        'basedOn',
        'placed-already',
        `${is.request} has Appointment/${other.id} already; move that one`,
      ),
    );
  return issues;
}

/** The places that an operation has now: one, or none. */
export async function livePlaces(request: string, proposal: Proposal): Promise<Place[]> {
  const found = await proposal.find('Appointment', `based-on=${request}&status=proposed,booked,arrived`);
  return found.flatMap((one) => {
    const place = readPlace(one);
    return place !== undefined && place.request === request && isLive(place) ? [place] : [];
  });
}

/** The ways of an operation, as they would be, without those that came to nothing. */
export async function waysOf(request: string, proposal: Proposal): Promise<Json[]> {
  const found = await proposal.find('Procedure', `based-on=${request}`);
  return found.filter(
    (way) =>
      targetsOf(way['basedOn'], 'ServiceRequest').includes(request) &&
      !['not-done', 'entered-in-error'].includes(statusOf(way)),
  );
}

/** Acts that touch the same of these are judged one after the other. */
export function claimOf(
  kind: 'operation' | 'operating room' | 'surgery of' | 'programme',
  name: string | undefined,
): string[] {
  return name === undefined ? [] : [`${kind} ${name}`];
}

function isOneOf(codes: readonly string[], code: string | undefined): boolean {
  return code !== undefined && codes.includes(code);
}

export function wrong(at: string, detail: string, text: string): Issue {
  return { code: 'business-rule', at, text, detail };
}

export function conflict(at: string, detail: string, text: string): Issue {
  return { code: 'conflict', at, text, detail };
}

export function warning(at: string, detail: string, text: string): Issue {
  return { severity: 'warning', code: 'business-rule', at, text, detail };
}
