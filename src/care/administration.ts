/**
 * Given doses (docs/how/clinical-shapes.md): each belongs to an order that holds, a planned dose is answered once, high-risk drugs have a
 * second person, and what is given when needed keeps its distance. What was written of a dose is never changed or deleted: it is
 * marked as entered in error, with a reason, and written again.
 */
import type { Issue } from '#base/refusal.ts';
import { compareAmounts, showAmount, type Amount } from '#fhir/dose/amount.ts';
import { amountOf, plannedTimeUrl } from '#fhir/dose/dose.ts';
import { answersWithinMs, earlyOrLateMs } from '#fhir/dose/limits.ts';
import { stepAt, type Step } from '#fhir/dose/step.ts';
import { sumOf } from '#fhir/dose/times.ts';
import {
  holdsAt,
  isPausedAt,
  listOf,
  plannedOf,
  readOrder,
  targetOf,
  wordsOf,
  type Order,
} from '#fhir/medication/order.ts';
import { isObject, type Json } from '#fhir/parse.ts';
import { fhirMoment, instantOf } from '#fhir/place-time.ts';
import { isAnswered } from './alerts.ts';
import type { Guard, Proposal, Proposed, Ruling } from './guard.ts';
import { substancesOf } from './medication.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
// An order that was changed more often than this in one stay is a mistake in the data.
const chainMax = 50;

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

interface Given {
  readonly tree: Json;
  readonly at: number | undefined;
  readonly planned: number | undefined;
  readonly amount: Amount | undefined;
  readonly isGiven: boolean;
  readonly order: Order;
  /** `MedicationRequest/…` */
  readonly request: string;
}

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
    locks: [
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

/** What is given when needed keeps within its most and its distance; a person may answer that it was needed all the same. */
async function neededIssues(change: Proposed, given: Given, proposal: Proposal): Promise<Issue[]> {
  const { order, at, isGiven, amount } = given;
  const step = at === undefined ? undefined : stepAt(order.dose, at);
  if (at === undefined || !isGiven || step?.when.kind !== 'needed') return [];
  const chain = await chainNames(order, proposal);
  const [from, to] = [at - dayMs, at + dayMs].map((ms) => new Date(ms).toISOString());
  const found = await proposal.find(
    'MedicationAdministration',
    `patient=${order.patient ?? ''}&effective-time=ge${from}&effective-time=le${to}`,
  );
  const others = found.filter(
    (one) =>
      one['id'] !== change.id &&
      ['completed', 'in-progress'].includes(String(one['status'])) &&
      chain.has(targetOf(one['request']) ?? ''),
  );
  return neededAlerts(step, at, amount, others).map((alert) => {
    const isSaid = isAnswered({ ...alert, about: [] }, change, proposal);
    return {
      code: 'business-rule',
      severity: isSaid ? ('information' as const) : ('error' as const),
      at: 'effective',
      text: isSaid
        ? alert.text
        : `${alert.text} — wait, or say why in a DetectedIssue with mitigation that implicates this dose`,
      detail: alert.code,
    };
  });
}

function neededAlerts(step: Step, at: number, amount: Amount | undefined, others: readonly Json[]) {
  const alerts: { code: 'needed-maximum' | 'needed-interval'; text: string }[] = [];
  if (step.when.kind !== 'needed') return alerts;
  const doses = [{ at, amount }, ...others.map((one) => ({ at: momentOf(one) ?? at, amount: doseOf(one) }))];
  // The day and night that end with this dose or with one of those that were given after it.
  const days = doses
    .filter((one) => one.at >= at)
    .map((end) => doses.filter((one) => one.at > end.at - dayMs && one.at <= end.at));
  const { times, minutesBetween } = step.when;
  if (times !== undefined && days.some((day) => day.length > times))
    alerts.push({ code: 'needed-maximum', text: `more often than ordered in 24 h: at most ${times}` });
  const most = step.most;
  const isOver = (day: typeof doses) => {
    const sum = sumOf(day.map((one) => one.amount ?? step.amount).filter((one) => one !== undefined));
    return most !== undefined && sum !== undefined && (compareAmounts(sum, most) ?? 0) > 0;
  };
  if (most !== undefined && days.some(isOver))
    alerts.push({
      code: 'needed-maximum',
      text: `more than ordered in 24 h: at most ${showAmount(most, 'da')}`,
    });
  const nearest = Math.min(...doses.slice(1).map((one) => Math.abs(one.at - at)));
  if (minutesBetween !== undefined && nearest < minutesBetween * minuteMs)
    alerts.push({
      code: 'needed-interval',
      text: `sooner after the last dose than ordered: at least ${minutesBetween} min`,
    });
  return alerts.slice(0, 2);
}

/** The order and those it came in the place of: what they gave counts too. */
async function chainNames(order: Order, proposal: Proposal): Promise<ReadonlySet<string>> {
  const names = new Set([`MedicationRequest/${order.id}`]);
  let prior = order.prior;
  while (prior !== undefined && !names.has(prior) && names.size < chainMax) {
    names.add(prior);
    const tree: Json | undefined = await proposal.read(prior);
    prior = tree === undefined ? undefined : readOrder(tree).prior;
  }
  return names;
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

function performersOf(
  tree: Json,
): { readonly actor: string | undefined; readonly name: string; readonly isSecond: boolean }[] {
  return listOf(tree['performer']).map(({ actor, function: role }) => {
    const display = isObject(actor) ? actor['display'] : undefined;
    const codes = isObject(role) ? listOf(role['coding']).map(({ code }) => code) : [];
    return {
      actor: targetOf(actor),
      name: typeof display === 'string' ? display : (targetOf(actor) ?? ''),
      isSecond: codes.includes('verifier') || codes.includes('witness'),
    };
  });
}

function hasReason(tree: Json): boolean {
  const said = [...listOf(tree['reasonCode']), ...listOf(tree['statusReason'])].some(
    (one) => wordsOf(one) !== '',
  );
  return said || listOf(tree['note']).some(({ text }) => typeof text === 'string' && text.trim() !== '');
}

function momentOf(tree: Json): number | undefined {
  const period = isObject(tree['effectivePeriod']) ? tree['effectivePeriod'] : {};
  return instantOf(tree['effectiveDateTime']) ?? instantOf(period['start']);
}

function plannedTimeOf(tree: Json): number | undefined {
  return instantOf(listOf(tree['extension']).find(({ url }) => url === plannedTimeUrl)?.['valueDateTime']);
}

function doseOf(tree: Json): Amount | undefined {
  return isObject(tree['dosage']) ? amountOf(tree['dosage']['dose']) : undefined;
}

function wrong(at: string, detail: string, text: string): Issue {
  return { code: 'business-rule', at, text, detail };
}
