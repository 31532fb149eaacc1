import type { ServiceRequest, Task } from '@medplum/fhirtypes';
import {
  orderableOf,
  orderableSystem,
  priorities,
  receiverOf,
  type Orderable,
  type Priority,
} from '#fhir/orders/catalogue.ts';
import {
  isEnd,
  orderSteps,
  requestReasonUrl,
  requisitionSystem,
  stateOfOrder,
  type OrderState,
} from '#fhir/orders/steps.ts';
import { instantOf } from '../../parts/format/date.ts';
import { lastUpdated, referredId, wordsOf } from './coding.ts';

// Orders as rows: each with where it is on its way, and what of it is late.

export type OrderRow = {
  readonly id: string;
  readonly order: ServiceRequest;
  readonly task: Task | undefined;
  readonly words: string;
  readonly orderable: Orderable | undefined;
  readonly receiver: string;
  readonly priority: Priority;
  readonly state: OrderState;
  readonly authored: number;
  readonly wanted: number | undefined;
  /** When its step was taken, as far as is known. */
  readonly since: number;
  readonly by: string | undefined;
  readonly requisition: string | undefined;
  /** The step that should have come, and how long ago, ms. */
  readonly late: { readonly step: 'received' | 'answered'; readonly byMs: number } | undefined;
  /** Why it ended without an answer. */
  readonly reason: string | undefined;
};

/** Receivers whose orders begin with a sample: of an order that is not in the catalogue this is all that is known. */
export const isSampled = (receiver: string): boolean =>
  ['laboratorium', 'mikrobiologi', 'blodbank', 'patologi'].includes(receiver);

/** Orders of one receiver that were signed together: one line where there is no room for each. */
export type Together = { readonly first: ServiceRequest; readonly count: number; readonly words: string };

export function orderedTogether(orders: readonly ServiceRequest[]): readonly Together[] {
  const groups = Map.groupBy(orders, ({ id, requisition, category, occurrenceDateTime }) =>
    requisition?.value === undefined
      ? (id ?? '')
      : `${requisition.value} ${wordsOf(category?.[0])} ${occurrenceDateTime ?? ''}`,
  );
  return [...groups.values()].flatMap((some) => {
    const [first] = some;
    if (first === undefined) return [];
    const names = some.slice(0, namesMax).map(({ code }) => wordsOf(code));
    const more = some.length > namesMax ? ` +${some.length - namesMax}` : '';
    return [{ first, count: some.length, words: names.join(', ') + more }];
  });
}
const namesMax = 3;

export function orderRows(
  orders: readonly ServiceRequest[],
  tasks: readonly Task[],
  now: number,
): readonly OrderRow[] {
  const taskOf = new Map(
    tasks.flatMap((task) =>
      (task.basedOn ?? []).map((reference) => [referredId(reference, 'ServiceRequest'), task] as const),
    ),
  );
  return orders
    .filter(({ status }) => status !== 'entered-in-error' && status !== 'draft')
    .map((order) => orderRow(order, taskOf.get(order.id), now))
    .sort((a, b) => Number(isEnd(a.state)) - Number(isEnd(b.state)) || b.authored - a.authored);
}

function orderRow(order: ServiceRequest, task: Task | undefined, now: number): OrderRow {
  const coding = order.code?.coding?.find(({ system }) => system === orderableSystem);
  const orderable = orderableOf(coding?.code ?? '');
  const state = stateOfOrder(order, task);
  const authored = instantOf(order.authoredOn) ?? 0;
  const wanted = instantOf(order.occurrenceDateTime);
  const priority =
    priorities.find((each) => each === order.priority) ?? (order.priority === 'asap' ? 'urgent' : 'routine');
  const receiver = orderable?.receiver ?? wordsOf(order.category?.[0]);
  return {
    id: order.id ?? '',
    order,
    task,
    words: wordsOf(order.code),
    orderable,
    receiver,
    priority,
    state,
    authored,
    wanted,
    since: task === undefined ? authored : isEnd(state) ? lastUpdated(order) : lastUpdated(task),
    by: order.requester?.display,
    requisition: order.requisition?.system === requisitionSystem ? order.requisition.value : undefined,
    late: lateness(state, receiver, priority, Math.max(authored, wanted ?? 0), now),
    reason: reasonOf(order, task),
  };
}

/** Counted from when it was wanted: what is ordered for tomorrow is not late today. */
function lateness(
  state: OrderState,
  receiver: string,
  priority: Priority,
  from: number,
  now: number,
): OrderRow['late'] {
  const limits = receiverOf(receiver)?.overdueMinutes;
  if (limits === undefined || isEnd(state) || from > now) return undefined;
  for (const step of ['answered', 'received'] as const) {
    const isPast = step === 'received' && orderSteps.indexOf(state as (typeof orderSteps)[number]) >= 2;
    const byMs = now - from - limits[step][priority] * 60_000;
    if (!isPast && byMs > 0) return { step, byMs };
  }
  return undefined;
}

function reasonOf(order: ServiceRequest, task: Task | undefined): string | undefined {
  const said = order.extension?.find(({ url }) => url === requestReasonUrl)?.valueCodeableConcept;
  const ended = task?.status === 'rejected' || task?.status === 'failed' || task?.status === 'cancelled';
  return said !== undefined ? wordsOf(said) : ended ? wordsOf(task.statusReason) || undefined : undefined;
}
