/** One process that serves: sessions, the feed, the FHIR API and the clinic over a store that is open. */
import { guards } from '#care/guards.ts';
import { randomUUID } from 'node:crypto';
import type { Config } from '#base/config.ts';
import type { Events } from '#base/events.ts';
import type { Shutdown } from '#base/shutdown.ts';
import type { LoginGuard } from '#identity/login-guard.ts';
import { createAccesses } from '#identity/access.ts';
import { createAccessTokens, looksLikeAccessToken, type AccessTokens } from '#identity/access-token.ts';
import { createAudit } from '#identity/audit/audit.ts';
import { createSessions, type Sessions } from '#identity/session.ts';
import { createSockets } from '#exchange/subscription/socket.ts';
import { createSubscriptions } from '#exchange/subscription/subscriptions.ts';
import { createDeferredWorker } from '#rest/deferred/worker.ts';
import { createLargeBodies } from '#rest/large-body/large-bodies.ts';
import { resumeDeferred } from '#rest/routes.ts';
import type { Service } from '#rest/service.ts';
import { createFollower } from '#store/follow.ts';
import type { Store } from '#store/store.ts';
import { join } from 'node:path';
import { createCallers } from './callers.ts';
import { startCriticalWatch } from './critical-watch.ts';
import { createMedicationCard } from './medication-card.ts';
import { createOauth } from './oauth/oauth.ts';
import { startDiskGuard, type DiskGuard } from './disk-guard.ts';
import { createOpenidProvider } from './openid-routes.ts';
import { createServer } from './server.ts';
import { mountWebSocket } from './web-socket.ts';
import { StartError } from './start-error.ts';
import type { SystemState } from './status-routes.ts';
import { projectFolder, version } from './version.ts';

export interface ServeParts {
  readonly config: Config;
  readonly events: Events;
  readonly shutdown: Shutdown;
  readonly store: Store;
  readonly loginGuard: LoginGuard;
}

/** How often requests are looked for that another program has left; whoever waits for one is told within a minute. */
const resumeDeferredMs = 15_000;

/** Returns the address when it listens. @throws StartError in one sentence, when it cannot. */
export async function serve({ config, events, shutdown, store, loginGuard }: ServeParts): Promise<string> {
  const disk = await startDiskGuard({
    folder: config.dataFolder,
    reserveBytes: config.diskReserveBytes,
    events,
  });
  shutdown.register('disk guard', () => disk.stop());
  const audit = createAudit(store.openAudit, { events });
  audit.begin();
  // Registered before what it is told by, so that it ends after it.
  shutdown.register('audit', (hurry) => audit.close(hurry));
  const sessions = createSessions(store.sql, {
    idleMinutes: config.sessionIdleMinutes,
    hoursMax: config.sessionHoursMax,
  });
  shutdown.register('sessions', () => sessions.stop());
  // Tokens are judged by the count of seconds: it must be known before the first one comes.
  await sessions.tick().catch(() => {});
  let listening = '';
  const issuer = () => config.publicUrl ?? listening;
  const tokens = createAccessTokens(store.sql, { seconds: () => sessions.seconds(), issuer });
  shutdown.register('access tokens', () => tokens.stop());
  const onFault = (error: Error) => events.requestFailed({ id: randomUUID(), route: '/oauth', error });
  const oauth = createOauth({
    sql: store.sql,
    issuer,
    tokens,
    seconds: () => sessions.seconds(),
    onFault,
  });
  const follower = createFollower(store);
  shutdown.register('feed', () => follower.stop());
  const accesses = createAccesses(store.sql, config);
  const callers = createCallers(store.sql, accesses);
  const medicationCard =
    config.fmkUrl === undefined
      ? undefined
      : createMedicationCard({ url: config.fmkUrl, store, service: () => service, events });
  const service: Service = {
    store,
    recall: (kept) => callers.recall(kept),
    version,
    limits: config,
    diskIsFull: () => disk.full,
    deferred: createDeferredWorker(),
    largeBodies: createLargeBodies(),
    events,
    audit,
    guards,
    medicationCard,
  };
  medicationCard?.begin();
  shutdown.register('medication card', () => medicationCard?.stop());
  shutdown.register('large bodies', () => service.largeBodies.stop());
  const resuming = setInterval(() => resumeDeferred(service), resumeDeferredMs);
  resumeDeferred(service);
  shutdown.register('deferred requests', (hurry) => {
    clearInterval(resuming);
    return service.deferred.stop(hurry);
  });
  const criticalWatch = await startCriticalWatch(service, {
    seconds: () => sessions.seconds(),
    limits: {
      toTeamSeconds: config.criticalTeamMinutes * 60,
      toDutySeconds: config.criticalDutyMinutes * 60,
    },
    events,
  });
  shutdown.register('critical results', () => criticalWatch.stop());
  const app = createServer({
    config,
    service,
    sessions: withAccessTokens(sessions, tokens),
    accesses,
    callers,
    oauth,
    openid: await createOpenidProvider(config, issuer),
    follower,
    events,
    loginGuard,
    state: () => systemState(store, disk),
    webFolder: join(projectFolder, 'dist/web'),
  });
  shutdown.register('web server', (hurry) => {
    // A request that never ends must not keep the database from stopping in order.
    hurry.addEventListener('abort', () => app.server.closeAllConnections());
    return app.close();
  });
  const url = await app.listen({ port: config.port, host: config.host }).then(
    (address) => address.replace('127.0.0.1', 'localhost').replace('[::1]', 'localhost'),
    (error: unknown) => {
      throw cannotListen(config, error);
    },
  );
  listening = url;
  const subscriptions = createSubscriptions({
    store,
    events,
    hosts: config.subscriptionHosts,
    base: () => `${config.publicUrl ?? url}/fhir`,
  });
  shutdown.register('subscriptions', (hurry) => subscriptions.stop(hurry));
  const sockets = createSockets({
    store,
    hosts: config.subscriptionHosts,
    base: () => `${config.publicUrl ?? url}/fhir`,
    onEvents: (listener) => subscriptions.onEvents(listener),
  });
  mountWebSocket(app.server, { sockets, sessions, audit, proxy: config.proxy });
  shutdown.register('web sockets', () => sockets.stop());
  return url;
}

/** Whoever shows a secret: a browser's, a token's of the command line, or an access token. */
function withAccessTokens(sessions: Sessions, tokens: AccessTokens): Sessions {
  return {
    ...sessions,
    find: (secret, options) =>
      looksLikeAccessToken(secret) ? tokens.find(secret) : sessions.find(secret, options),
  };
}

export function cannotListen({ host, port }: Config, error: unknown): StartError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const why =
    code === 'EADDRINUSE'
      ? `Port ${port} is taken by another program: stop it, or set HOLDFAST_PORT to another port.`
      : code === 'EACCES'
        ? `Port ${port} may not be opened by this user: set HOLDFAST_PORT to a port above 1023.`
        : `The web server cannot listen on ${host}:${port} (${String(code ?? error)}): check HOLDFAST_HOST and HOLDFAST_PORT.`;
  return new StartError(why, { cause: error });
}

async function systemState(store: Store, disk: DiskGuard): Promise<SystemState> {
  const answers = await Promise.race([
    store.sql`select 1`.then(
      () => true,
      () => false,
    ),
    new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 2000).unref()),
  ]);
  const state = !answers ? 'down' : disk.full ? 'disk-full' : 'ok';
  const mode = state === 'ok' ? 'normal' : state === 'down' ? 'down' : 'read-only';
  return { name: 'Holdfast', version, mode, database: { state }, at: new Date().toISOString() };
}
