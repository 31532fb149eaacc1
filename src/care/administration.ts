/**
 * Given doses (docs/how/clinical-shapes.md): each belongs to an order that holds, a planned dose is answered once, high-risk drugs have a
 * second person, and what is given when needed keeps its distance. What was written of a dose is never changed or deleted: it is
 * marked as entered in error, with a reason, and written again.
 */
import type { Issue } from '#base/refusal.ts';
import { answersWithinMs, earlyOrLateMs } from '#fhir/dose/limits.ts';
import {
  holdsAt,
  isPausedAt,
  listOf,
  plannedOf,
  readOrder,
  targetOf,
  wordsOf,
} from '#fhir/medication/order.ts';
import { isObject, type Json } from '#fhir/json.ts';
import { fhirMoment } from '#fhir/place-time.ts';
import { doseOf, momentOf, performersOf, plannedTimeOf, type Given } from './given.ts';
import { neededIssues } from './given-when-needed.ts';
import type { Guard, Proposal, Proposed, Ruling } from './guard.ts';
import { substancesOf } from './medication.ts';

const minuteMs = 60_000;

/** The guard of a MedicationAdministration. */
export const judgeGiven: Guard = (change, proposal) => {
  const { before, after } = change;
  if (after === undefined)
    return before === undefined
      ? undefined
      : Promise.resolve({
          issues: [
            wrong(
              'status',
              'given-deleted',
              'what was given is not deleted; mark it as entered-in-error, with statusReason',
            ),
          ],
        });
  if (before !== undefined) {
    const issues = correctionIssues(before, after);
    return issues.length === 0 ? undefined : Promise.resolve({ issues });
  }
  // What another system keeps within its own resource is judged there.
  const request = isObject(after['request']) ? after['request']['reference'] : undefined;
  if (typeof request === 'string' && request.startsWith('#')) return undefined;
  return after['status'] === 'entered-in-error' || after['status'] === 'unknown'
    ? undefined
    : judge(change, after, proposal);
};

async function judge(change: Proposed, tree: Json, proposal: Proposal): Promise<Ruling> {
  const request = targetOf(tree['request']);
  if (request === undefined) return { issues: withoutOrder(tree) };
  const stored = request.startsWith('MedicationRequest/') ? await proposal.read(request) : undefined;
  if (stored === undefined) return { issues: [wrong('request', 'no-order', `there is no ${request}`)] };
  const order = { ...readOrder(stored), id: request.slice(request.indexOf('/') + 1) };
  const given: Given = {
    tree,
    at: momentOf(tree),
    planned: plannedTimeOf(tree),
    amount: doseOf(tree),
    isGiven: tree['status'] !== 'not-done',
    order,
    request,
  };
  if (order.patient !== targetOf(tree['subject']))
    return {
      issues: [wrong('request', 'other-patient', `${request} is another patient's; give it to nobody else`)],
    };
  return {
    issues: [
      ...reasonIssues(given),
      ...(await answeredIssues(change, given, proposal)),
      ...holdingIssues(given),
      ...timeIssues(given),
      ...(await secondIssues(given, proposal)),
      ...(await neededIssues(change, given, proposal)),
    ],
    // Who stops the order, and who gives by it on another device, wait for one another.
    claims: [
      `order ${request}`,
      ...(given.planned === undefined ? [] : [`dose ${request} ${new Date(given.planned).toISOString()}`]),
    ],
  };
}

/** Given in an emergency, before anybody ordered it. */
function withoutOrder(tree: Json): Issue[] {
  return hasReason(tree) || tree['status'] === 'not-done'
    ? [
        {
          code: 'business-rule',
          severity: 'warning',
          at: 'request',
          text: 'given without an order: it has to be ordered afterwards',
          detail: 'without-order',
        },
      ]
    : [
        wrong(
          'request',
          'no-order',
          'names no order; name it, or say in reasonCode or note why it was given without one',
        ),
      ];
}

function reasonIssues({ tree, isGiven }: Given): Issue[] {
  if (!isGiven && wordsOf(listOf(tree['statusReason'])[0]) === '')
    return [wrong('statusReason', 'no-reason', 'is required when a dose was not given: why')];
  if (isGiven && performersOf(tree).length === 0)
    return [wrong('performer', 'no-performer', 'is required when a dose was given: by whom')];
  return [];
}

/** Two devices never tick the same dose silently. */
async function answeredIssues(change: Proposed, given: Given, proposal: Proposal): Promise<Issue[]> {
  const { planned, request, at } = given;
  if (planned === undefined) return [];
  if (at !== undefined && Math.abs(at - planned) > answersWithinMs)
    return [
      wrong(
        'extension',
        'not-that-dose',
        'is more than a day from the planned time it names; write it without planned-time, as a dose of its own',
      ),
    ];
  const [from, to] = [planned - answersWithinMs, planned + answersWithinMs].map((ms) =>
    new Date(ms).toISOString(),
  );
  const found = await proposal.find(
    'MedicationAdministration',
    `request=${request}&effective-time=ge${from}&effective-time=le${to}`,
  );
  const other = found.find(
    (one) =>
      one['id'] !== change.id &&
      one['status'] !== 'entered-in-error' &&
      targetOf(one['request']) === request &&
      plannedTimeOf(one) === planned,
  );
  if (other === undefined) return [];
  const when = momentOf(other);
  const who = performersOf(other)
    .map(({ name }) => name)
    .join(', ');
  const what = other['status'] === 'not-done' ? 'not given' : 'given';
  return [
    {
      code: 'conflict',
      at: 'extension',
      text: `this dose is answered already: ${what} ${when === undefined ? '' : fhirMoment(when)}, ${who} (MedicationAdministration/${String(other['id'])})`,
      detail: 'dose-given',
    },
  ];
}

