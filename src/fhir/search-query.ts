/**
 * What a search asks for: the parameters of a query string, understood by the official definitions of the type
 * (http://hl7.org/fhir/R4/search.html). The result is data; `src/store/search` turns it into SQL.
 */
import { Refusal, type Issue } from '#base/refusal.ts';
import { isResourceType, resourceTypes } from './definitions/tables.ts';
import type { CodeLists, Filter } from './search-conditions.ts';
import { mergedFilter, parseFilter, type FilterOptions } from './search-filter.ts';
import { parseInclude, type Include } from './search-include.ts';
import { customOf, noCustomParameters } from './search-parameters.ts';
import { parseSort, type SortKey } from './search-sort.ts';

export type Summary = 'true' | 'text' | 'data' | 'count' | 'false';

export interface SearchQuery {
  /** The one type that is searched; undefined when there are several. */
  readonly type: string | undefined;
  /** All types that are searched. */
  readonly types: readonly string[];
  readonly filters: readonly Filter[];
  readonly sort: readonly SortKey[];
  readonly count: number;
  readonly cursor?: string;
  readonly includes: readonly Include[];
  readonly revincludes: readonly Include[];
  readonly summary: Summary;
  readonly elements?: readonly string[];
  readonly total: 'none' | 'estimate' | 'accurate';
  /** What the server did not use: told in the answer, or a refusal when `Prefer: handling=strict`. */
  readonly ignored: readonly Issue[];
  /** The parameters that were used, for the links of the answer. */
  readonly used: readonly (readonly [string, string])[];
}
export interface SearchOptions extends Partial<Omit<FilterOptions, 'base'>> {
  readonly base: string;
  readonly strict: boolean;
  readonly pageDefault: number;
  readonly pageMax: number;
}

const noCodeLists: CodeLists = { expand: () => undefined, subsumed: () => undefined };

// Each of these is a part of the SQL statement: who needs more asks twice.
const parametersMax = 100;

/**
 * Searches one type, or several: those of `_type`, or all.
 * @throws Refusal `invalid` for a parameter that is known and wrong: a date that is none, a modifier that does not fit.
 * A parameter nobody knows is ignored and told, or refused when `strict`.
 */
export function parseSearch(
  where: string | readonly string[],
  parameters: readonly (readonly [string, string])[],
  options: SearchOptions,
): SearchQuery {
  const filterOptions: FilterOptions = {
    base: options.base,
    custom: options.custom ?? noCustomParameters,
    codeLists: options.codeLists ?? noCodeLists,
  };
  const types = typeof where === 'string' ? [where] : typesAsked(parameters, where);
  const filters: Filter[] = [];
  const ignored: Issue[] = [];
  const used: (readonly [string, string])[] = [];
  const result: Record<string, string> = {};
  const includes: Include[] = [];
  const revincludes: Include[] = [];
  if (parameters.length > parametersMax) {
    throw new Refusal('invalid', `${parameters.length} parameters; at most ${parametersMax} are taken`, {
      code: 'too-costly',
    });
  }
  for (const pair of parameters) {
    const [name, value] = pair;
    if (`${name}${value}`.includes('\0')) {
      throw new Refusal('invalid', [
        { code: 'value', at: name.replaceAll('\0', '').slice(0, 80), text: 'holds a null character' },
      ]);
    }
    if (value === '') continue; // search.html: a parameter without a value is no criterion.
    const [plain = '', modifier] = name.split(':');
    if (resultNames.has(name)) {
      result[name] = name === '_sort' && result[name] ? `${result[name]},${value}` : value;
      used.push(pair);
    } else if (plain === '_include' || plain === '_revinclude') {
      const include = parseInclude(name, value, modifier, filterOptions.custom);
      (plain === '_include' ? includes : revincludes).push(include);
      used.push(pair);
    } else if (name === '_type' && typeof where !== 'string') {
      used.push(pair);
    } else if (!ignoredQuietly.has(name)) {
      const filter = filterOf(types, name, value, filterOptions);
      if (filter === undefined) {
        ignored.push({
          severity: 'warning',
          code: 'not-supported',
          at: name.slice(0, 80),
          text: `${whyNot(types, name, filterOptions)}; it was not used`,
        });
      } else {
        filters.push(filter);
        used.push(pair);
      }
    }
  }
  if (options.strict && ignored.length > 0) {
    throw new Refusal(
      'invalid',
      ignored.map(({ at, text }) => ({
        code: 'not-supported' as const,
        ...(at ? { at } : {}),
        text: text.replace('; it was not used', ''),
      })),
    );
  }
  if (types.length !== 1 && result['_sort'] !== undefined && filters.length === 0)
    throw new Refusal('invalid', [
      {
        code: 'too-costly',
        at: '_sort',
        text: 'several types are sorted only when a criterion says which of them',
      },
    ]);
  const summary =
    oneOf('_summary', result['_summary'], ['true', 'text', 'data', 'count', 'false'] as const) ?? 'false';
  const elements = result['_elements']
    ?.split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return {
    type: types.length === 1 ? types[0] : undefined,
    types,
    filters,
    sort: parseSort(types, result['_sort'], filterOptions.custom),
    count: summary === 'count' ? 0 : parseCount(result['_count'], options),
    ...(result['_cursor'] === undefined ? {} : { cursor: result['_cursor'] }),
    includes,
    revincludes,
    summary,
    ...(elements ? { elements } : {}),
    total:
      oneOf('_total', result['_total'], ['none', 'estimate', 'accurate'] as const) ??
      (summary === 'count' ? 'accurate' : 'none'),
    ignored,
    used,
  };
}

