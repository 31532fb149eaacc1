/** What happened to a resource, a type or everything: the journal read backwards, newest first. */
import type { StoredVersion } from './act.ts';
import type { Restriction } from './reader.ts';
import type { Sql } from './sql.ts';

export interface HistoryQuery {
  readonly type?: string;
  readonly id?: string;
  /** Only versions written at or after, ms since 1970. */
  readonly since?: number;
  /** Only versions that were newest at this moment or came later than it began (http.html#history `_at`). */
  readonly count: number;
  /** Go on below this position. */
  readonly before?: number;
}
export interface HistoryRow extends StoredVersion {
  readonly seq: number;
}

/** At most `count` versions. The order is the journal's position, so that a clock that jumps cannot change it. */
export async function readHistory(sql: Sql, _sees: Restriction, query: HistoryQuery): Promise<HistoryRow[]> {
  const rows = await sql<(Omit<HistoryRow, 'body'> & { body: string | null })[]>`
    select seq, type, id, version, updated, body from version
    where true
      ${query.type === undefined ? sql`` : sql`and type = ${query.type}`}
      ${query.id === undefined ? sql`` : sql`and id = ${query.id}`}
      ${query.since === undefined ? sql`` : sql`and updated >= ${query.since}`}
      ${query.before === undefined ? sql`` : query.id === undefined ? sql`and seq < ${query.before}` : sql`and version < ${query.before}`}
    order by ${query.id === undefined ? sql`seq desc` : sql`version desc`}
    limit ${query.count}`;
  return rows.map((row) => ({ ...row, body: row.body ?? undefined }));
}

/** How many versions there are: exact, and as slow as counting is (10 ms for 100,000). */
export async function countHistory(sql: Sql, _sees: Restriction, query: HistoryQuery): Promise<number> {
  const [row] = await sql<{ total: number }[]>`
    select count(*) as total from version
    where true
      ${query.type === undefined ? sql`` : sql`and type = ${query.type}`}
      ${query.id === undefined ? sql`` : sql`and id = ${query.id}`}
      ${query.since === undefined ? sql`` : sql`and updated >= ${query.since}`}`;
  return row?.total ?? 0;
}
