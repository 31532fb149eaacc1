/**
 * Access tokens of other programs: signed, so that any process believes them without asking the database. How old one is,
 * is told by the count of seconds it was made at (session-clock.ts), not by its `exp`, which is for its holder to plan by.
 * What was revoked is looked up every few seconds and kept here: a token is over within a minute of being revoked, and
 * when the list could not be read for that long no token is believed.
 */
import { verify, type KeyObject } from 'node:crypto';
import { monotonicMs } from '#base/clock.ts';
import { isObject } from '#fhir/json.ts';
import type { Sql } from '#store/sql.ts';
import { tidyOauth } from './oauth-state.ts';
import type { Person } from './person.ts';
import { parseScopes } from './scope.ts';
import type { Session } from './session.ts';
import { publicKeyOf, readSigningKeys, type SigningKey } from './signing-key.ts';

export interface AccessTokens {
  /** Who acts with this token, and what it allows; undefined when it is not ours, too old or revoked. */
  find(text: string): Promise<Session | undefined>;
  /** The claims of a token that would be believed now. */
  claimsOf(text: string): Promise<TokenClaims | undefined>;
  /** The keys that sign and are believed, newest first. */
  keys(): readonly SigningKey[];
  /** Reads what was revoked and which keys there are; runs by itself every 5 s. */
  look(): Promise<void>;
  stop(): void;
}
export interface TokenClaims {
  readonly jti: string;
  readonly sub: string;
  readonly clientId: string;
  readonly scope: string;
  /** The count of seconds it was made at. */
  readonly at: number;
  /** The consent it comes from; none for a program that acts for itself. */
  readonly grant: string | undefined;
  readonly patient: string | undefined;
  readonly person: Person;
}

/** Seconds that a token is good for. */
export const accessTokenS = 300;
const lookEveryMs = 5000;
/** A list older than this is asked for anew before a token is believed. With the looks themselves it makes a minute at most. */
const listMsMax = 45_000;
/** The counts of two processes may differ by what one of them has not seen yet (three ticks). */
const aheadSMax = 60;
const verifiedMax = 5000;

export function looksLikeAccessToken(text: string): boolean {
  return /^[\w-]+\.[\w-]+\.[\w-]+$/.test(text);
}

export function createAccessTokens(
  sql: Sql,
  { seconds, issuer }: { readonly seconds: () => number; readonly issuer: () => string },
  now: () => number = monotonicMs,
): AccessTokens {
  let keys: readonly SigningKey[] = [];
  let publicKeys = new Map<string, KeyObject>();
  let revoked: ReadonlySet<string> = new Set();
  let lookedMs = Number.NEGATIVE_INFINITY;
  // Checking a signature costs a tenth of a millisecond, and a program shows the same token for minutes.
  const verified = new Map<string, TokenClaims>();

  const look = async () => {
    // What is revoked while this is read is seen by the next look: the list is as old as its question.
    const askedMs = now();
    const [rows, found] = await Promise.all([
      sql<{ id: string }[]>`
        select id from revoked_token
        union all select 'client ' || id from oauth_client where disabled
        union all select 'user ' || "user" from person where disabled`,
      readSigningKeys(sql),
      tidyOauth(sql, accessTokenS),
    ]);
    revoked = new Set(rows.map(({ id }) => id));
    if (found.map(({ kid }) => kid).join() !== keys.map(({ kid }) => kid).join()) {
      keys = found;
      publicKeys = new Map(found.map((key) => [key.kid, publicKeyOf(key)]));
      verified.clear();
    }
    lookedMs = askedMs;
  };
  const timer = setInterval(() => void look().catch(() => {}), lookEveryMs);
  timer.unref();

  const signed = async (text: string): Promise<TokenClaims | undefined> => {
    const known = verified.get(text);
    if (known) return known;
    const [head = '', body = '', signature = ''] = text.split('.');
    const header = decoded(head);
    const kid = header?.['kid'];
    if (header?.['alg'] !== 'ES256' || header['typ'] !== 'at+jwt' || typeof kid !== 'string')
      return undefined;
    // Another process may have made a key since our last look; whoever makes keys up causes a look a second at most.
    if (!publicKeys.has(kid) && now() - lookedMs > 1000) await look();
    const key = publicKeys.get(kid);
    const claims = decoded(body);
    if (!key || claims?.['iss'] !== issuer()) return undefined;
    const fits = verify(
      'sha256',
      Buffer.from(`${head}.${body}`),
      { key, dsaEncoding: 'ieee-p1363' },
      Buffer.from(signature, 'base64url'),
    );
    if (!fits) return undefined;
    const read = readClaims(claims);
    if (verified.size >= verifiedMax) verified.clear();
    if (read) verified.set(text, read);
    return read;
  };
  const claimsOf = async (text: string) => {
    if (now() - lookedMs > listMsMax) await look();
    const claims = await signed(text);
    if (!claims) return undefined;
    const ageS = seconds() - claims.at;
    if (ageS > accessTokenS || ageS < -aheadSMax) return undefined;
    const ends = [claims.jti, claims.grant ?? '', `client ${claims.clientId}`, `user ${claims.sub}`];
    return ends.some((one) => revoked.has(one)) ? undefined : claims;
  };
  return {
    claimsOf,
    async find(text) {
      const claims = await claimsOf(text);
      if (!claims) return undefined;
      const { person, scope, patient } = claims;
      const grant = { ...parseScopes(scope), ...(patient === undefined ? {} : { patient }) };
      return { person, kind: 'app', locked: false, grant };
    },
    keys: () => keys,
    look,
    stop: () => clearInterval(timer),
  };
}

function decoded(part: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const json: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
    return isObject(json) ? json : undefined;
  } catch {
    return undefined;
  }
}

/** What we put into a token (main/oauth/provider.ts). A program that acts for itself is its own person. */
function readClaims(claims: Readonly<Record<string, unknown>>): TokenClaims | undefined {
  const text = (name: string) => (typeof claims[name] === 'string' ? claims[name] : undefined);
  const [jti, sub, clientId, at] = [text('jti'), text('sub'), text('client_id'), claims['at']];
  if (jti === undefined || sub === undefined || clientId === undefined || typeof at !== 'number')
    return undefined;
  return {
    jti,
    sub,
    clientId,
    scope: text('scope') ?? '',
    at,
    grant: text('grant'),
    patient: text('patient'),
    person: {
      user: sub,
      name: text('name') ?? sub,
      // Only a program that acts for itself has none in its token.
      role: text('role') ?? 'integration',
      practitioner: text('practitioner') ?? null,
      ward: text('ward') ?? null,
    },
  };
}
