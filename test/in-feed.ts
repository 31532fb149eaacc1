import type { Sql } from '#store/sql.ts';
import { until } from './until.ts';

/**
 * Waits until the feed shows all that is written (store/feed.ts): transactions of other tests, open on the same server, hold it
 * back as long as they are open.
 */
export async function inFeed(sql: Sql): Promise<void> {
  await until('what was written is in the feed', async () => {
    const [row] = await sql<{ done: boolean }[]>`
      select not exists (select from act where xid >= pg_snapshot_xmin(pg_current_snapshot())) as done`;
    return row?.done === true ? true : undefined;
  });
}
