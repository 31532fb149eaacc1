/**
 * Search (http://hl7.org/fhir/R4/search.html): of a type, of several types, of what is in a compartment; by GET, and by
 * POST to `_search`.
 */
import { Refusal } from '#base/refusal.ts';
import { bundleText, type BundleEntry } from '#fhir/bundle.ts';
import { compartmentFilter, compartmentTypes } from '#fhir/compartment.ts';
import { isResourceType, resourceTypes } from '#fhir/definitions/tables.ts';
import { operationOutcome } from '#fhir/outcome.ts';
import { parseSearch, type SearchQuery } from '#fhir/search-query.ts';
import { shaped } from '#fhir/summary.ts';
import { connectionFor, knownPlan } from '#store/search/known-plan.ts';
import {
  countMatches,
  estimateMatches,
  search as searchStore,
  searchEntries,
  type Hit,
} from '#store/search/search.ts';
import { refuseClosed } from '#store/access.ts';
import type { Sql } from '#store/sql.ts';
import { answerJson } from './answer.ts';
import { codeListsFor } from './code-lists.ts';
import { includedHits } from './include.ts';
import type { Answer, FhirRequest, Service } from './service.ts';
import { isStrict, mediaTypeOf, typeOf } from './target.ts';

/** `Patient?…` */
export async function search(service: Service, request: FhirRequest): Promise<Answer> {
  const type = typeOf(request);
  return answerSearch(service, request, type, await readQuery(service, request, type));
}

/** `?_type=Patient,Observation&…`: parameters that each of the types has. */
export async function searchAll(service: Service, request: FhirRequest): Promise<Answer> {
  return answerSearch(service, request, '', await readQuery(service, request, resourceTypes));
}

/** `Patient/[id]/Observation?…` and `Patient/[id]/*?…`, for each of the five compartments. */
export async function searchCompartment(service: Service, request: FhirRequest): Promise<Answer> {
  const [compartment = '', id = '', type = ''] = request.path;
  const within = compartmentTypes(compartment);
  if (!within)
    throw new Refusal('unknown', `there is no compartment of ${compartment.slice(0, 60)} in FHIR R4`, {
      code: 'not-supported',
    });
  if (type !== '*' && !isResourceType(type))
    throw new Refusal('unknown', `'${type.slice(0, 60)}' is no resource type of FHIR R4`, {
      code: 'not-supported',
    });
  if (type === 'AuditEvent')
    throw new Refusal(
      'invalid',
      'the audit is searched at AuditEvent, for a patient with the parameter patient',
      {
        code: 'not-supported',
      },
    );
  const types = type === '*' ? within : within.filter((one) => one === type);
  if (types.length === 0)
    throw new Refusal('invalid', `a ${type} is never in the compartment of a ${compartment}`, {
      code: 'not-supported',
    });
  if (compartment === 'Patient')
    await refuseClosed(service.store.sql, request.caller.sees, type === '*' ? 'Encounter' : type, id);
  const query = await readQuery(service, request, type === '*' ? types : type);
  const filters = [compartmentFilter(compartment, id, query.types), ...query.filters];
  return answerSearch(service, request, `${compartment}/${id}/${type}`, { ...query, filters });
}

/** What a search of a type, or of several, asks for. */
export async function readQuery(
  service: Service,
  request: FhirRequest,
  where: string | readonly string[],
): Promise<SearchQuery> {
  const parameters = [...request.query, ...formOf(request)];
  await service.store.parameters.refresh();
  return parseSearch(where, parameters, {
    strict: isStrict(request),
    pageDefault: service.limits.pageDefault,
    pageMax: service.limits.pageMax,
    base: request.base,
    custom: service.store.parameters.custom(),
    codeLists: await codeListsFor(service, parameters),
  });
}

