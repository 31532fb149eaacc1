/** The HTTP server: who may come in, which part answers, and what every answer carries. */
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Config } from '#base/config.ts';
import type { Events } from '#base/events.ts';
import { Refusal } from '#base/refusal.ts';
import type { LoginGuard } from '#identity/login-guard.ts';
import type { Session, Sessions } from '#identity/session.ts';
import { answerIssues, answerRefusal } from '#rest/answer.ts';
import { inFormAsked } from '#rest/forms.ts';
import { dispatch } from '#rest/routes.ts';
import type { Answer, Caller, FhirRequest, Service } from '#rest/service.ts';
import type { Follower } from '#store/follow.ts';
import { seesNothing } from '#store/access.ts';
import type { Accesses } from '#identity/access.ts';
import type { Callers } from './callers.ts';
import { refusalOf } from '#store/sql.ts';
import { mountEvents } from './event-stream.ts';
import { letForeignPagesIn } from './foreign-pages.ts';
import { askerOf, createRequestNotes, type RequestNotes } from './request-notes.ts';
import { logInRefused, secretOf } from './enter.ts';
import { mountConsent } from './oauth/consent-routes.ts';
import type { Oauth } from './oauth/oauth.ts';
import { mountLaunch } from './oauth/launch-routes.ts';
import { mountOauth } from './oauth/routes.ts';
import { mountOpenid, type OpenidProvider } from './openid-routes.ts';
import { mountOwnLogIn } from './own-log-in-routes.ts';
import { mountPasskeys } from './passkey-routes.ts';
import { mountSession } from './session-routes.ts';
import { mountStatus, type SystemState } from './status-routes.ts';
import { mountWeb } from './web-app.ts';

export interface ServerParts {
  readonly config: Config;
  readonly service: Service;
  readonly sessions: Sessions;
  readonly loginGuard: LoginGuard;
  readonly accesses: Accesses;
  readonly callers: Callers;
  readonly follower: Follower;
  readonly oauth: Oauth;
  /** Where else one may log in; undefined when nowhere. */
  readonly openid: OpenidProvider | undefined;
  readonly state: () => Promise<SystemState>;
  readonly events: Events;
  /** Where the built clinic is. */
  readonly webFolder: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    session?: Session;
  }
}

/** Built, not yet listening. */
export function createServer(parts: ServerParts): FastifyInstance {
  const app = fastify({
    bodyLimit: parts.config.bodyBytesMax,
    trustProxy: parts.config.proxy ? 'loopback' : false,
    // A request that is slow to arrive must not hold its connection for ever; a slow write is never cut.
    requestTimeout: 120_000,
    routerOptions: { maxParamLength: 1000, ignoreTrailingSlash: true },
    forceCloseConnections: 'idle',
    // What is no address reaches no route and no hook.
    frameworkErrors: (_error, _request, reply) => {
      void send(
        reply.headers(securityHeaders),
        answerIssues(400, [{ code: 'invalid', text: 'the address has a broken %-escape' }]),
      );
    },
    clientErrorHandler: answerBrokenRequest,
    logger: false,
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers(securityHeaders);
  });
  letForeignPagesIn(app);
  app.addHook('onRequest', async (request) => {
    // Whoever may log someone in from a foreign page makes them write under a name that is not theirs.
    if (request.method !== 'GET' && isForeign(request) && !isForPrograms(request))
      throw new Refusal('forbidden', foreignSite);
    if (!isOpen(request)) await authenticate(parts.sessions, request);
  });
  const notes = createRequestNotes(parts.service.audit);
  app.addHook('onClose', async () => notes.stop());
  app.setErrorHandler(async (error, request, reply) => {
    const answer = await refusedAndNoted(parts, notes, request, error);
    return send(reply, isFhir(request) ? inFormAsked(answer, askedBy(request)) : answer);
  });
  app.setNotFoundHandler((request, reply) =>
    send(
      reply,
      answerIssues(404, [
        { code: 'not-found', text: `there is nothing at ${request.url.split('?')[0]?.slice(0, 100)}` },
      ]),
    ),
  );
  mountStatus(app, parts.state);
  const noted = { ...parts, notes };
  mountSession(app, noted);
  mountOwnLogIn(app, noted);
  mountPasskeys(app, noted);
  if (parts.openid) mountOpenid(app, noted, parts.openid);
  mountOauth(app, parts.oauth, securityHeaders);
  mountConsent(app, parts.oauth, parts.service.store.sql);
  mountLaunch(app, parts.oauth, parts.service.store.sql);
  mountEvents(app, noted);
  mountFhir(app, parts, notes);
  mountWeb(app, parts.webFolder);
  return app;
}

