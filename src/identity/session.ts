/**
 * Who is logged in. A session is a secret of 256 bits: the browser has it in a cookie, a program as a bearer token, the
 * database only its hash. Its age is counted in seconds that programs have seen pass on their monotonic clocks: a wall
 * clock that jumps neither ends a session nor prolongs it, and nobody is logged out because a clock is wrong.
 */
import { hash, randomBytes } from 'node:crypto';
import { monotonicMs } from '#base/clock.ts';
import type { Sql } from '#store/sql.ts';
import { tidyChallenges } from './challenge.ts';
import type { Person } from './person.ts';
import type { Grant } from './scope.ts';
import { tidyKnownHere } from './screen.ts';
import { createSessionClock, tickMs } from './session-clock.ts';

export interface Session {
  readonly person: Person;
  /** `app`: another program, with an access token (access-token.ts). */
  readonly kind: 'browser' | 'token' | 'app';
  readonly locked: boolean;
  /** What another program may do; undefined for a person's own session, which may all that they may. */
  readonly grant?: Grant;
}
export interface SessionLimits {
  readonly idleMinutes: number;
  readonly hoursMax: number;
}
export interface Sessions {
  /** A new session, at this screen when it has one; returns its secret, which is told once. It may begin with an age. */
  open(
    person: Person,
    kind: 'browser' | 'token',
    at?: { readonly screen?: Buffer; readonly ageS?: number },
  ): Promise<string>;
  /** Whose secret it is; undefined when it is nobody's, any more. Looking is not using: `isUse: false` lets it go idle. */
  find(secret: string, options?: { readonly isUse: boolean }): Promise<Session | undefined>;
  lock(secret: string, locked: boolean): Promise<void>;
  close(secret: string): Promise<void>;
  /** Counts the time since the last tick; runs by itself every 15 s. */
  tick(): Promise<void>;
  /** The seconds counted since this database was made, as far as this process knows. */
  seconds(): number;
  stop(): void;
}

// What is looked up is believed this long: a session closed through another process ends within it.
const believedMs = 2000;
const cachedMax = 10_000;
const tokenDays = 90;

export function createSessions(sql: Sql, limits: SessionLimits, now: () => number = monotonicMs): Sessions {
  const cache = new Map<string, { readonly session: Session | undefined; readonly atMs: number }>();
  let changes = 0;
  let used = new Set<string>();
  const clock = createSessionClock(sql, now);

  // A tick that fails (the database is restarting) is made up for by the next: what it would have told is kept.
  const tick = async () => {
    const told = used;
    used = new Set();
    try {
      await clock.tick();
      await sql`update session set idle_s = 0 where secret_hash in (select decode(key, 'hex') from unnest(${[...told]}::text[]) as key)`;
      // A browser nobody has touched for three times the lock's time is locked by the server, whatever its page does.
      await sql`update session set locked = true where kind = 'browser' and not locked and idle_s > ${limits.idleMinutes * 180}`;
      await sql`delete from session where (kind = 'browser' and age_s > ${limits.hoursMax * 3600}) or age_s > ${tokenDays * 86_400}`;
      await tidyKnownHere(sql, limits.hoursMax);
      await tidyChallenges(sql);
    } catch (error) {
      for (const key of told) used.add(key);
      throw error;
    }
  };
  const timer = setInterval(() => void tick().catch(() => {}), tickMs);
  timer.unref();

  const change = async (secret: string, statement: (hash: Buffer) => Promise<unknown>) => {
    const key = keyOf(secret);
    await statement(Buffer.from(key, 'hex'));
    changes += 1;
    cache.delete(key);
  };
  return {
    async open(person, kind, { screen, ageS = 0 } = {}) {
      const secret = randomBytes(32).toString('base64url');
      await sql`
        insert into session (secret_hash, "user", kind, screen_hash, age_s)
        values (${Buffer.from(keyOf(secret), 'hex')}, ${person.user}, ${kind}, ${screen ?? null}, ${ageS})`;
      return secret;
    },
    async find(secret, { isUse } = { isUse: true }) {
      const key = keyOf(secret);
      let known = cache.get(key);
      if (!known || now() - known.atMs >= believedMs) {
        const changesBefore = changes;
        known = { session: await readSession(sql, key), atMs: now() };
        if (cache.size >= cachedMax) cache.clear();
        // What was read while a session was being locked or closed may be true no more.
        if (changes === changesBefore) cache.set(key, known);
      }
      if (known.session && isUse) used.add(key);
      return known.session;
    },
    lock: (secret, locked) =>
      change(
        secret,
        (hash) => sql`update session set locked = ${locked}, idle_s = 0 where secret_hash = ${hash}`,
      ),
    close: (secret) => change(secret, (hash) => sql`delete from session where secret_hash = ${hash}`),
    tick,
    seconds: () => clock.seconds(),
    stop: () => clearInterval(timer),
  };
}

/** Each request asks for the key of its secret, and a screen sends the same one all day. */
const keysBySecret = new Map<string, string>();

function keyOf(secret: string): string {
  let key = keysBySecret.get(secret);
  if (key === undefined) {
    key = hash('sha256', secret);
    if (keysBySecret.size >= cachedMax) keysBySecret.clear();
    keysBySecret.set(secret, key);
  }
  return key;
}

async function readSession(sql: Sql, key: string): Promise<Session | undefined> {
  const [row] = await sql<(Person & { kind: Session['kind']; locked: boolean })[]>`
    select p."user", p.name, p.role, p.practitioner, p.ward, s.kind, s.locked
    from session s join person p using ("user")
    where s.secret_hash = ${Buffer.from(key, 'hex')} and not p.disabled`;
  if (!row) return undefined;
  const { kind, locked, ...person } = row;
  return { person, kind, locked };
}
