/** `holdfast start`: everything put together, until a signal ends it. */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import { systemClock } from '#base/clock.ts';
import type { Config } from '#base/config.ts';
import type { Events } from '#base/events.ts';
import { createShutdown, stopOnSignals, type Shutdown } from '#base/shutdown.ts';
import { createLoginGuard } from '#identity/login-guard.ts';
import { addPerson, hashPassword, makePassword } from '#identity/person.ts';
import type { Store } from '#store/store.ts';
import { demoPassword, loadDemo, needsDemo } from './demo.ts';
import { playDemo } from './demo-play.ts';
import { createLog } from './log.ts';
import { startDemoFmk } from './medication-card-demo.ts';
import { keepMemoryLow } from './memory.ts';
import { openOwn, type Opened } from './open.ts';
import { progressBar } from './progress.ts';
import { refuseIncompleteTable } from './scoring-table.ts';
import { cannotListen, serve } from './serve.ts';
import { version } from './version.ts';
import { serveByWorkers } from './workers.ts';

/** Starts and returns when it has ended. @throws StartError in one sentence, when it cannot start. */
export async function start(config: Config): Promise<void> {
  refuseIncompleteTable(config);
  keepMemoryLow();
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
  given: Config,
  events: Events,
  shutdown: Shutdown,
  { store, connect }: Opened,
  begun: number,
): Promise<void> {
  const demo = given.demo && (await ensureDemo(store, given, events));
  const config = demo && given.fmkUrl === undefined ? await withDemoFmk(given, store, shutdown) : given;
  const loginGuard = createLoginGuard();
  const url =
    config.workers === 1
      ? await serve({ config, events, shutdown, store, loginGuard })
      : await serveByWorkers({ config, events, shutdown, connect, loginGuard });
  // What an earlier run had begun to index.
  store.reindexer.wake((error) =>
    events.requestFailed({
      id: randomUUID(),
      route: '$reindex',
      error: error instanceof Error ? error : new Error(String(error)),
    }),
  );
  // Now that nothing can keep it from being shown: it is made and told once.
  const adminPassword = await ensureAdmin(store);
  events.started({ url, tookMs: Math.round(performance.now() - begun) });
  announce(url, adminPassword, demo);
  if (demo && config.demoPaceS > 0) await playDemo({ url, store, config, events, shutdown });
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

async function withDemoFmk(config: Config, store: Store, shutdown: Shutdown): Promise<Config> {
  const fmk = await startDemoFmk(store.sql, config.dataFolder);
  shutdown.register('stand-in of FMK', () => fmk.close());
  return { ...config, fmkUrl: fmk.url };
}

/** Before the database and the demo region are made: who has to choose another port should hear it at once. */
function tryPort(config: Config): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error) => reject(cannotListen(config, error)));
    probe.listen({ port: config.port, host: config.host }, () => probe.close(() => resolve()));
  });
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
