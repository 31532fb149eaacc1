/**
 * Writes imported documents as acts, many in one statement, a few statements at once. An act's id is made from the text
 * it came from, so what an interrupted import had stored is known again and left alone.
 */
import { createHash } from 'node:crypto';
import type { ActId } from '#base/id.ts';
import { stampText, parts } from '#fhir/json-text.ts';
import { searchValues } from '#fhir/search-values.ts';
import type { Act, Change } from '#store/act.ts';
import { readKnownActs, readSeveral, seesEverything } from '#store/reader.ts';
import { isConnectionLost, violatedConstraint } from '#store/sql.ts';
import type { Store } from '#store/store.ts';
import { writeActs } from '#store/writer.ts';
import type { ImportedResource } from './documents.ts';

export interface QueuedAct {
  readonly id: ActId;
  readonly resources: readonly ImportedResource[];
}
export interface WriteQueue {
  /** Takes an act; waits while enough is under way. */
  add(act: QueuedAct): Promise<void>;
  /** Everything taken so far is durable when it returns. */
  flush(): Promise<void>;
  readonly written: () => { readonly resources: number; readonly unchanged: number };
}

// 1,500 versions in one statement: the round trip and the commit are then 1 % of the cost, and a statement takes 0.1 s.
const changesAtOnce = 1500;
const bytesAtOnce = 4 * 1024 * 1024;
const statementsAtOnce = 3;
const triesMax = 20;
// 20 MB.
const repeatedMax = 100_000;

export function createWriteQueue(store: Store, author: string): WriteQueue {
  let waiting: QueuedAct[] = [];
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
    const keys = new Set(batch.flatMap((act) => act.resources.map(({ type, id }) => `${type}/${id}`)));
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
      const fresh = act.resources.filter((resource) => {
        if (!sharedTypes.has(resource.type)) return true;
        const key = `${resource.type}/${resource.id}`;
        const digest = createHash('sha256').update(resource.text).digest('base64');
        if (repeated.get(key) === digest) {
          tally.unchanged++;
          return false;
        }
        if (repeated.size >= repeatedMax) repeated.clear();
        repeated.set(key, digest);
        return true;
      });
      if (fresh.length === 0) return;
      waiting.push({ id: act.id, resources: fresh });
      changes += fresh.length;
      bytes += fresh.reduce((sum, { text }) => sum + text.length, 0);
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

const sharedTypes = new Set([
  'Organization',
  'Practitioner',
  'PractitionerRole',
  'Location',
  'HealthcareService',
  'Medication',
  'Device',
  'Questionnaire',
]);

async function writeBatch(
  store: Store,
  author: string,
  batch: readonly QueuedAct[],
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
  batch: readonly QueuedAct[],
): Promise<{ acts: Act[]; unchanged: number }> {
  const known = await readKnownActs(
    store.sql,
    batch.map((act) => act.id),
  );
  const targets = batch.flatMap((act) => act.resources.map(({ type, id }) => ({ type, id })));
  const current = new Map(
    (await readSeveral(store.sql, seesEverything, targets)).map((one) => [
      `${one.type}/${one.id}`,
      { rid: one.rid as number | undefined, version: one.version, body: one.body },
    ]),
  );
  const updated = Date.now();
  const lastUpdated = new Date(updated).toISOString();
  let unchanged = 0;
  const acts: Act[] = [];
  const taken = new Set<string>();
  for (const { id, resources } of batch) {
    if (known.has(id) || taken.has(id)) {
      unchanged += resources.length;
      continue;
    }
    taken.add(id);
    const changes: Change[] = [];
    for (const resource of resources) {
      const key = `${resource.type}/${resource.id}`;
      const now = current.get(key);
      if (now?.body !== undefined && sameContent(now.body, resource.text)) {
        unchanged++;
        continue;
      }
      const version = (now?.version ?? 0) + 1;
      const body = stampText(resource.text, { type: resource.type, id: resource.id, version, lastUpdated });
      changes.push({
        type: resource.type,
        id: resource.id,
        version,
        updated,
        body,
        values: searchValues(resource.type, resource.tree),
        ...(now?.rid === undefined ? {} : { rid: now.rid }),
      });
      current.set(key, { rid: now?.rid, version, body });
    }
    if (changes.length > 0)
      // Nobody asked, so nobody is answered: who imports the same again is told by the act's id.
      acts.push({ id, author, node: store.node, changes, answers: [] });
  }
  return { acts, unchanged };
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
