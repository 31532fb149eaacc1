/** What happened to a resource, a type or everything: the journal read backwards, newest first. */
import type { TimeSpan } from '#fhir/date.ts';
import type { StoredVersion } from './act.ts';
import type { Restriction } from './reader.ts';
import type { Sql } from './sql.ts';

export interface HistoryQuery {
  readonly type?: string;
  readonly id?: string;
  /** Only versions written at or after, ms since 1970. */
  readonly since?: number;
  /** Only versions that were the newest of their resource at some moment of this span (http.html#history `_at`). */
  readonly at?: TimeSpan;
  readonly count: number;
  /** Go on below this position. */
  readonly before?: number;
}
export interface HistoryRow extends StoredVersion {
  readonly seq: number;
  /** The version before this one was a deletion. */
  readonly revived: boolean;
}

/** At most `count` versions. The order is the journal's position, so that a clock that jumps cannot change it. */
export async function readHistory(sql: Sql, _sees: Restriction, query: HistoryQuery): Promise<HistoryRow[]> {
  const rows = await sql<(Omit<HistoryRow, 'body'> & { body: string | null })[]>`
    select v.seq, v.type, v.id, v.version, v.updated, v.body, v.version > 1 and exists (
        select from version p where p.type = v.type and p.id = v.id and p.version = v.version - 1 and p.body is null
      ) as revived
    from version v
    where ${chosen(sql, query)}
      ${query.before === undefined ? sql`` : query.id === undefined ? sql`and v.seq < ${query.before}` : sql`and v.version < ${query.before}`}
    order by ${query.id === undefined ? sql`v.seq desc` : sql`v.version desc`}
    limit ${query.count}`;
  return rows.map((row) => ({ ...row, body: row.body ?? undefined }));
}

/** How many versions there are: exact, and as slow as counting is (10 ms for 100,000). */
export async function countHistory(sql: Sql, _sees: Restriction, query: HistoryQuery): Promise<number> {
  const [row] = await sql<{ total: number }[]>`
    select count(*) as total from version v where ${chosen(sql, query)}`;
  return row?.total ?? 0;
}

function chosen(sql: Sql, { type, id, since, at }: HistoryQuery) {
  return sql`true
    ${type === undefined ? sql`` : sql`and v.type = ${type}`}
    ${id === undefined ? sql`` : sql`and v.id = ${id}`}
    ${since === undefined ? sql`` : sql`and v.updated >= ${since}`}
    ${
      at === undefined
        ? sql``
        : sql`and v.updated < ${at.high} and not exists (
            select from version n where n.type = v.type and n.id = v.id and n.version = v.version + 1 and n.updated <= ${at.low})`
    }`;
}
