/** What an export is asked for (https://hl7.org/fhir/uv/bulkdata/STU2/export.html#query-parameters), understood. */
import { Refusal } from '#base/refusal.ts';
import { compartmentTypes, patientsOf } from '#fhir/compartment.ts';
import { timeSpan } from '#fhir/date.ts';
import { isResourceType, resourceTypes } from '#fhir/definitions/tables.ts';
import { matchesFilters } from '#fhir/match.ts';
import { isObject, type Json } from '#fhir/json.ts';
import type { Filter } from '#fhir/search-conditions.ts';
import { parseSearch } from '#fhir/search-query.ts';
import { searchValues } from '#fhir/search-values.ts';
import type { ExportWalk, Moment } from '#store/exports.ts';
import { preferred } from '../answer.ts';
import { readParameters } from '../parameters.ts';
import type { Caller, FhirRequest, Service } from '../service.ts';

/** What is kept of an export while it is made and fetched. */
export interface ExportJob {
  readonly caller: Caller;
  readonly base: string;
  /** The address that was asked. */
  readonly url: string;
  readonly moment: Moment;
  readonly types: readonly string[];
  readonly since?: Moment | number;
  readonly elements?: readonly string[];
  /** Searches, `[type, query]`: of a type that has some, what matches one of them. */
  readonly typeFilters: readonly (readonly [string, string])[];
  /** Only what is in the compartment of one of these patients, or of any. */
  readonly patients?: readonly string[] | 'any';
}
export type Asked = Pick<ExportJob, 'types' | 'elements' | 'typeFilters' | 'patients'> & {
  readonly since?: number;
};

const parametersMax = 200;
export const patientsMax = 10_000;
const ndjson = ['application/fhir+ndjson', 'application/ndjson', 'ndjson'];
const known = ['_outputFormat', '_since', '_type', '_typeFilter', '_elements', 'patient'];

/**
 * @param of everything, or what is in the compartments of all patients, or of those given.
 * @throws Refusal `invalid`: a parameter that is not understood would else export more than was asked for.
 */
export function readAskedExport(
  service: Service,
  request: FhirRequest,
  of: readonly string[] | 'any' | undefined,
): Asked {
  const given = parametersIn(service, request);
  if (given.length > parametersMax)
    refuse('', `${given.length} parameters; at most ${parametersMax} are taken`);
  const lenient = preferred(request, 'handling') === 'lenient';
  const strange = given.find(([name]) => !known.includes(name) && name !== '_format' && name !== '_pretty');
  if (strange && !lenient)
    refuse(
      strange[0].slice(0, 60),
      `is not known here; ${known.join(', ')} are. Prefer: handling=lenient leaves it out`,
    );
  const values = (name: string) =>
    given.flatMap(([one, value]) => (one === name && value !== '' ? [value] : []));
  const list = (name: string) => values(name).flatMap((value) => value.split(',').map((one) => one.trim()));

  const format = values('_outputFormat').find((one) => !ndjson.includes(one.replace(' ', '+')));
  if (format !== undefined) refuse('_outputFormat', `expected ${ndjson.join(', ')}`);
  const [since] = values('_since');
  const sinceAt = since === undefined ? undefined : timeSpan(since.replace(/ (\d{2}:\d{2})$/, '+$1'))?.low;
  if (since !== undefined && sinceAt === undefined)
    refuse('_since', 'expected an instant such as 2026-01-15T14:05:00Z');
  const allowed = of === undefined ? resourceTypes : (compartmentTypes('Patient') ?? []);
  const wanted = list('_type');
  const wrong = wanted.find((type) => !allowed.includes(type));
  if (wrong !== undefined)
    refuse(
      '_type',
      isResourceType(wrong)
        ? `a ${wrong} is never in the compartment of a patient: export the whole system for it`
        : `'${wrong.slice(0, 60)}' is no resource type of FHIR R4`,
    );
  const types = wanted.length === 0 ? allowed : allowed.filter((type) => wanted.includes(type));
  const typeFilters = values('_typeFilter').map((text) => readTypeFilter(service, request, text, types));
  const elements = list('_elements');
  const patients = patientsIn(list('patient'), of);
  return {
    types,
    typeFilters,
    ...(sinceAt === undefined ? {} : { since: sinceAt }),
    ...(elements.length === 0 ? {} : { elements }),
    ...(patients === undefined ? {} : { patients }),
  };
}

function refuse(at: string, text: string): never {
  throw new Refusal('invalid', at === '' ? text : [{ code: 'value', at, text }]);
}

