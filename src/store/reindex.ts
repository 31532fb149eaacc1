/**
 * Giving stored resources the search values that they were written without: those of a search parameter that came later,
 * or all of them, after a change of what the index holds. It goes through the record in order of its row ids, a batch at
 * a time, and notes how far it came, so it can be stopped, killed and continued by any process. Until the end, searches
 * are answered from the values that are there; the new parameter is not used before.
 *
 * What is written meanwhile must not be lost: a process uses a new parameter a second after it was stored
 * (parameters.ts), so the walk begins after two; and a batch keeps writers out while it replaces rows, for some
 * milliseconds, since a writer whose statement had begun before would not see the rows it has to remove.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { assert } from '#base/assert.ts';
import { isObject } from '#fhir/json.ts';
import { searchValues } from '#fhir/search-values.ts';
import { indexRows } from './index-rows.ts';
import { readStoredParameters, refreshEveryMs } from './parameters.ts';
import { errorCode, isConnectionLost, type Sql } from './sql.ts';
import type { Store } from './store.ts';
import { writeIndex, type IndexedRow } from './writer.ts';

export interface ReindexOptions {
  readonly signal?: AbortSignal;
  /** How long to wait until every process uses what is stored. */
  readonly settleMs?: number;
  readonly onProgress?: (resources: number) => void;
}

/** `*`: everything. */
const everything = '*';
const resourcesAtOnce = 100;
/** Between batches, so that writers who waited come first. */
const breatheMs = 5;
const lockMs = 200;
const triesMax = 1000;
const start = Number.MIN_SAFE_INTEGER;

/**
 * Notes that the values of a parameter are wanted, or of all that are not ready and of everything else; `runReindex` does
 * it. What is under way goes on, unless it depends on something else by now.
 */
export async function requestReindex(store: Store, parameter: string | undefined): Promise<void> {
  const stored = await readStoredParameters(store.sql);
  const wanted = stored
    .filter(({ id, ready }) => (parameter === undefined ? !ready : id === parameter))
    .map(({ id, definition }) => ({ id, text: definition.text }));
  if (parameter === undefined) wanted.push({ id: everything, text: 'requested' });
  for (const { id, text } of wanted) {
    await store.sql`
      insert into search_index (id, definition, after, ready) values (${id}, ${text}, ${start}, false)
      on conflict (id) do update set definition = excluded.definition, after = excluded.after, ready = false
      where search_index.ready or search_index.definition <> excluded.definition`;
  }
}

/** What is wanted and not done. */
export async function readUnfinished(sql: Sql): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`select id from search_index where not ready order by id`;
  return rows.map(({ id }) => id);
}

/** Does what is wanted until nothing is left; several processes may do so at once. Returns how many resources it went through. */
export async function runReindex(store: Store, options: ReindexOptions = {}): Promise<number> {
  const { signal, settleMs = 2 * refreshEveryMs } = options;
  if ((await readUnfinished(store.sql)).length === 0) return 0;
  await pause(settleMs, undefined, signal ? { signal } : {});
  await store.parameters.reload();
  let resources = 0;
  for (;;) {
    const [id] = await readUnfinished(store.sql);
    if (id === undefined || signal?.aborted) break;
    const types = await typesOf(store, id);
    for (;;) {
      if (signal?.aborted) return resources;
      const done = await reindexBatch(store, id, types, signal);
      if (done === undefined) break;
      resources += done;
      options.onProgress?.(resources);
      await pause(breatheMs);
    }
  }
  await store.parameters.reload();
  return resources;
}

/** The types that a parameter looks at; undefined: all. An empty list when the parameter is gone. */
async function typesOf(store: Store, id: string): Promise<readonly string[] | undefined> {
  if (id === everything) return undefined;
  const stored = (await readStoredParameters(store.sql)).find((one) => one.id === id);
  return stored ? Object.keys(stored.definition.byType) : [];
}

/** One batch, in one transaction with the note of how far it came; undefined when all are done. */
async function reindexBatch(
  store: Store,
  id: string,
  types: readonly string[] | undefined,
  signal: AbortSignal | undefined,
): Promise<number | undefined> {
  const custom = store.parameters.custom();
  for (let attempt = 1; ; attempt++) {
    try {
      return await store.transactions.run(async (tx) => {
        const [place] = await tx<{ after: number }[]>`
          select after from search_index where id = ${id} and not ready for update`;
        if (!place) return undefined;
        const rows = await readRows(tx, place.after, types);
        const last = rows.at(-1);
        if (!last) {
          await tx`update search_index set ready = true where id = ${id}`;
          return undefined;
        }
        const indexed = rows.map(({ rid, seq, updated, type, body }): IndexedRow => {
          const tree: unknown = JSON.parse(body);
          assert(isObject(tree), 'a stored resource is a JSON object');
          return { rid, seq, updated, type, index: indexRows(searchValues(type, tree, custom)) };
        });
        await tx`select set_config('lock_timeout', ${`${lockMs}ms`}, true)`;
        await tx`lock table record in share row exclusive mode`;
        await writeIndex(tx, store.texts, indexed);
        await tx`update search_index set after = ${last.rid} where id = ${id}`;
        return rows.length;
      });
    } catch (error) {
      // Somebody writes for long, or the database restarts: the next try begins where this one did.
      const passing = errorCode(error) === '55P03' || errorCode(error) === '40P01' || isConnectionLost(error);
      if (!passing || attempt >= triesMax || signal?.aborted) throw error;
      await pause(Math.min(1000, 10 * attempt));
    }
  }
}

interface Row {
  readonly rid: number;
  readonly seq: number;
  readonly updated: number;
  readonly type: string;
  readonly body: string;
}

async function readRows(tx: Sql, after: number, types: readonly string[] | undefined): Promise<Row[]> {
  return tx<Row[]>`
    select r.rid, r.seq, r.updated, r.type, v.body from record r join version v on v.seq = r.seq
    where r.rid > ${after} and not r.deleted
      ${types ? tx`and r.type = any(${tx.typed.texts(types)}::text[])` : tx``}
    order by r.rid limit ${resourcesAtOnce}`;
}
