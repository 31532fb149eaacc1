/**
 * What a search asks for: the parameters of a query string, understood by the official definitions of the type
 * (http://hl7.org/fhir/R4/search.html). The result is data; `src/store/search` turns it into SQL.
 */
import type { Issue } from '#base/refusal.ts';
import { Refusal } from '#base/refusal.ts';
import { timeSpan, type TimeSpan } from './date.ts';
import { isResourceType, resourceTypes, searchParameters, type PathTable, type SearchParameterTable } from './definitions/tables.ts';
import { mainDate, patientPath, referenceTarget, tokenKey } from './search-values.ts';

export type Prefix = 'eq' | 'ne' | 'gt' | 'lt' | 'ge' | 'le' | 'sa' | 'eb' | 'ap';

/** Each filter must hold; the values within one are alternatives. */
export type Filter =
  | { readonly by: 'id'; readonly ids: readonly string[] }
  | { readonly by: 'patient'; readonly ids: readonly string[] }
  | { readonly by: 'token'; readonly keys: readonly string[]; readonly not: boolean }
  | { readonly by: 'string'; readonly paths: readonly string[]; readonly match: 'start' | 'exact' | 'contains'; readonly texts: readonly string[] }
  | { readonly by: 'date'; readonly path: string; readonly spans: readonly { readonly prefix: Prefix; readonly span: TimeSpan }[] }
  | { readonly by: 'mainDate' | 'updated'; readonly spans: readonly { readonly prefix: Prefix; readonly span: TimeSpan }[] }
  | { readonly by: 'number'; readonly paths: readonly string[]; readonly values: readonly NumberFilter[] }
  | { readonly by: 'chain'; readonly links: readonly ChainLink[] };

export interface NumberFilter {
  readonly prefix: Prefix;
  /** The value as it was given, and the span that its precision stands for (`5.4` is 5.35 to 5.45). */
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly system?: string;
  readonly unit?: string;
}
/** One way a chained parameter may go: by these reference paths to resources of this type that match. */
export interface ChainLink {
  readonly paths: readonly string[];
  /** True when the reference is the type's patient column. */
  readonly byPatient: boolean;
  readonly type: string;
  readonly filter: Filter;
}

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
export interface SearchOptions {
  readonly strict: boolean;
  readonly pageDefault: number;
  readonly pageMax: number;
  /** This server's own FHIR address: references that begin with it are local. */
  readonly base: string;
}

// Each of these is a part of the SQL statement: who needs more asks twice.
const parametersMax = 100;
const sortKeysMax = 10;
/** Alternatives within one parameter: those found by equality travel as one list, the others are a condition each. */
const valuesMax = { listed: 10_000, compared: 100 };

/**
 * @throws Refusal `invalid` for a parameter that is known and wrong: a date that is none, a modifier that does not fit.
 * A parameter nobody knows is ignored and told, or refused when `strict`.
 */
export function parseSearch(type: string, parameters: readonly (readonly [string, string])[], options: SearchOptions): SearchQuery {
  const filters: Filter[] = [];
  const ignored: Issue[] = [];
  const used: (readonly [string, string])[] = [];
  const result: Record<string, string> = {};
  const includes: Include[] = [];
  const revincludes: Include[] = [];
  if (parameters.length > parametersMax) {
    throw new Refusal('invalid', `${parameters.length} parameters; at most ${parametersMax} are taken`, { code: 'too-costly' });
  }
  for (const pair of parameters) {
    const [name, value] = pair;
    if (`${name}${value}`.includes('\0')) {
      throw new Refusal('invalid', [{ code: 'value', at: name.replaceAll('\0', '').slice(0, 80), text: 'holds a null character' }]);
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
        ignored.push({ severity: 'warning', code: 'not-supported', at: name.slice(0, 80), text: `${type} has no search parameter '${name.slice(0, 60)}'; it was not used` });
      } else {
        filters.push(filter);
        used.push(pair);
      }
    }
  }
  if (options.strict && ignored.length > 0) {
    throw new Refusal('invalid', ignored.map(({ at, text }) => ({ code: 'not-supported' as const, ...(at ? { at } : {}), text: text.replace('; it was not used', '') })));
  }
  const summary = oneOf('_summary', result['_summary'], ['true', 'text', 'data', 'count', 'false'] as const) ?? 'false';
  const elements = result['_elements']?.split(',').map((name) => name.trim()).filter((name) => name !== '');
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
    total: oneOf('_total', result['_total'], ['none', 'estimate', 'accurate'] as const) ?? (summary === 'count' ? 'accurate' : 'none'),
    ignored,
    used,
  };
}

