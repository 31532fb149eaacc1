/**
 * The database of this configuration, opened: the embedded one started, another's connected to, or, for a command beside
 * a running program, the running program's. Migrations are run.
 */
import { existsSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import type { Config } from '#base/config.ts';
import type { Events } from '#base/events.ts';
import { createAudit } from '#identity/audit/audit.ts';
import { endBulk } from '#store/bulk.ts';
import { migrate } from '#store/migrate.ts';
import type { ConnectOptions } from '#store/sql.ts';
import { openStore, type Store } from '#store/store.ts';
import { openDataFolder, type DataFolder } from './data-folder.ts';
import { createLog } from './log.ts';
import { connectToRunning } from './postgres/running.ts';
import { startPostgres, type RunningPostgres } from './postgres/start.ts';

export interface Opened {
  readonly store: Store;
  /** How another process of ours reaches the same database. */
  readonly connect: ConnectOptions | string;
  readonly dataFolder: DataFolder | undefined;
  /** The embedded server, when this program runs it. */
  readonly postgres: RunningPostgres | undefined;
  readonly close: (hurry?: AbortSignal) => Promise<void>;
}

/**
 * Opens for a program of its own. `whenLocked` runs when the data folder is ours and before anything in it is made.
 * @throws StartError in one sentence, when that cannot be.
 */
export async function openOwn(
  config: Config,
  events: Events,
  whenLocked?: () => Promise<void>,
): Promise<Opened> {
  const dataFolder = openDataFolder(config.dataFolder);
  let postgres: RunningPostgres | undefined;
  try {
    await whenLocked?.();
    postgres =
      config.databaseUrl === undefined
        ? await startPostgres({ folder: dataFolder.postgres, events })
        : undefined;
    const connect = postgres?.connect ?? config.databaseUrl ?? '';
    const store = openStore(connect, {
      poolSize: config.poolSize,
      node: 'region',
    });
    const begun = performance.now();
    for (const name of await migrate(store.sql))
      events.migrationApplied({ name, tookMs: Math.round(performance.now() - begun) });
    await endBulk(store.sql);
    const running = postgres;
    return {
      store,
      connect,
      dataFolder,
      postgres: running,
      async close(hurry) {
        await store.close(hurry);
        await running?.stop(hurry);
        dataFolder.release();
      },
    };
  } catch (error) {
    await postgres?.stop();
    dataFolder.release();
    throw error;
  }
}

/** Opens for a command: through the running program's database when there is one, else as a program of its own. */
export async function openBeside(config: Config, events: Events): Promise<Opened> {
  if (config.databaseUrl === undefined && existsSync(config.dataFolder)) {
    const running = connectToRunning(join(config.dataFolder, 'postgres'));
    if (running) {
      const store = openStore(running, { poolSize: 4, node: 'region' });
      return {
        store,
        connect: running,
        dataFolder: undefined,
        postgres: undefined,
        close: () => store.close(),
      };
    }
  }
  if (config.databaseUrl !== undefined) {
    const store = openStore(config.databaseUrl, { poolSize: 4, node: 'region' });
    await migrate(store.sql);
    return {
      store,
      connect: config.databaseUrl,
      dataFolder: undefined,
      postgres: undefined,
      close: () => store.close(),
    };
  }
  return openOwn(config, events);
}

/** The same for a command that shows or changes something: what was asked, and by whom of this machine, is in the audit before it is done. */
export async function openNoted(config: Config, asked: readonly string[]): Promise<Opened> {
  const events = createLog({ ...config, log: 'warn' });
  const opened = await openBeside(config, events);
  const audit = createAudit(opened.store.openAudit, { events });
  const close = async (hurry?: AbortSignal) => {
    await audit.close(hurry);
    await opened.close(hurry);
  };
  try {
    const text = `${userInfo().username}: holdfast ${asked.join(' ')}`;
    await audit.noteNow({ what: 'command', asked: text, status: 200, from: hostname() });
  } catch (error) {
    await close();
    throw error;
  }
  return { ...opened, close };
}
