/**
 * What the authorization server remembers, in PostgreSQL. Its library compares times of the wall clock; what it reads here
 * is told anew each time from counted seconds: an object with 40 s left says that it ends 40 s from whatever the clock
 * believes now. So a clock that jumps ends nothing and prolongs nothing.
 */
import { hash } from 'node:crypto';
import type { Sql } from '#store/sql.ts';

export interface OauthState {
  upsert(id: string, payload: Payload, ttlS: number): Promise<void>;
  find(id: string): Promise<Payload | undefined>;
  findByUid(uid: string): Promise<Payload | undefined>;
  /** Nothing of ours has a code that people type. */
  findByUserCode(code: string): Promise<undefined>;
  /** @throws what `refuseReuse` makes, when it was used already. */
  consume(id: string): Promise<void>;
  destroy(id: string): Promise<void>;
  revokeByGrantId(grantId: string): Promise<void>;
}
type Payload = Record<string, unknown>;

/** Whose id is the secret that its holder shows: it is kept as a hash only. */
const secretKinds: ReadonlySet<string> = new Set(['AuthorizationCode', 'RefreshToken']);
/** What may be shown once: the first to write it has it. */
const onceKinds: ReadonlySet<string> = new Set(['ReplayDetection']);
/** Longer than anyone keeps a key that signs assertions. */
const ttlSMax = 400 * 86_400;

export function createOauthState(sql: Sql, kind: string, refuseReuse: () => Error): OauthState {
  const read = async (rows: Row[]): Promise<Payload | undefined> => {
    const [row] = rows;
    if (!row) return undefined;
    const { iat, ...payload } = JSON.parse(row.payload) as Payload;
    const now = Math.floor(Date.now() / 1000);
    return {
      ...payload,
      ...(iat === undefined ? {} : { iat: now - row.age }),
      exp: now + row.ttl - row.age,
      ...(row.consumed ? { consumed: now } : {}),
    };
  };
  return {
    async upsert(id, payload, ttlS) {
      const { jti, ...rest } = payload;
      const kept = JSON.stringify(secretKinds.has(kind) ? rest : { jti, ...rest });
      const [grantId, uid] = [payload['grantId'], payload['uid']].map((one) =>
        typeof one === 'string' ? one : null,
      );
      const ttl = Math.min(Math.ceil(ttlS), ttlSMax);
      const { count } = await sql`
        insert into oauth_state (kind, id_hash, payload, grant_id, uid, made_s, ttl_s)
        select ${kind}, ${hashOf(id)}, ${kept}, ${grantId ?? null}, ${uid ?? null}, seconds, ${ttl} from session_clock
        on conflict (kind, id_hash) do update
          set payload = excluded.payload, made_s = excluded.made_s, ttl_s = excluded.ttl_s
          where not ${onceKinds.has(kind)}`;
      if (count === 0) throw refuseReuse();
    },
    async find(id) {
      const found = await read(
        await sql<Row[]>`
        select payload, consumed, c.seconds - made_s as age, ttl_s as ttl from oauth_state, session_clock c
        where kind = ${kind} and id_hash = ${hashOf(id)} and c.seconds - made_s < ttl_s`,
      );
      return found && { ...found, jti: id };
    },
    async findByUid(uid) {
      return read(
        await sql<Row[]>`
        select payload, consumed, c.seconds - made_s as age, ttl_s as ttl from oauth_state, session_clock c
        where kind = ${kind} and uid = ${uid} and c.seconds - made_s < ttl_s`,
      );
    },
    async findByUserCode() {
      return undefined;
    },
    async consume(id) {
      const { count } = await sql`
        update oauth_state set consumed = true where kind = ${kind} and id_hash = ${hashOf(id)} and not consumed`;
      if (count === 0) throw refuseReuse();
    },
    async destroy(id) {
      await sql`delete from oauth_state where kind = ${kind} and id_hash = ${hashOf(id)}`;
    },
    revokeByGrantId: (grantId) => revokeGrant(sql, grantId),
  };
}
interface Row {
  readonly payload: string;
  readonly consumed: boolean;
  readonly age: number;
  readonly ttl: number;
}

/** A consent is over: its codes and refresh tokens at once, its access tokens within a minute. */
export async function revokeGrant(sql: Sql, grantId: string): Promise<void> {
  await sql`
    with gone as (delete from oauth_state where grant_id = ${grantId} or (kind = 'Grant' and id_hash = ${hashOf(grantId)}))
    insert into revoked_token (id, made_s) select ${grantId}, seconds from session_clock on conflict do nothing`;
}

/** What a person has agreed to, and what has not run out. */
export interface Consent {
  readonly id: string;
  /** Of the program. */
  readonly name: string;
  readonly scopes: readonly string[];
  /** Id of the patient that it is for; null: for all whom the person may see. */
  readonly patient: string | null;
  /** Counted seconds since it was given. */
  readonly ageS: number;
}

/** Newest first. Reads all consents of the region that last (at most 90 days), so it is for a page that is rarely open. */
export async function readConsentsOf(sql: Sql, user: string): Promise<readonly Consent[]> {
  const rows = await sql<{ payload: string; name: string; patient: string | null; age: number }[]>`
    select payload, client.name, patient, (c.seconds - state.made_s)::int as age
    from oauth_state state, session_clock c, oauth_client client
    where state.kind = 'Grant' and c.seconds - made_s < ttl_s
      and payload::jsonb ->> 'accountId' = ${user} and client.id = payload::jsonb ->> 'clientId'
    order by made_s desc`;
  return rows.map(({ payload, name, patient, age }) => {
    const { jti, openid, resources } = JSON.parse(payload) as GrantPayload;
    const scopes = [openid, ...Object.values(resources ?? {}).map((scope) => ({ scope }))].flatMap((one) =>
      (one?.scope ?? '').split(' ').filter((scope) => scope !== ''),
    );
    return { id: jti, name, scopes, patient, ageS: age };
  });
}
interface GrantPayload {
  readonly jti: string;
  readonly openid?: { readonly scope?: string };
  readonly resources?: Readonly<Record<string, string>>;
}

/** One access token is over, within a minute. */
export async function revokeToken(sql: Sql, jti: string): Promise<void> {
  await sql`insert into revoked_token (id, made_s) select ${jti}, seconds from session_clock on conflict do nothing`;
}

/** The patient that a consent is for. */
export async function keepPatient(sql: Sql, grantId: string, patient: string): Promise<void> {
  await sql`update oauth_state set patient = ${patient} where kind = 'Grant' and id_hash = ${hashOf(grantId)}`;
}
export async function readPatient(sql: Sql, grantId: string): Promise<string | undefined> {
  const [row] = await sql<{ patient: string | null }[]>`
    select patient from oauth_state where kind = 'Grant' and id_hash = ${hashOf(grantId)}`;
  return row?.patient ?? undefined;
}

/** What is over is forgotten; a revoked token, when it could not live any more. */
export async function tidyOauth(sql: Sql, tokenS: number): Promise<void> {
  await sql`delete from oauth_state using session_clock c where made_s + ttl_s <= c.seconds`;
  await sql`delete from revoked_token using session_clock c where c.seconds - made_s > ${2 * tokenS}`;
}

function hashOf(id: string): Buffer {
  return Buffer.from(hash('sha256', id), 'hex');
}
