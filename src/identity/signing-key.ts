/**
 * The keys that tokens are signed with (ES256). Each signs for a day of counted seconds and is believed for one more;
 * how old one is, is told by the count and by no clock.
 */
import {
  createPublicKey,
  generateKeyPairSync,
  randomUUID,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto';
import type { Sql } from '#store/sql.ts';

export interface SigningKey {
  readonly kid: string;
  /** With its private part. */
  readonly jwk: JsonWebKey;
}

const signsForS = 24 * 3600;
const believedForS = 2 * signsForS;

/** Newest first; makes one when the newest has signed for long enough. */
export async function readSigningKeys(sql: Sql): Promise<SigningKey[]> {
  const [newest] = await sql<{ age: number }[]>`
    select c.seconds - k.made_s as age from signing_key k, session_clock c order by k.made_s desc limit 1`;
  if (!newest || newest.age >= signsForS) await makeSigningKey(sql);
  const rows = await sql<{ kid: string; jwk: string }[]>`
    select kid, jwk from signing_key, session_clock c
    where c.seconds - made_s < ${believedForS} order by made_s desc, kid`;
  return rows.map(({ kid, jwk }) => ({ kid, jwk: JSON.parse(jwk) as JsonWebKey }));
}

export function publicKeyOf({ jwk }: SigningKey): KeyObject {
  const { kty = '', crv = '', x = '', y = '' } = jwk;
  return createPublicKey({ key: { kty, crv, x, y }, format: 'jwk' });
}

/** Two programs that do so at the same moment make two keys, and both are good. */
async function makeSigningKey(sql: Sql): Promise<void> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const kid = randomUUID();
  const jwk = { ...privateKey.export({ format: 'jwk' }), kid, alg: 'ES256', use: 'sig' };
  await sql`
    with old as (delete from signing_key using session_clock c where c.seconds - made_s >= ${believedForS})
    insert into signing_key (kid, jwk, made_s)
    select ${kid}, ${JSON.stringify(jwk)}, seconds from session_clock c
    where not exists (select from signing_key where c.seconds - made_s < ${signsForS})`;
}
