/** One parameter of a search as a condition: what `code=…` or `date=ge…` asks of a resource. */
import { Refusal } from '#base/refusal.ts';
import type { SearchParameterTable } from './definitions/tables.ts';
import { chainFilter, deeper, hasFilter, newChainBudget, type ChainBudget } from './search-chains.ts';
import { parseDate, parseNumber } from './search-comparisons.ts';
import { compositeFilter } from './search-composite-filter.ts';
import type { CodeLists, Filter } from './search-conditions.ts';
import { customOf, parameterOf, pathNames, type CustomParameters } from './search-parameters.ts';
import { allowModifier, splitValues, unescape, valuesMax } from './search-text.ts';
import { referenceFilter, tokenFilter, uriFilter } from './search-tokens.ts';
import { mainDate } from './search-values.ts';
import { proseTypes } from './search-words.ts';

export interface FilterOptions {
  /** This server's own FHIR address: references that begin with it are local. */
  readonly base: string;
  readonly custom: CustomParameters;
  readonly codeLists: CodeLists;
}

/** The condition; undefined when the type has no such parameter, or not yet. @throws Refusal `invalid` when it has, and the value does not fit. */
export function parseFilter(
  type: string,
  name: string,
  value: string,
  options: FilterOptions,
): Filter | undefined {
  return readFilter(type, name, value, options, newChainBudget());
}

function readFilter(
  type: string,
  name: string,
  value: string,
  options: FilterOptions,
  budget: ChainBudget,
): Filter | undefined {
  const readRest = (target: string, rest: string) =>
    readFilter(target, rest, value, options, deeper(name, budget));
  if (name.startsWith('_has:')) return hasFilter(type, name, options.custom, readRest);
  if (name.includes('.')) return chainFilter(type, name, options.custom, budget, readRest);
  const [code = '', modifier] = name.split(':');
  if (refusedByName.has(code) && !(code === '_contained' && value === 'false'))
    throw new Refusal('invalid', [
      { code: 'not-supported', at: name.slice(0, 80), text: 'is not supported by this server' },
    ]);
  if (code === '_contained') return { by: 'all', filters: [] };
  if (code === '_text' || code === '_content') return wordsFilter(type, name, modifier, value);
  if (code === '_list') return listFilter(type, name, modifier, value);
  const parameter = parameterOf(type, code, options.custom);
  if (!parameter || customOf(type, code, options.custom)?.ready === false) return undefined;
  if (modifier === 'missing') return missingFilter(name, code, parameter, value);
  return parameterFilter(type, name, code, modifier, parameter, value, options);
}

/** What the specification has and this server has not: named, so that nobody takes its silence for an answer. */
const refusedByName = new Set(['_filter', '_query', '_score', '_contained', '_containedType']);

function parameterFilter(
  type: string,
  name: string,
  code: string,
  modifier: string | undefined,
  parameter: SearchParameterTable,
  value: string,
  options: FilterOptions,
): Filter {
  const compared =
    code === '_lastUpdated' || ['string', 'date', 'number', 'quantity', 'composite'].includes(parameter.type);
  const values = splitValues(name, value, compared ? valuesMax.compared : valuesMax.listed);
  if (code === '_id' || code === '_lastUpdated') allowModifier(name, modifier, []);
  if (code === '_id') return { by: 'id', ids: values.map(unescape) };
  if (code === '_lastUpdated') return { by: 'updated', spans: values.map((v) => parseDate(name, v)) };
  const paths = pathNames(parameter);
  switch (parameter.type) {
    case 'token':
      return tokenFilter(name, parameter, modifier, values, options.codeLists);
    case 'uri':
      return uriFilter(name, parameter, modifier, values);
    case 'reference':
      return referenceFilter(type, name, parameter, modifier, values, options.base);
    case 'string':
      allowModifier(name, modifier, ['exact', 'contains']);
      return {
        by: 'string',
        paths,
        match: modifier === 'exact' ? 'exact' : modifier === 'contains' ? 'contains' : 'start',
        texts: values.map(unescape),
      };
    case 'date': {
      allowModifier(name, modifier, []);
      const spans = values.map((v) => parseDate(name, v));
      return paths.length === 1 && paths[0] === mainDate(type)
        ? { by: 'mainDate', spans }
        : { by: 'date', paths, spans };
    }
    case 'number':
    case 'quantity':
      allowModifier(name, modifier, []);
      return { by: 'number', paths, values: values.map((v) => parseNumber(name, v)) };
    case 'composite':
      allowModifier(name, modifier, []);
      return compositeFilter(name, parameter.composites ?? [], values, (part, text) =>
        parameterFilter(type, name, code, undefined, part, text, options),
      );
    case 'special':
      throw new Refusal('invalid', [
        { code: 'not-supported', at: name.slice(0, 80), text: 'special parameters are not supported' },
      ]);
  }
}

