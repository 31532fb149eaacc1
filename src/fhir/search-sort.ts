/** `_sort` (http://hl7.org/fhir/R4/search.html#sort). */
import { Refusal } from '#base/refusal.ts';
import type { PathTable } from './definitions/tables.ts';
import { jsonPlace } from './search-chains.ts';
import { customOf, parameterOf, pathNames, type CustomParameters } from './search-parameters.ts';
import { mainDate } from './search-values.ts';

export interface SortKey {
  readonly by: 'updated' | 'id' | 'mainDate' | 'date' | 'string' | 'number' | 'text';
  readonly paths: readonly string[];
  /** For `text` (codes, references, addresses, of which the index has only hashes): where in the resource they stand. */
  readonly places: readonly string[];
  readonly descending: boolean;
}

const sortKeysMax = 10;

/** @throws Refusal `invalid` for what cannot be sorted by. */
export function parseSort(
  types: readonly string[],
  value: string | undefined,
  custom: CustomParameters,
): SortKey[] {
  if (value === undefined) return [];
  const keys = value.split(',');
  if (keys.length > sortKeysMax)
    throw new Refusal('invalid', [
      { code: 'too-costly', at: '_sort', text: `at most ${sortKeysMax} parameters are sorted by` },
    ]);
  return keys.map((part) => {
    const descending = part.startsWith('-');
    return { places: [], ...sortKey(types, descending ? part.slice(1) : part, custom), descending };
  });
}

function sortKey(
  types: readonly string[],
  name: string,
  custom: CustomParameters,
): Pick<SortKey, 'by' | 'paths'> & Partial<Pick<SortKey, 'places'>> {
  if (name === '_lastUpdated') return { by: 'updated', paths: [] };
  if (name === '_id') return { by: 'id', paths: [] };
  const [type = '', ...others] = types;
  if (type === '' || others.length > 0)
    throw refused('several types are sorted by _lastUpdated and _id only');
  const parameter = parameterOf(type, name, custom);
  if (!parameter) throw refused(`${type} has no search parameter '${name.slice(0, 60)}'`);
  if (customOf(type, name, custom)?.ready === false)
    throw refused(
      `'${name.slice(0, 60)}' is not ready yet: resources from before it are still being indexed`,
    );
  const paths = pathNames(parameter);
  switch (parameter.type) {
    case 'date':
      return { by: paths.length === 1 && paths[0] === mainDate(type) ? 'mainDate' : 'date', paths };
    case 'string':
      return { by: 'string', paths };
    case 'number':
    case 'quantity':
      return { by: 'number', paths };
    case 'token':
    case 'reference':
    case 'uri':
      if (parameter.paths.some((path) => path.type === 'deceased')) break;
      return { by: 'text', paths, places: parameter.paths.map(sortPlace) };
    case 'composite':
    case 'special':
      break;
  }
  throw refused(`sorting by the ${parameter.type} parameter '${name}' is not supported`);
}

function refused(text: string): Refusal {
  return new Refusal('invalid', [{ code: 'not-supported', at: '_sort', text }]);
}

/** What of a value is compared: the code without its system, the reference as it is written. */
function sortPlace(path: PathTable): string {
  const members: Readonly<Record<string, string>> = {
    CodeableConcept: '.coding.code',
    Coding: '.code',
    Identifier: '.value',
    ContactPoint: '.value',
    Reference: '.reference',
    Resource: '.id',
  };
  return `${jsonPlace(path)}${members[path.type] ?? ''}`;
}