const resultNames = new Set(['_sort', '_count', '_summary', '_elements', '_total', '_cursor']);
const ignoredQuietly = new Set(['_format', '_pretty']);

/** `_type=Patient,Observation`, within what the address allows. */
function typesAsked(
  parameters: readonly (readonly [string, string])[],
  allowed: readonly string[],
): readonly string[] {
  const asked = parameters.filter(([name, value]) => name === '_type' && value !== '');
  if (asked.length === 0) return allowed;
  const lists = asked.map(([, value]) => value.split(','));
  const wrong = lists.flat().find((type) => !isResourceType(type));
  if (wrong !== undefined)
    throw new Refusal('invalid', [
      { code: 'value', at: '_type', text: `'${wrong.slice(0, 60)}' is no resource type of FHIR R4` },
    ]);
  return allowed.filter((type) => lists.every((list) => list.includes(type)));
}

/** Over several types a parameter must be one of each of them. */
function filterOf(
  types: readonly string[],
  name: string,
  value: string,
  options: FilterOptions,
): Filter | undefined {
  const [type] = types;
  if (types.length === 1 && type !== undefined) return parseFilter(type, name, value, options);
  const filters: [string, Filter][] = [];
  for (const one of types) {
    const filter = parseFilter(one, name, value, options);
    if (!filter) return undefined;
    filters.push([one, filter]);
  }
  return filters.length === 0 ? { by: 'any', filters: [] } : mergedFilter(filters);
}

function whyNot(types: readonly string[], name: string, { custom }: FilterOptions): string {
  const [code = ''] = name.split(':');
  const type = types.length === 1 ? types[0] : undefined;
  if (type !== undefined && customOf(type, code, custom)?.ready === false)
    return `the search parameter '${name.slice(0, 60)}' is not ready yet: resources stored before it are still being indexed`;
  const who =
    type ??
    (types.length === resourceTypes.length ? 'not every type' : `not every one of ${types.length} types`);
  return type === undefined
    ? `${who} has a search parameter '${name.slice(0, 60)}'`
    : `${type} has no search parameter '${name.slice(0, 60)}'`;
}

function oneOf<const T extends string>(
  name: string,
  value: string | undefined,
  allowed: readonly T[],
): T | undefined {
  const found = allowed.find((one) => one === value);
  if (value !== undefined && found === undefined) {
    throw new Refusal('invalid', [
      { code: 'value', at: name, text: `expected one of ${allowed.join(', ')}` },
    ]);
  }
  return found;
}

function parseCount(value: string | undefined, options: SearchOptions): number {
  if (value === undefined) return options.pageDefault;
  if (!/^\d{1,9}$/.test(value))
    throw new Refusal('invalid', [{ code: 'value', at: '_count', text: 'expected a whole number' }]);
  return Math.min(Number(value), options.pageMax);
}
