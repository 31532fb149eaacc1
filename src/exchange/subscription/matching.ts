/**
 * From acts of the feed to events of subscriptions. Subscriptions that stand at the same place are looked through together,
 * and where nothing matches, how far it is gets written down now and then only: to look twice gives the same events.
 */
import { isObject, type Json } from '#fhir/json.ts';
import { judgedChange, type JudgedChange } from '#fhir/subscription/criteria.ts';
import type { SubscriptionDefinition } from '#fhir/subscription/subscription.ts';
import { readCursor, readFeed, writeCursor, type Cursor, type FeedChange } from '#store/feed.ts';
import type { Sql } from '#store/sql.ts';
import { keepEvents, readTexts } from '#store/subscriptions.ts';

/** One that is followed. What it is changes as it goes on. */
export interface Followed {
  readonly id: string;
  readonly definition: SubscriptionDefinition;
  cursor: Cursor;
  /** Number of the newest event. */
  events: number;
  /** When its place was last written down, on the monotonic clock. */
  keptMs: number;
  /** It is another's by now. */
  lost: boolean;
}

const actsAtOnce = 200;
/** An import writes thousands of resources in one act: their texts are not held all together, and others have a turn between. */
const judgedAtOnce = 100;
/** How long a place may stand still in the database while nothing matches. */
const keepEveryMs = 5000;

/** Looks a batch further for each; true when there is more to look through. */
export async function lookFurther(
  sql: Sql,
  runner: string,
  followed: readonly Followed[],
  nowMs: number,
): Promise<boolean> {
  const byPlace = Map.groupBy(followed, ({ cursor }) => writeCursor(cursor));
  let more = false;
  for (const group of byPlace.values()) {
    const [first] = group;
    if (!first) continue;
    const acts = await readFeed(sql, first.cursor, actsAtOnce);
    const to = readCursor(acts.at(-1)?.cursor ?? '');
    if (!to) continue;
    more ||= acts.length === actsAtOnce;
    const found = await eventsOf(
      sql,
      group,
      acts.flatMap((act) => act.changes),
    );
    for (const one of group) {
      const events = found.get(one) ?? [];
      if (events.length > 0 || nowMs - one.keptMs > keepEveryMs) {
        const newest = await keepEvents(sql, runner, one.id, to, events);
        one.lost = newest === undefined;
        one.events = newest ?? one.events;
        one.keptMs = nowMs;
      }
      one.cursor = to;
    }
  }
  return more;
}

interface Place {
  readonly type: string;
  readonly id: string;
  readonly version: number;
}

/** What is an event for whom, in the order of the changes. */
async function eventsOf(
  sql: Sql,
  group: readonly Followed[],
  all: readonly FeedChange[],
): Promise<Map<Followed, Place[]>> {
  const types = new Set(group.flatMap(({ definition }) => definition.criteria.types));
  const comparing = new Set(
    group.flatMap(({ definition }) => (definition.criteria.comparing ? definition.criteria.types : [])),
  );
  const wanted = all.filter(({ type }) => types.has(type));
  const events = new Map<Followed, Place[]>(group.map((one) => [one, []]));
  for (let from = 0; from < wanted.length; from += judgedAtOnce) {
    for (const change of await judged(sql, wanted.slice(from, from + judgedAtOnce), comparing)) {
      const { type, id, version } = change;
      for (const one of group)
        if (one.definition.criteria.matches(change)) events.get(one)?.push({ type, id, version });
    }
  }
  return events;
}

/** The changes with what was written, and with what was there before for the types that are compared. */
async function judged(
  sql: Sql,
  changes: readonly FeedChange[],
  comparing: ReadonlySet<string>,
): Promise<(JudgedChange & Place)[]> {
  const before = changes.flatMap(({ type, id, version }) =>
    version > 1 && comparing.has(type) ? [{ type, id, version: version - 1 }] : [],
  );
  const texts = await readTexts(sql, [...changes, ...before]);
  const trees = new Map(
    texts.map(({ type, id, version, body }) => [`${type}/${id}/${version}`, treeOf(body)]),
  );
  return changes.map(({ type, id, version }) => {
    const now = trees.get(`${type}/${id}/${version}`);
    const last = trees.get(`${type}/${id}/${version - 1}`);
    return { ...judgedChange({ type, id, now, before: last }), version };
  });
}

function treeOf(body: string | null): Json | undefined {
  const tree: unknown = body === null ? undefined : JSON.parse(body);
  return isObject(tree) ? tree : undefined;
}
