/** All elective operations of some days, cancelled in one act, and the calls to those who waited for them. */
import type { Appointment, Location, Practitioner, Reference, Task } from '@medplum/fhirtypes';
import { listOf, targetOf } from '../medication/order.ts';
import { taskKindSystem } from '../orders/steps.ts';
import { isObject } from '../json.ts';
import { fhirMoment, instantOf } from '../place-time.ts';
import { callKind } from './codes.ts';
import { codeOf } from './request.ts';

const decisionSystem = 'https://holdfast.dk/fhir/cancelled-together';
const roomsUrl = 'https://holdfast.dk/fhir/looked-through';

/** What was looked through, by whom it was decided, and why. */
export interface Decision {
  readonly id: string;
  readonly department: Reference<Location>;
  /** `Location/…` */
  readonly rooms: readonly string[];
  /** ms, from the first and before the second. */
  readonly from: number;
  readonly to: number;
  /** By name; with a reference when they have one here. */
  readonly decider: Reference<Practitioner>;
  readonly reason: string;
}

/** The call to one patient. @param at ms */
export function callTo(
  place: Pick<Appointment, 'id' | 'description' | 'start'>,
  patient: string,
  decision: Decision,
  at: number,
): Task {
  return {
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    code: { coding: [{ system: taskKindSystem, code: callKind }], text: 'Ring: operation aflyst' },
    description: `Operation aflyst: ${place.description ?? ''}`,
    groupIdentifier: { system: decisionSystem, value: decision.id },
    focus: { reference: `Appointment/${place.id ?? ''}` },
    for: { reference: patient },
    authoredOn: fhirMoment(at),
    requester: decision.decider,
    location: decision.department,
    reasonCode: { text: decision.reason },
    restriction: { period: { start: fhirMoment(decision.from), end: fhirMoment(decision.to) } },
    extension: decision.rooms.map((reference) => ({ url: roomsUrl, valueReference: { reference } })),
  };
}

/** It was called, by whom. @param at ms */
export function called(task: Task, by: Reference<Practitioner>, at: number): Task {
  return { ...task, status: 'completed', owner: by, executionPeriod: { end: fhirMoment(at) } };
}

/** Nobody was called after all. */
export function notCalled(task: Task): Task {
  const { owner: _owner, executionPeriod: _period, ...rest } = task;
  return { ...rest, status: 'requested' };
}

export interface Call {
  readonly decision: string;
  readonly department: string;
  readonly rooms: readonly string[];
  readonly from: number;
  readonly to: number;
  readonly decider: string | undefined;
  /** `Appointment/…` */
  readonly place: string | undefined;
}

/** Undefined: no such call, or one that does not say what was looked through. */
export function readCall(task: unknown): Call | undefined {
  if (!isObject(task) || codeOf(task['code'], taskKindSystem) !== callKind) return undefined;
  const restriction = isObject(task['restriction']) ? task['restriction'] : {};
  const period = isObject(restriction['period']) ? restriction['period'] : {};
  const [from, to] = [instantOf(period['start']), instantOf(period['end'])];
  const group = isObject(task['groupIdentifier']) ? task['groupIdentifier']['value'] : undefined;
  const department = targetOf(task['location']);
  const requester = isObject(task['requester']) ? task['requester'] : {};
  const name = requester['display'];
  const rooms = listOf(task['extension'])
    .filter(({ url }) => url === roomsUrl)
    .flatMap(({ valueReference }) => targetOf(valueReference) ?? []);
  if (from === undefined || to === undefined || typeof group !== 'string' || department === undefined)
    return undefined;
  return {
    decision: group,
    department,
    rooms,
    from,
    to,
    decider: typeof name === 'string' && name.trim() !== '' ? name : undefined,
    place: targetOf(task['focus']),
  };
}
