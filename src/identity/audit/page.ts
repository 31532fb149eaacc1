/**
 * Pages of the audit: the only SQL about `audit_page`. A page is a row of some hundred lines; its digest is made from that
 * of the page before it and from all that stands in it, so that one letter changed later does not fit any more.
 */
import { hash } from 'node:crypto';
import { assert } from '#base/assert.ts';
import type { Sql } from '#store/sql.ts';
import { noPiece, piece, run } from '#store/statement.ts';

export interface Page {
  /** A UUID: which run of which program. */
  readonly program: string;
  readonly number: number;
  /** The span of its lines' times, in ms since 1970. */
  readonly firstAt: number;
  readonly lastAt: number;
  /** Hashes of whom its lines are about (`tokenHash`), for finding it. */
  readonly keys: readonly string[];
  /** With `\n` between them. */
  readonly lines: string;
}
export interface StoredPage extends Page {
  readonly digest: Uint8Array;
}

/** The lines of a page are at most so far apart, so that who looks for a time need not look at all pages. */
export const pageSpanMsMax = 60_000;
/** What the first page of a chain follows. */
export const chainBegin: Uint8Array = new Uint8Array();

/** SHA-256. 30 µs for a page of a hundred lines. */
export function digestOfPage(before: Uint8Array, page: Page): Buffer {
  const { program, number, firstAt, lastAt, keys, lines } = page;
  return hash(
    'sha256',
    `${Buffer.from(before).toString('hex')}\n${program} ${number} ${firstAt} ${lastAt}\n${keys.join(' ')}\n${lines}`,
    'buffer',
  );
}

/** Writes a page; durable on return. One that is there already, since its answer was lost, is left as it is. */
export async function writePage(sql: Sql, page: StoredPage): Promise<void> {
  const { count } = await sql`
    insert into audit_page (program, number, first_at, last_at, keys, lines, digest)
    values (${page.program}, ${page.number}, ${page.firstAt}, ${page.lastAt}, ${sql.typed.bigints(literal(page.keys))},
      ${page.lines}, ${Buffer.from(page.digest)})
    on conflict do nothing`;
  if (count === 1) return;
  const [there] = await sql<{ digest: Uint8Array }[]>`
    select digest from audit_page where program = ${page.program} and number = ${page.number}`;
  assert(
    there !== undefined && Buffer.from(there.digest).equals(page.digest),
    `page ${page.number} of the audit of ${page.program} is there, and is another`,
  );
}

const columns = piece`program, number, first_at as "firstAt", last_at as "lastAt", to_json(keys::text[]) as keys, lines, digest`;
const literal = (keys: readonly string[]) => `{${keys.join(',')}}`;

/** The pages of a chain after a number, in their order. */
export function readChain(sql: Sql, program: string, after: number, count: number): Promise<StoredPage[]> {
  return run<StoredPage>(
    sql,
    piece`select ${columns} from audit_page where program = ${program}::uuid and number > ${after}
      order by number limit ${count}`,
  );
}

/** The end of each chain, by program. */
export async function readChainEnds(sql: Sql): Promise<Omit<StoredPage, 'keys' | 'lines'>[]> {
  // PostgreSQL would look at every page to learn which programs there are; from one to the next it looks at one of each.
  return sql`
    with recursive chain as (
      (select program from audit_page order by program limit 1)
      union all
      select (select p.program from audit_page p where p.program > chain.program order by p.program limit 1)
      from chain where chain.program is not null)
    select last.program, last.number, last."firstAt", last."lastAt", last.digest
    from chain cross join lateral (
      select p.program, p.number, p.first_at as "firstAt", p.last_at as "lastAt", p.digest
      from audit_page p where p.program = chain.program order by p.number desc limit 1) last`;
}

/** The lines of the first page of each chain. */
export async function readOpenings(sql: Sql): Promise<string[]> {
  const rows = await sql<{ lines: string }[]>`select lines from audit_page where number = 1`;
  return rows.map(({ lines }) => lines);
}

export async function readPage(sql: Sql, program: string, number: number): Promise<StoredPage | undefined> {
  const [page] = await readChain(sql, program, number - 1, 1);
  return page?.number === number ? page : undefined;
}

/** Which pages may hold what is looked for; what is not given is not asked. */
export interface PageFilter {
  /** Pages with a line in this span, in ms since 1970; `high` is the first moment after it. */
  readonly low?: number;
  readonly high?: number;
  /** Of each list one must be among the page's keys. */
  readonly keys?: readonly (readonly string[])[];
}
export interface PagePlace {
  readonly at: number;
  readonly program: string;
  readonly number: number;
}

/**
 * Pages by time, after a place: falling by their last line, or rising by their first. In that order no page that is still
 * to come has a line beyond the last page's edge.
 */
export function readPages(
  sql: Sql,
  { low, high, keys = [] }: PageFilter,
  order: 'falling' | 'rising',
  after: PagePlace | undefined,
  count: number,
): Promise<StoredPage[]> {
  const conditions = [
    low === undefined ? noPiece : piece`and last_at >= ${low}`,
    low === undefined ? noPiece : piece`and first_at >= ${low - pageSpanMsMax}`,
    high === undefined ? noPiece : piece`and first_at < ${high}`,
    high === undefined ? noPiece : piece`and last_at < ${high + pageSpanMsMax}`,
    ...keys.map((list) => piece`and keys && ${literal(list)}::text::bigint[]`),
  ].reduce((all, one) => piece`${all} ${one}`, noPiece);
  const { at = 0, program = '', number = 0 } = after ?? {};
  const place =
    after === undefined
      ? noPiece
      : order === 'falling'
        ? piece`and (last_at, program, number) < (${at}, ${program}::uuid, ${number})`
        : piece`and (first_at, program, number) > (${at}, ${program}::uuid, ${number})`;
  const sorted =
    order === 'falling'
      ? piece`order by last_at desc, program desc, number desc`
      : piece`order by first_at, program, number`;
  return run<StoredPage>(
    sql,
    piece`select ${columns} from audit_page where true ${conditions} ${place} ${sorted} limit ${count}`,
  );
}