function holdingIssues({ order, isGiven, at, planned, tree }: Given): Issue[] {
  const text = `the order is ${order.status === 'active' ? 'over' : order.status}`;
  if (!isGiven || at === undefined) return [];
  const holds = holdsAt(order, at) && !(planned !== undefined && isPausedAt(order, planned));
  if (holds) return [];
  return hasReason(tree)
    ? [
        {
          code: 'business-rule',
          severity: 'warning',
          at: 'request',
          text: `${text} at this time`,
          detail: 'order-not-active',
        },
      ]
    : [
        wrong(
          'request',
          'order-not-active',
          `${text} at this time; give nothing by it, or say in reasonCode or note why it was given`,
        ),
      ];
}

function timeIssues({ order, at, planned, isGiven }: Given): Issue[] {
  if (planned === undefined || at === undefined || !isGiven) return [];
  const warned = (detail: string, text: string): Issue => ({
    code: 'business-rule',
    severity: 'warning',
    at: 'effective',
    text,
    detail,
  });
  const minutes = Math.round((at - planned) / minuteMs);
  return [
    ...(at - planned > earlyOrLateMs ? [warned('late', `later than planned: ${minutes} min`)] : []),
    ...(planned - at > earlyOrLateMs ? [warned('early', `earlier than planned: ${-minutes} min`)] : []),
    ...(plannedOf(order, planned - minuteMs, planned + minuteMs).length === 0 && order.dose.steps.length > 0
      ? [warned('not-planned', 'the order plans no dose at this time')]
      : []),
  ];
}

/** A second person, who is not the first, signs for a high-risk drug. */
async function secondIssues({ order, isGiven, tree }: Given, proposal: Proposal): Promise<Issue[]> {
  if (!isGiven) return [];
  const substance =
    order.atc === undefined ? undefined : (await substancesOf(proposal, [order])).get(order.atc);
  if (substance?.covers.has('risk') !== true)
    return [
      {
        code: 'business-rule',
        severity: 'warning',
        at: 'performer',
        text: 'not checked: high risk',
        detail: 'not-checked',
      },
    ];
  const people = performersOf(tree);
  const first = people.find(({ isSecond }) => !isSecond);
  const second = people.find(
    ({ isSecond, actor }) => isSecond && actor !== undefined && actor !== first?.actor,
  );
  if (!substance.isHighRisk || (first !== undefined && second !== undefined)) return [];
  return [
    wrong(
      'performer',
      'second-person',
      `a high-risk drug needs a second person: another performer with function verifier (${substance.source})`,
    ),
  ];
}

/** A dose that is written stays as it was: only its end may be told, and that it was an error. */
function correctionIssues(before: Json, after: Json): Issue[] {
  const [was, is] = [String(before['status']), String(after['status'])];
  if (was === 'entered-in-error' && is !== was)
    return [wrong('status', 'given-corrected', 'is entered in error and stays so; write the dose anew')];
  if (is === 'entered-in-error')
    return was === is || wordsOf(listOf(after['statusReason'])[0]) !== ''
      ? []
      : [wrong('statusReason', 'no-reason', 'is required when a dose is marked as entered in error: why')];
  const running = was === 'in-progress' || was === 'on-hold';
  if (running || JSON.stringify(meaningOf(before)) === JSON.stringify(meaningOf(after))) return [];
  return [
    wrong(
      'status',
      'given-changed',
      'what was given is not written over; mark it as entered-in-error with statusReason, and write it anew',
    ),
  ];
}

function meaningOf(tree: Json): unknown[] {
  return [
    tree['status'],
    targetOf(tree['request']),
    targetOf(tree['subject']),
    momentOf(tree),
    plannedTimeOf(tree),
    performersOf(tree).map(({ actor }) => actor),
    Object.values(doseOf(tree) ?? {}).map((one) =>
      isObject(one) ? `${String(one['digits'])}/${String(one['scale'])}` : one,
    ),
  ];
}

function hasReason(tree: Json): boolean {
  const said = [...listOf(tree['reasonCode']), ...listOf(tree['statusReason'])].some(
    (one) => wordsOf(one) !== '',
  );
  return said || listOf(tree['note']).some(({ text }) => typeof text === 'string' && text.trim() !== '');
}

function wrong(at: string, detail: string, text: string): Issue {
  return { code: 'business-rule', at, text, detail };
}
