import type { MedicationAdministration, MedicationRequest } from '@medplum/fhirtypes';
import { chainOf } from '#fhir/medication/order.ts';
import { referredId } from '../record/coding.ts';
import { drugGroup } from '../record/dose.ts';

/** A row: the newest order of a drug, and the orders that it came in the place of, with all that was given by any of them. */
export type OrderRow = {
  readonly request: MedicationRequest;
  /** The newest first. */
  readonly chain: readonly MedicationRequest[];
  readonly given: readonly MedicationAdministration[];
};

/** Every order is in one row: itself, or the order that took its place. */
export function orderRows(
  requests: readonly MedicationRequest[],
  answers: readonly MedicationAdministration[],
): readonly OrderRow[] {
  const byId = new Map(requests.map((request) => [request.id ?? '', request]));
  const answersById = Map.groupBy(
    answers.filter(({ status }) => status !== 'entered-in-error'),
    (answer) => referredId(answer.request, 'MedicationRequest') ?? '',
  );
  const rows = requests.map((request) => ({ request, chain: chainOf(request, byId) }));
  // An order that another row shows as what it replaced has no row of its own, unless it still holds.
  const replaced = new Set(rows.flatMap(({ chain }) => chain.slice(1)));
  return rows
    .filter(({ request }) => !replaced.has(request) || drugGroup(request) !== 'ended')
    .map(({ request, chain }) => ({
      request,
      chain,
      given: chain.flatMap(({ id }) => answersById.get(id ?? '') ?? []),
    }));
}
