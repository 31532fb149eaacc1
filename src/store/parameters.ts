/**
 * The search parameters that are stored in the record (SearchParameter resources), beside the official ones. Each process
 * keeps a copy and asks at most once a second, when it is about to search or write, whether another process changed
 * them; so after a second all use the same. A new parameter is ready when `reindex.ts` has been through what was stored
 * before it.
 */
import { customParameterOf, type CustomDefinition } from '#fhir/custom-parameter.ts';
import { noCustomParameters, type CustomParameter, type CustomParameters } from '#fhir/search-parameters.ts';
import { isIndexed } from '#fhir/search-values.ts';
import type { Sql } from './sql.ts';

export interface Parameters {
  /** As of the last look. */
  custom(): CustomParameters;
  /** Whether all values are being made anew, so that a search may not find yet what it will. As of the last look. */
  rebuilding(): boolean;
  /** Looks whether they changed, when the last look is a second old. */
  refresh(): Promise<void>;
  /** Looks at once. */
  reload(): Promise<void>;
}

export const refreshEveryMs = 1000;
/** Each makes every write of its types dearer. */
const customMax = 200;

export function createParameters(sql: Sql): Parameters {
  let custom = noCustomParameters;
  let rebuilding = false;
  let state = '';
  let lookedAt = Number.NEGATIVE_INFINITY;
  let looking: Promise<void> | undefined;
  const look = async () => {
    const begun = performance.now();
    const now = await readState(sql);
    if (now !== state) {
      custom = await readParameters(sql);
      rebuilding = now.startsWith('rebuilding');
      state = now;
    }
    lookedAt = begun;
  };
  const reload = () => (looking ??= look().finally(() => (looking = undefined)));
  return {
    custom: () => custom,
    rebuilding: () => rebuilding,
    async refresh() {
      if (performance.now() - lookedAt >= refreshEveryMs) await reload();
    },
    reload,
  };
}

/** A text that changes with the parameters and with what is ready. */
async function readState(sql: Sql): Promise<string> {
  const [row] = await sql<{ state: string }[]>`
    select concat((select 'rebuilding ' from search_index where id = '*' and not ready), (select max(seq) from version where type = 'SearchParameter'), '/',
      (select string_agg(id || definition || ready::text, ' ' order by id) from search_index)) as state`;
  return row?.state ?? '';
}

export interface StoredParameter {
  readonly id: string;
  readonly definition: CustomDefinition;
  readonly ready: boolean;
}

/** All that are active, in the order of their ids. */
export async function readStoredParameters(sql: Sql): Promise<StoredParameter[]> {
  const rows = await sql<{ id: string; body: string; indexed: string | null }[]>`
    select r.id, v.body, (select definition from search_index i where i.id = r.id and i.ready) as indexed
    from record r join version v on v.seq = r.seq
    where r.type = 'SearchParameter' and not r.deleted order by r.id`;
  const found: StoredParameter[] = [];
  for (const { id, body, indexed } of rows) {
    const definition = customParameterOf(body);
    if (!definition || found.length >= customMax) continue;
    const needsNothing = Object.entries(definition.byType).every(([type, parameter]) =>
      isIndexed(type, parameter),
    );
    found.push({ id, definition, ready: needsNothing || indexed === definition.text });
  }
  return found;
}

export async function readParameters(sql: Sql): Promise<CustomParameters> {
  const byType: Record<string, Record<string, CustomParameter>> = {};
  for (const { definition, ready } of await readStoredParameters(sql)) {
    for (const [type, parameter] of Object.entries(definition.byType)) {
      const table = (byType[type] ??= {});
      // Of two with one name, the first stands.
      if (!Object.hasOwn(table, definition.code)) table[definition.code] = { ...parameter, ready };
    }
  }
  return Object.keys(byType).length === 0 ? noCustomParameters : { byType };
}
