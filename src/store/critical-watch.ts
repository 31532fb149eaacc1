/** How far the feed has been looked through for critical results. Several programs may look; the work they do twice is the same. */
import { readCursor, writeCursor, type Cursor } from './feed.ts';
import type { Sql } from './sql.ts';

/** undefined: nobody has looked yet. */
export async function readWatched(sql: Sql): Promise<Cursor | undefined> {
  const [row] = await sql<{ cursor: string | null }[]>`select cursor from critical_watch`;
  return row?.cursor === null || row === undefined ? undefined : readCursor(row.cursor);
}

/** From one place to a later one; nothing when another program was first. */
export async function moveWatched(sql: Sql, from: Cursor | undefined, to: Cursor): Promise<void> {
  const before = from === undefined ? null : writeCursor(from);
  await sql`update critical_watch set cursor = ${writeCursor(to)} where cursor is not distinct from ${before}`;
}
