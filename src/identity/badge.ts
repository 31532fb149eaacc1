/**
 * Badges: a reader types the badge's number and Enter, as a keyboard would. Numbers are printed on badges and can be
 * read from a distance, so a badge only names a person; a PIN or a password proves them.
 */
import { hashRaw } from '@node-rs/argon2';
import { violatedConstraint, type Sql } from '#store/sql.ts';
import type { Person } from './person.ts';

/** Longer than any PIN, so that the two cannot be mistaken for each other in one field. */
export const badgePattern = /^[0-9A-Za-z]{9,32}$/;

/** False when the badge is another person's. A person has one badge: a new one replaces the old. */
export async function setBadge(sql: Sql, user: string, number: string): Promise<boolean> {
  const hash = await numberHash(sql, number);
  try {
    await sql`
      insert into badge (number_hash, "user") values (${hash}, ${user})
      on conflict ("user") do update set number_hash = excluded.number_hash`;
    return true;
  } catch (error) {
    if (violatedConstraint(error) === undefined) throw error;
    return false;
  }
}

export async function removeBadge(sql: Sql, user: string): Promise<void> {
  await sql`delete from badge where "user" = ${user}`;
}

export async function hasBadge(sql: Sql, user: string): Promise<boolean> {
  const [row] = await sql`select from badge where "user" = ${user}`;
  return row !== undefined;
}

/** Whose badge it is. */
export async function readBadge(
  sql: Sql,
  number: string,
): Promise<Pick<Person, 'user' | 'name' | 'role' | 'practitioner'> | undefined> {
  const hash = await numberHash(sql, number);
  const [row] = await sql<Pick<Person, 'user' | 'name' | 'role' | 'practitioner'>[]>`
    select p."user", p.name, p.role, p.practitioner from badge b join person p using ("user")
    where b.number_hash = ${hash} and not p.disabled`;
  return row;
}

async function numberHash(sql: Sql, number: string): Promise<Buffer> {
  const [row] = await sql<{ salt: string }[]>`select salt from badge_salt`;
  return hashRaw(number.toUpperCase(), { salt: Buffer.from((row?.salt ?? '').replaceAll('-', ''), 'hex') });
}
