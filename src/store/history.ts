/** What happened to a resource, a type or everything: the journal read backwards, newest first. */
import type { TimeSpan } from '#fhir/date.ts';
import type { StoredVersion } from './act.ts';
import { show, type Restriction } from './access.ts';
import { readNewest } from './reader.ts';
import { readSeenAll } from './search/seen.ts';
import type { Sql } from './sql.ts';
import { noPiece, piece, run, type Piece } from './statement.ts';

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

/**
 * At most `count` versions that may be seen: those of resources whose newest version is. The order is the journal's
 * position, so that a clock that jumps cannot change it.
 * @throws Refusal `forbidden` for one resource that may not be seen.
 */
export async function readHistory(sql: Sql, sees: Restriction, query: HistoryQuery): Promise<HistoryRow[]> {
  const { id, before } = query;
  const rows = await run<
    Omit<HistoryRow, 'body'> & { rid: number; patient: string | null; body: string | null }
  >(
    sql,
    piece`
    select v.seq, r.rid, r.patient, v.type, v.id, v.version, v.updated, v.body, v.version > 1 and exists (
        select from version p where p.type = v.type and p.id = v.id and p.version = v.version - 1 and p.body is null
      ) as revived
    from ${await chosen(sql, sees, query)}
      ${before === undefined ? noPiece : id === undefined ? piece`and v.seq < ${before}` : piece`and v.version < ${before}`}
    order by ${id === undefined ? piece`v.seq desc` : piece`v.version desc`}
    limit ${query.count}`,
  );
  show(sees, rows);
  return rows.map(({ body, rid: _rid, patient: _patient, ...row }) => ({ ...row, body: body ?? undefined }));
}

/** How many versions there are: exact, and as slow as counting is (10 ms for 100,000). */
export async function countHistory(sql: Sql, sees: Restriction, query: HistoryQuery): Promise<number> {
  const [row] = await run<{ total: number }>(
    sql,
    piece`select count(*) as total from ${await chosen(sql, sees, query)}`,
  );
  return row?.total ?? 0;
}

async function chosen(sql: Sql, sees: Restriction, { type, id, since, at }: HistoryQuery): Promise<Piece> {
  const isOne = type !== undefined && id !== undefined;
  // Of one resource all versions are seen, or none.
  if (isOne && sees.access) await readNewest(sql, { access: sees.access }, type, id);
  const seen = isOne ? piece`true` : await readSeenAll(sql, sees, type);
  return piece`version v join record r on r.type = v.type and r.id = v.id
    where ${seen}
    ${type === undefined ? noPiece : piece`and v.type = ${type}`}
    ${id === undefined ? noPiece : piece`and v.id = ${id}`}
    ${since === undefined ? noPiece : piece`and v.updated >= ${since}`}
    ${
      at === undefined
        ? noPiece
        : piece`and v.updated < ${at.high} and not exists (
            select from version n where n.type = v.type and n.id = v.id and n.version = v.version + 1 and n.updated <= ${at.low})`
    }`;
}
