/**
 * The way of an order from being made to being answered. Each receiver has one Task for all orders of a requisition that it
 * answers; the Task carries the steps, each order carries its own end. A step is never taken back: a message that comes late
 * tells of what is known already.
 */

/** Systems and codes of orders; docs/how/clinical-shapes.md. */
export const taskKindSystem = 'https://holdfast.dk/fhir/task-kind';
export const orderStepSystem = 'https://holdfast.dk/fhir/order-step';
export const requisitionSystem = 'https://holdfast.dk/fhir/requisition';
export const accessionSystem = 'https://holdfast.dk/fhir/accession';
/** HL7's own extension: why a request has the status it has. */
export const requestReasonUrl = 'http://hl7.org/fhir/StructureDefinition/request-statusReason';
export const actCodeSystem = 'http://terminology.hl7.org/CodeSystem/v3-ActCode';

export const orderSteps = ['created', 'sent', 'received', 'collected', 'answered'] as const;
export type OrderStep = (typeof orderSteps)[number];
/** Where an order is: at a step, or ended without an answer. */
export type OrderState = OrderStep | 'cancelled' | 'rejected';

/** What of a Task tells its step; of a Task as it is in FHIR. */
export interface StepTask {
  readonly status?: string | undefined;
  readonly businessStatus?:
    | { readonly coding?: readonly { readonly code?: string | undefined }[] }
    | undefined;
  readonly basedOn?: readonly { readonly reference?: string | undefined }[] | undefined;
}

/** `Task.status` at each step: whoever knows FHIR and not our steps reads the same. */
export const statusAt = {
  created: 'requested',
  sent: 'requested',
  received: 'accepted',
  collected: 'in-progress',
  answered: 'completed',
} as const satisfies Record<OrderStep, string>;

const ended: Readonly<Record<string, OrderState>> = {
  cancelled: 'cancelled',
  'entered-in-error': 'cancelled',
  rejected: 'rejected',
  failed: 'rejected',
  completed: 'answered',
};
/** Of a Task whose sender does not know our steps. */
const stepByStatus: Readonly<Record<string, OrderStep>> = {
  requested: 'sent',
  received: 'received',
  accepted: 'received',
  ready: 'received',
  'in-progress': 'collected',
  'on-hold': 'received',
};

export function stateOfTask({ status = '', businessStatus }: StepTask): OrderState {
  const end = ended[status];
  if (end !== undefined) return end;
  const named = businessStatus?.coding?.map(({ code }) => code);
  return orderSteps.find((step) => named?.includes(step)) ?? stepByStatus[status] ?? 'created';
}

/** An ended way goes nowhere; else a step goes to itself or to a later one, and from each the way may end. */
export function mayGo(from: OrderState, to: OrderState): boolean {
  return goesForward(orderSteps, isEnd, from, to);
}

/** The same rule for any way of steps: those that are no step are ends, reached from every step. */
export function goesForward<State extends string>(
  steps: readonly State[],
  isOver: (state: State) => boolean,
  from: State,
  to: State,
): boolean {
  if (from === to) return true;
  if (isOver(from)) return false;
  return !steps.includes(to) || steps.indexOf(to) > steps.indexOf(from);
}

export const isEnd = (state: OrderState): boolean =>
  state === 'answered' || state === 'cancelled' || state === 'rejected';

/**
 * Where one order is: its own end, else the step of its Task. An order without a Task, as a program may write it, is at the step
 * that its own status tells.
 */
export function stateOfOrder(
  order: { readonly status?: string | undefined; readonly specimen?: readonly unknown[] | undefined },
  task: StepTask | undefined,
): OrderState {
  if (order.status === 'completed') return 'answered';
  if (order.status === 'revoked' || order.status === 'entered-in-error') return 'cancelled';
  const state = task === undefined ? 'created' : stateOfTask(task);
  // The Task is answered when all its orders are; one that is not yet was taken with the others.
  if (state === 'answered') return 'collected';
  return isEnd(state) || (order.specimen ?? []).length === 0 ? state : 'collected';
}

/** What of a ServiceRequest tells whether it was ordered before. */
export interface KnownOrder {
  readonly id?: string | undefined;
  readonly status?: string | undefined;
  readonly authoredOn?: string | undefined;
  readonly code?:
    | {
        readonly coding?: readonly {
          readonly system?: string | undefined;
          readonly code?: string | undefined;
        }[];
      }
    | undefined;
}

/** Open, or ordered within the interval: the newest of these orders that is the same. Ordered after `atMs` counts too: clocks differ. */
export function doubleOf<Order extends KnownOrder>(
  item: { readonly id: string; readonly intervalHours: number },
  system: string,
  known: readonly Order[],
  atMs: number,
): Order | undefined {
  const hourMs = 3_600_000;
  const same = known.filter(
    ({ status, authoredOn, code }) =>
      code?.coding?.some((coding) => coding.system === system && coding.code === item.id) === true &&
      (status === 'active' ||
        status === 'on-hold' ||
        (status === 'completed' && Date.parse(authoredOn ?? '') > atMs - item.intervalHours * hourMs)),
  );
  return same.toSorted((a, b) => (b.authoredOn ?? '').localeCompare(a.authoredOn ?? ''))[0];
}