/** Name and value, from the address or the Parameters in the body. */
function parametersIn(service: Service, request: FhirRequest): (readonly [string, string])[] {
  const inAddress = request.query;
  if (request.method !== 'POST' || request.body === undefined || request.body.length === 0) {
    if (inAddress.some(([name]) => name === 'patient'))
      refuse('patient', 'is taken by POST only, in Parameters');
    return [...inAddress];
  }
  const list = readParameters(request, service.limits).tree['parameter'];
  const inBody = (Array.isArray(list) ? list : []).map((one: Json) => {
    const value = Object.entries(one).find(([key]) => key.startsWith('value'))?.[1];
    const text = isObject(value) ? value['reference'] : value;
    if (typeof text !== 'string') refuse(String(one['name']).slice(0, 60), 'expected a text or a reference');
    return [String(one['name']), text] as const;
  });
  return [...inAddress, ...inBody];
}

function patientsIn(
  references: readonly string[],
  of: readonly string[] | 'any' | undefined,
): readonly string[] | 'any' | undefined {
  if (references.length === 0) return of;
  if (of === undefined)
    refuse('patient', 'is for the export of patients: Patient/$export or Group/[id]/$export');
  if (references.length > patientsMax) refuse('patient', `at most ${patientsMax} patients are taken`);
  const ids = references.map(
    (one) =>
      /^Patient\/([A-Za-z0-9.-]{1,64})$/.exec(one)?.[1] ??
      refuse('patient', 'expected references such as Patient/1'),
  );
  const other = of === 'any' ? undefined : ids.find((id) => !of.includes(id));
  if (other !== undefined) refuse('patient', 'names a patient who is no member of the group');
  return [...new Set(ids)];
}

function readTypeFilter(
  service: Service,
  request: FhirRequest,
  text: string,
  types: readonly string[],
): [string, string] {
  const [type = '', query = ''] = text.split(/\?(.*)/s);
  if (!types.includes(type))
    refuse('_typeFilter', `expected Type?criteria of a type that is exported, found '${type.slice(0, 60)}'`);
  const filters = filtersOf(service, request.base, type, query);
  if (filters.length === 0) refuse('_typeFilter', 'has no criteria');
  if (
    matchesFilters(filters, 'a', searchValues(type, { resourceType: type, id: 'a' })) === undefined ||
    needsMore(filters)
  )
    refuse(
      '_typeFilter',
      'may ask of the resource’s own words only: no chain, _has, _list, _text, _lastUpdated',
    );
  return [type, query];
}

/** Criteria that are asked of the database and not of the text. */
export function needsMore(filters: readonly Filter[]): boolean {
  return filters.some(
    (filter) =>
      ['updated', 'words', 'chain', 'has', 'list', 'perType', 'hash', 'rid'].includes(filter.by) ||
      ((filter.by === 'any' || filter.by === 'all') && needsMore(filter.filters)),
  );
}

function filtersOf(service: Service, base: string, type: string, query: string): readonly Filter[] {
  const { pageDefault, pageMax } = service.limits;
  const custom = service.store.parameters.custom();
  const parsed = parseSearch(type, [...new URLSearchParams(query)], {
    strict: true,
    pageDefault,
    pageMax,
    base,
    custom,
  });
  if (parsed.includes.length > 0 || parsed.revincludes.length > 0)
    refuse('_typeFilter', 'takes no _include and _revinclude: export those types too');
  return parsed.filters;
}

/**
 * Judges the texts of a walk; undefined: all of them are exported. What was deleted is judged by whose it was alone: it
 * may have matched the searches when it was exported before.
 */
export function judgeOf(
  service: Service,
  { typeFilters, patients, base }: ExportJob,
  { type, kind }: ExportWalk,
): ((id: string, body: string | undefined) => boolean) | undefined {
  const searches = typeFilters.flatMap(([one, query]) =>
    one === type && kind === 'output' ? [filtersOf(service, base, type, query)] : [],
  );
  if (searches.length === 0 && patients === undefined) return undefined;
  const custom = service.store.parameters.custom();
  const members = patients === undefined || patients === 'any' ? patients : new Set(patients);
  return (id, body) => {
    const tree: unknown = body === undefined ? undefined : JSON.parse(body);
    if (!isObject(tree)) return false;
    const values = searchValues(type, tree, custom);
    const found = members === undefined ? [] : patientsOf(type, values);
    const isMember =
      members === undefined || (members === 'any' ? found.length > 0 : found.some((one) => members.has(one)));
    return (
      isMember &&
      (searches.length === 0 || searches.some((filters) => matchesFilters(filters, id, values) === true))
    );
  };
}