/** What Node could not read as HTTP never becomes a request: it is answered on its socket, in FHIR's form all the same. */
function answerBrokenRequest(error: Error & { readonly code?: string }, socket: Socket): void {
  // The caller is gone, or an answer is under way.
  if (error.code === 'ECONNRESET' || !socket.writable || socket.bytesWritten > 0)
    return void socket.destroy();
  const [status, text] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? [431, 'the headers or the address are longer than 16 KiB']
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? [408, 'the request did not arrive within two minutes']
        : [400, 'this is not HTTP/1.1'];
  const { headers, body = '' } = answerIssues(status, [{ code: 'invalid', text }]);
  const lines = Object.entries({ ...securityHeaders, ...headers, connection: 'close' }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('\r\n')}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

const securityHeaders = {
  'content-security-policy':
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/**
 * What answers without a log-in: the log-in page and its files, the state of the system, the capability statement. Told
 * by the route that was found and never by the address, which may spell `/fhir` as `/%66hir`.
 */
function isOpen(request: FastifyRequest): boolean {
  const route = request.routeOptions.url ?? '';
  if (waysIn.has(`${request.method} ${route}`)) return true;
  return !/^\/(fhir|events|session|grant)(\/|$)/.test(route) || openParts.has(route);
}
const openParts: ReadonlySet<string> = new Set(['/fhir/metadata', '/fhir/.well-known/smart-configuration']);

/** Where other programs come with proofs of their own, also from pages of theirs; no cookie of ours is believed there. */
function isForPrograms(request: FastifyRequest): boolean {
  if (isFhir(request)) return secretOf(request)?.from === 'token';
  return request.routeOptions.url?.startsWith('/oauth/') ?? false;
}

/** What someone speaks to who is not logged in yet. */
const waysIn: ReadonlySet<string> = new Set([
  'POST /session',
  'GET /session/screen',
  'POST /session/pin',
  'POST /session/badge',
  'POST /session/passkey',
  'POST /session/passkey/challenge',
  'POST /session/openid',
  'POST /session/openid/begin',
]);
/** What a locked screen speaks to. */
const whileLocked: ReadonlySet<string> = new Set(['/session', '/session/lock', '/session/unlock']);

async function authenticate(sessions: Sessions, request: FastifyRequest): Promise<void> {
  const secret = secretOf(request);
  const session = secret === undefined ? undefined : await sessions.find(secret.text);
  if (!session)
    throw new Refusal('unauthenticated', 'log in first', {
      headers: { 'www-authenticate': 'Bearer realm="Holdfast"' },
    });
  if (secret?.from === 'cookie' && isForeign(request)) throw new Refusal('forbidden', foreignSite);
  // Who is refused from here on is known to the audit.
  request.session = session;
  if (session.grant && !isFhir(request))
    throw new Refusal('forbidden', 'a program that acts for someone speaks to the FHIR API only');
  if (session.locked && !whileLocked.has(request.routeOptions.url ?? ''))
    throw new Refusal('unauthenticated', 'the screen is locked: unlock it first', { detail: 'locked' });
}

const foreignSite = 'a page of another site must not act for you here';

/** A browser tells where a request was made. Together with the cookie's SameSite=Strict nothing foreign gets through. */
function isForeign(request: FastifyRequest): boolean {
  const site = request.headers['sec-fetch-site'];
  return site !== undefined && site !== 'same-origin' && site !== 'none';
}

/** Log-ins that are refused are noted by who looks at the password. */
async function refusedAndNoted(
  parts: ServerParts,
  notes: RequestNotes,
  request: FastifyRequest,
  error: unknown,
): Promise<Answer> {
  const answer = refused(parts, request, error);
  const isOfLogIn =
    error instanceof Refusal && error.issues.some(({ detail }) => logInRefused.has(detail ?? ''));
  if (isOfLogIn || !isNoted(request)) return answer;
  try {
    await notes.refused(request, answer.status);
    return answer;
  } catch (second) {
    return refused(parts, request, second);
  }
}

function isNoted(request: FastifyRequest): boolean {
  return /^\/(fhir|events|session)(\/|$)/.test(request.routeOptions.url ?? '');
}

function isFhir(request: FastifyRequest): boolean {
  return request.routeOptions.url?.startsWith('/fhir') ?? false;
}

function refused(parts: ServerParts, request: FastifyRequest, error: unknown): Answer {
  const refusal = error instanceof Refusal ? error : refusalOf(error);
  if (refusal) return answerRefusal(refusal);
  const status =
    typeof error === 'object' && error !== null && 'statusCode' in error ? Number(error.statusCode) : 500;
  if (status === 413)
    return answerIssues(413, [
      {
        code: 'too-long',
        text: `the body is larger than ${parts.config.bodyBytesMax} bytes; send it in parts or use the import`,
      },
    ]);
  if (status >= 400 && status < 500)
    return answerIssues(status, [
      { code: 'invalid', text: error instanceof Error ? error.message : 'not understood' },
    ]);
  parts.events.requestFailed({
    id: request.id,
    route: `${request.method} ${request.routeOptions.url ?? ''}`,
    error: error instanceof Error ? error : new Error(String(error)),
  });
  return answerIssues(500, [
    {
      code: 'exception',
      text: `a fault of the server, noted as ${request.id}; nothing is known to be wrong with the request`,
    },
  ]);
}

function send(reply: FastifyReply, answer: Answer): FastifyReply {
  reply.status(answer.status).headers(answer.headers);
  return reply.send(answer.stream ? Readable.from(answer.stream) : (answer.bytes ?? answer.body ?? ''));
}

// ---------------------------------------------------------------- FHIR

function mountFhir(app: FastifyInstance, { service, callers }: ServerParts, notes: RequestNotes): void {
  const handler = async (request: FastifyRequest, reply: FastifyReply) => {
    const body = request.body;
    const asked: FhirRequest = {
      method: request.method,
      path: pathOf(request.url.split('?', 1)[0] ?? ''),
      ...askedBy(request),
      body: body instanceof Uint8Array ? body : undefined,
      // The capability statement answers whoever asks.
      caller: request.session
        ? await callers.of(request.session.person, askerOf(request), request.session.grant)
        : nobody,
      base: `${request.protocol}://${request.host}/fhir`,
    };
    const answer = await dispatch(service, asked);
    return send(reply, await notes.answered(request, asked, answer));
  };
  app.get('/fhir/metadata', handler);
  app.all('/fhir', handler);
  app.all('/fhir/*', handler);
}

function askedBy(request: FastifyRequest): Pick<FhirRequest, 'query' | 'headers'> {
  const search = request.url.split(/\?(.*)/s)[1] ?? '';
  return {
    query: search === '' ? [] : [...new URLSearchParams(search)],
    headers: request.headers as Record<string, string | undefined>,
  };
}

function pathOf(address: string): string[] {
  try {
    return address
      .split('/')
      .slice(2)
      .filter((part) => part !== '')
      .map(decodeURIComponent);
  } catch (cause) {
    throw new Refusal('invalid', 'the address has a broken %-escape', { cause });
  }
}

const nobody: Caller = { author: 'nobody', sees: seesNothing };
