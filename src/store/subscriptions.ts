/**
 * How far each subscription is, and its events. Of the programs on one database one delivers a subscription: its `runner`,
 * who beats. Others count the time between two beats on their own monotonic clocks and take over when it is too long;
 * every statement of a runner names itself, so that one who was taken for dead moves nothing any more.
 */
import type { Cursor } from './feed.ts';
import type { Sql } from './sql.ts';

export type SubscriptionState = 'requested' | 'active' | 'error' | 'off';

/** A subscription that a runner has, with the text of the resource. */
export interface OwnSubscription {
  readonly id: string;
  readonly version: number;
  readonly state: SubscriptionState;
  readonly cursor: Cursor;
  /** False when the journal was restored from a backup since: its place in the feed means nothing any more. */
  readonly sameEpoch: boolean;
  readonly events: number;
  readonly delivered: number;
  readonly failures: number;
  readonly body: string;
}
export interface StoredEvent {
  readonly number: number;
  /** Ms since 1970. */
  readonly at: number;
  readonly type: string;
  readonly id: string;
  readonly version: number;
  /** The version's text; undefined: a deletion. */
  readonly text: string | undefined;
}

/** Subscriptions of the record that changed since they were last looked at. */
export async function readChangedSubscriptions(
  sql: Sql,
): Promise<{ id: string; version: number; body: string | undefined }[]> {
  const rows = await sql<{ id: string; version: number; body: string | null }[]>`
    select r.id, r.version, v.body
    from record r join version v on v.seq = r.seq left join subscription s on s.id = r.id
    where r.type = 'Subscription'
      and ((s.id is null and not r.deleted) or s.version < r.version)`;
  return rows.map((row) => ({ ...row, body: row.body ?? undefined }));
}

/**
 * Takes up what a version of the resource says. A subscription that is new, or was off, begins at the feed's end of this
 * moment; another goes on from where it is.
 */
export async function keepSubscription(
  sql: Sql,
  {
    id,
    version,
    state,
  }: { readonly id: string; readonly version: number; readonly state: SubscriptionState },
): Promise<void> {
  await sql`
    with place as (select epoch.id as epoch, pg_snapshot_xmin(pg_current_snapshot()) as xid from epoch)
    , begun as (delete from subscription_event e using subscription s
      where s.id = ${id} and e.subscription = s.id and s.version < ${version} and (s.state = 'off' or ${state}::text = 'off'))
    insert into subscription as s (id, version, state, epoch, xid, seq)
    select ${id}, ${version}, ${state}, epoch, xid, 0 from place
    on conflict (id) do update set version = excluded.version, state = excluded.state,
      epoch = case when s.state = 'off' then excluded.epoch else s.epoch end,
      xid = case when s.state = 'off' then excluded.xid else s.xid end,
      seq = case when s.state = 'off' then 0 else s.seq end,
      events = case when s.state = 'off' then 0 else s.events end,
      delivered = case when s.state = 'off' then 0 else s.delivered end,
      failures = case when excluded.state = 'requested' then 0 else s.failures end,
      runner = case when excluded.state in ('requested', 'active') then s.runner end
    where s.version < excluded.version`;
}

/** Of a journal that was restored: what it missed cannot be told, so it begins anew at the feed's end. */
export async function restartSubscription(sql: Sql, id: string): Promise<void> {
  await sql`
    update subscription set epoch = (select epoch.id from epoch), xid = pg_snapshot_xmin(pg_current_snapshot()), seq = 0
    where id = ${id} and epoch <> (select epoch.id from epoch)`;
}

/** A deleted subscription ends, with its events. */
export async function dropSubscription(sql: Sql, id: string): Promise<void> {
  await sql`delete from subscription where id = ${id}`;
}

/** Says that the runner lives. Returns which subscriptions it has, their versions, and what of each was taken. */
export async function beat(
  sql: Sql,
  runner: string,
): Promise<{ id: string; version: number; delivered: number }[]> {
  return sql<{ id: string; version: number; delivered: number }[]>`
    update subscription set beats = beats + 1 where runner = ${runner} returning id, version, delivered`;
}

