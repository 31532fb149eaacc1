/**
 * Log-in through the region's own OpenID provider. The browser is sent there with what only it can answer for, comes back
 * to the clinic's page `/openid`, and that page hands on what it was given: so this site's own cookies, which no other
 * site's page carries, say that it is the same browser and which screen it is.
 */
import { hash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { FastifyInstance } from 'fastify';
import * as openid from 'openid-client';
import type { Config } from '#base/config.ts';
import { Refusal } from '#base/refusal.ts';
import { Secret } from '#base/secret.ts';
import { elsewhereS, keepChallenge, takeChallenge } from '#identity/challenge.ts';
import { readPerson } from '#identity/person.ts';
import { fieldsOf } from './body-fields.ts';
import { cookieOf, enter, noteRefused, setCookie, type EnterParts } from './enter.ts';
import { StartError } from './start-error.ts';

export interface OpenidProvider {
  /** What the provider says of itself; asked once, and again when it did not answer. @throws Refusal `unavailable` */
  configuration(): Promise<openid.Configuration>;
  /** Where people come back to. */
  readonly back: () => string;
  readonly claim: string;
}

const cookieName = 'holdfast-openid';
const cookiePath = '/session/openid';
/** An id token comes from the provider itself, over TLS, to a question of ours: its times are hints. */
const clockToleranceS = 10 * 365 * 86_400;
const answerWithinS = 10;

/** @throws StartError when the secret cannot be read. */
export async function createOpenidProvider(
  config: Config,
  publicUrl: () => string,
): Promise<OpenidProvider | undefined> {
  const { openidIssuer, openidClient, openidSecretFile, openidClaim } = config;
  if (openidIssuer === undefined) return undefined;
  const secret = openidSecretFile === undefined ? undefined : await readSecret(openidSecretFile);
  let asked: Promise<openid.Configuration> | undefined;
  const ask = () =>
    openid.discovery(
      new URL(openidIssuer),
      openidClient,
      { [openid.clockTolerance]: clockToleranceS },
      secret ? openid.ClientSecretPost(secret.reveal()) : openid.None(),
      {
        timeout: answerWithinS,
        // The setting allows it on the machine itself only.
        ...(openidIssuer.startsWith('http:') ? { execute: [openid.allowInsecureRequests] } : {}),
      },
    );
  return {
    back: () => `${publicUrl()}/openid`,
    claim: openidClaim,
    async configuration() {
      asked ??= ask();
      try {
        return await asked;
      } catch (cause) {
        asked = undefined;
        throw new Refusal('unavailable', 'the other log-in does not answer: use your password', {
          cause,
          detail: 'openid-away',
          headers: { 'retry-after': '10' },
        });
      }
    },
  };
}

export function mountOpenid(app: FastifyInstance, parts: EnterParts, provider: OpenidProvider): void {
  const { service } = parts;
  const { sql } = service.store;

  app.post('/session/openid/begin', async (request, reply) => {
    const configuration = await provider.configuration();
    const secret = randomBytes(32).toString('base64url');
    const { verifier, state, nonce } = partsOf(secret);
    await keepChallenge(sql, `openid ${state}`, null);
    setCookie(reply, request, cookieName, secret, '', cookiePath);
    const to = openid.buildAuthorizationUrl(configuration, {
      redirect_uri: provider.back(),
      scope: 'openid profile',
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      nonce,
    });
    return { to: to.href };
  });

  /** `search`: what stood behind `/openid` when the browser came back. */
  app.post('/session/openid', async (request, reply) => {
    const { search } = fieldsOf(request.body, { search: 8000 });
    const refuse = async (reason: string, text: string, detail: string) => {
      await noteRefused(parts, request, reason);
      return new Refusal('unauthenticated', text, { detail });
    };
    const failed = () =>
      refuse(
        'an answer of the other log-in that does not fit',
        'the other log-in did not succeed',
        'openid-failed',
      );
    const { verifier, state, nonce } = partsOf(cookieOf(request.headers, cookieName) ?? '');
    setCookie(reply, request, cookieName, '', '; Max-Age=0', cookiePath);
    if (!(await takeChallenge(sql, `openid ${state}`, null, elsewhereS))) throw await failed();
    const configuration = await provider.configuration();
    const answer = await openid
      .authorizationCodeGrant(configuration, new URL(`${provider.back()}${search}`), {
        pkceCodeVerifier: verifier,
        expectedState: state,
        expectedNonce: nonce,
        idTokenExpected: true,
      })
      .catch(() => undefined);
    const user = answer?.claims()?.[provider.claim];
    if (typeof user !== 'string') throw await failed();
    const person = await readPerson(sql, user.trim().toLowerCase());
    if (!person)
      throw await refuse(
        'someone of the other log-in who has no user here',
        'the other log-in knows you, but you have no user here: ask the service desk for one',
        'openid-unknown',
      );
    return enter(parts, request, reply, person, 'anew');
  });
}

/** What goes to the provider, each made from the one secret in the browser's cookie. */
function partsOf(secret: string) {
  const part = (name: string) => hash('sha256', `${name} ${secret}`, 'base64url');
  return { verifier: part('verifier'), state: part('state'), nonce: part('nonce') };
}

async function readSecret(file: string): Promise<Secret> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new StartError(`HOLDFAST_OPENID_SECRET_FILE: ${file} cannot be read.`, { cause });
  });
  if (text.trim() === '') throw new StartError(`HOLDFAST_OPENID_SECRET_FILE: ${file} is empty.`);
  return new Secret(text.trim());
}
