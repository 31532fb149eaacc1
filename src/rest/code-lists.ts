/**
 * What a search asks of terminology (`:in`, `:not-in`, `:above`, `:below`): the value sets and code systems that are stored
 * here, and behind them those that are built in. What a search names is read before the search is understood.
 */
import { tableOf, type TerminologyTable } from '#fhir/terminology/tables.ts';
import { codeSystemOf } from '#fhir/terminology/code-system.ts';
import { bareUrl, builtIn, withTables, type Library } from '#fhir/terminology/library.ts';
import { expand, NotExpanded } from '#fhir/terminology/value-set.ts';
import { isObject } from '#fhir/parse.ts';
import type { CodeLists } from '#fhir/search-conditions.ts';
import { tokenKey } from '#fhir/search-forms.ts';
import { firstMatches } from '#store/search/search.ts';
import type { FhirRequest, Service } from './service.ts';

const asked = /:(in|not-in|above|below)$/;
/** How many value sets and code systems one search may name, with those they are made of. */
const readMax = 50;

export async function codeListsFor(
  service: Service,
  request: FhirRequest,
  parameters: readonly (readonly [string, string])[],
): Promise<CodeLists> {
  const named = parameters.flatMap(([name, value]): Wanted[] => {
    const modifier = asked.exec(name)?.[1];
    if (modifier === undefined) return [];
    const values = value.split(',').slice(0, readMax);
    return modifier === 'in' || modifier === 'not-in'
      ? values.map((url) => ({ kind: 'ValueSet', url }))
      : values.map((one) => ({ kind: 'CodeSystem', url: one.replace(/\|[^|]*$/, '') }));
  });
  const library = named.length === 0 ? builtIn : await libraryOf(service, request, named);
  return {
    expand: (url) => listed(library, url),
    subsumed(system, code, direction) {
      const table = library.codeSystem(system);
      const codeSystem = table?.content === 'complete' ? codeSystemOf(table) : undefined;
      if (!codeSystem?.concept(code)) return undefined;
      const found =
        direction === 'below'
          ? codeSystem.below(code)
          : codeSystem.all().filter((one) => codeSystem.subsumes(one.code, code) === true);
      return found.map((one) => one.code);
    },
  };
}

interface Wanted {
  readonly kind: 'ValueSet' | 'CodeSystem';
  readonly url: string;
}

function listed(library: Library, url: string) {
  const table = library.valueSet(url);
  if (!table) return undefined;
  try {
    return expand(library, table);
  } catch (error) {
    if (error instanceof NotExpanded) return undefined;
    throw error;
  }
}

/** What is named and stored, and what that is made of, in front of what is built in. */
async function libraryOf(service: Service, request: FhirRequest, named: readonly Wanted[]): Promise<Library> {
  const waiting = [...named];
  const seen = new Set<string>();
  const tables: TerminologyTable[] = [];
  for (let next = waiting.shift(); next && seen.size < readMax; next = waiting.shift()) {
    const key = `${next.kind} ${bareUrl(next.url)}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const table = await readStored(service, request, next);
    if (!table) continue;
    tables.push(table);
    if (table.kind !== 'ValueSet') continue;
    for (const { system, concepts, valueSets = [] } of table.compose?.include ?? []) {
      waiting.push(...valueSets.map((url): Wanted => ({ kind: 'ValueSet', url })));
      if (system !== undefined && !concepts) waiting.push({ kind: 'CodeSystem', url: system });
    }
  }
  return withTables(tables, builtIn);
}

async function readStored(
  service: Service,
  request: FhirRequest,
  { kind, url }: Wanted,
): Promise<TerminologyTable | undefined> {
  // No canonical address has one, and PostgreSQL takes no text with U+0000.
  if (/\p{Cc}/u.test(url)) return undefined;
  const [bare = '', version] = url.split('|');
  const filters = [{ by: 'token' as const, keys: [tokenKey(`${kind}.url`, bare)], not: false }];
  if (version !== undefined)
    filters.push({ by: 'token', keys: [tokenKey(`${kind}.version`, version)], not: false });
  // Of several versions none is the right one: the caller must say which.
  const [only, other] = await firstMatches(service.store.sql, request.caller.sees, { type: kind, filters });
  const tree: unknown = only?.body === undefined || other ? undefined : JSON.parse(only.body);
  return isObject(tree) ? tableOf(tree) : undefined;
}
