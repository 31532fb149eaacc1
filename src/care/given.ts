/** A given dose as the rules read it. */
import type { Amount } from '#fhir/dose/amount.ts';
import { amountOf, plannedTimeUrl } from '#fhir/dose/dose.ts';
import { listOf, targetOf, type Order } from '#fhir/medication/order.ts';
import { isObject, type Json } from '#fhir/json.ts';
import { instantOf } from '#fhir/place-time.ts';

export interface Given {
  readonly tree: Json;
  readonly at: number | undefined;
  readonly planned: number | undefined;
  readonly amount: Amount | undefined;
  readonly isGiven: boolean;
  readonly order: Order;
  /** `MedicationRequest/…` */
  readonly request: string;
}

/** When it was given. */
export function momentOf(tree: Json): number | undefined {
  const period = isObject(tree['effectivePeriod']) ? tree['effectivePeriod'] : {};
  return instantOf(tree['effectiveDateTime']) ?? instantOf(period['start']);
}

/** Which planned dose it answers. */
export function plannedTimeOf(tree: Json): number | undefined {
  return instantOf(listOf(tree['extension']).find(({ url }) => url === plannedTimeUrl)?.['valueDateTime']);
}

export function doseOf(tree: Json): Amount | undefined {
  return isObject(tree['dosage']) ? amountOf(tree['dosage']['dose']) : undefined;
}

/** Who gave it, and who looked too. */
export function performersOf(
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
