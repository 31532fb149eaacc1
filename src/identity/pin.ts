/**
 * PINs: four to eight digits that prove a person at a screen where they are known (screen.ts), and nowhere else. A PIN is
 * short enough to guess: after five wrong ones in a row it is not tried again until the password was right.
 */
import { randomBytes } from 'node:crypto';
import { verify } from '@node-rs/argon2';
import type { Sql } from '#store/sql.ts';
import { hashPassword, readPerson, type Person } from './person.ts';
import { knownForS, wrongPinsMax } from './screen.ts';

/** Why not, in words for whoever chooses it; undefined when it may be one. Those that are tried first are refused. */
export function whyNotPin(pin: string): 'form' | 'easy' | undefined {
  if (!/^\d{4,8}$/.test(pin)) return 'form';
  const digits = Array.from(pin, Number);
  const steps = new Set(digits.slice(1).map((digit, at) => (digit - (digits[at] ?? 0) + 10) % 10));
  // 1111, 1234, 9876, 2468: one and the same step throughout.
  return steps.size === 1 ? 'easy' : undefined;
}

export async function setPin(sql: Sql, user: string, pin: string): Promise<void> {
  const pinHash = await hashPassword(pin);
  await sql`
    insert into pin ("user", pin_hash) values (${user}, ${pinHash})
    on conflict ("user") do update set pin_hash = excluded.pin_hash, wrong = 0`;
}

export async function removePin(sql: Sql, user: string): Promise<void> {
  await sql`delete from pin where "user" = ${user}`;
}

export async function hasPin(sql: Sql, user: string): Promise<boolean> {
  const [row] = await sql`select from pin where "user" = ${user}`;
  return row !== undefined;
}

let nobody: Promise<string> | undefined;

/**
 * The person, and for how many seconds they have been known at this screen, when the PIN is theirs and they are. A try
 * is counted before it is checked, so that tries at once are no way around the five. Costs a hash whatever is wrong.
 */
export async function checkPin(
  sql: Sql,
  asked: { readonly screen: Buffer; readonly user: string; readonly pin: string; readonly hoursMax: number },
): Promise<{ readonly person: Person; readonly knownS: number } | undefined> {
  const { screen, user, pin, hoursMax } = asked;
  nobody ??= hashPassword(randomBytes(16).toString('hex'));
  const knownS = await knownForS(sql, screen, user, hoursMax);
  // At a screen where they are not known nothing is tried, or anyone could use up a stranger's tries from anywhere.
  const [row] =
    knownS === undefined
      ? []
      : await sql<{ pinHash: string }[]>`
        update pin set wrong = wrong + 1 where "user" = ${user} and wrong < ${wrongPinsMax} returning pin_hash as "pinHash"`;
  const fits = await verify(row?.pinHash ?? (await nobody), pin);
  if (!row || !fits || knownS === undefined) return undefined;
  await sql`update pin set wrong = 0 where "user" = ${user}`;
  const person = await readPerson(sql, user);
  return person && { person, knownS };
}
