/**
 * Who is logged in. A session is a secret of 256 bits: the browser has it in a cookie, a program as a bearer token, the
 * database only its hash. Its age is counted in seconds that programs have seen pass on their monotonic clocks: a wall
 * clock that jumps neither ends a session nor prolongs it, and nobody is logged out because a clock is wrong.
 */
import { createHash, randomBytes } from 'node:crypto';
import { monotonicMs } from '#base/clock.ts';
import type { Sql } from '#store/sql.ts';
import type { Person } from './person.ts';

export interface Session {
  readonly person: Person;
  readonly kind: 'browser' | 'token';
  readonly locked: boolean;
}
export interface SessionLimits {
  readonly idleMinutes: number;
  readonly hoursMax: number;
}
export interface Sessions {
  /** A new session; returns its secret, which is told once. */
  open(person: Person, kind: Session['kind']): Promise<string>;
  /** Whose secret it is; undefined when it is nobody's, any more. */
  find(secret: string): Promise<Session | undefined>;
  lock(secret: string, locked: boolean): Promise<void>;
  close(secret: string): Promise<void>;
  stop(): void;
}

// What is looked up is believed this long: a session closed through another process ends within it.
const believedMs = 2000;
const cachedMax = 10_000;
const tickMs = 15_000;
const tokenDays = 90;

export function createSessions(sql: Sql, limits: SessionLimits): Sessions {
  const cache = new Map<string, { readonly session: Session | undefined; readonly atMs: number }>();
  const active = new Set<string>();
  let ticked = monotonicMs();
  const tick = async () => {
    const seconds = Math.round((monotonicMs() - ticked) / 1000);
    if (seconds < 1) return;
    ticked = monotonicMs();
    const seen = [...active].map((key) => Buffer.from(key, 'hex'));
    active.clear();
    await sql`update session set age_s = age_s + ${seconds}, idle_s = idle_s + ${seconds}`;
    if (seen.length > 0) await sql`update session set idle_s = 0 where secret_hash = any(${seen}::bytea[])`;
    // A browser nobody has touched for three times the lock's time is locked by the server, whatever its page does.
    await sql`update session set locked = true where kind = 'browser' and not locked and idle_s > ${limits.idleMinutes * 180}`;
    await sql`delete from session where (kind = 'browser' and age_s > ${limits.hoursMax * 3600}) or age_s > ${tokenDays * 86_400}`;
  };
  // A tick that fails (the database is restarting) is made up for by the next: the seconds are kept until it succeeds.
  const timer = setInterval(() => void tick().catch(() => {}), tickMs);
  timer.unref();
  return {
    async open(person, kind) {
      const secret = randomBytes(32).toString('base64url');
      await sql`insert into session (secret_hash, "user", kind) values (${Buffer.from(keyOf(secret), 'hex')}, ${person.user}, ${kind})`;
      return secret;
    },
    async find(secret) {
      const key = keyOf(secret);
      const known = cache.get(key);
      if (known && monotonicMs() - known.atMs < believedMs) {
        if (known.session) active.add(key);
        return known.session;
      }
      const session = await readSession(sql, key);
      if (cache.size >= cachedMax) cache.clear();
      cache.set(key, { session, atMs: monotonicMs() });
      if (session) active.add(key);
      return session;
    },
    async lock(secret, locked) {
      const key = keyOf(secret);
      await sql`update session set locked = ${locked}, idle_s = 0 where secret_hash = ${Buffer.from(key, 'hex')}`;
      cache.delete(key);
    },
    async close(secret) {
      const key = keyOf(secret);
      await sql`delete from session where secret_hash = ${Buffer.from(key, 'hex')}`;
      cache.delete(key);
    },
    stop: () => clearInterval(timer),
  };
}

function keyOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
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