const resultNames = new Set(['_sort', '_count', '_summary', '_elements', '_total', '_cursor']);
const ignoredQuietly = new Set(['_format', '_pretty']);

function oneOf<const T extends string>(name: string, value: string | undefined, allowed: readonly T[]): T | undefined {
  const found = allowed.find((one) => one === value);
  if (value !== undefined && found === undefined) {
    throw new Refusal('invalid', [{ code: 'value', at: name, text: `expected one of ${allowed.join(', ')}` }]);
  }
  return found;
}

function parseCount(value: string | undefined, options: SearchOptions): number {
  if (value === undefined) return options.pageDefault;
  if (!/^\d{1,9}$/.test(value)) throw new Refusal('invalid', [{ code: 'value', at: '_count', text: 'expected a whole number' }]);
  return Math.min(Number(value), options.pageMax);
}

function parseInclude(name: string, value: string): Include {
  const [source = '', parameter = '', target] = value.split(':');
  const known = isResourceType(source) && searchParameters[source]?.[parameter]?.type === 'reference';
  const targeted = target === undefined || target === '' || isResourceType(target);
  if ((!known && !(isResourceType(source) && parameter === '*')) || !targeted) {
    throw new Refusal('invalid', [{ code: 'value', at: name, text: `expected Type:reference-parameter[:TargetType], found '${value.slice(0, 80)}'` }]);
  }
  return { source, parameter, ...(target ? { target } : {}) };
}

function parseSort(type: string, value: string | undefined): SortKey[] {
  if (value === undefined) return [];
  const keys = value.split(',');
  if (keys.length > sortKeysMax) throw new Refusal('invalid', [{ code: 'too-costly', at: '_sort', text: `at most ${sortKeysMax} parameters are sorted by` }]);
  return keys.map((part) => {
    const descending = part.startsWith('-');
    const name = descending ? part.slice(1) : part;
    if (name === '_lastUpdated') return { by: 'updated', paths: [], descending };
    if (name === '_id') return { by: 'id', paths: [], descending };
    const parameter = searchParameters[type]?.[name];
    const paths = [...new Set(parameter?.paths.map((path) => path.name))];
    if (parameter?.type === 'date') return { by: paths.length === 1 && paths[0] === mainDate(type) ? 'mainDate' : 'date', paths, descending };
    if (parameter?.type === 'string') return { by: 'string', paths, descending };
    if (parameter?.type === 'quantity' || parameter?.type === 'number') return { by: 'number', paths, descending };
    throw new Refusal('invalid', [{
      code: 'not-supported', at: '_sort',
      text: parameter ? `sorting by the ${parameter.type} parameter '${name}' is not supported; dates, strings, numbers, _id and _lastUpdated are` : `${type} has no search parameter '${name.slice(0, 60)}'`,
    }]);
  });
}

// ---------------------------------------------------------------- one parameter

