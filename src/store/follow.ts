/** Follows the feed for many listeners with one look at the database. */
import { feedEnd, readCursor, readFeed, type Cursor, type FeedAct } from './feed.ts';
import type { Store } from './store.ts';

export interface Follower {
  /** Each act that commits from now on, in the feed's order. Returns the cursor of now, and how to stop. */
  follow(listener: (act: FeedAct) => void): Promise<{ readonly from: Cursor; readonly stop: () => void }>;
  stop(): void;
}

// Acts of this process wake the follower at once; those of others are seen at the next look.
const lookEveryMs = 100;
const actsAtOnce = 500;

export function createFollower(store: Store): Follower {
  const listeners = new Set<(act: FeedAct) => void>();
  let cursor: Cursor | undefined;
  let beginning: Promise<Cursor> | undefined;
  let looking = false;
  let again = false;
  const look = async () => {
    if (!cursor || listeners.size === 0) return;
    if (looking) {
      again = true;
      return;
    }
    looking = true;
    try {
      do {
        again = false;
        const from: Cursor = cursor;
        const acts = await readFeed(store.sql, from, actsAtOnce);
        // All listeners left meanwhile, and a new one may have begun at a later place.
        if (cursor !== from) break;
        for (const act of acts) {
          cursor = readCursor(act.cursor) ?? cursor;
          for (const listener of listeners) listener(act);
        }
        again ||= acts.length === actsAtOnce;
      } while (again);
    } catch {
      // The database is away: the next look goes on from the same cursor, so nothing is missed.
    } finally {
      looking = false;
    }
  };
  const timer = setInterval(() => void look(), lookEveryMs);
  timer.unref();
  const unlisten = store.committed.listen(() => void look());
  return {
    async follow(listener) {
      // Two who begin at the same moment begin at the same place: the second must not move the first one's.
      if (!cursor) cursor = await (beginning ??= feedEnd(store.sql).finally(() => (beginning = undefined)));
      listeners.add(listener);
      return {
        from: cursor,
        stop() {
          listeners.delete(listener);
          if (listeners.size === 0) cursor = undefined;
        },
      };
    },
    stop() {
      clearInterval(timer);
      unlisten();
    },
  };
}
