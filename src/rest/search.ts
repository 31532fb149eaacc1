/** search by type (http://hl7.org/fhir/R4/search.html), by GET and by POST to `_search`. */
import { Refusal } from '#base/refusal.ts';
import { bundleText, type BundleEntry } from '#fhir/bundle.ts';
import { searchParameters } from '#fhir/definitions/tables.ts';
import { operationOutcome } from '#fhir/outcome.ts';
import { isObject } from '#fhir/parse.ts';
import type { Include, SearchQuery } from '#fhir/search-query.ts';
import { patientPath, referenceTarget, tokenKey, valuesAt } from '#fhir/search-values.ts';
import { shaped } from '#fhir/summary.ts';
import { readSeveral } from '#store/reader.ts';
import { countMatches, search as searchStore, type Hit } from '#store/search/search.ts';
import { answerJson } from './answer.ts';
import type { Answer, FhirRequest, Service } from './service.ts';
import { isStrict, mediaTypeOf, searchOf, typeOf } from './target.ts';

/** More than these included resources would be another page of their own: refused, never cut in silence. */
const includedMax = 10_000;

export async function search(service: Service, request: FhirRequest): Promise<Answer> {
  const type = typeOf(request);
  const query = searchOf(
    { ...request, query: [...request.query, ...formOf(request)] },
    type,
    service.limits,
    isStrict(request),
  );
  const { sql } = service.store;
  const { sees } = request.caller;
  if (query.count === 0) {
    const total = await countMatches(sql, sees, query);
    return answerJson(
      bundleText(
        { type: 'searchset', total, links: [['self', addressOf(request, type, query.used)]] },
        outcomeEntries(query),
      ),
    );
  }
  const page = await searchStore(sql, sees, query);
  const whole = query.cursor === undefined && page.next === undefined;
  const total = whole
    ? page.hits.length
    : query.total === 'none'
      ? undefined
      : await countMatches(sql, sees, query);
  const included = await includedHits(service, request, query, page.hits);
  const entries = [
    ...page.hits.map((hit) => entryOf(request, query, hit, 'match')),
    ...included.map((hit) => entryOf(request, query, hit, 'include')),
    ...outcomeEntries(query),
  ];
  const bare = query.used.filter(([name]) => name !== '_cursor');
  const links: (readonly [string, string])[] = [
    ['self', addressOf(request, type, query.used)],
    ['first', addressOf(request, type, bare)],
  ];
  if (page.next !== undefined)
    links.push(['next', addressOf(request, type, [...bare, ['_cursor', page.next]])]);
  return answerJson(bundleText({ type: 'searchset', total, links }, entries));
}

function formOf(request: FhirRequest): [string, string][] {
  if (request.method !== 'POST' || request.body === undefined || request.body.length === 0) return [];
  if (mediaTypeOf(request) !== 'application/x-www-form-urlencoded') {
    throw new Refusal('mediaType', 'a search by POST is a form: application/x-www-form-urlencoded');
  }
  return [
    ...new URLSearchParams(
      typeof request.body === 'string' ? request.body : new TextDecoder().decode(request.body),
    ),
  ];
}

function addressOf(request: FhirRequest, type: string, used: readonly (readonly [string, string])[]): string {
  const text = new URLSearchParams(used.map(([name, value]): [string, string] => [name, value])).toString();
  return `${request.base}/${type}${text === '' ? '' : `?${text}`}`;
}

function entryOf(request: FhirRequest, query: SearchQuery, hit: Hit, mode: 'match' | 'include'): BundleEntry {
  return {
    fullUrl: `${request.base}/${hit.type}/${hit.id}`,
    resource: shaped(hit.type, hit.body, query),
    more: { search: { mode } },
  };
}

/** Parameters that were not used are told in the answer itself (search.html#errors). */
function outcomeEntries(query: SearchQuery): BundleEntry[] {
  return query.ignored.length === 0
    ? []
    : [{ resource: JSON.stringify(operationOutcome(query.ignored)), more: { search: { mode: 'outcome' } } }];
}

// ---------------------------------------------------------------- _include and _revinclude

async function includedHits(
  service: Service,
  request: FhirRequest,
  query: SearchQuery,
  hits: readonly Hit[],
): Promise<Hit[]> {
  if (hits.length === 0 || (query.includes.length === 0 && query.revincludes.length === 0)) return [];
  const found = new Map<string, Hit>();
  const matched = new Set(hits.map((hit) => `${hit.type}/${hit.id}`));
  const keep = (
    list: readonly { readonly type: string; readonly id: string; readonly body: string | undefined }[],
  ) => {
    for (const one of list) {
      const key = `${one.type}/${one.id}`;
      if (one.body !== undefined && !matched.has(key)) found.set(key, one as Hit);
    }
    if (found.size > includedMax)
      throw new Refusal(
        'tooMuch',
        `more than ${includedMax} resources are included; ask for a smaller page (_count)`,
      );
  };
  const targets = query.includes.flatMap((include) => hits.flatMap((hit) => targetsOf(include, hit)));
  keep(
    await readSeveral(service.store.sql, request.caller.sees, [
      ...new Map(targets.map((t) => [`${t.type}/${t.id}`, t])).values(),
    ]),
  );
  for (const include of query.revincludes) keep(await pointingAt(service, request, include, hits));
  return [...found.values()];
}

const targetPattern = /^([A-Z][A-Za-z]+)\/([A-Za-z0-9.-]{1,64})$/;

function targetsOf({ source, parameter, target }: Include, hit: Hit): { type: string; id: string }[] {
  if (hit.type !== source) return [];
  const table = searchParameters[source] ?? {};
  const chosen =
    parameter === '*' ? Object.values(table).filter((one) => one.type === 'reference') : [table[parameter]];
  const tree: unknown = JSON.parse(hit.body);
  if (!isObject(tree)) return [];
  return chosen
    .flatMap((one) => one?.paths ?? [])
    .flatMap((path) =>
      valuesAt(tree, path).flatMap((value) => {
        const match = targetPattern.exec(referenceTarget(isObject(value) ? value['reference'] : value) ?? '');
        const [, type = '', id = ''] = match ?? [];
        const wanted =
          match &&
          (target === undefined || type === target) &&
          (path.resolves === undefined || type === path.resolves);
        return wanted ? [{ type, id }] : [];
      }),
    );
}

async function pointingAt(
  service: Service,
  request: FhirRequest,
  { source, parameter, target }: Include,
  matches: readonly Hit[],
): Promise<readonly Hit[]> {
  const hits = matches.filter(({ type }) => target === undefined || type === target);
  const table = searchParameters[source] ?? {};
  const chosen =
    parameter === '*' ? Object.values(table).filter((one) => one.type === 'reference') : [table[parameter]];
  const paths = [...new Set(chosen.flatMap((one) => one?.paths ?? []).map((path) => path.name))];
  const byPatient = paths.length === 1 && paths[0] === patientPath(source);
  const filters = byPatient
    ? [{ by: 'patient' as const, ids: hits.filter((hit) => hit.type === 'Patient').map((hit) => hit.id) }]
    : [
        {
          by: 'token' as const,
          not: false,
          keys: hits.flatMap((hit) => paths.map((path) => tokenKey(path, `${hit.type}/${hit.id}`))),
        },
      ];
  const page = await searchStore(service.store.sql, request.caller.sees, {
    type: source,
    filters,
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