async function answerSearch(
  service: Service,
  request: FhirRequest,
  address: string,
  query: SearchQuery,
): Promise<Answer> {
  const sql = connectionFor(service.store, query);
  const { sees } = request.caller;
  if (query.count === 0) {
    const total = await (query.total === 'estimate' ? estimateMatches : countMatches)(sql, sees, query);
    return answerJson(
      bundleText(
        { type: 'searchset', total, links: [['self', addressOf(request, address, query.used)]] },
        outcomeEntries(service, query),
      ),
    );
  }
  const page = await readPage(service, request, query, sql);
  const whole = query.cursor === undefined && page.next === undefined;
  const total = whole
    ? page.count
    : query.total === 'none'
      ? undefined
      : (page.total ??
        (await (query.total === 'estimate' ? estimateMatches : countMatches)(sql, sees, query)));
  const entries = [...page.entries, ...outcomeEntries(service, query)];
  const bare = query.used.filter(([name]) => name !== '_cursor');
  const links: (readonly [string, string])[] = [
    ['self', addressOf(request, address, query.used)],
    ['first', addressOf(request, address, bare)],
  ];
  if (page.next !== undefined)
    links.push(['next', addressOf(request, address, [...bare, ['_cursor', page.next]])]);
  return answerJson(bundleText({ type: 'searchset', total, links }, entries));
}

interface ReadPage {
  readonly entries: readonly (BundleEntry | string)[];
  /** Matches on the page. */
  readonly count: number;
  readonly next: string | undefined;
  /** How many match in all, where that came along. */
  readonly total?: number | undefined;
}

/** The whole of each match goes out as it is stored, and nothing looks at it; parts and what is included are cut out here. */
async function readPage(
  service: Service,
  request: FhirRequest,
  query: SearchQuery,
  sql: Sql,
): Promise<ReadPage> {
  const { sees } = request.caller;
  const isPlain =
    query.summary === 'false' &&
    !query.elements &&
    query.includes.length === 0 &&
    query.revincludes.length === 0;
  if (isPlain) {
    // Who says how many a page shall have expects more of them, and a patient's are counted quickly.
    const ofPatient = knownPlan(query) === 'patient';
    const isCounted =
      ofPatient && query.total === 'accurate' && query.used.some(([name]) => name === '_count');
    const asked = { base: request.base, isCounted };
    const page = await (ofPatient
      ? service.store.gatherPages(sees, query, asked)
      : searchEntries(sql, sees, query, asked));
    return { ...page, entries: page.count === 0 ? [] : [page.entries] };
  }
  const { hits, next } = await searchStore(sql, sees, query);
  const included = await includedHits(service, request, query, hits);
  const entries = [
    ...hits.map((hit) => entryOf(request, query, hit, 'match')),
    ...included.map((hit) => entryOf(request, query, hit, 'include')),
  ];
  return { entries, count: hits.length, next };
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

/** The address of a search, or of a page of it. */
export function addressOf(
  request: FhirRequest,
  address: string,
  used: readonly (readonly [string, string])[],
): string {
  const text = new URLSearchParams(used.map(([name, value]): [string, string] => [name, value])).toString();
  return `${request.base}${address === '' ? '' : `/${address}`}${text === '' ? '' : `?${text}`}`;
}

function entryOf(request: FhirRequest, query: SearchQuery, hit: Hit, mode: 'match' | 'include'): BundleEntry {
  return {
    fullUrl: `${request.base}/${hit.type}/${hit.id}`,
    resource: shaped(hit.type, hit.body, query),
    more: { search: { mode } },
  };
}

/** Parameters that were not used are told in the answer itself (search.html#errors), and what it may lack. */
function outcomeEntries(service: Service, query: SearchQuery): BundleEntry[] {
  const issues = [...query.ignored];
  if (service.store.parameters.rebuilding())
    issues.push({
      severity: 'warning',
      code: 'informational',
      text: 'the index is being made anew: until that is done, :missing, :text, :below, composites, units, _text and _content may not find all',
    });
  return issues.length === 0
    ? []
    : [{ resource: JSON.stringify(operationOutcome(issues)), more: { search: { mode: 'outcome' } } }];
}
