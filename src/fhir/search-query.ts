/**
 * What a search asks for: the parameters of a query string, understood by the official definitions of the type
 * (http://hl7.org/fhir/R4/search.html). The result is data; `src/store/search` turns it into SQL.
 */
import { Refusal, type Issue } from '#base/refusal.ts';
import { isResourceType, searchParameters } from './definitions/tables.ts';
import { parseFilter, type Filter, type FilterOptions } from './search-filter.ts';
import { mainDate } from './search-values.ts';

export interface SortKey {
  readonly by: 'updated' | 'id' | 'mainDate' | 'date' | 'string' | 'number';
  readonly paths: readonly string[];
  readonly descending: boolean;
}
export interface Include {
  readonly source: string;
  readonly parameter: string;
  readonly target?: string;
}
export type Summary = 'true' | 'text' | 'data' | 'count' | 'false';

export interface SearchQuery {
  readonly type: string;
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
export interface SearchOptions extends FilterOptions {
  readonly strict: boolean;
  readonly pageDefault: number;
  readonly pageMax: number;
}

// Each of these is a part of the SQL statement: who needs more asks twice.
const parametersMax = 100;
const sortKeysMax = 10;
/**
 * @throws Refusal `invalid` for a parameter that is known and wrong: a date that is none, a modifier that does not fit.
 * A parameter nobody knows is ignored and told, or refused when `strict`.
 */
export function parseSearch(
  type: string,
  parameters: readonly (readonly [string, string])[],
  options: SearchOptions,
): SearchQuery {
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
    if (resultNames.has(name)) {
      result[name] = name === '_sort' && result[name] ? `${result[name]},${value}` : value;
      used.push(pair);
    } else if (name === '_include' || name === '_revinclude') {
      (name === '_include' ? includes : revincludes).push(parseInclude(name, value));
      used.push(pair);
    } else if (!ignoredQuietly.has(name)) {
      const filter = parseFilter(type, name, value, options);
      if (filter === undefined) {
        ignored.push({
          severity: 'warning',
          code: 'not-supported',
          at: name.slice(0, 80),
          text: `${type} has no search parameter '${name.slice(0, 60)}'; it was not used`,
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
  const summary =
    oneOf('_summary', result['_summary'], ['true', 'text', 'data', 'count', 'false'] as const) ?? 'false';
  const elements = result['_elements']
    ?.split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return {
    type,
    filters,
    sort: parseSort(type, result['_sort']),
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

function parseInclude(name: string, value: string): Include {
  const [source = '', parameter = '', target] = value.split(':');
  const known = isResourceType(source) && searchParameters[source]?.[parameter]?.type === 'reference';
  const targeted = target === undefined || target === '' || isResourceType(target);
  if ((!known && !(isResourceType(source) && parameter === '*')) || !targeted) {
    throw new Refusal('invalid', [
      {
        code: 'value',
        at: name,
        text: `expected Type:reference-parameter[:TargetType], found '${value.slice(0, 80)}'`,
      },
    ]);
  }
  return { source, parameter, ...(target ? { target } : {}) };
}

function parseSort(type: string, value: string | undefined): SortKey[] {
  if (value === undefined) return [];
  const keys = value.split(',');
  if (keys.length > sortKeysMax)
    throw new Refusal('invalid', [
      { code: 'too-costly', at: '_sort', text: `at most ${sortKeysMax} parameters are sorted by` },
    ]);
  return keys.map((part) => {
    const descending = part.startsWith('-');
    const name = descending ? part.slice(1) : part;
    if (name === '_lastUpdated') return { by: 'updated', paths: [], descending };
    if (name === '_id') return { by: 'id', paths: [], descending };
    const parameter = searchParameters[type]?.[name];
    const paths = [...new Set(parameter?.paths.map((path) => path.name))];
    if (parameter?.type === 'date')
      return {
        by: paths.length === 1 && paths[0] === mainDate(type) ? 'mainDate' : 'date',
        paths,
        descending,
      };
    if (parameter?.type === 'string') return { by: 'string', paths, descending };
    if (parameter?.type === 'quantity' || parameter?.type === 'number')
      return { by: 'number', paths, descending };
    throw new Refusal('invalid', [
      {
        code: 'not-supported',
        at: '_sort',
        text: parameter
          ? `sorting by the ${parameter.type} parameter '${name}' is not supported; dates, strings, numbers, _id and _lastUpdated are`
          : `${type} has no search parameter '${name.slice(0, 60)}'`,
      },
    ]);
  });
}
