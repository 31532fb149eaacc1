// A program that asks for access: makes its PKCE pair and its assertions, as a library of its own would.
import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import type { Answered, Visitor } from './visitor.ts';

export interface ClientKeys {
  readonly privateKey: KeyObject;
  readonly jwks: { readonly keys: readonly object[] };
}

export function makeClientKeys(): ClientKeys {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
  return {
    privateKey,
    jwks: { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'ES384', use: 'sig' }] },
  };
}

/** A signed claim to be this client. `skewS`: how wrong its clock is. */
export function assertionOf(
  keys: ClientKeys,
  { id, audience, skewS = 0, more = {} }: { id: string; audience: string; skewS?: number; more?: object },
): string {
  const now = Math.floor(Date.now() / 1000) + skewS;
  const part = (json: object) => Buffer.from(JSON.stringify(json)).toString('base64url');
  const head = part({ alg: 'ES384', kid: 'one', typ: 'JWT' });
  const body = part({
    iss: id,
    sub: id,
    aud: audience,
    jti: randomBytes(16).toString('hex'),
    iat: now,
    exp: now + 240,
    ...more,
  });
  const signature = sign('sha384', Buffer.from(`${head}.${body}`), {
    key: keys.privateKey,
    dsaEncoding: 'ieee-p1363',
  });
  return `${head}.${body}.${signature.toString('base64url')}`;
}

export function withAssertion(assertion: string): Readonly<Record<string, string>> {
  return {
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
  };
}

export function makePkce(): { readonly verifier: string; readonly challenge: string } {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}

/** As a form, which is what OAuth speaks. */
export function sendForm(
  visitor: Visitor,
  path: string,
  fields: Readonly<Record<string, string>>,
): Promise<Answered> {
  return visitor.send('POST', path, new URLSearchParams(fields).toString(), {
    'content-type': 'application/x-www-form-urlencoded',
  });
}

/** The claims of a signed token, believed unread. */
export function claimsIn(token: unknown): Readonly<Record<string, unknown>> {
  return JSON.parse(Buffer.from(String(token).split('.')[1] ?? '', 'base64url').toString()) as Record<
    string,
    unknown
  >;
}
