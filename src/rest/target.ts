/** Reading a request's path and headers; each function refuses what it cannot take, saying what was expected. */
import { Refusal, type Issue } from '#base/refusal.ts';
import { timeSpan } from '#fhir/date.ts';
import { isResourceType } from '#fhir/definitions/tables.ts';
import type { CustomParameters } from '#fhir/search-parameters.ts';
import { parseSearch, type SearchQuery } from '#fhir/search-query.ts';
import { preferred } from './answer.ts';
import type { FhirRequest, Limits } from './service.ts';

export function mediaTypeOf(request: FhirRequest): string {
  return (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}

export function isFhirJson(mediaType: string): boolean {
  return (
    mediaType === 'application/fhir+json' || mediaType === 'application/json' || mediaType === 'text/json'
  );
}

/** @throws Refusal `mediaType` when the body says that it is something else than JSON; a body that says nothing is tried. */
export function refuseOtherThanJson(request: FhirRequest): void {
  const kind = mediaTypeOf(request);
  if (kind === '' || isFhirJson(kind)) return;
  throw new Refusal('mediaType', `expected application/fhir+json, found '${kind.slice(0, 60)}'`);
}

/** `_count`: how many on a page. */
export function countOf(request: FhirRequest, limits: Limits): number {
  const text = request.query.find(([name]) => name === '_count')?.[1];
  if (text === undefined || text === '') return limits.pageDefault;
  if (!/^\d{1,9}$/.test(text))
    throw new Refusal('invalid', [{ code: 'value', at: '_count', text: 'expected a whole number' }]);
  return Math.min(Number(text), limits.pageMax);
}

/** `_since`, in ms since 1970. */
export function sinceOf(request: FhirRequest): number | undefined {
  const text = request.query.find(([name]) => name === '_since')?.[1];
  if (text === undefined || text === '') return undefined;
  // A plus sign that was not written as %2B arrives as a blank.
  const span = timeSpan(text.replace(/ (\d{2}:\d{2})$/, '+$1'));
  if (!span)
    throw new Refusal('invalid', [
      { code: 'value', at: '_since', text: 'expected an instant such as 2026-01-15T14:05:00Z' },
    ]);
  return span.low;
}

/** What was asked and is not used. @throws Refusal `invalid` instead when the caller wants that (`Prefer: handling=strict`). */
export function unusedOf(request: FhirRequest, used: readonly string[]): Issue[] {
  const unused = request.query.filter(
    ([name, value]) => value !== '' && !used.includes(name) && name !== '_format' && name !== '_pretty',
  );
  const issues = unused.map(([name]): Issue => ({
    severity: 'warning',
    code: 'not-supported',
    at: name.slice(0, 80),
    text: 'is not known here; it was not used',
  }));
  if (issues.length > 0 && isStrict(request)) {
    throw new Refusal(
      'invalid',
      issues.map(({ at = '' }) => ({ code: 'not-supported' as const, at, text: 'is not known here' })),
    );
  }
  return issues;
}

const idPattern = /^[A-Za-z0-9\-.]{1,64}$/;

export function typeOf(request: FhirRequest): string {
  const type = request.path[0] ?? '';
  if (!isResourceType(type))
    throw new Refusal('unknown', `'${type.slice(0, 60)}' is no resource type of FHIR R4`, {
      code: 'not-supported',
    });
  return type;
}

export function idOf(request: FhirRequest): string {
  const id = request.path[1] ?? '';
  if (!idPattern.test(id))
    throw new Refusal('invalid', [
      { code: 'value', at: 'id', text: 'expected 1 to 64 of letters, digits, - and .' },
    ]);
  return id;
}

export function isId(text: string): boolean {
  return idPattern.test(text);
}

/** A version as it stands in a path or an ETag; undefined for what cannot be a version of ours. */
export function versionNumber(text: string): number | undefined {
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined;
}

/** `If-Match: W/"3"` → 3; `*` is any version that is there. */
export function parseIfMatch(header: string | undefined): number | '*' | undefined {
  if (header === undefined) return undefined;
  if (header.trim() === '*') return '*';
  const version = versionNumber(/^\s*(?:W\/)?"([^"]*)"\s*$/.exec(header)?.[1] ?? '');
  // A version that never can be is one that no resource has: nothing matches 0.
  return version ?? 0;
}

/** The criteria of a conditional interaction. Strict: a criterion that is not understood must never be dropped here. */
export function conditionOf(
  type: string,
  text: string,
  base: string,
  limits: Limits,
  custom: CustomParameters,
): SearchQuery {
  const query = [...new URLSearchParams(text.replace(/^\?/, ''))];
  const empty = query.find(([, value]) => value === '')?.[0];
  if (empty !== undefined)
    throw new Refusal('invalid', [
      { code: 'value', at: empty.slice(0, 80), text: 'is a criterion without a value' },
    ]);
  const search = parseSearch(type, query, {
    strict: true,
    pageDefault: limits.pageDefault,
    pageMax: limits.pageMax,
    base,
    custom,
  });
  if (search.filters.length === 0)
    throw new Refusal('stale', 'a conditional interaction needs criteria that select something', {
      code: 'required',
    });
  return search;
}

export function isStrict(request: FhirRequest): boolean {
  return preferred(request, 'handling') === 'strict';
}