/** Subscriptions that are to be delivered and that another has, or nobody. */
export async function readOthers(
  sql: Sql,
  runner: string,
): Promise<{ id: string; runner: string | null; beats: number }[]> {
  return sql<{ id: string; runner: string | null; beats: number }[]>`
    select id, runner, beats from subscription
    where state in ('requested', 'active') and runner is distinct from ${runner}`;
}

/** False when another was first, or the runner before has beaten meanwhile. */
export async function claimSubscription(
  sql: Sql,
  id: string,
  runner: string,
  beats: number,
): Promise<boolean> {
  const rows = await sql`
    update subscription set runner = ${runner}, beats = beats + 1
    where id = ${id} and beats = ${beats} and state in ('requested', 'active') returning id`;
  return rows.length > 0;
}

/** Lets go at once of all that the runner has, so that nobody need wait for its silence. */
export async function releaseSubscriptions(sql: Sql, runner: string): Promise<void> {
  await sql`update subscription set runner = null where runner = ${runner}`;
}

export async function readOwn(sql: Sql, runner: string, ids: readonly string[]): Promise<OwnSubscription[]> {
  const rows = await sql<
    (Omit<OwnSubscription, 'cursor' | 'body'> & {
      epoch: string;
      xid: string;
      seq: number;
      body: string | null;
    })[]
  >`
    select s.id, s.version, s.state, s.epoch, s.xid::text as xid, s.seq, s.epoch = epoch.id as "sameEpoch", s.events, s.delivered,
      s.failures, v.body
    from subscription s join version v on v.type = 'Subscription' and v.id = s.id and v.version = s.version, epoch
    where s.runner = ${runner} and s.id = any(${[...ids]}::text[])`;
  return rows.map(({ epoch, xid, seq, body, ...row }) => ({
    ...row,
    cursor: { epoch, xid, seq },
    body: body ?? '',
  }));
}

/** Versions by name, as they were written; those that are no more to be found are left out. */
export async function readTexts(
  sql: Sql,
  wanted: readonly { readonly type: string; readonly id: string; readonly version: number }[],
): Promise<{ type: string; id: string; version: number; body: string | null }[]> {
  if (wanted.length === 0) return [];
  return sql<{ type: string; id: string; version: number; body: string | null }[]>`
    select v.type, v.id, v.version, v.body
    from unnest(${wanted.map(({ type }) => type)}::text[], ${wanted.map(({ id }) => id)}::text[],
      ${wanted.map(({ version }) => String(version))}::text[]) as w (type, id, version)
    join version v on v.type = w.type collate "C" and v.id = w.id collate "C" and v.version = w.version::integer`;
}

/**
 * Keeps new events and how far the feed was looked through, both or neither. Returns the number of the newest event;
 * undefined when the subscription is another's by now.
 */
export async function keepEvents(
  sql: Sql,
  runner: string,
  subscription: string,
  to: Cursor,
  events: readonly { readonly type: string; readonly id: string; readonly version: number }[],
): Promise<number | undefined> {
  const [row] = await sql<{ events: number }[]>`
    with moved as (
      update subscription set xid = ${to.xid}::text::xid8, seq = ${to.seq}, events = events + ${events.length}
      where id = ${subscription} and runner = ${runner} and state in ('requested', 'active')
      returning id, events)
    , kept as (
      insert into subscription_event (subscription, number, type, id, version)
      select moved.id, moved.events - ${events.length} + new.n, new.type, new.id, new.version::integer
      from moved, unnest(${events.map(({ type }) => type)}::text[], ${events.map(({ id }) => id)}::text[],
        ${events.map(({ version }) => String(version))}::text[]) with ordinality as new (type, id, version, n))
    select events from moved`;
  return row?.events;
}

/** Texts of events that are read at once; the first is given whatever its size. */
const eventBytesMax = 16 * 1024 * 1024;

