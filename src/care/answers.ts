/**
 * What comes back for an order: a sample that is taken moves its Task on, an answer ends the order and, with the last of its
 * orders, the Task. An answer is never refused for the sake of an order: what a laboratory found is stored, also when the order was
 * cancelled.
 */
import type { Issue } from '#base/refusal.ts';
import { orderableOf, orderableSystem } from '#fhir/orders/catalogue.ts';
import { accessionSystem, mayGo, stateOfTask } from '#fhir/orders/steps.ts';
import { isObject, type Json } from '#fhir/json.ts';
import type { Consequence, Proposal, Proposed, Ruling } from './guard.ts';
import { endOfWay, isWritten, orderBecomes, orderClaim, orderTasks, taskBecomes } from './orders.ts';
import { codeIn, listOf, statusOf, targetsOf, textOf } from './read-json.ts';

/** An answer that is one: not announced, not in part. What the laboratory could not do (`cancelled`) is an answer too. */
const final = new Set(['final', 'amended', 'corrected', 'appended', 'cancelled']);

/** The guard of an Observation and of a DiagnosticReport. */
export function judgeAnswer(change: Proposed, proposal: Proposal): Promise<Ruling> | undefined {
  // Nearly all observations are no answers: nothing is read for them.
  if (change.after?.['basedOn'] === undefined || !final.has(statusOf(change.after))) return undefined;
  const known = final.has(statusOf(change.before)) ? answered(change.before) : [];
  const fresh = answered(change.after).filter((order) => !known.includes(order));
  return fresh.length === 0 ? undefined : judgeAnswered(change, fresh, proposal);
}

const answered = (answer: Json | undefined) => targetsOf(answer?.['basedOn'], 'ServiceRequest');

async function judgeAnswered(
  change: Proposed,
  orders: readonly string[],
  proposal: Proposal,
): Promise<Ruling> {
  const issues: Issue[] = [];
  const also: Consequence[] = [];
  const ending = endedBy(proposal);
  for (const name of orders) {
    const order = await proposal.read(name);
    // It may be elsewhere.
    if (!order) continue;
    const status = statusOf(order);
    if (status === 'revoked')
      issues.push({
        severity: 'warning',
        code: 'business-rule',
        at: 'basedOn',
        detail: 'answered-after-cancel',
        text: `${name} was cancelled; the answer is stored all the same`,
      });
    // Of another system's order a single value may be one of many to come; its report ends it.
    const isWhole =
      change.type === 'DiagnosticReport' || codeIn(order['code'], orderableSystem) !== undefined;
    if (!isWhole || (status !== 'active' && status !== 'on-hold')) continue;
    if (!isWritten(name, proposal)) also.push(orderBecomes(name, order, 'completed'));
    for (const task of await orderTasks(name, proposal))
      also.push(...(await endOfWay(task, ending, 'completed', undefined, proposal)));
  }
  return { issues, also, claims: orders.map(orderClaim) };
}

/** All orders that this act answers. */
function endedBy({ changes }: Proposal): ReadonlySet<string> {
  return new Set(
    changes
      .filter(
        ({ type, after }) =>
          (type === 'Observation' || type === 'DiagnosticReport') && final.has(statusOf(after)),
      )
      .flatMap(({ after }) => answered(after)),
  );
}

/** The guard of a Specimen: its number is its own, and what it was ordered by is taken. */
export function judgeSpecimen(change: Proposed, proposal: Proposal): Promise<Ruling> | undefined {
  const { before, after } = change;
  if (after === undefined || statusOf(after) === 'entered-in-error') return undefined;
  const number = accessionOf(after);
  const orders = targetsOf(after['request'], 'ServiceRequest').filter(
    (name) => !targetsOf(before?.['request'], 'ServiceRequest').includes(name),
  );
  const isNumbered = number !== undefined && number !== accessionOf(before);
  if (!isNumbered && orders.length === 0) return undefined;
  return judgeTaken(change.id, isNumbered ? number : undefined, orders, proposal);
}

async function judgeTaken(
  id: string,
  number: string | undefined,
  orders: readonly string[],
  proposal: Proposal,
): Promise<Ruling> {
  const issues: Issue[] = [];
  const also: Consequence[] = [];
  if (number !== undefined) {
    const same = await proposal.find(
      'Specimen',
      `accession=${accessionSystem}|${encodeURIComponent(number)}`,
    );
    if (same.some((one) => one['id'] !== id && accessionOf(one) === number))
      issues.push({
        code: 'conflict',
        at: 'accessionIdentifier',
        detail: 'accession-taken',
        text: `${number} is another sample's number; give it a new one`,
      });
  }
  let open = 0;
  for (const name of orders) {
    const order = await proposal.read(name);
    const status = statusOf(order);
    if (!order || status === 'revoked' || status === 'entered-in-error') continue;
    open++;
    if (!isWritten(name, proposal)) also.push(takenFor(name, order, proposal));
    for (const task of await orderTasks(name, proposal)) also.push(...(await collected(task, proposal)));
  }
  if (orders.length > 0 && open === 0)
    issues.push({
      code: 'conflict',
      at: 'request',
      detail: 'order-ended',
      text: 'every order of this sample is cancelled; nothing is to be taken for them',
    });
  return {
    issues,
    also,
    claims: [...orders.map(orderClaim), ...(number === undefined ? [] : [`accession ${number}`])],
  };
}

/** The order names its samples; several of one act at once. */
function takenFor(name: string, order: Json, proposal: Proposal): Consequence {
  const known = listOf(order['specimen']);
  const fresh = samplesFor(name, proposal)
    .map((id) => ({ reference: `Specimen/${id}` }))
    .filter(({ reference }) => !known.some((one) => one['reference'] === reference));
  const [type = '', id = ''] = name.split('/');
  return { type, id, patch: [{ op: 'add', path: '/specimen', value: [...known, ...fresh] }] };
}

/** A Task is collected when each of its orders is that needs a sample: what is left is still to be taken. */
async function collected(task: Json, proposal: Proposal): Promise<Consequence[]> {
  const name = `Task/${String(task['id'])}`;
  const state = stateOfTask(task);
  if (isWritten(name, proposal) || state === 'collected' || !mayGo(state, 'collected')) return [];
  for (const order of targetsOf(task['basedOn'], 'ServiceRequest')) {
    const tree = await proposal.read(order);
    const isOpen = statusOf(tree) === 'active' || statusOf(tree) === 'on-hold';
    if (!tree || !isOpen || !needsSample(tree)) continue;
    if (listOf(tree['specimen']).length === 0 && samplesFor(order, proposal).length === 0) return [];
  }
  return [taskBecomes(name, 'collected')];
}

/** Of what is not in our catalogue it is not known: whoever takes it decides. */
function needsSample(order: Json): boolean {
  const id = codeIn(order['code'], orderableSystem);
  return id === undefined || orderableOf(id)?.specimen !== undefined;
}

/** The samples of this act that are taken for an order. */
function samplesFor(order: string, { changes }: Proposal): string[] {
  return changes
    .filter(
      ({ type, after }) =>
        type === 'Specimen' &&
        after !== undefined &&
        targetsOf(after['request'], 'ServiceRequest').includes(order),
    )
    .map(({ id }) => id);
}

function accessionOf(specimen: Json | undefined): string | undefined {
  const identifier = specimen?.['accessionIdentifier'];
  return isObject(identifier) && identifier['system'] === accessionSystem
    ? textOf(identifier['value'])
    : undefined;
}
