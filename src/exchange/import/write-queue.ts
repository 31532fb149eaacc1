/**
 * Writes imported documents as acts, many in one statement, a few statements at once. An act's id is made from the text
 * it came from, so what an interrupted import had stored is known again and left alone.
 */
import { stampText, parts } from '#fhir/json-text.ts';
import type { Act, Change } from '#store/act.ts';
import { seesEverything } from '#store/access.ts';
import { readKnownActs, readSeveral } from '#store/reader.ts';
import { isConnectionLost, violatedConstraint } from '#store/sql.ts';
import type { Store } from '#store/store.ts';
import { writeActs } from '#store/writer.ts';
import type { FirstVersion, ReadyAct } from './prepare.ts';

export interface WriteQueue {
  /** Takes an act; waits while enough is under way. */
  add(act: ReadyAct): Promise<void>;
  /** Everything taken so far is durable when it returns. */
  flush(): Promise<void>;
  readonly written: () => { readonly resources: number; readonly unchanged: number };
}

// 500 versions in one statement: with 1,500 it is 5 to 10 % faster, and takes some 50 MB more.
const changesAtOnce = 500;
const bytesAtOnce = 2 * 1024 * 1024;
const statementsAtOnce = 2;
const triesMax = 20;
// 20 MB.
const repeatedMax = 100_000;

export function createWriteQueue(store: Store, author: string): WriteQueue {
  let waiting: ReadyAct[] = [];
  let [changes, bytes] = [0, 0];
  let failure: unknown;
  const running = new Map<Promise<void>, ReadonlySet<string>>();
  const tally = { resources: 0, unchanged: 0 };
  // What was written in this run that many documents repeat (staff, organisations), by digest: the same again is not written again.
  const repeated = new Map<string, string>();

  const start = async () => {
    const batch = waiting;
    waiting = [];
    [changes, bytes] = [0, 0];
    if (batch.length === 0) return;
    // Two statements at once must not write the same resource: the later line of a file has the last word.
    const keys = new Set(batch.flatMap((act) => act.changes.map(({ type, id }) => `${type}/${id}`)));
    const isHeld = () => [...running.values()].some((held) => !held.isDisjointFrom(keys));
    while (running.size >= statementsAtOnce || isHeld()) await Promise.race(running.keys());
    const work = writeBatch(store, author, batch, tally)
      .catch((error: unknown) => {
        failure ??= error;
      })
      .finally(() => running.delete(work));
    running.set(work, keys);
    if (failure) throw failure;
  };
  return {
    async add(act) {
      const fresh = act.changes.filter(({ type, id, digest }) => {
        if (digest === undefined) return true;
        const key = `${type}/${id}`;
        if (repeated.get(key) === digest) {
          tally.unchanged++;
          return false;
        }
        if (repeated.size >= repeatedMax) repeated.clear();
        repeated.set(key, digest);
        return true;
      });
      if (fresh.length === 0) return;
      waiting.push({ id: act.id, changes: fresh });
      changes += fresh.length;
      bytes += fresh.reduce((sum, { body }) => sum + body.length, 0);
      if (changes >= changesAtOnce || bytes >= bytesAtOnce) await start();
      if (failure) throw failure;
    },
    async flush() {
      await start();
      await Promise.all(running.keys());
      if (failure) throw failure;
    },
    written: () => ({ ...tally }),
  };
}

async function writeBatch(
  store: Store,
  author: string,
  batch: readonly ReadyAct[],
  tally: { resources: number; unchanged: number },
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      const planned = await plan(store, author, batch);
      if (planned.acts.length > 0) await writeActs(store.sql, store, planned.acts);
      store.committed.notify();
      tally.resources += planned.acts.reduce((sum, act) => sum + act.changes.length, 0);
      tally.unchanged += planned.unchanged;
      return;
    } catch (error) {
      // Another statement of this import, or someone at work in the record, was first; or the database is restarting.
      const again = violatedConstraint(error) !== undefined || isConnectionLost(error);
      if (!again || attempt >= triesMax) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50 * attempt));
    }
  }
}

async function plan(
  store: Store,
  author: string,
  batch: readonly ReadyAct[],
): Promise<{ acts: Act[]; unchanged: number }> {
  const known = await readKnownActs(
    store.sql,
    batch.map((act) => act.id),
  );
  const targets = batch.flatMap((act) => act.changes);
  const current = new Map(
    (await readSeveral(store.sql, seesEverything, targets)).map((one) => [
      `${one.type}/${one.id}`,
      { rid: one.rid as number | undefined, version: one.version, body: one.body },
    ]),
  );
  let unchanged = 0;
  const acts: Act[] = [];
  const taken = new Set<string>();
  for (const { id, changes: firsts } of batch) {
    if (known.has(id) || taken.has(id)) {
      unchanged += firsts.length;
      continue;
    }
    taken.add(id);
    const changes: Change[] = [];
    for (const first of firsts) {
      const key = `${first.type}/${first.id}`;
      const now = current.get(key);
      if (now?.body !== undefined && sameContent(now.body, first.body)) {
        unchanged++;
        continue;
      }
      const change = now ? laterVersion(first, now) : first;
      changes.push(change);
      current.set(key, { rid: now?.rid, version: change.version, body: change.body });
    }
    if (changes.length > 0)
      // Nobody asked, so nobody is answered: who imports the same again is told by the act's id.
      acts.push({ id, author, node: store.node, changes, answers: [] });
  }
  return { acts, unchanged };
}

function laterVersion(
  first: FirstVersion,
  now: { readonly rid: number | undefined; readonly version: number },
): FirstVersion {
  const { type, id, updated } = first;
  const version = now.version + 1;
  const stamp = { type, id, version, lastUpdated: new Date(updated).toISOString() };
  const body = stampText(first.body, stamp, { resourceType: type, id, meta: {} });
  return { ...first, version, body, ...(now.rid === undefined ? {} : { rid: now.rid }) };
}

/** Whether a stored text says what the imported one does; the stamp does not count. */
function sameContent(stored: string, imported: string): boolean {
  return bare(stored) === bare(imported);
}
function bare(text: string): string {
  return parts(text)
    .filter(({ key }) => key !== 'meta' && key !== 'id' && key !== 'resourceType')
    .map(({ key, start, end }) => `${key}:${text.slice(start, end)}`)
    .join();
}
