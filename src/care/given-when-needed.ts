/** Doses that are given when needed: at most so many and so much in 24 hours, and so far apart, by the order and those it replaced. */
import type { Issue } from '#base/refusal.ts';
import { compareAmounts, showAmount, type Amount } from '#fhir/dose/amount.ts';
import { stepAt, type Step } from '#fhir/dose/step.ts';
import { sumOf } from '#fhir/dose/times.ts';
import { readOrder, targetOf, type Order } from '#fhir/medication/order.ts';
import type { Json } from '#fhir/json.ts';
import { isAnswered } from './alerts.ts';
import { doseOf, momentOf, type Given } from './given.ts';
import type { Proposal, Proposed } from './guard.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
// An order that was changed more often than this in one stay is a mistake in the data.
const chainMax = 50;

/** What is given when needed keeps within its most and its distance; a person may answer that it was needed all the same. */
export async function neededIssues(change: Proposed, given: Given, proposal: Proposal): Promise<Issue[]> {
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
