/**
 * Judging a resource by a search without a database: for references by search to what the same transaction writes, and
 * as the measure that the SQL is tested against.
 */
import type { TimeSpan } from './date.ts';
import type { DateFilter, Filter, NumberFilter } from './search-conditions.ts';
import { fold, type NumberValue } from './search-forms.ts';
import { pathNumber, type SearchValues } from './search-values.ts';

/** Whether a resource matches all filters; undefined when that needs more than its own words (a chain, its stored time). */
export function matchesFilters(
  filters: readonly Filter[],
  id: string,
  values: SearchValues,
): boolean | undefined {
  return every(filters.map((filter) => matchesFilter(filter, id, values)));
}

function every(found: readonly (boolean | undefined)[]): boolean | undefined {
  if (found.includes(false)) return false;
  return found.includes(undefined) ? undefined : true;
}

function matchesFilter(filter: Filter, id: string, values: SearchValues): boolean | undefined {
  switch (filter.by) {
    case 'id':
      return filter.ids.includes(id);
    case 'patient':
      return values.patient !== undefined && filter.ids.includes(values.patient);
    case 'token':
      return filter.keys.some((key) => values.tokens.includes(key)) !== filter.not;
    case 'tokenText':
      return values.texts.some(
        ([path, text]) =>
          filter.paths.includes(path) &&
          filter.texts.some((wanted) =>
            filter.match === 'below' ? isBelow(text, wanted) : text.startsWith(wanted),
          ),
      );
    case 'string': {
      const { paths, match, texts } = filter;
      const fits = (value: string, text: string) => {
        if (match === 'exact') return value === text;
        return match === 'contains' ? fold(value).includes(fold(text)) : fold(value).startsWith(fold(text));
      };
      return values.strings.some(
        ([path, value]) => paths.includes(path) && texts.some((text) => fits(value, text)),
      );
    }
    case 'date':
      return values.dates.some(
        ([path, span]) => filter.paths.includes(path) && filter.spans.some((one) => matchesSpan(one, span)),
      );
    case 'mainDate': {
      const { when } = values;
      return when !== undefined && filter.spans.some((one) => matchesSpan(one, when));
    }
    case 'number':
      return values.numbers.some(
        (number) =>
          filter.paths.includes(number.path) &&
          (filter.beside === undefined ||
            filter.beside.some((token) => number.companions?.keys.includes(token))) &&
          filter.values.some((one) => matchesNumber(one, number)),
      );
    case 'numberPair': {
      const [first, second] = filter.numbers;
      return values.numbers.some(
        (a) =>
          a.path === first.path &&
          matchesNumber(first.value, a) &&
          values.numbers.some(
            (b) =>
              b.path === second.path &&
              matchesNumber(second.value, b) &&
              a.companions?.element === b.companions?.element,
          ),
      );
    }
    case 'present':
      return filter.paths.some((path) => values.present.includes(pathNumber(path))) !== filter.not;
    case 'all':
      return matchesFilters(filter.filters, id, values);
    case 'any': {
      const found = filter.filters.map((one) => matchesFilter(one, id, values));
      return found.includes(true) ? true : found.includes(undefined) ? undefined : false;
    }
    case 'hash':
    case 'rid':
    case 'updated':
    case 'words':
    case 'chain':
    case 'has':
    case 'list':
    case 'perType':
      return undefined;
  }
}

/** Whether an address is the same as another or below it: `http://a/b` is below `http://a`, `http://ab` is not. */
function isBelow(uri: string, above: string): boolean {
  return uri === above || uri.startsWith(above.endsWith('/') ? above : `${above}/`);
}

/** A day each way, for `ap`: a tenth of the distance to now, as the standard suggests, would make the answer depend on the clock. */
export const approximatelyMs = 86_400_000;

function matchesSpan({ prefix, span: { low, high } }: DateFilter, value: TimeSpan): boolean {
  const within = value.low >= low && value.high <= high;
  switch (prefix) {
    case 'eq':
      // A period that ends before it begins is within nothing.
      return within && value.low < high;
    case 'ne':
      return !within;
    case 'gt':
      return value.high > high;
    case 'ge':
      return value.high > high || within;
    case 'lt':
      return value.low < low;
    case 'le':
      return value.low < low || within;
    case 'sa':
      return value.low >= high;
    case 'eb':
      return value.high <= low;
    case 'ap':
      return value.low < high + approximatelyMs && value.high > low - approximatelyMs;
  }
}

function matchesNumber(filter: NumberFilter, number: NumberValue): boolean {
  if (filter.base)
    return number.base?.unit === filter.base.unit && holds(filter.prefix, filter.base, number.base);
  return (
    (filter.system === undefined || filter.system === number.system) &&
    (filter.unit === undefined || filter.unit === number.unit) &&
    holds(filter.prefix, filter, number)
  );
}

function holds(
  prefix: NumberFilter['prefix'],
  { value, low, high }: { readonly value: number; readonly low: number; readonly high: number },
  number: { readonly low: number; readonly high: number },
): boolean {
  const equal = number.low >= low && number.low < high && number.high < high;
  switch (prefix) {
    case 'eq':
    case 'ap':
      return equal;
    case 'ne':
      return !equal;
    case 'gt':
      return number.high > value;
    case 'sa':
      return number.low > value;
    case 'lt':
      return number.low < value;
    case 'eb':
      return number.high < value;
    case 'ge':
      return number.high >= value;
    case 'le':
      return number.low <= value;
  }
}
