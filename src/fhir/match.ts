/** Searching among resources that are not stored yet: the entries of a transaction, for references by search. */
import type { Filter } from './search-filter.ts';
import { fold, type SearchValues } from './search-values.ts';

/** Whether a resource matches all filters; undefined when that needs more than its own words (a chain, a comparison). */
export function matchesFilters(
  filters: readonly Filter[],
  id: string,
  values: SearchValues,
): boolean | undefined {
  const found = filters.map((filter) => matchesFilter(filter, id, values));
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
    case 'mainDate':
    case 'updated':
    case 'number':
    case 'chain':
      return undefined;
  }
}