/** `:missing`: whether anything stands at the parameter's paths (search.html#modifiers). */
function missingFilter(name: string, code: string, parameter: SearchParameterTable, value: string): Filter {
  if (value !== 'true' && value !== 'false')
    throw new Refusal('invalid', [{ code: 'value', at: name.slice(0, 80), text: 'expected true or false' }]);
  if (code === '_id' || code === '_lastUpdated' || parameter.type === 'composite') {
    throw new Refusal('invalid', [
      { code: 'not-supported', at: name.slice(0, 80), text: 'is not asked whether it is missing' },
    ]);
  }
  const not = value === 'true';
  // Whether somebody died is reckoned, and so never missing.
  if (parameter.paths.some((path) => path.type === 'deceased'))
    return not ? { by: 'any', filters: [] } : { by: 'all', filters: [] };
  const paths = parameter.paths.map((path) =>
    path.resolves === undefined ? path.name : `${path.name}:${path.resolves}`,
  );
  return { by: 'present', paths: [...new Set(paths)], not };
}

function wordsFilter(type: string, name: string, modifier: string | undefined, value: string): Filter {
  if (modifier !== undefined) allowModifier(name, modifier, []);
  if (!proseTypes.has(type))
    throw new Refusal('invalid', [
      {
        code: 'not-supported',
        at: name.slice(0, 80),
        text: `the words of ${type} are not kept; ${[...proseTypes].join(', ')} are searched by words`,
      },
    ]);
  if (value.length > wordsLettersMax)
    throw new Refusal('invalid', [
      { code: 'too-long', at: name.slice(0, 80), text: `at most ${wordsLettersMax} letters are looked for` },
    ]);
  return { by: 'words', text: value, narrative: name === '_text' };
}
const wordsLettersMax = 1000;

function listFilter(type: string, name: string, modifier: string | undefined, value: string): Filter {
  if (modifier !== undefined) allowModifier(name, modifier, []);
  const ids = splitValues(name, value, valuesMax.compared).map((id) => id.replace(/^List\//, ''));
  const wrong = ids.find((id) => !/^[A-Za-z0-9\-.]{1,64}$/.test(id));
  if (wrong !== undefined)
    throw new Refusal('invalid', [
      {
        code: wrong.startsWith('$') ? 'not-supported' : 'value',
        at: '_list',
        text: `expected the id of a List, found '${wrong.slice(0, 60)}'${wrong.startsWith('$') ? '; functional lists are not supported' : ''}`,
      },
    ]);
  return { by: 'list', type, ids };
}

/** In a search over several types: each type's own condition, as one where they can be. */
export function mergedFilter(filters: readonly (readonly [type: string, filter: Filter])[]): Filter {
  const [first, ...others] = filters.map(([, filter]) => filter);
  if (first && others.every((other) => JSON.stringify(other) === JSON.stringify(first))) return first;
  // The keys of tokens hold the type's name, so those of all types make one list.
  const keys = filters.map(([, filter]) => (filter.by === 'token' && !filter.not ? filter.keys : undefined));
  return keys.every((list) => list !== undefined)
    ? { by: 'token', not: false, keys: keys.flat() }
    : { by: 'perType', types: filters };
}
