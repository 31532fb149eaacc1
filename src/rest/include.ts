/** `_include` and `_revinclude` (http://hl7.org/fhir/R4/search.html#revinclude): what belongs to the matches of a page. */
import { Refusal } from '#base/refusal.ts';
import { resourceTypes } from '#fhir/definitions/tables.ts';
import { isObject } from '#fhir/json.ts';
import type { Filter } from '#fhir/search-conditions.ts';
import { tokenKey } from '#fhir/search-forms.ts';
import { includedTargets, includePaths, type Include } from '#fhir/search-include.ts';
import type { SearchQuery } from '#fhir/search-query.ts';
import { patientPath } from '#fhir/search-values.ts';
import { readSeveral, type CurrentVersion } from '#store/reader.ts';
import { search, type Hit } from '#store/search/search.ts';
import type { FhirRequest, Service } from './service.ts';

/** More than these included resources would be another page of their own: refused, never cut in silence. */
const includedMax = 10_000;
/** How far `:iterate` goes: each round follows the references of what the round before had found. */
const roundsMax = 10;

/** What the includes of a search add to its matches, each once. @throws Refusal `tooMuch`. */
export async function includedHits(
  service: Service,
  request: FhirRequest,
  { includes, revincludes }: SearchQuery,
  matches: readonly Hit[],
): Promise<Hit[]> {
  const found = new Map<string, Hit>();
  const matched = new Set(matches.map(keyOf));
  let from = matches;
  for (let round = 0; from.length > 0; round++) {
    const followed = (include: Include) => round === 0 || include.iterate;
    const [forward, backward] = [includes.filter(followed), revincludes.filter(followed)];
    if (forward.length === 0 && backward.length === 0) break;
    if (round >= roundsMax)
      throw new Refusal(
        'tooMuch',
        `:iterate goes on after ${roundsMax} rounds; ask for less, or for the rest in a search of its own`,
      );
    const fresh = new Map<string, Hit>();
    for (const one of await pointedAt(service, request, forward, from)) keep(one);
    for (const include of backward)
      for (const one of await pointingAt(service, request, include, from)) keep(one);
    for (const [key, hit] of fresh) found.set(key, hit);
    from = [...fresh.values()];

    function keep(one: CurrentVersion): void {
      const key = keyOf(one);
      if (!isHit(one) || matched.has(key) || found.has(key)) return;
      fresh.set(key, one);
      if (found.size + fresh.size > includedMax)
        throw new Refusal(
          'tooMuch',
          `more than ${includedMax} resources are included; ask for a smaller page (_count)`,
        );
    }
  }
  return [...found.values()];
}

const keyOf = ({ type, id }: { readonly type: string; readonly id: string }) => `${type}/${id}`;
const isHit = (one: CurrentVersion): one is Hit => one.body !== undefined && one.body !== null;

async function pointedAt(
  service: Service,
  request: FhirRequest,
  includes: readonly Include[],
  hits: readonly Hit[],
): Promise<readonly CurrentVersion[]> {
  if (includes.length === 0) return [];
  const custom = service.store.parameters.custom();
  const targets = new Map<string, { type: string; id: string }>();
  for (const hit of hits) {
    const tree: unknown = JSON.parse(hit.body);
    if (!isObject(tree)) continue;
    for (const include of includes)
      for (const target of includedTargets(include, hit.type, tree, custom))
        targets.set(keyOf(target), target);
  }
  return readSeveral(service.store.sql, request.caller.sees, [...targets.values()]);
}

async function pointingAt(
  service: Service,
  request: FhirRequest,
  include: Include,
  hits: readonly Hit[],
): Promise<readonly Hit[]> {
  const targets = hits.filter(({ type }) => include.target === undefined || type === include.target);
  const filters = (include.source === '*' ? resourceTypes : [include.source]).map(
    (type) => [type, pointsAt(service, type, include, targets)] as const,
  );
  const keys = filters.flatMap(([, filter]) => (filter.by === 'token' ? filter.keys : []));
  const [first] = filters;
  const page = await search(service.store.sql, request.caller.sees, {
    type: include.source === '*' ? undefined : include.source,
    types: include.source === '*' ? resourceTypes : [include.source],
    filters:
      filters.length === 1 && first
        ? [first[1]]
        : [{ by: 'any', filters: [patients(targets), { by: 'token', keys, not: false }] }],
    sort: [],
    count: includedMax + 1,
    includes: [],
    revincludes: [],
    summary: 'false',
    total: 'none',
    ignored: [],
    used: [],
  });
  return page.hits;
}

function pointsAt(service: Service, type: string, include: Include, targets: readonly Hit[]): Filter {
  const paths = includePaths(type, include, service.store.parameters.custom());
  const names = [...new Set(paths.map((path) => path.name))];
  if (names.length === 1 && names[0] === patientPath(type)) return patients(targets);
  return {
    by: 'token',
    not: false,
    keys: targets.flatMap((hit) => names.map((name) => tokenKey(name, keyOf(hit)))),
  };
}

function patients(targets: readonly Hit[]): Filter {
  return { by: 'patient', ids: targets.filter(({ type }) => type === 'Patient').map(({ id }) => id) };
}
