/** Observations of one patient, gone through newest first: what `$lastn` and `$stats` look at. */
import { Refusal } from '#base/refusal.ts';
import { parseLossless } from '#fhir/json-text.ts';
import { isObject, type Json } from '#fhir/json.ts';
import { parseSearch } from '#fhir/search-query.ts';
import { search, type Hit } from '#store/search/search.ts';
import { codeListsFor } from '../code-lists.ts';
import type { FhirRequest, Service } from '../service.ts';

export interface FoundObservation {
  readonly hit: Hit;
  /** As `parseLossless` makes it. */
  readonly tree: Json;
}

/** A patient who has more is asked about with a code or a time. */
const lookedThroughMax = 10_000;
const pageRows = 500;

/** @throws Refusal `tooMuch` rather than to tell of a part as if it were all. */
export async function observationsOf(
  service: Service,
  request: FhirRequest,
  criteria: readonly (readonly [string, string])[],
): Promise<FoundObservation[]> {
  const found: FoundObservation[] = [];
  const codeLists = await codeListsFor(service, criteria);
  for (let cursor: string | undefined; ;) {
    const more = cursor === undefined ? [] : [['_cursor', cursor] as const];
    const query = parseSearch('Observation', [...criteria, ['_sort', '-date'], ...more], {
      strict: true,
      pageDefault: pageRows,
      pageMax: pageRows,
      base: request.base,
      custom: service.store.parameters.custom(),
      codeLists,
    });
    const page = await search(service.store.sql, request.caller.sees, query);
    for (const hit of page.hits) {
      const tree = parseLossless(hit.body);
      if (isObject(tree)) found.push({ hit, tree });
    }
    if (page.next === undefined) return found;
    if (found.length >= lookedThroughMax)
      throw new Refusal(
        'tooMuch',
        `more than ${lookedThroughMax} observations; ask for a code or a shorter time`,
      );
    cursor = page.next;
  }
}

export interface Coding {
  readonly system: string;
  readonly code: string;
}
export function codingsOf(concept: unknown): Coding[] {
  const list: readonly unknown[] =
    isObject(concept) && Array.isArray(concept['coding']) ? concept['coding'] : [];
  return list.flatMap((one) =>
    isObject(one) && typeof one['code'] === 'string'
      ? [{ system: typeof one['system'] === 'string' ? one['system'] : '', code: one['code'] }]
      : [],
  );
}
