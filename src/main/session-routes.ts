/** Log-in, log-out, lock and unlock, and what was printed: what the log-in page and the lock screen speak to. */
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '#base/config.ts';
import type { Events } from '#base/events.ts';
import { Refusal } from '#base/refusal.ts';
import { isObject, parseJson, type Json } from '#fhir/parse.ts';
import type { LoginGuard } from '#identity/login-guard.ts';
import { checkPassword, type Person } from '#identity/person.ts';
import type { Sessions } from '#identity/session.ts';
import type { Service } from '#rest/service.ts';
import { isId } from '#rest/target.ts';
import type { RequestNotes } from './request-notes.ts';

interface Parts {
  readonly config: Config;
  readonly service: Service;
  readonly sessions: Sessions;
  readonly loginGuard: LoginGuard;
  readonly events: Pick<Events, 'loginRefused'>;
  readonly notes: RequestNotes;
}
const cookieName = 'holdfast';

/** The secret of a request: a bearer token, or the browser's cookie. */
export function secretOf(request: FastifyRequest): ReturnType<typeof secretIn> {
  return secretIn(request.headers);
}
export function secretIn(
  headers: IncomingHttpHeaders,
): { readonly text: string; readonly from: 'token' | 'cookie' } | undefined {
  const bearer = /^Bearer\s+(\S{1,200})\s*$/i.exec(headers.authorization ?? '')?.[1];
  if (bearer !== undefined) return { text: bearer, from: 'token' };
  const cookie = new RegExp(`(?:^|;\\s*)${cookieName}=([^;]{1,200})`).exec(headers.cookie ?? '')?.[1];
  return cookie === undefined ? undefined : { text: cookie, from: 'cookie' };
}

export function mountSession(app: FastifyInstance, parts: Parts): void {
  const { sessions, config, notes } = parts;
  const told = (person: Person, locked: boolean) => ({
    ...person,
    locked,
    lockAfterMinutes: config.sessionIdleMinutes,
  });

  app.post('/session', async (request, reply) => {
    const { user, password } = credentials(request.body);
    const person = await checked(parts, request, user, password);
    // Another user at the same screen: the one before is logged out.
    const before = secretOf(request);
    if (before?.from === 'cookie') await sessions.close(before.text);
    const secret = await sessions.open(person, 'browser');
    await notes.now(request, { what: 'login', status: 200, who: person, session: 'browser' });
    setCookie(reply, request, secret);
    return told(person, false);
  });

  app.get('/session', async (request) => {
    const { session } = request;
    if (!session) throw new Refusal('unauthenticated', 'log in first');
    return told(session.person, session.locked);
  });

  app.delete('/session', async (request, reply) => {
    const secret = secretOf(request);
    if (secret) await sessions.close(secret.text);
    await notes.now(request, { what: 'logout', status: 204 });
    setCookie(reply, request, '', '; Max-Age=0');
    return reply.status(204).send();
  });

  app.post('/session/lock', async (request, reply) => {
    const secret = secretOf(request);
    if (secret) await sessions.lock(secret.text, true);
    await notes.now(request, { what: 'lock', status: 204 });
    return reply.status(204).send();
  });

  app.post('/session/unlock', async (request) => {
    const { session } = request;
    const secret = secretOf(request);
    if (!session || !secret) throw new Refusal('unauthenticated', 'log in first');
    const { password } = credentials(request.body, session.person.user);
    const person = await checked(parts, request, session.person.user, password);
    await notes.now(request, { what: 'unlock', status: 200 });
    await sessions.lock(secret.text, false);
    return told(person, false);
  });

  // A page that is printed is out of our hands: the audit says what it was.
  app.post('/session/print', async (request, reply) => {
    const { view, names, patients } = printed(request.body);
    await notes.now(request, { what: 'print', status: 204, view, shown: { names, patients } });
    return reply.status(204).send();
  });
}

/** @throws Refusal `unauthenticated` when they do not fit, `slowed` when there were too many tries. */
async function checked(
  { loginGuard, service, events, notes }: Parts,
  request: FastifyRequest,
  user: string,
  password: string,
): Promise<Person> {
  const person = await loginGuard.attempt(user, request.ip, () =>
    checkPassword(service.store.sql, user, password),
  );
  if (!person) {
    events.loginRefused({ reason: 'user and password do not fit' });
    await notes.now(request, { what: 'login-refused', status: 401, tried: user });
    throw new Refusal('unauthenticated', 'user name and password do not fit together', {
      detail: 'wrong-password',
    });
  }
  return person;
}

function credentials(body: unknown, known?: string): { user: string; password: string } {
  const { tree } = parseJson(body instanceof Uint8Array ? body : '', { depthMax: 4 });
  const user = known ?? (isObject(tree) ? tree['user'] : undefined);
  const password = isObject(tree) ? tree['password'] : undefined;
  if (
    typeof user !== 'string' ||
    typeof password !== 'string' ||
    user === '' ||
    user.length > 64 ||
    password.length > 1000
  ) {
    throw new Refusal('invalid', 'expected {"user": "…", "password": "…"}', { code: 'required' });
  }
  return { user: user.trim().toLowerCase(), password };
}

/** @throws Refusal `invalid`. */
function printed(body: unknown): { view: string; names: string[]; patients: string[] } {
  const { tree } = parseJson(body instanceof Uint8Array ? body : '', { depthMax: 4 });
  const { view, patient, ward }: Json = isObject(tree) ? tree : {};
  const ids = [patient, ward].filter((one) => one !== undefined);
  if (typeof view !== 'string' || !/^[\w/.-]{1,100}$/.test(view) || !ids.every(isTextId))
    throw new Refusal('invalid', 'expected {"view": "…"}, with the id of a patient or a ward', {
      code: 'required',
    });
  return {
    view,
    names: isTextId(ward) ? [`Location/${ward}`] : [],
    patients: isTextId(patient) ? [patient] : [],
  };
}

function isTextId(one: unknown): one is string {
  return typeof one === 'string' && isId(one);
}

/** Without an age: the server counts it, and a jump of the browser's clock must not log anyone out. */
function setCookie(reply: FastifyReply, request: FastifyRequest, secret: string, age = ''): void {
  const secure = request.protocol === 'https' ? '; Secure' : '';
  reply.header('set-cookie', `${cookieName}=${secret}; Path=/; HttpOnly; SameSite=Strict${age}${secure}`);
}
