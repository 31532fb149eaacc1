/** What happens when someone has been proven at a screen: their session begins there, and the one before ends. */
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '#base/config.ts';
import type { Events } from '#base/events.ts';
import { Refusal } from '#base/refusal.ts';
import type { LoginGuard } from '#identity/login-guard.ts';
import { checkPassword, type Person } from '#identity/person.ts';
import { agentOf, makeScreenSecret, rememberHere, screenKey } from '#identity/screen.ts';
import type { Sessions } from '#identity/session.ts';
import type { Service } from '#rest/service.ts';
import { feedEnd, writeCursor } from '#store/feed.ts';
import type { RequestNotes } from './request-notes.ts';

export interface EnterParts {
  readonly config: Config;
  readonly service: Service;
  readonly sessions: Sessions;
  readonly loginGuard: LoginGuard;
  readonly events: Pick<Events, 'loginRefused'>;
  readonly notes: RequestNotes;
}
const cookieName = 'holdfast';
const screenCookieName = 'holdfast-screen';
/** The longest that browsers keep a cookie. What it is good for ends by counted hours long before. */
const screenCookieDays = 400;

/** The secret of a request: a bearer token, or the browser's cookie. */
export function secretOf(request: FastifyRequest): ReturnType<typeof secretIn> {
  return secretIn(request.headers);
}
export function secretIn(
  headers: IncomingHttpHeaders,
): { readonly text: string; readonly from: 'token' | 'cookie' } | undefined {
  const bearer = /^Bearer\s+(\S{1,4000})\s*$/i.exec(headers.authorization ?? '')?.[1];
  if (bearer !== undefined) return { text: bearer, from: 'token' };
  const cookie = cookieOf(headers, cookieName);
  return cookie === undefined ? undefined : { text: cookie, from: 'cookie' };
}

/** The screen that a request comes from; undefined when it has never been logged in at. */
export function screenOf(request: FastifyRequest): Buffer | undefined {
  const secret = cookieOf(request.headers, screenCookieName);
  return secret === undefined ? undefined : screenKey(secret);
}

export function cookieOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  return new RegExp(`(?:^|;\\s*)${name}=([^;]{1,200})`).exec(headers.cookie ?? '')?.[1];
}

/**
 * Someone was proven: anew, with a password or a passkey, so that they are known at this screen from now on; or with a
 * PIN, as someone who has been known here for `knownS` seconds, whose session is as old as that.
 */
export async function enter(
  parts: EnterParts,
  request: FastifyRequest,
  reply: FastifyReply,
  person: Person,
  proven: 'anew' | { readonly knownS: number },
): Promise<object> {
  const { service, sessions, notes } = parts;
  const before = secretOf(request);
  if (before?.from === 'cookie') await sessions.close(before.text);
  const given = cookieOf(request.headers, screenCookieName);
  const screenSecret = given ?? makeScreenSecret();
  const screen = screenKey(screenSecret);
  const ageS = proven === 'anew' ? 0 : proven.knownS;
  const secret = await sessions.open(person, 'browser', { screen, ageS });
  await notes.now(request, { what: 'login', status: 200, who: person, session: 'browser' });
  setCookie(reply, request, cookieName, secret);
  if (proven === 'anew')
    await rememberHere(service.store.sql, screen, person.user, agentOf(request.headers['user-agent']));
  if (given === undefined)
    setCookie(
      reply,
      request,
      screenCookieName,
      screenSecret,
      `; Max-Age=${screenCookieDays * 86_400}`,
      '/session',
    );
  return told(parts, person, false);
}

/**
 * A session as the clinic is told of it. `feed`: where the feed stands before the clinic asks for anything else, so that it
 * misses nothing of what changes while its first page loads; missing while the database is away.
 */
export async function told(
  { config, service }: EnterParts,
  person: Person,
  locked: boolean,
): Promise<object> {
  const place = await feedEnd(service.store.sql).then(writeCursor, () => undefined);
  return {
    ...person,
    locked,
    lockAfterMinutes: config.sessionIdleMinutes,
    earlyWarning: config.earlyWarning,
    ...(place === undefined ? {} : { feed: place }),
  };
}

export function forgetSession(reply: FastifyReply, request: FastifyRequest): void {
  setCookie(reply, request, cookieName, '', '; Max-Age=0');
}

/** @throws Refusal `unauthenticated` when they do not fit, `slowed` when there were too many tries. */
export async function checkedPassword(
  parts: EnterParts,
  request: FastifyRequest,
  user: string,
  password: string,
): Promise<Person> {
  const person = await parts.loginGuard.attempt(user, request.ip, () =>
    checkPassword(parts.service.store.sql, user, password),
  );
  if (!person) {
    await noteRefused(parts, request, 'user and password do not fit', user);
    throw new Refusal('unauthenticated', 'user name and password do not fit together', {
      detail: 'wrong-password',
    });
  }
  return person;
}

/** Details of refusals of a log-in: who looks at the proof notes them, and nobody else does. */
export const logInRefused: ReadonlySet<string> = new Set([
  'wrong-password',
  'wrong-pin',
  'password-needed',
  'unknown-badge',
  'wrong-passkey',
  'openid-failed',
  'openid-unknown',
]);

/** A way in that was not: told to operations and to the audit, with the user name that was tried when there was one. */
export async function noteRefused(
  { events, notes }: EnterParts,
  request: FastifyRequest,
  reason: string,
  tried?: string,
): Promise<void> {
  events.loginRefused({ reason });
  await notes.now(request, { what: 'login-refused', status: 401, ...(tried === undefined ? {} : { tried }) });
}

/**
 * A session's cookie has no age: the server counts it, and a jump of the browser's clock must not log anyone out.
 */
export function setCookie(
  reply: FastifyReply,
  request: FastifyRequest,
  name: string,
  secret: string,
  age = '',
  path = '/',
): void {
  const secure = request.protocol === 'https' ? '; Secure' : '';
  // Fastify adds to what was set under this name before.
  reply.header('set-cookie', `${name}=${secret}; Path=${path}; HttpOnly; SameSite=Strict${age}${secure}`);
}
