/**
 * Orders (docs/how/clinical-shapes.md). An order of the catalogue belongs to a stay or says that it is ambulatory, says what
 * its receiver must know, and is told of when the same was ordered just before. Its Task goes forward only and ends once; it is cancelled with
 * a reason and before it is answered. Nothing of it is deleted. The guards of the answers are in answers.ts.
 */
import type { Issue } from '#base/refusal.ts';
import { orderableOf, orderableSystem, type Orderable, type Question } from '#fhir/orders/catalogue.ts';
import {
  actCodeSystem,
  doubleOf,
  isEnd,
  mayGo,
  orderStepSystem,
  requestReasonUrl,
  stateOfOrder,
  stateOfTask,
  statusAt,
  taskKindSystem,
  type OrderStep,
} from '#fhir/orders/steps.ts';
import { isObject, type Json } from '#fhir/json.ts';
import type { Consequence, Proposal, Proposed, Ruling } from './guard.ts';
import { codeIn, listOf, statusOf, targetOf, targetsOf, textOf, wordsIn } from './read-json.ts';

const present = new Set(['planned', 'arrived', 'triaged', 'in-progress', 'onleave']);
const over = new Set(['completed', 'revoked', 'entered-in-error']);

/** The guard of a ServiceRequest. */
export function judgeOrder(change: Proposed, proposal: Proposal): Promise<Ruling | undefined> | undefined {
  const item = codeIn((change.after ?? change.before)?.['code'], orderableSystem);
  const [was, is] = [statusOf(change.before), statusOf(change.after)];
  if (change.before === undefined) {
    if (item === undefined || over.has(is) || change.after === undefined) return undefined;
    return judgeNew(change.after, item, proposal);
  }
  if (change.after === undefined)
    return item === undefined ? undefined : Promise.resolve({ issues: [kept('status')] });
  if (was === is) return undefined;
  if (item !== undefined && over.has(was) && !over.has(is))
    return Promise.resolve({
      issues: [conflict('status', 'order-ended', `was ${was} and does not begin again; order it anew`)],
      claims: [orderClaim(`ServiceRequest/${change.id}`)],
    });
  return is === 'revoked' ? judgeCancelled(change, item, proposal) : undefined;
}

async function judgeNew(order: Json, id: string, proposal: Proposal): Promise<Ruling> {
  const item = orderableOf(id);
  if (!item)
    return {
      issues: [
        wrong('code', 'unknown-item', `${orderableSystem} has no ${id}; expected one of the catalogue`),
      ],
    };
  const category = listOf(order['category']).map(wordsIn);
  return {
    issues: [
      ...(category.includes(item.receiver)
        ? []
        : [wrong('category', 'wrong-receiver', `expected the text ${item.receiver}, who answers ${id}`)]),
      ...(await stayIssues(order, proposal)),
      ...item.requires.flatMap((question) => missing(order, question)),
      ...(await doubleIssues(order, item, proposal)),
    ],
  };
}

async function stayIssues(order: Json, proposal: Proposal): Promise<Issue[]> {
  const named = targetOf(order['encounter']);
  if (named === undefined) {
    const isAmbulatory = listOf(order['locationCode']).some((code) => codeIn(code, actCodeSystem) === 'AMB');
    return isAmbulatory
      ? []
      : [
          wrong(
            'encounter',
            'no-stay',
            `is required; an order for who is not admitted says so: locationCode with AMB of ${actCodeSystem}`,
          ),
        ];
  }
  const stay = await proposal.read(named);
  if (stay && targetOf(stay['subject']) !== targetOf(order['subject']))
    return [wrong('encounter', 'other-patient', `${named} is another patient's stay`)];
  return stay && present.has(statusOf(stay))
    ? []
    : [wrong('encounter', 'stay-over', `${named} is no stay that goes on; expected the one that does`)];
}

const answeredBy: Readonly<Record<Question, { readonly at: string; readonly what: string }>> = {
  reason: { at: 'reasonCode', what: 'the clinical question' },
  site: { at: 'bodySite', what: 'where on the body' },
  quantity: { at: 'quantityQuantity.value', what: 'how many' },
};

function missing(order: Json, question: Question): Issue[] {
  const given =
    question === 'quantity'
      ? isObject(order['quantityQuantity']) && Number(order['quantityQuantity']['value']) > 0
      : listOf(order[question === 'reason' ? 'reasonCode' : 'bodySite']).some(
          (concept) => (wordsIn(concept) ?? '').trim() !== '',
        );
  const { at, what } = answeredBy[question];
  return given ? [] : [wrong(at, 'question-missing', `is required by this order: ${what}`)];
}