function parseFilter(type: string, name: string, value: string, options: SearchOptions): Filter | undefined {
  const dot = name.indexOf('.');
  if (dot > 0) return parseChain(type, name.slice(0, dot), name.slice(dot + 1), value, options);
  const [code = '', modifier] = name.split(':');
  const parameter = searchParameters[type]?.[code];
  if (!parameter) return undefined;
  const compared = code === '_lastUpdated' || ['string', 'date', 'number', 'quantity'].includes(parameter.type);
  const values = splitValues(name, value, compared ? valuesMax.compared : valuesMax.listed);
  if (code === '_id' || code === '_lastUpdated') allowModifier(name, modifier, []);
  if (code === '_id') return { by: 'id', ids: values.map(unescape) };
  if (code === '_lastUpdated') return { by: 'updated', spans: values.map((v) => parseDate(name, v)) };
  const paths = [...new Set(parameter.paths.map((path) => path.name))];
  switch (parameter.type) {
    case 'token':
      allowModifier(name, modifier, ['not']);
      return { by: 'token', keys: values.flatMap((v) => tokenKeys(parameter.paths, unescape(v))), not: modifier === 'not' };
    case 'uri':
      allowModifier(name, modifier, []);
      return { by: 'token', keys: values.flatMap((v) => paths.map((path) => tokenKey(path, unescape(v)))), not: false };
    case 'reference':
      return referenceFilter(type, name, parameter, paths, modifier, values, options);
    case 'string':
      allowModifier(name, modifier, ['exact', 'contains']);
      return { by: 'string', paths, match: modifier === 'exact' ? 'exact' : modifier === 'contains' ? 'contains' : 'start', texts: values.map(unescape) };
    case 'date': {
      allowModifier(name, modifier, []);
      const spans = values.map((v) => parseDate(name, v));
      const [path = ''] = paths;
      return path === mainDate(type) ? { by: 'mainDate', spans } : { by: 'date', path, spans };
    }
    case 'number':
    case 'quantity':
      allowModifier(name, modifier, []);
      return { by: 'number', paths, values: values.map((v) => parseNumber(name, v)) };
    case 'composite':
    case 'special':
      throw new Refusal('invalid', [{ code: 'not-supported', at: name, text: `${parameter.type} parameters are not supported yet` }]);
  }
}

function allowModifier(name: string, modifier: string | undefined, allowed: readonly string[]): void {
  if (modifier !== undefined && !allowed.includes(modifier)) {
    throw new Refusal('invalid', [{
      code: 'not-supported', at: name.slice(0, 80),
      text: `the modifier ':${modifier.slice(0, 30)}' is not supported here${allowed.length ? `; ${allowed.map((one) => `:${one}`).join(', ')} are` : ''}`,
    }]);
  }
}

/** Alternatives are divided by commas; `\,` is a comma of the value. */
function splitValues(name: string, value: string, most: number): string[] {
  const values = value.match(/(?:\\.|[^,\\]|\\$)+/gs) ?? [];
  if (values.length === 0) throw new Refusal('invalid', [{ code: 'value', at: name.slice(0, 80), text: 'expected a value, found only commas' }]);
  if (values.length > most) throw new Refusal('invalid', [{ code: 'too-costly', at: name.slice(0, 80), text: `${values.length} values; at most ${most} are taken` }]);
  return values;
}
function unescape(value: string): string {
  return value.replace(/\\([\\,$|])/g, '$1');
}

/** The system of a plain `code` is implied by its definition (search.html#token): it is taken and not compared. */
function tokenKeys(paths: readonly PathTable[], value: string): string[] {
  const code = value.slice(value.indexOf('|') + 1);
  return [...new Set(paths.map((path) => tokenKey(path.name, path.type === 'code' && code !== '' ? code : value)))];
}

function referenceFilter(
  type: string, name: string, parameter: SearchParameterTable, paths: readonly string[], modifier: string | undefined,
  values: readonly string[], options: SearchOptions,
): Filter {
  if (modifier === 'identifier') {
    return { by: 'token', keys: values.flatMap((v) => paths.map((path) => tokenKey(`${path}:identifier`, unescape(v)))), not: false };
  }
  if (modifier !== undefined && !isResourceType(modifier)) allowModifier(name, modifier, ['identifier', 'Type']);
  const targets = modifier ? [modifier] : (parameter.targets ?? resourceTypes);
  const isUrl = parameter.paths.every((path) => path.type === 'canonical' || path.type === 'uri');
  const pointed = values.map(unescape).flatMap((value) => {
    if (isUrl) return [value];
    const bare = value.startsWith(`${options.base}/`) ? value.slice(options.base.length + 1) : value;
    if (bare.includes('/') || bare.includes(':')) return [referenceTarget(bare) ?? bare];
    return targets.map((target) => `${target}/${bare}`);
  });
  const [path = ''] = paths;
  if (paths.length === 1 && path === patientPath(type) && pointed.every((target) => target.startsWith('Patient/'))) {
    return { by: 'patient', ids: pointed.map((target) => target.slice('Patient/'.length)) };
  }
  return { by: 'token', keys: pointed.flatMap((target) => paths.map((one) => tokenKey(one, target))), not: false };
}

