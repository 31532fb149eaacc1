/**
 * Passkeys: a device holds a key and signs a challenge after it has recognised its person by finger, face or PIN. Nothing
 * that could be stolen here opens anything. A user name is not asked for: the device knows whose key it is.
 */
import { hash } from 'node:crypto';
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
  type AuthenticationResponseJSON,
  type RegistrationResponseJSON,
  type WebAuthnCredential,
} from '@simplewebauthn/server';
import { isObject } from '#fhir/json.ts';
import type { Sql } from '#store/sql.ts';
import { keepChallenge, takeChallenge } from './challenge.ts';
import { readPerson, type Person } from './person.ts';

/** Where the browser is: a key made for one site signs for no other. */
export interface Site {
  /** `https://record.region.dk` */
  readonly origin: string;
  /** Its host without a port. */
  readonly rpId: string;
}
export interface OwnPasskey {
  readonly id: string;
  readonly name: string;
  readonly madeAt: string;
}

/** More than anyone has devices for. */
export const passkeysMax = 20;

/** What the browser is to ask a device for. */
export async function askNewPasskey(sql: Sql, site: Site, person: Person): Promise<object> {
  const own = await readPasskeys(sql, person.user);
  const options = await generateRegistrationOptions({
    rpName: 'Holdfast',
    rpID: site.rpId,
    userName: person.user,
    userDisplayName: person.name,
    // The handle is shown to whoever holds the device: it says nothing about the person.
    userID: Uint8Array.from(Buffer.from(hash('sha256', `holdfast ${person.user}`), 'hex')),
    attestationType: 'none',
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    excludeCredentials: own.map(({ id }) => ({ id })),
  });
  await keepChallenge(sql, options.challenge, person.user);
  return options;
}

/** False when the answer fits no challenge of this person at this site, or the key is known already. */
export async function addPasskey(
  sql: Sql,
  site: Site,
  { person, name, answer }: { readonly person: Person; readonly name: string; readonly answer: unknown },
): Promise<boolean> {
  const challenge = challengeOf(answer);
  if (challenge === undefined || !(await takeChallenge(sql, challenge, person.user))) return false;
  const { verified, registrationInfo } = await verifyRegistrationResponse({
    // Whatever is not of this shape fails in there.
    response: answer as RegistrationResponseJSON,
    expectedChallenge: challenge,
    expectedOrigin: site.origin,
    expectedRPID: site.rpId,
  }).catch(() => ({ verified: false as const, registrationInfo: undefined }));
  if (!verified || !registrationInfo) return false;
  const { credential } = registrationInfo;
  const { count } = await sql`
    insert into passkey (id, "user", public_key, counter, transports, name)
    select ${credential.id}, ${person.user}, ${Buffer.from(credential.publicKey)}, ${credential.counter},
      ${JSON.stringify(credential.transports ?? [])}, ${name}
    where (select count(*) from passkey where "user" = ${person.user}) < ${passkeysMax}
    on conflict do nothing`;
  return count === 1;
}

export async function askPasskey(sql: Sql, site: Site): Promise<object> {
  const options = await generateAuthenticationOptions({ rpID: site.rpId, userVerification: 'required' });
  await keepChallenge(sql, options.challenge, null);
  return options;
}

/** Whose key signed a challenge of ours at this site; undefined when none did, or when a copy of a key is about. */
export async function checkPasskey(sql: Sql, site: Site, answer: unknown): Promise<Person | undefined> {
  const challenge = challengeOf(answer);
  if (challenge === undefined || !(await takeChallenge(sql, challenge, null))) return undefined;
  const id = isObject(answer) && typeof answer['id'] === 'string' ? answer['id'] : '';
  const [row] = await sql<{ user: string; publicKey: Buffer; counter: number; transports: string }[]>`
    select "user", public_key as "publicKey", counter, transports from passkey where id = ${id}`;
  if (!row) return undefined;
  const { verified, authenticationInfo } = await verifyAuthenticationResponse({
    response: answer as AuthenticationResponseJSON,
    expectedChallenge: challenge,
    expectedOrigin: site.origin,
    expectedRPID: site.rpId,
    credential: {
      id,
      publicKey: Uint8Array.from(row.publicKey),
      counter: row.counter,
      transports: JSON.parse(row.transports) as NonNullable<WebAuthnCredential['transports']>,
    },
  }).catch(() => ({ verified: false as const, authenticationInfo: undefined }));
  if (!verified || !authenticationInfo) return undefined;
  // A counter that another log-in has moved meanwhile is a copy's, or a replay.
  const { count } = await sql`
    update passkey set counter = ${authenticationInfo.newCounter} where id = ${id} and counter = ${row.counter}`;
  return count === 1 ? readPerson(sql, row.user) : undefined;
}

export async function readPasskeys(sql: Sql, user: string): Promise<OwnPasskey[]> {
  return sql<OwnPasskey[]>`
    select id, name, to_char(made_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as "madeAt"
    from passkey where "user" = ${user} order by made_at, id`;
}

/** Another's is left alone. */
export async function removePasskey(sql: Sql, user: string, id: string): Promise<void> {
  await sql`delete from passkey where id = ${id} and "user" = ${user}`;
}

/** The challenge that an answer says it is to; what stands there is checked by the library. */
function challengeOf(answer: unknown): string | undefined {
  const response = isObject(answer) ? answer['response'] : undefined;
  const text = isObject(response) ? response['clientDataJSON'] : undefined;
  if (typeof text !== 'string') return undefined;
  try {
    const said: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    const challenge = isObject(said) ? said['challenge'] : undefined;
    return typeof challenge === 'string' ? challenge : undefined;
  } catch {
    return undefined;
  }
}
