/**
 * Writes imported documents as acts, many in one statement, a few statements at once. An act's id is made from the text
 * it came from, so what an interrupted import had stored is known again and left alone.
 */
import { createHash } from 'node:crypto';
import type { ActId } from '#base/id.ts';
import { stampText, parts } from '#fhir/json-text.ts';
import { searchValues } from '#fhir/search-values.ts';
import type { Act, Change } from '#store/act.ts';
import { indexRows } from '#store/index-rows.ts';
import { readKnownActs, readSeveral, seesEverything } from '#store/reader.ts';
import { isConnectionLost, violatedConstraint } from '#store/sql.ts';
import type { Store } from '#store/store.ts';
import { writeActs } from '#store/writer.ts';
import type { ImportedResource } from './documents.ts';

export interface QueuedAct {
  readonly id: ActId;
  readonly resources: readonly ImportedResource[];
}
/** An act with its resources as first versions. Their trees, half a megabyte a document, are dropped while they are young. */
interface WaitingAct {
  readonly id: ActId;
  readonly changes: readonly FirstVersion[];
}
type FirstVersion = Change & { readonly body: string };

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
  let waiting: WaitingAct[] = [];
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
      waiting.push({ id: act.id, changes: fresh.map(firstVersion) });
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

function firstVersion({ type, id, text, tree }: ImportedResource): FirstVersion {
  const updated = Date.now();
  const stamp = { type, id, version: 1, lastUpdated: new Date(updated).toISOString() };
  return {
    type,
    id,
    version: 1,
    updated,
    body: stampText(text, stamp, tree),
    index: indexRows(searchValues(type, tree)),
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
  batch: readonly WaitingAct[],
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
  batch: readonly WaitingAct[],
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
