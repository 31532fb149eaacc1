/** The people who may log in. */
import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import type { Sql } from '#store/sql.ts';

export const roles = [
  'doctor',
  'nurse',
  'midwife',
  'secretary',
  'laboratory',
  'service-desk',
  'administrator',
  // Another program, that acts for itself.
  'integration',
] as const;
export type Role = (typeof roles)[number];

export interface Person {
  /** The log-in name: lower-case letters, digits, dot, hyphen, underscore. */
  readonly user: string;
  readonly name: string;
  readonly role: Role;
  /** `Practitioner/…`, when the person is one. */
  readonly practitioner: string | null;
  /** `Location/…` of the ward they work on. */
  readonly ward: string | null;
}

/** argon2id with the library's parameters (19 MiB, 2 passes, OWASP 2023): about 25 ms. */
export function hashPassword(password: string): Promise<string> {
  return hash(password.normalize('NFC'));
}

/** A first password that can be read aloud and typed: 15 letters and digits without look-alikes, 73 bits. */
export function makePassword(): string {
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789';
  const drawn = Array.from(randomBytes(15), (byte) => letters[byte % letters.length]);
  return [0, 5, 10].map((from) => drawn.slice(from, from + 5).join('')).join('-');
}

/** False when there is one of this name already, who is left as they are. */
export async function addPerson(sql: Sql, person: Person, passwordHash: string): Promise<boolean> {
  const { count } = await sql`
    insert into person ("user", name, role, practitioner, ward, password_hash)
    values (${person.user}, ${person.name}, ${person.role}, ${person.practitioner}, ${person.ward}, ${passwordHash})
    on conflict ("user") do nothing`;
  return count === 1;
}

export async function readPerson(sql: Sql, user: string): Promise<Person | undefined> {
  const [row] = await sql<
    Person[]
  >`select "user", name, role, practitioner, ward from person where "user" = ${user} and not disabled`;
  return row;
}

// Someone who guesses must not learn from the time it takes whether the user exists: an unknown one costs a hash as well.
let nobody: Promise<string> | undefined;

/** The person, when user and password fit together. */
export async function checkPassword(sql: Sql, user: string, password: string): Promise<Person | undefined> {
  nobody ??= hashPassword(randomBytes(16).toString('hex'));
  const [row] = await sql<(Person & { passwordHash: string })[]>`
    select "user", name, role, practitioner, ward, password_hash as "passwordHash"
    from person where "user" = ${user} and not disabled`;
  const fits = await verify(row?.passwordHash ?? (await nobody), password.normalize('NFC'));
  if (!row || !fits) return undefined;
  const { passwordHash: _, ...person } = row;
  return person;
}
