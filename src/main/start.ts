/** `holdfast start`: everything put together, until a signal ends it. */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { pino } from 'pino';
import { systemClock } from '#base/clock.ts';
import type { Config } from '#base/config.ts';
import { createEvents, type Events } from '#base/events.ts';
import { createShutdown, stopOnSignals, type Shutdown } from '#base/shutdown.ts';
import { createLoginGuard } from '#identity/login-guard.ts';
import { addPerson, hashPassword, makePassword } from '#identity/person.ts';
import { createSessions } from '#identity/session.ts';
import type { Service } from '#rest/service.ts';
import { createFollower } from '#store/follow.ts';
import type { Store } from '#store/store.ts';
import { demoPassword, loadDemo, needsDemo } from './demo.ts';
import { startDiskGuard, type DiskGuard } from './disk-guard.ts';
import { openOwn, type Opened } from './open.ts';
import { progressBar } from './progress.ts';
import { createServer as createWebServer } from './server.ts';
import { StartError } from './start-error.ts';
import type { SystemState } from './status-routes.ts';
import { projectFolder, version } from './version.ts';

export function createLog(config: Config): Events {
  return createEvents(
    pino(
      { level: config.log, base: null, timestamp: pino.stdTimeFunctions.isoTime },
      pino.destination({ dest: 2, sync: true }),
    ),
  );
}

/** Starts and returns when it has ended. @throws StartError in one sentence, when it cannot start. */
export async function start(config: Config): Promise<void> {
  const begun = performance.now();
  const events = createLog(config);
  const shutdown = createShutdown({ events, clock: systemClock });
  const ended = new Promise<void>((resolve) =>
    stopOnSignals(shutdown, { clock: systemClock, onEnded: resolve }),
  );

  const opened = await openOwn(config, events, () => tryPort(config));
  shutdown.register('database', (hurry) => opened.close(hurry));
  void opened.postgres?.died.then((fault) => {
    console.error(fault.message);
    process.exitCode = 1;
    process.kill(process.pid, 'SIGTERM');
  });
  // Told to end while the database was starting: it was not yet among the parts that end.
  if (shutdown.begun.aborted) return opened.close();
  try {
    await run(config, events, shutdown, opened, begun);
  } catch (error) {
    // Whatever a start is doing fails when it is told to end, and that is no fault.
    if (!shutdown.begun.aborted) {
      await shutdown.stop('the start failed');
      throw error;
    }
  }
  await ended;
}

async function run(
  config: Config,
  events: Events,
  shutdown: Shutdown,
  { store }: Opened,
  begun: number,
): Promise<void> {
  const disk = await startDiskGuard({
    folder: config.dataFolder,
    reserveBytes: config.diskReserveBytes,
    events,
  });
  shutdown.register('disk guard', () => disk.stop());

  const demo = config.demo && (await ensureDemo(store, config, events));

  const sessions = createSessions(store.sql, {
    idleMinutes: config.sessionIdleMinutes,
    hoursMax: config.sessionHoursMax,
  });
  shutdown.register('sessions', () => sessions.stop());
  const follower = createFollower(store);
  shutdown.register('feed', () => follower.stop());
  const service: Service = {
    store,
    version,
    limits: config,
    diskIsFull: () => disk.full,
    events,
  };
  const app = createWebServer({
    config,
    service,
    sessions,
    follower,
    events,
    loginGuard: createLoginGuard(),
    state: () => systemState(store, disk),
    webFolder: join(projectFolder, 'dist/web'),
  });
  shutdown.register('web server', (hurry) => {
    // A request that never ends must not keep the database from stopping in order.
    hurry.addEventListener('abort', () => app.server.closeAllConnections());
    return app.close();
  });
  // What an earlier run had begun to index.
  store.reindexer.wake((error) =>
    events.requestFailed({
      id: randomUUID(),
      route: '$reindex',
      error: error instanceof Error ? error : new Error(String(error)),
    }),
  );
  const url = await listen(app, config);
  // Now that nothing can keep it from being shown: it is made and told once.
  const adminPassword = await ensureAdmin(store);
  events.started({ url, tookMs: Math.round(performance.now() - begun) });
  announce(url, adminPassword, demo);
}

async function ensureAdmin(store: Store): Promise<string | undefined> {
  const admin = {
    user: 'admin',
    name: 'Administrator',
    role: 'administrator',
    practitioner: null,
    ward: null,
  } as const;
  const password = makePassword();
  return (await addPerson(store.sql, admin, await hashPassword(password))) ? password : undefined;
}

async function ensureDemo(store: Store, config: Config, events: Events): Promise<boolean> {
  if (await needsDemo(store)) {
    const begun = performance.now();
    const bar = progressBar('Making the demo region');
    const { resources, patients } = await loadDemo(store, config.demoSeed, (done, total) =>
      bar.show(done, total),
    );
    bar.end();
    // Fresh statistics, or the first searches are planned for an empty database.
    await store.sql`analyze`;
    events.demoLoaded({ patients, resources, tookMs: Math.round(performance.now() - begun) });
  }
  const [row] = await store.sql`select from demo_region where complete`;
  return row !== undefined;
}

async function listen(app: ReturnType<typeof createWebServer>, config: Config): Promise<string> {
  try {
    const address = await app.listen({ port: config.port, host: config.host });
    return address.replace('127.0.0.1', 'localhost').replace('[::1]', 'localhost');
  } catch (error) {
    throw cannotListen(config, error);
  }
}

/** Before the database and the demo region are made: who has to choose another port should hear it at once. */
function tryPort(config: Config): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error) => reject(cannotListen(config, error)));
    probe.listen({ port: config.port, host: config.host }, () => probe.close(() => resolve()));
  });
}

function cannotListen({ host, port }: Config, error: unknown): StartError {
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

function announce(url: string, adminPassword: string | undefined, demo: boolean): void {
  const lines = [
    `Holdfast ${version}`,
    '',
    `  Clinic   ${url}/`,
    `  FHIR R4  ${url}/fhir`,
    `  Status   ${url}/status`,
    '',
  ];
  if (adminPassword !== undefined)
    lines.push(`  The administrator's first password, shown this once:  admin  ${adminPassword}`, '');
  if (demo) {
    lines.push(
      `  Demo logins, all with the password  ${demoPassword}`,
      '    anne.lund      doctor, Herlev, B12 Medicinsk',
      '    mette.krogh    nurse, Herlev, B12 Medicinsk',
      '',
    );
  }
  console.log(lines.join('\n'));
}
