/** Follows the feed for many listeners with one look at the database. */
import { feedEnd, readCursor, readFeed, type Cursor, type FeedAct } from './feed.ts';
import { seesEverything } from './reader.ts';
import type { Store } from './store.ts';

export interface Follower {
  /** Each act that commits from now on, in the feed's order. Returns the cursor of now, and how to stop. */
  follow(listener: (act: FeedAct) => void): Promise<{ readonly from: Cursor; stop(): void }>;
  stop(): void;
}

// Acts of this process wake the follower at once; those of others are seen at the next look.
const lookEveryMs = 100;
const actsAtOnce = 500;

export function createFollower(store: Store): Follower {
  const listeners = new Set<(act: FeedAct) => void>();
  let cursor: Cursor | undefined;
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
        const acts = await readFeed(store.sql, seesEverything, cursor, actsAtOnce);
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
      if (listeners.size === 0) cursor = await feedEnd(store.sql);
      else await look();
      listeners.add(listener);
      const from = cursor ?? (await feedEnd(store.sql));
      return { from, stop: () => listeners.delete(listener) };
    },
    stop() {
      clearInterval(timer);
      unlisten();
    },
  };
}