/** `subject:Patient.name=…`, one level: a chain in the chained part is refused by name. */
function parseChain(type: string, link: string, rest: string, value: string, options: SearchOptions): Filter | undefined {
  const [code = '', wanted] = link.split(':');
  const parameter = searchParameters[type]?.[code];
  if (parameter?.type !== 'reference') return undefined;
  if (rest.includes('.')) throw new Refusal('invalid', [{ code: 'not-supported', at: `${link}.${rest}`.slice(0, 80), text: 'chains of more than one level are not supported yet' }]);
  if (wanted !== undefined && !isResourceType(wanted)) throw new Refusal('invalid', [{ code: 'value', at: link.slice(0, 80), text: 'expected a resource type after the colon' }]);
  const paths = [...new Set(parameter.paths.map((path) => path.name))];
  const links: ChainLink[] = [];
  for (const target of wanted ? [wanted] : (parameter.targets ?? resourceTypes)) {
    const filter = parseFilter(target, rest, value, options);
    if (filter) links.push({ paths, type: target, filter, byPatient: target === 'Patient' && paths.length === 1 && paths[0] === patientPath(type) });
  }
  return links.length === 0 ? undefined : { by: 'chain', links };
}

const prefixPattern = /^(eq|ne|gt|lt|ge|le|sa|eb|ap)?(.*)$/s;

function parseDate(name: string, value: string): { prefix: Prefix; span: TimeSpan } {
  const [, prefix = 'eq', text = ''] = prefixPattern.exec(value) ?? [];
  // A plus sign that was not written as %2B arrives as a blank.
  const span = timeSpan(text.replace(/ (\d{2}:\d{2})$/, '+$1'));
  if (!span) throw new Refusal('invalid', [{ code: 'value', at: name, text: `expected a date such as 2026-01-15 or ge2026-01-15T14:05:00Z, found '${text.slice(0, 40)}'` }]);
  return { prefix: prefix as Prefix, span };
}

function parseNumber(name: string, value: string): NumberFilter {
  const [amount = '', system, unit] = value.split('|').map(unescape);
  const [, prefix = 'eq', text = ''] = prefixPattern.exec(amount) ?? [];
  if (!/^-?\d{1,40}(?:\.\d{1,40})?(?:[eE][+-]?\d{1,3})?$/.test(text)) {
    throw new Refusal('invalid', [{ code: 'value', at: name, text: `expected a number such as 5.4 or gt5.4, found '${text.slice(0, 40)}'` }]);
  }
  const number = Number(text);
  const span = precisionOf(text);
  const margin = prefix === 'ap' ? Math.abs(number) * 0.1 : 0;
  return {
    prefix: prefix as Prefix,
    value: number,
    low: Math.min(span.low, number - margin),
    high: Math.max(span.high, number + margin),
    ...(system ? { system } : {}),
    ...(unit ? { unit } : {}),
  };
}

/** `5.4` is 5.35 to 5.45: half a unit of the last digit each way, reckoned in decimals, since 5.4 - 0.05 is more than 5.35 in binary. */
function precisionOf(text: string): { low: number; high: number } {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const digits = BigInt(`${whole}${fraction}`) * 10n;
  const scale = Number(exponent) - fraction.length - 1;
  return { low: Number(`${digits - 5n}e${scale}`), high: Number(`${digits + 5n}e${scale}`) };
}
