/**
 * The way of an operation (docs/how/clinical-shapes.md): a room holds one patient, a patient is in one room; clocks go forward only and
 * none is taken away; the knife waits for the side and the time-out. With the patient go the room, the place and what was asked for.
 */
import type { Issue } from '#base/refusal.ts';
import { isObject, type Json } from '#fhir/json.ts';
import { placeStatusSystem } from '#fhir/surgery/codes.ts';
import { readPlace } from '#fhir/surgery/place.ts';
import { isOperation, readOperation, sideOf } from '#fhir/surgery/request.ts';
import {
  clocksOf,
  isInRoom,
  isOut,
  rankOf,
  statusOfClocks,
  stepOf,
  type Clock,
  type OperationStep,
} from '#fhir/surgery/way.ts';
import { isAnswered } from './alerts.ts';
import type { Consequence, Proposal, Proposed, Ruling } from './guard.ts';
import { statusOf, targetOf, targetsOf } from './read-json.ts';
import { conflict, livePlaces, claimOf, warning, waysOf, wrong } from './surgery.ts';

// Clocks of two computers differ; a step that is to come is none.
const aheadMs = 5 * 60_000;

/** The guard of a Procedure, when it has the clocks of an operation. */
export function judgeWay(change: Proposed, proposal: Proposal): Promise<Ruling> | undefined {
  const { before, after } = change;
  if (clocksOf(before).length === 0 && clocksOf(after).length === 0) return undefined;
  if (after === undefined || statusOf(after) === 'entered-in-error')
    return Promise.resolve({
      issues: [wrong('status', 'way-kept', 'clocks are kept: mark the one that is wrong, with a reason')],
    });
  return judge(change, after, proposal);
}

async function judge(change: Proposed, after: Json, proposal: Proposal): Promise<Ruling> {
  const [had, has] = [clocksOf(change.before), clocksOf(after)];
  const [from, to] = [stepOf(had)?.step, stepOf(has)?.step];
  const request = targetsOf(after['basedOn'], 'ServiceRequest')[0];
  const patient = targetOf(after['subject']);
  const room = targetOf(after['location']);
  const issues: Issue[] = [...clockIssues(had, has)];
  if (statusOf(after) !== statusOfClocks(has) && statusOf(after) !== 'not-done')
    issues.push(wrong('status', 'status-clock', `expected ${statusOfClocks(has)}, as its clocks say`));
  if (change.before && targetOf(change.before['subject']) !== patient)
    issues.push(wrong('subject', 'other-patient', 'is the way of another patient'));
  const also: Consequence[] = [];
  const goesOn = rankOf(to) > rankOf(from);
  if (request === undefined || patient === undefined)
    issues.push(wrong('basedOn', 'no-operation', 'expected the ServiceRequest of an operation'));
  else {
    if (goesOn && !isOut(from)) issues.push(...(await startIssues(change, after, request, proposal)));
    if (isInRoom(to) && !isInRoom(from) && room !== undefined)
      issues.push(...(await roomIssues(change.id, room, patient, proposal)));
    if (has.some((clock, index) => index >= had.length && clock.step === 'knife-start'))
      issues.push(...(await knifeIssues(change, after, has, request, proposal)));
    if (from !== to) also.push(...(await consequences(from, to, has, room, request, proposal)));
  }
  return {
    issues,
    claims: [
      ...claimOf('operation', request),
      ...claimOf('operating room', room),
      ...claimOf('surgery of', patient),
    ],
    also: also.filter(({ type, id }) => !proposal.changes.some((one) => one.type === type && one.id === id)),
  };
}

/** What was recorded stays as it was, or is marked as wrong; what is new comes after it. */
function clockIssues(had: readonly Clock[], has: readonly Clock[]): Issue[] {
  const at = 'extension';
  const issues: Issue[] = [];
  for (const [index, clock] of had.entries()) {
    const now = has[index];
    if (now === undefined || now.step !== clock.step || now.at !== clock.at || now.by !== clock.by)
      issues.push(
        wrong(at, 'clock-kept', `${clock.step} was recorded and stays; mark it as wrong with a reason`),
      );
    else if (clock.wrong !== undefined && now.wrong !== clock.wrong)
      issues.push(wrong(at, 'clock-kept', `that ${clock.step} was wrong stays`));
  }
  let last: Clock | undefined;
  for (const [index, clock] of has.entries()) {
    if (clock.wrong !== undefined) {
      if (clock.wrong.trim() === '')
        issues.push(wrong(at, 'no-reason', `expected why ${clock.step} was wrong`));
      continue;
    }
    if (last !== undefined && (rankOf(clock.step) <= rankOf(last.step) || clock.at < last.at))
      issues.push(conflict(at, 'step-back', `${clock.step} comes after ${last.step}; steps go forward only`));
    if (index >= had.length) {
      if (clock.by === undefined) issues.push(wrong(at, 'no-name', `expected who recorded ${clock.step}`));
      if (clock.at > Date.now() + aheadMs)
        issues.push(wrong(at, 'clock-ahead', `${clock.step} is to come; expected a time that has been`));
    }
    last = clock;
  }
  return issues;
}