/** The same is open, or was ordered within its interval: the text tells when, by whom and how far it is. */
async function doubleIssues(order: Json, item: Orderable, proposal: Proposal): Promise<Issue[]> {
  const patient = targetOf(order['subject']) ?? '';
  const same = await proposal.find(
    'ServiceRequest',
    `subject=${patient}&code=${orderableSystem}|${item.id}&status=active,on-hold,completed`,
  );
  const others = same.filter((one) => one['id'] !== order['id'] && targetOf(one['subject']) === patient);
  const double = doubleOf(
    item,
    orderableSystem,
    others,
    Date.parse(textOf(order['authoredOn']) ?? '') || Date.now(),
  );
  if (!double) return [];
  const known: Json = double;
  const [task] = await orderTasks(`ServiceRequest/${String(known['id'])}`, proposal);
  const who = isObject(known['requester'])
    ? (textOf(known['requester']['display']) ?? targetOf(known['requester']))
    : undefined;
  return [
    {
      severity: 'warning',
      code: 'duplicate',
      at: 'code',
      detail: 'ordered-already',
      text: `the same is ordered: ServiceRequest/${String(known['id'])} of ${textOf(known['authoredOn']) ?? 'an unknown time'}${who === undefined ? '' : ` by ${who}`}, ${stateOfOrder({ status: statusOf(known) }, task)}`,
    },
  ];
}

async function judgeCancelled(
  { id, before, after }: Proposed,
  item: string | undefined,
  proposal: Proposal,
): Promise<Ruling | undefined> {
  const name = `ServiceRequest/${id}`;
  const [task] = await orderTasks(name, proposal);
  // What another system orders and cancels by rules of its own.
  if (item === undefined && task === undefined) return undefined;
  if (statusOf(before) === 'completed')
    return {
      issues: [
        conflict('status', 'answered-already', `${name} is answered and cannot be cancelled any more`),
      ],
      claims: [orderClaim(name)],
    };
  const reason = reasonOf(after);
  const issues =
    reason === undefined
      ? [wrong('extension', 'no-reason', `expected why it is cancelled, as ${requestReasonUrl}`)]
      : [];
  return {
    issues,
    claims: [orderClaim(name)],
    also: task && reason !== undefined ? await endOfWay(task, name, 'revoked', reason, proposal) : [],
  };
}

/** The guard of a Task, when it is an order's. */
export function judgeOrderTask(change: Proposed, proposal: Proposal): Promise<Ruling> | undefined {
  const { before, after } = change;
  if (kindOf(after ?? before) !== 'order') return undefined;
  if (after === undefined)
    return before && !isEnd(stateOfTask(before)) ? Promise.resolve({ issues: [kept('status')] }) : undefined;
  return before === undefined ? judgeNewTask(change.id, after, proposal) : judgeStep(before, after, proposal);
}

async function judgeNewTask(id: string, task: Json, proposal: Proposal): Promise<Ruling> {
  const orders = targetsOf(task['basedOn'], 'ServiceRequest');
  const issues: Issue[] = [];
  if (orders.length === 0)
    issues.push(wrong('basedOn', 'no-order', 'expected the ServiceRequests that this Task answers'));
  for (const name of orders) {
    const order = await proposal.read(name);
    if (!order) issues.push(wrong('basedOn', 'no-order', `there is no ${name}`));
    else if (targetOf(order['subject']) !== targetOf(task['for']))
      issues.push(wrong('for', 'other-patient', `${name} is another patient's`));
    const other = (await orderTasks(name, proposal)).find((one) => one['id'] !== id);
    if (other && !isEnd(stateOfTask(other)))
      issues.push(
        conflict(
          'basedOn',
          'answered-by-other',
          `${name} is on its way by Task/${String(other['id'])} already`,
        ),
      );
  }
  return { issues, claims: orders.map(orderClaim) };
}

async function judgeStep(before: Json, after: Json, proposal: Proposal): Promise<Ruling> {
  const [from, to] = [stateOfTask(before), stateOfTask(after)];
  const orders = targetsOf(before['basedOn'], 'ServiceRequest');
  const lost = orders.filter((name) => !targetsOf(after['basedOn'], 'ServiceRequest').includes(name));
  const issues: Issue[] = lost.map((name) =>
    wrong('basedOn', 'order-lost', `${name} is not in it any more; cancel the order instead`),
  );
  if (!mayGo(from, to))
    issues.push(
      conflict(
        'status',
        from === 'answered' ? 'answered-already' : 'step-back',
        `is at ${from} and does not go to ${to}; steps go forward only`,
      ),
    );
  const reason = wordsIn(after['statusReason']);
  const ends = from !== to && (to === 'cancelled' || to === 'rejected');
  if (ends && reason === undefined)
    issues.push(wrong('statusReason', 'no-reason', `expected why it is ${to}`));
  if (from === to) return { issues };
  return {
    issues,
    claims: orders.map(orderClaim),
    also:
      to === 'cancelled' || to === 'answered'
        ? await endOfOrders(orders, to === 'cancelled' ? 'revoked' : 'completed', reason, proposal)
        : [],
  };
}

