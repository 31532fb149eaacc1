/** Reading a request's path and headers; each function refuses what it cannot take, saying what was expected. */
import { Refusal } from '#base/refusal.ts';
import { isResourceType } from '#fhir/definitions/tables.ts';
import { parseSearch, type SearchQuery } from '#fhir/search-query.ts';
import { preferred } from './answer.ts';
import type { FhirRequest, Limits } from './service.ts';

const idPattern = /^[A-Za-z0-9\-.]{1,64}$/;

export function typeOf(request: FhirRequest): string {
  const type = request.path[0] ?? '';
  if (!isResourceType(type)) throw new Refusal('unknown', `'${type.slice(0, 60)}' is no resource type of FHIR R4`, { code: 'not-supported' });
  return type;
}

export function idOf(request: FhirRequest): string {
  const id = request.path[1] ?? '';
  if (!idPattern.test(id)) throw new Refusal('invalid', [{ code: 'value', at: 'id', text: 'expected 1 to 64 of letters, digits, - and .' }]);
  return id;
}

export function isId(text: string): boolean {
  return idPattern.test(text);
}

/** A version as it stands in a path or an ETag; undefined for what cannot be a version of ours. */
export function versionNumber(text: string): number | undefined {
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined;
}

/** `If-Match: W/"3"` → 3. */
export function parseIfMatch(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const version = versionNumber(/^\s*(?:W\/)?"([^"]*)"\s*$/.exec(header)?.[1] ?? '');
  // A version that never can be is one that no resource has: nothing matches 0.
  return version ?? 0;
}

export function searchOf(request: Pick<FhirRequest, 'query' | 'base'>, type: string, limits: Limits, strict: boolean): SearchQuery {
  return parseSearch(type, request.query, { strict, pageDefault: limits.pageDefault, pageMax: limits.pageMax, base: request.base });
}

/** The criteria of a conditional interaction. Strict: a criterion that is not understood must never be dropped here. */
export function conditionOf(type: string, text: string, base: string, limits: Limits): SearchQuery {
  const query = [...new URLSearchParams(text.replace(/^\?/, ''))];
  const search = searchOf({ query, base }, type, limits, true);
  if (search.filters.length === 0) throw new Refusal('stale', 'a conditional interaction needs criteria that select something', { code: 'required' });
  return search;
}

export function isStrict(request: FhirRequest): boolean {
  return preferred(request, 'handling') === 'strict';
}