/** It has a place, in this room, and no other way. */
async function startIssues(
  change: Proposed,
  after: Json,
  request: string,
  proposal: Proposal,
): Promise<Issue[]> {
  const issues: Issue[] = [];
  const operation = readOperation(await proposal.read(request));
  if (operation === undefined || !isOperation(after['category']))
    return [wrong('basedOn', 'no-operation', 'expected the ServiceRequest of an operation')];
  if (operation.patient !== targetOf(after['subject']))
    issues.push(wrong('subject', 'other-patient', `${request} is another patient's`));
  const [place] = await livePlaces(request, proposal);
  if (place === undefined)
    issues.push(conflict('basedOn', 'no-place', `${request} has no place in the programme any more`));
  else if (place.room !== targetOf(after['location']))
    issues.push(
      conflict('location', 'other-room', `its place is ${place.room ?? 'no room'}; move it there first`),
    );
  const other = (await waysOf(request, proposal)).find(
    (way) => way['id'] !== change.id && ['preparation', 'in-progress'].includes(statusOf(way)),
  );
  if (other)
    issues.push(
      conflict('basedOn', 'called-already', `${request} is on its way by Procedure/${String(other['id'])}`),
    );
  return issues;
}

async function roomIssues(id: string, room: string, patient: string, proposal: Proposal): Promise<Issue[]> {
  const issues: Issue[] = [];
  const inside = async (criteria: string) =>
    (await proposal.find('Procedure', `${criteria}&status=in-progress`)).filter(
      (way) => way['id'] !== id && isInRoom(stepOf(clocksOf(way))?.step),
    );
  const others = await inside(`location=${room}`);
  if (others.some((way) => targetOf(way['location']) === room))
    issues.push(conflict('location', 'room-taken', `${room} holds another patient`));
  const own = await inside(`patient=${patient}`);
  if (own.some((way) => targetOf(way['subject']) === patient))
    issues.push(conflict('subject', 'patient-taken', 'the patient is in another operating room'));
  const place = await proposal.read(room);
  const status = isObject(place?.['operationalStatus']) ? place['operationalStatus']['code'] : undefined;
  if (status === 'C') issues.push(wrong('location', 'room-closed', `${room} is closed`));
  if (status === 'K') issues.push(warning('location', 'room-uncleaned', `${room} is not cleaned yet`));
  return issues;
}

async function knifeIssues(
  change: Proposed,
  after: Json,
  has: readonly Clock[],
  request: string,
  proposal: Proposal,
): Promise<Issue[]> {
  const issues: Issue[] = [];
  const counts = (step: OperationStep) => has.some((one) => one.step === step && one.wrong === undefined);
  if (!counts('in-room'))
    issues.push(conflict('extension', 'not-in-room', 'the patient is not in the operating room'));
  const operation = readOperation(await proposal.read(request));
  const side = sideOf(after['bodySite']);
  if (operation?.isSided === true && side === undefined)
    issues.push(wrong('bodySite', 'side-missing', `${operation.words} has a side; expected which`));
  if (operation?.side !== undefined && side !== operation.side)
    issues.push(wrong('bodySite', 'side-other', `was asked for on the other side: ${operation.side}`));
  if (!counts('time-out') && !isAnswered({ code: 'no-time-out', about: [] }, change, proposal))
    issues.push(
      wrong(
        'extension',
        'no-time-out',
        'expected the time-out of safe surgery, or a DetectedIssue that says why there is none',
      ),
    );
  return issues;
}

/** The room, the place and what was asked for become what the patient's way says. */
async function consequences(
  from: OperationStep | undefined,
  to: OperationStep | undefined,
  has: readonly Clock[],
  room: string | undefined,
  request: string,
  proposal: Proposal,
): Promise<Consequence[]> {
  const also: Consequence[] = [];
  const set = (name: string, path: string, value: unknown) => {
    const [type = '', id = ''] = name.split('/');
    also.push({ type, id, patch: [{ op: 'add', path, value }] });
  };
  const stands = (step: OperationStep | undefined) =>
    isInRoom(step) ? 'in' : isOut(step) ? 'out' : 'before';
  const [was, is] = [stands(from), stands(to)];
  if (was === is) return also;
  if (room !== undefined) {
    const code = is === 'in' ? 'O' : is === 'out' ? 'K' : 'U';
    set(room, '/operationalStatus', { system: placeStatusSystem, code });
  }
  const places = await proposal.find('Appointment', `based-on=${request}&status=booked,arrived,fulfilled`);
  const place = places.findLast((one) => readPlace(one)?.request === request);
  if (place)
    set(
      `Appointment/${String(place['id'])}`,
      '/status',
      is === 'in' ? 'arrived' : is === 'out' ? 'fulfilled' : 'booked',
    );
  const isDone = is === 'out' && statusOfClocks(has) === 'completed';
  const order = await proposal.read(request);
  if (isDone && statusOf(order) === 'active') set(request, '/status', 'completed');
  if (!isDone && was === 'out' && statusOf(order) === 'completed') set(request, '/status', 'active');
  return also;
}