/** The orders of a Task end with it, as far as they have not. */
async function endOfOrders(
  orders: readonly string[],
  status: 'revoked' | 'completed',
  reason: string | undefined,
  proposal: Proposal,
): Promise<Consequence[]> {
  const ends: Consequence[] = [];
  for (const name of orders) {
    const order = await proposal.read(name);
    if (!order || over.has(statusOf(order)) || isWritten(name, proposal)) continue;
    ends.push(orderBecomes(name, order, status, reason));
  }
  return ends;
}

export function orderBecomes(
  name: string,
  order: Json,
  status: 'revoked' | 'completed',
  reason?: string,
): Consequence {
  const said = { url: requestReasonUrl, valueCodeableConcept: { text: reason } };
  return {
    ...named(name),
    patch: [
      { op: 'add', path: '/status', value: status },
      ...(reason === undefined
        ? []
        : [{ op: 'add' as const, path: '/extension', value: [...listOf(order['extension']), said] }]),
    ],
  };
}

/**
 * What becomes of a Task when these of its orders end: it is answered when each of its orders is, cancelled when none was answered, and else
 * goes on.
 */
export async function endOfWay(
  task: Json,
  ending: string | ReadonlySet<string>,
  as: 'revoked' | 'completed',
  reason: string | undefined,
  proposal: Proposal,
): Promise<Consequence[]> {
  const name = `Task/${String(task['id'])}`;
  if (isWritten(name, proposal) || isEnd(stateOfTask(task))) return [];
  let answered = as === 'completed';
  for (const order of targetsOf(task['basedOn'], 'ServiceRequest')) {
    const ends = typeof ending === 'string' ? ending === order : ending.has(order);
    const status = ends ? as : statusOf(await proposal.read(order));
    if (!over.has(status)) return [];
    answered ||= status === 'completed';
  }
  return [taskBecomes(name, answered ? 'answered' : 'cancelled', reason)];
}

export function taskBecomes(name: string, to: OrderStep | 'cancelled', reason?: string): Consequence {
  return {
    ...named(name),
    patch: [
      { op: 'add', path: '/status', value: to === 'cancelled' ? 'cancelled' : statusAt[to] },
      ...(to === 'cancelled'
        ? [{ op: 'add' as const, path: '/statusReason', value: { text: reason ?? 'cancelled' } }]
        : [
            {
              op: 'add' as const,
              path: '/businessStatus',
              value: { coding: [{ system: orderStepSystem, code: to }] },
            },
          ]),
    ],
  };
}

/** The Tasks of an order, as they would be. */
export async function orderTasks(order: string, proposal: Proposal): Promise<Json[]> {
  const found = await proposal.find('Task', `based-on=${order}&code=${taskKindSystem}|order`);
  return found.filter(
    (task) => kindOf(task) === 'order' && targetsOf(task['basedOn'], 'ServiceRequest').includes(order),
  );
}

export function kindOf(task: Json | undefined): string | undefined {
  return codeIn(task?.['code'], taskKindSystem);
}

export function isWritten(name: string, proposal: Proposal): boolean {
  return proposal.changes.some(({ type, id }) => `${type}/${id}` === name);
}

export const orderClaim = (order: string): string => `order ${order}`;

function reasonOf(order: Json | undefined): string | undefined {
  const said = listOf(order?.['extension']).find(({ url }) => url === requestReasonUrl);
  return wordsIn(said?.['valueCodeableConcept']);
}

function named(name: string): Pick<Consequence, 'type' | 'id'> {
  const [type = '', id = ''] = name.split('/');
  return { type, id };
}

const kept = (at: string): Issue =>
  wrong(at, 'order-kept', 'an order is never deleted: cancel it with a reason instead');

function wrong(at: string, detail: string, text: string): Issue {
  return { code: 'business-rule', at, text, detail };
}

function conflict(at: string, detail: string, text: string): Issue {
  return { code: 'conflict', at, text, detail };
}
