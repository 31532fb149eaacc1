import type { CarePlan, Condition, Observation, Resource } from '@medplum/fhirtypes';
import { saysPregnant } from '../../../src/fhir/early-warning/observe.ts';
import { isAdjustedPlan, planInForce } from '../../../src/fhir/early-warning/plan.ts';
import type { Adjustment, Patient } from '../../../src/fhir/early-warning/score.ts';
import { tableOf, tables, type EarlyWarningTable } from '../../../src/fhir/early-warning/table.ts';
import type { Json } from '../../../src/fhir/json.ts';
import { keys, queries } from '../../link/queries.ts';
import type { Session } from '../../link/session.ts';
import { ageYears } from '../../parts/format/date.ts';

// The shared engine, given what the clinic knows: which table is in force, who the patient is, what a doctor decided.

/** A resource as the shared readers take it. */
export const asJson = (resource: Resource): Json => resource as unknown as Json;

export function tableInForce(): EarlyWarningTable {
  const id = queries.getQueryData<Session | null>(keys.session)?.earlyWarning ?? 'news2';
  const table = tableOf(id) ?? tables[0];
  if (table === undefined) throw new Error('there is no early-warning table');
  return table;
}

/** The table that a score was given by; one that names none is read by the table in force. */
export function tableOfScore(score: Observation | undefined): EarlyWarningTable {
  for (const { code, version } of score?.method?.coding ?? []) {
    const table = code === undefined ? undefined : tableOf(code, version);
    if (table !== undefined) return table;
  }
  return tableInForce();
}

export function scoredPatient(
  birthDate: string | undefined,
  conditions: readonly Condition[],
  today: number,
): Patient {
  return {
    years: ageYears(birthDate, today),
    pregnant: conditions.some((each) => saysPregnant(asJson(each))),
  };
}

export const isAdjustment = (plan: CarePlan): boolean => isAdjustedPlan(asJson(plan));

export const isAdjustmentOver = (plan: CarePlan, now: number): boolean =>
  isAdjustment(plan) && planInForce([asJson(plan)], now) === undefined;

export function adjustmentAt(
  plans: readonly CarePlan[],
  at: number,
): { readonly plan: CarePlan; readonly adjustment: Adjustment } | undefined {
  const found = planInForce(plans.map(asJson), at);
  const plan = plans.find(({ id }) => id === found?.plan['id']);
  return found === undefined || plan === undefined ? undefined : { plan, adjustment: found.adjustment };
}
