/**
 * A transport by a porter (docs/how/clinical-shapes.md): a ServiceRequest for whoever ordered it, and a Task with what the porter must
 * know, who reads no orders: from where, to where, how, isolation. Ordered, taken, under way, delivered: forward only.
 */
import { codesOf, list } from '../early-warning/observe.ts';
import { isObject, type Json } from '../json.ts';
import { taskKindSystem } from '../orders/steps.ts';
import { fhirMoment, instantOf } from '../place-time.ts';
import json from './destinations.json' with { type: 'json' };

const transportKind = 'transport';
export const transportStepSystem = 'https://holdfast.dk/fhir/transport-step';
const partSystem = 'https://holdfast.dk/fhir/transport-part';
const modeSystem = 'https://holdfast.dk/fhir/transport-mode';

export const transportSteps = ['ordered', 'taken', 'under-way', 'delivered'] as const;
export type TransportStep = (typeof transportSteps)[number];
export type TransportState = TransportStep | 'cancelled';

/** `Task.status` at each step: whoever knows FHIR and not our steps reads the same. */
export const transportStatus = {
  ordered: 'requested',
  taken: 'accepted',
  'under-way': 'in-progress',
  delivered: 'completed',
} as const satisfies Record<TransportStep, string>;

/** Where patients are most often brought; any other place is written. */
export const destinations: readonly string[] = json;

export const transportModes = ['bed', 'wheelchair', 'walking'] as const;
export type TransportMode = (typeof transportModes)[number];
const modeWords = { bed: 'Seng', wheelchair: 'Kørestol', walking: 'Gående' } as const;

export function isTransport(task: Json): boolean {
  return codesOf(task['code'], taskKindSystem).includes(transportKind);
}

export function transportStateOf(task: Json): TransportState {
  const status = task['status'];
  const step = transportSteps.find((one) => transportStatus[one] === status);
  return step ?? (status === 'received' || status === 'ready' ? 'ordered' : 'cancelled');
}

export function mayMove(from: TransportState, to: TransportState): boolean {
  if (from === to) return true;
  if (from === 'cancelled' || from === 'delivered') return false;
  return to === 'cancelled' || transportSteps.indexOf(to) > transportSteps.indexOf(from);
}

export interface Transport {
  readonly id: string;
  readonly version: string | undefined;
  readonly patient: string;
  readonly state: TransportState;
  readonly from: { readonly id: string | undefined; readonly words: string };
  readonly to: string;
  readonly mode: TransportMode;
  readonly oxygen: boolean;
  readonly isolation: string | undefined;
  readonly note: string;
  readonly at: number;
  readonly owner: { readonly reference: string | undefined; readonly name: string };
}

export function readTransport(task: Json): Transport {
  const input = (part: string) =>
    list(task['input']).find(({ type }) => codesOf(type, partSystem).includes(part));
  const from = input('from')?.['valueReference'];
  const fromId = isObject(from) ? text(from['reference']) : undefined;
  const mode = codesOf(input('mode')?.['valueCodeableConcept'], modeSystem)[0];
  const restriction = isObject(task['restriction']) ? task['restriction'] : {};
  const period = isObject(restriction['period']) ? restriction['period'] : {};
  const meta = isObject(task['meta']) ? task['meta'] : {};
  const subject = isObject(task['for']) ? text(task['for']['reference']) : undefined;
  const owner = isObject(task['owner']) ? task['owner'] : {};
  return {
    id: text(task['id']) ?? '',
    version: text(meta['versionId']),
    patient: subject?.replace('Patient/', '') ?? '',
    state: transportStateOf(task),
    from: {
      id: fromId?.replace('Location/', ''),
      words: (isObject(from) ? text(from['display']) : undefined) ?? '',
    },
    to: text(input('to')?.['valueString']) ?? '',
    mode: transportModes.find((one) => one === mode) ?? 'bed',
    oxygen: input('oxygen')?.['valueBoolean'] === true,
    isolation: text(input('isolation')?.['valueString']),
    note: text(list(task['note'])[0]?.['text']) ?? '',
    at: instantOf(period['start']) ?? instantOf(task['authoredOn']) ?? 0,
    owner: { reference: text(owner['reference']), name: text(owner['display']) ?? '' },
  };
}

export interface NewTransport {
  /** `Patient/…` */
  readonly patient: string;
  readonly encounter: string | undefined;
  /** `Location/…`: where the patient lies. */
  readonly from: { readonly reference: string; readonly display: string };
  readonly to: string;
  readonly mode: TransportMode;
  readonly oxygen: boolean;
  readonly isolation: string | undefined;
  readonly note: string;
  /** When to be fetched, milliseconds since 1970. */
  readonly when: number;
  readonly at: number;
  readonly requester: { readonly reference?: string; readonly display?: string };
}

/** The order and the porter's Task, which names the order by `request`. */
export function transport(order: NewTransport, request: string) {
  const { patient, encounter, from, to, mode, oxygen, isolation, note, when, at, requester } = order;
  const words = `${from.display} → ${to}`;
  const common = {
    ...(encounter !== undefined && { encounter: { reference: encounter } }),
    authoredOn: fhirMoment(at),
    requester,
  };
  const part = (code: string) => ({ coding: [{ system: partSystem, code }] });
  const input = [
    { type: part('from'), valueReference: from },
    { type: part('to'), valueString: to },
    {
      type: part('mode'),
      valueCodeableConcept: { coding: [{ system: modeSystem, code: mode }], text: modeWords[mode] },
    },
    { type: part('oxygen'), valueBoolean: oxygen },
    ...(isolation === undefined ? [] : [{ type: part('isolation'), valueString: isolation }]),
  ];
  const order_ = {
    resourceType: 'ServiceRequest',
    status: 'active',
    intent: 'order',
    category: [{ text: 'portør' }],
    code: { text: `Transport: ${words}` },
    subject: { reference: patient },
    occurrenceDateTime: fhirMoment(when),
    ...common,
  } as const;
  const task = {
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    code: { coding: [{ system: taskKindSystem, code: transportKind }], text: 'Transport' },
    businessStatus: { coding: [{ system: transportStepSystem, code: 'ordered' }] },
    basedOn: [{ reference: request }],
    description: `Portør til ${to}`,
    for: { reference: patient },
    owner: { display: 'Portør' },
    input,
    ...(note !== '' && { note: [{ text: note }] }),
    restriction: { period: { start: fhirMoment(when), end: fhirMoment(when) } },
    ...common,
  } as const;
  return { request: order_, task };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
