/**
 * The screens where people are known. A screen is a browser with a secret in a cookie of its own; whoever proves
 * themselves there with a password or a passkey is known there for a while, and may come back with a PIN. The while is
 * counted in seconds that programs have seen pass (session-clock.ts).
 */
import { hash, randomBytes } from 'node:crypto';
import type { Sql } from '#store/sql.ts';

export interface KnownPerson {
  readonly user: string;
  readonly name: string;
  readonly role: string;
  /** Practitioner/… of clinical staff: who signs beside somebody else is named by it. */
  readonly practitioner: string | null;
  /** They have a PIN that still may be tried. */
  readonly pin: boolean;
}
export interface KnownScreen {
  /** For telling screens apart; opens nothing. */
  readonly id: string;
  readonly agent: string;
  /** Seconds since the person proved themselves there. */
  readonly ageS: number;
}

/** Buttons that a tired eye can take in at a glance: those who proved themselves last. */
const peopleShownMax = 12;

export function makeScreenSecret(): string {
  return randomBytes(32).toString('base64url');
}

export function screenKey(secret: string): Buffer {
  return Buffer.from(hash('sha256', secret), 'hex');
}

/** To be called when a password or a passkey has proven the person at this screen. Their wrong PINs are forgiven. */
export async function rememberHere(sql: Sql, screen: Buffer, user: string, agent: string): Promise<void> {
  await sql`
    with forgiven as (update pin set wrong = 0 where "user" = ${user})
    insert into known_here (screen_hash, "user", proven_s, agent)
    select ${screen}, ${user}, seconds, ${agent} from session_clock
    on conflict (screen_hash, "user") do update set proven_s = excluded.proven_s, agent = excluded.agent`;
}

/** Who is known at this screen, by name, so that each stands in the same place all day. */
export async function readKnownHere(sql: Sql, screen: Buffer, hoursMax: number): Promise<KnownPerson[]> {
  return sql<KnownPerson[]>`
    select "user", name, role, practitioner, pin from (
      select p."user", p.name, p.role, p.practitioner, coalesce(pin.wrong < ${wrongPinsMax}, false) as pin
      from known_here k join person p using ("user") left join pin using ("user"), session_clock c
      where k.screen_hash = ${screen} and not p.disabled and c.seconds - k.proven_s < ${hoursMax * 3600}
      order by k.proven_s desc limit ${peopleShownMax}) as newest
    order by name, "user"`;
}

/** Seconds since this person proved themselves at this screen; undefined when they are not known there, any more. */
export async function knownForS(
  sql: Sql,
  screen: Buffer,
  user: string,
  hoursMax: number,
): Promise<number | undefined> {
  const [row] = await sql<{ age: number }[]>`
    select c.seconds - k.proven_s as age from known_here k, session_clock c
    where k.screen_hash = ${screen} and k."user" = ${user} and c.seconds - k.proven_s < ${hoursMax * 3600}`;
  return row?.age;
}

export async function forgetHere(sql: Sql, screen: Buffer, user: string): Promise<void> {
  await sql`delete from known_here where screen_hash = ${screen} and "user" = ${user}`;
}

/** Where one person is known, newest first. */
export async function readScreensOf(
  sql: Sql,
  user: string,
  hoursMax: number,
): Promise<(KnownScreen & { readonly screen: Buffer })[]> {
  return sql<(KnownScreen & { screen: Buffer })[]>`
    select encode(substring(k.screen_hash for 8), 'hex') as id, k.screen_hash as screen, k.agent, c.seconds - k.proven_s as "ageS"
    from known_here k, session_clock c
    where k."user" = ${user} and c.seconds - k.proven_s < ${hoursMax * 3600} order by k.proven_s desc`;
}

/** The person is logged out at all other screens, and known there no more. */
export async function forgetElsewhere(sql: Sql, here: Buffer | undefined, user: string): Promise<void> {
  const kept = here ?? Buffer.alloc(0);
  await sql`
    with sessions as (
      delete from session where "user" = ${user} and kind = 'browser' and screen_hash is distinct from ${kept})
    delete from known_here where "user" = ${user} and screen_hash <> ${kept}`;
}

/** What can never be used again. */
export async function tidyKnownHere(sql: Sql, hoursMax: number): Promise<void> {
  await sql`delete from known_here using session_clock c where c.seconds - proven_s >= ${hoursMax * 3600}`;
}

/** From this many wrong ones in a row a PIN is not tried any more. */
export const wrongPinsMax = 5;

/** 'Chrome, Windows' from what a browser says of itself: enough to know one's own screens by. */
export function agentOf(userAgent: string | undefined): string {
  const text = userAgent ?? '';
  const browser = /Edg/.test(text)
    ? 'Edge'
    : /Firefox/.test(text)
      ? 'Firefox'
      : /Chrom/.test(text)
        ? 'Chrome'
        : /Safari/.test(text)
          ? 'Safari'
          : 'Browser';
  const system = ['Windows', 'Android', 'iPhone', 'iPad', 'Mac', 'Linux'].find((one) => text.includes(one));
  return system === undefined ? browser : `${browser}, ${system}`;
}
