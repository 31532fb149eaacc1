/**
 * Requests that are answered later, in a table of their own. A program claims one for a while and renews the claim as it
 * works; one whose claim has run out is taken over. Claims are told by the database's clock: when that jumps, work is
 * done twice at worst, and the first answer stands.
 */
import type { Sql } from './sql.ts';

export interface DeferredRequest {
  readonly id: string;
  readonly author: string;
  readonly kind: string;
  readonly request: unknown;
  readonly attempts: number;
}
export interface DeferredAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
export interface DeferredState {
  readonly progress: string;
  /** Undefined while it is not done. */
  readonly answer: DeferredAnswer | undefined;
  /** When the answer is thrown away, ms since 1970. */
  readonly keptUntil: number | undefined;
}

/** A claim that is not renewed for so long is another's to take. */
const claimSeconds = 30;
const keptHours = 24;
/** Who waits for that many answers waits for one of them first. */
const openPerAuthorMax = 20;

/** False when the author has too many open already; then nothing is kept. */
export async function addDeferred(
  sql: Sql,
  { id, author, kind, request }: Omit<DeferredRequest, 'attempts'>,
): Promise<boolean> {
  const rows = await sql`
    insert into deferred_request (id, author, kind, request)
    select ${id}, ${author}, ${kind}, ${JSON.stringify(request)}::text::json
    where (select count(*) from deferred_request where author = ${author} and state <> 'done') < ${openPerAuthorMax}
    returning id`;
  return rows.length > 0;
}

/** How far it is; undefined when there is none of this author. */
export async function readDeferred(sql: Sql, id: string, author: string): Promise<DeferredState | undefined> {
  const [row] = await sql<
    {
      state: string;
      progress: string;
      status: number | null;
      headers: Record<string, string> | null;
      body: string | null;
      kept: number | null;
    }[]
  >`
    select state, progress, answer_status as status, answer_headers as headers, answer_body as body,
      (extract(epoch from finished_at + make_interval(hours => ${keptHours})) * 1000)::bigint as kept
    from deferred_request where id = ${id} and author = ${author}`;
  if (!row) return undefined;
  const { progress, status, headers, body, kept } = row;
  const answer = status === null ? undefined : { status, headers: headers ?? {}, body: body ?? '' };
  return { progress, answer, keptUntil: kept ?? undefined };
}

/** What was asked; undefined when there is no request of this kind and author. */
export async function readAsked(sql: Sql, id: string, author: string, kind: string): Promise<unknown> {
  const [row] = await sql<{ request: unknown }[]>`
    select request from deferred_request where id = ${id} and author = ${author} and kind = ${kind}`;
  return row?.request;
}

/** Forgets it, done or not: who works on it will find nothing to answer. False when there was none of this author. */
export async function dropDeferred(sql: Sql, id: string, author: string): Promise<boolean> {
  const rows = await sql`delete from deferred_request where id = ${id} and author = ${author} returning id`;
  return rows.length > 0;
}

/** The oldest request that nobody works on, now the runner's; undefined when there is none. */
export async function claimDeferred(
  sql: Sql,
  runner: string,
  kinds: readonly string[],
): Promise<DeferredRequest | undefined> {
  const [row] = await sql<DeferredRequest[]>`
    update deferred_request set state = 'running', runner = ${runner}, attempts = attempts + 1, progress = 'running',
      claimed_until = clock_timestamp() + make_interval(secs => ${claimSeconds})
    where id = (
      select id from deferred_request
      where kind = any(${[...kinds]}::text[])
        and (state = 'waiting' or (state = 'running' and claimed_until < clock_timestamp()))
      order by created_at limit 1 for update skip locked)
    returning id, author, kind, request, attempts`;
  return row;
}

/**
 * Says that the runner still works on it, and how far it is. False when it is no longer wanted. Work that has come further
 * is not what brings programs down: its attempts are counted anew.
 */
export async function renewDeferred(
  sql: Sql,
  id: string,
  runner: string,
  progress: string,
): Promise<boolean> {
  const rows = await sql`
    update deferred_request set progress = ${progress}, attempts = case when progress = ${progress} then attempts else 1 end,
      claimed_until = clock_timestamp() + make_interval(secs => ${claimSeconds})
    where id = ${id} and runner = ${runner} and state = 'running' returning id`;
  return rows.length > 0;
}

/** The first answer stands; an answer to what was cancelled goes nowhere. */
export async function finishDeferred(sql: Sql, id: string, answer: DeferredAnswer): Promise<void> {
  await sql`
    update deferred_request set state = 'done', progress = 'done', finished_at = clock_timestamp(),
      answer_status = ${answer.status}, answer_headers = ${JSON.stringify(answer.headers)}::text::json, answer_body = ${answer.body}
    where id = ${id} and state <> 'done'`;
}

/** Throws away answers that nobody fetched in time. */
export async function forgetDeferred(sql: Sql): Promise<void> {
  await sql`delete from deferred_request where state = 'done' and finished_at < clock_timestamp() - make_interval(hours => ${keptHours})`;
}