/** Events after a number up to another, oldest first, with the texts of what they are about; fewer where these are large. */
export async function readEvents(
  sql: Sql,
  subscription: string,
  { after, until, count }: { readonly after: number; readonly until?: number; readonly count: number },
): Promise<StoredEvent[]> {
  const rows = await sql<(Omit<StoredEvent, 'text'> & { text: string | null })[]>`
    with named as (
      select number, at, type, id, version from subscription_event
      where subscription = ${subscription} and number > ${after} and number <= ${until ?? Number.MAX_SAFE_INTEGER}
      order by number limit ${count})
    , sized as (
      select n.number, n.at, v.seq, sum(coalesce(octet_length(v.body), 0)) over (order by n.number)
        - coalesce(octet_length(v.body), 0) as bytes_before
      from named n join version v on v.type = n.type and v.id = n.id and v.version = n.version)
    select s.number, (extract(epoch from s.at) * 1000)::bigint as at, v.type, v.id, v.version, v.body as text
    from sized s join version v on v.seq = s.seq
    where s.bytes_before < ${eventBytesMax}
    order by s.number`;
  return rows.map((row) => ({ ...row, text: row.text ?? undefined }));
}

/** What the subscriber has taken. False when the subscription is another's by now. */
export async function keepDelivered(sql: Sql, runner: string, id: string, number: number): Promise<boolean> {
  const rows = await sql`
    update subscription set delivered = greatest(delivered, ${number}), failures = 0
    where id = ${id} and runner = ${runner} returning id`;
  return rows.length > 0;
}

/** The same of a subscriber who holds a connection to any of the programs. */
export async function keepTaken(sql: Sql, id: string, number: number): Promise<void> {
  await sql`update subscription set delivered = ${number} where id = ${id} and delivered < ${number} and events >= ${number}`;
}

/** Another failed notification; returns how many there are in a row. */
export async function keepFailure(sql: Sql, runner: string, id: string): Promise<number | undefined> {
  const [row] = await sql<{ failures: number }[]>`
    update subscription set failures = failures + 1 where id = ${id} and runner = ${runner} returning failures`;
  return row?.failures;
}

export interface SubscriptionPlace {
  readonly id: string;
  readonly state: SubscriptionState;
  readonly events: number;
  readonly delivered: number;
}

/** How far subscriptions are; those that are not followed yet are left out. */
export async function readPlacesOf(sql: Sql, ids: readonly string[]): Promise<SubscriptionPlace[]> {
  return sql<SubscriptionPlace[]>`
    select id, state, events, delivered from subscription where id = any(${[...ids]}::text[])`;
}

/** Days that an event can be asked for after it was noticed. One that was not taken yet is kept for as long as it takes. */
const eventsKeptDays = 14;

/** Throws away what was taken and is old, and tokens that nobody has used. */
export async function forgetEvents(sql: Sql): Promise<void> {
  await sql`
    delete from subscription_event e using subscription s
    where s.id = e.subscription and e.number <= s.delivered
      and e.at < clock_timestamp() - make_interval(days => ${eventsKeptDays})`;
  await sql`delete from subscription_token where made_at < clock_timestamp() - interval '1 day'`;
}

/** Told by the database's clock: a jump makes a token live shorter or longer, and still it is used once. */
export const tokenSeconds = 60;

export async function addToken(sql: Sql, hash: Uint8Array, subscriptions: readonly string[]): Promise<void> {
  await sql`insert into subscription_token (hash, subscriptions) values (${Buffer.from(hash)}, ${JSON.stringify(subscriptions)}::text::json)`;
}

/** What the token binds to, once; undefined when there is no such token, or it is too old, or used. */
export async function useToken(sql: Sql, hash: Uint8Array): Promise<readonly string[] | undefined> {
  const [row] = await sql<{ subscriptions: readonly string[]; fresh: boolean }[]>`
    delete from subscription_token where hash = ${Buffer.from(hash)}
    returning subscriptions, made_at > clock_timestamp() - make_interval(secs => ${tokenSeconds}) as fresh`;
  return row?.fresh ? row.subscriptions : undefined;
}
