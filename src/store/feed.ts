/**
 * The feed: acts in an order in which none is ever missed. A sequence number is drawn before its transaction commits, so
 * whoever reads "all above my last number" skips an act whose transaction was slower than a later one's. Hence the order
 * is (transaction id, position), and only transactions are read that are older than every transaction still running
 * (`xid < pg_snapshot_xmin`): nothing can appear behind the cursor. A slow transaction delays the feed; it never tears it.
 */
import type { Sql } from './sql.ts';

export interface FeedChange {
  readonly type: string;
  readonly id: string;
  readonly version: number;
  readonly deleted: boolean;
  /** The id of the patient it belongs to now, when it belongs to one. */
  readonly patient: string | null;
}
export interface FeedAct {
  readonly cursor: string;
  readonly id: string;
  readonly author: string;
  readonly changes: readonly FeedChange[];
}

/** A place in the feed: `epoch.xid.seq`. Text for the follower, who keeps it and gives it back. */
export interface Cursor {
  readonly epoch: string;
  readonly xid: string;
  readonly seq: number;
}

const transactionsMax = 2n ** 64n - 1n;

export function writeCursor({ epoch, xid, seq }: Cursor): string {
  return `${epoch}.${xid}.${seq}`;
}
export function readCursor(text: string): Cursor | undefined {
  const [, epoch = '', xid = '', seq = ''] = /^([0-9a-f-]{36})\.(\d{1,20})\.(\d{1,16})$/.exec(text) ?? [];
  return epoch === '' || BigInt(xid) > transactionsMax ? undefined : { epoch, xid, seq: Number(seq) };
}

/** Where the feed ends just now: whoever starts here gets every act that commits from here on. */
export async function feedEnd(sql: Sql): Promise<Cursor> {
  const [row] = await sql<{ epoch: string; xid: string }[]>`
    select epoch.id as epoch, pg_snapshot_xmin(pg_current_snapshot())::text as xid from epoch`;
  // The oldest running transaction's own acts are still to come: the cursor stands just before them.
  return { epoch: row?.epoch ?? '', xid: row?.xid ?? '0', seq: 0 };
}

export async function feedStart(sql: Sql): Promise<Cursor> {
  return { ...(await feedEnd(sql)), xid: '0', seq: 0 };
}

/** The next acts after a cursor, at most `count`, oldest first; an empty list when there are none yet. */
export async function readFeed(sql: Sql, after: Cursor, count: number): Promise<FeedAct[]> {
  const rows = await sql<
    { xid: string; seq: number; id: string; author: string; changes: FeedChange[] | null }[]
  >`
    with next as (
      select xid, seq, id, author from act
      where (xid, seq) > (${after.xid}::text::xid8, ${after.seq}::bigint)
        and xid < pg_snapshot_xmin(pg_current_snapshot())
      order by xid, seq
      limit ${count})
    select next.xid::text as xid, next.seq, next.id, next.author, (
      select json_agg(json_build_object('type', v.type, 'id', v.id, 'version', v.version, 'deleted', v.body is null,
        'patient', r.patient) order by v.seq)
      from version v left join record r on r.type = v.type and r.id = v.id
      where v.act = next.seq) as changes
    from next
    order by next.xid, next.seq`;
  return rows.map((row) => ({
    cursor: writeCursor({ epoch: after.epoch, xid: row.xid, seq: row.seq }),
    id: row.id,
    author: row.author,
    changes: row.changes ?? [],
  }));
}
