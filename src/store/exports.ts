/**
 * Exports: the newest versions as of a moment, walked in the journal's order. The moment is a snapshot of PostgreSQL's
 * transactions, kept as text: an act is in it or not, for ever, whatever clocks say and whatever is written meanwhile. So
 * a walk can stop anywhere, go on in another program, and be done again with the same result.
 */
import type { Fragment, Sql } from './sql.ts';

/** A state of the journal that can be read again. */
export interface Moment {
  /** What it is called, ms since 1970; each moment has its own, and they rise. */
  readonly at: number;
  readonly epoch: string;
  readonly snapshot: string;
}

/** The state as of now, kept so that a later export can go on from it. */
export async function takeMoment(sql: Sql): Promise<Moment> {
  for (;;) {
    const [row] = await sql<Moment[]>`
      insert into export_moment (at, epoch, snapshot)
      select greatest(floor(extract(epoch from clock_timestamp()) * 1000)::bigint,
        (select coalesce(max(at), 0) + 1 from export_moment)), epoch.id, pg_current_snapshot()::text
      from epoch
      on conflict (at) do nothing
      returning at, epoch, snapshot`;
    // Undefined: another export took the same millisecond, so ours is a later one.
    if (row) return row;
  }
}

/** The moment of this very name, when the journal still has the life that it was taken in. */
export async function findMoment(sql: Sql, at: number): Promise<Moment | undefined> {
  const [row] = await sql<Moment[]>`
    select m.at, m.epoch, m.snapshot from export_moment m join epoch on epoch.id = m.epoch where m.at = ${at}`;
  return row;
}

/** Whether the journal still has the life that a moment was taken in: a restored one numbers its transactions anew. */
export async function isOfThisLife(sql: Sql, moment: Moment): Promise<boolean> {
  const rows = await sql`select from epoch where id = ${moment.epoch}`;
  return rows.length > 0;
}

/** Which resources of a type are exported. */
export interface ExportWalk {
  readonly type: string;
  readonly kind: 'output' | 'deleted';
  readonly moment: Moment;
  /** Only what was written since: after an earlier moment, or at or after a time. */
  readonly since?: Moment | number;
}
export interface ExportRow {
  readonly seq: number;
  readonly id: string;
  /** Of what was deleted, as it was before. */
  readonly body: string | undefined;
}

/** A page is at most so many rows, and begins no further row when it has so many bytes. */
const pageRows = 500;
const pageBytes = 4 * 1024 * 1024;

/** The rows between two positions, page by page: never more than a page of them is in memory. */
export async function* exportPages(
  sql: Sql,
  walk: ExportWalk,
  { after, upto }: { readonly after: number; readonly upto?: number },
): AsyncGenerator<readonly ExportRow[]> {
  for (let from = after; ;) {
    const rows = await sql<{ seq: number; id: string; body: string | null }[]>`
      select seq, id, body from (
        select seq, id, body, sum(coalesce(octet_length(body), 0)) over (order by seq) - coalesce(octet_length(body), 0) as before
        from (${rowsOf(sql, walk, from, upto)} order by v.seq limit ${pageRows}) as found) as page
      where before < ${pageBytes}
      order by seq`;
    const last = rows.at(-1);
    if (!last) return;
    yield rows.map((row) => ({ ...row, body: row.body ?? undefined }));
    from = last.seq;
  }
}

/** Where the next `countMax` rows end, and how many there are; undefined when there are none. */
export async function measureExport(
  sql: Sql,
  walk: ExportWalk,
  after: number,
  countMax: number,
): Promise<{ upto: number; count: number } | undefined> {
  const [row] = await sql<{ upto: number | null; count: number }[]>`
    select max(seq) as upto, count(*) as count
    from (${rowsOf(sql, walk, after, undefined)} order by v.seq limit ${countMax}) as found`;
  return row && row.upto !== null ? { upto: row.upto, count: row.count } : undefined;
}

/** Versions that are in the moment, and whose next version is not; of deletions the text that was deleted. */
function rowsOf(
  sql: Sql,
  { type, kind, moment, since }: ExportWalk,
  after: number,
  upto: number | undefined,
): Fragment {
  const isOfMoment = (act: Fragment) => sql`pg_visible_in_snapshot(${act}, ${moment.snapshot}::pg_snapshot)`;
  const isSince =
    since === undefined
      ? sql``
      : typeof since === 'number'
        ? sql`and v.updated >= ${since}`
        : sql`and not pg_visible_in_snapshot(a.xid, ${since.snapshot}::pg_snapshot)`;
  return sql`
    select v.seq, v.id, ${
      kind === 'output'
        ? sql`v.body`
        : sql`(select p.body from version p where p.type = v.type and p.id = v.id and p.version = v.version - 1) as body`
    }
    from version v join act a on a.seq = v.act
    where v.type = ${type} and v.seq > ${after} ${upto === undefined ? sql`` : sql`and v.seq <= ${upto}`}
      and v.body is ${kind === 'deleted' ? sql`null` : sql`not null`}
      and ${isOfMoment(sql`a.xid`)} ${isSince}
      and not exists (
        select from version n join act na on na.seq = n.act
        where n.type = v.type and n.id = v.id and n.version = v.version + 1 and ${isOfMoment(sql`na.xid`)})`;
}

export interface ExportFile {
  readonly number: number;
  readonly kind: 'output' | 'deleted';
  readonly type: string;
  readonly after: number;
  readonly upto: number;
  readonly count: number;
}

/** Keeps what a file holds; a file that is there, made by another program of the same moment, stays. */
export async function addExportFile(sql: Sql, request: string, file: ExportFile): Promise<void> {
  await sql`
    insert into export_file (request, number, kind, type, after, upto, count)
    select id, ${file.number}, ${file.kind}, ${file.type}, ${file.after}, ${file.upto}, ${file.count}
    from deferred_request where id = ${request}
    on conflict do nothing`;
}

/** The files of an export so far, in order. */
export async function readExportFiles(sql: Sql, request: string): Promise<ExportFile[]> {
  return sql<ExportFile[]>`
    select number, kind, type, after, upto, count from export_file where request = ${request} order by number`;
}
