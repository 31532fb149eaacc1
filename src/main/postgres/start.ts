// The embedded database, looked after: made on the first start, taken over when an earlier program was killed beside it,
// started again when it dies, and stopped after its last write. The pieces are in the files beside this one; here is
// only their order.
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import postgres from 'postgres';
import { monotonicMs } from '#base/clock.ts';
import type { Events } from '#base/events.ts';
import { takeLock, type LockFile } from '../lock-file.ts';
import { StartError } from '../start-error.ts';
import { findBinaries, type Binaries } from './binaries.ts';
import { checkWhole, openCluster, user, type Cluster } from './cluster.ts';
import type { Connect } from './connect.ts';
import { isPassing, sentenceFor } from './faults.ts';
import { chooseListening, type Listening } from './listen.ts';
import { endOrphans } from './orphan.ts';
import { prepareFolder, type Owner } from './owner.ts';
import { limitLog, startPostmaster, type Postmaster } from './postmaster.ts';
import { serverSettings } from './settings.ts';

type DatabaseEvents = Pick<
  Events,
  'databaseStarted' | 'databaseStopped' | 'databaseDied' | 'databaseTakenOver'
>;

export interface StartOptions {
  /** For the server alone, e.g. data/postgres. */
  readonly folder: string;
  readonly events?: DatabaseEvents;
  /** PostgreSQL settings that differ from ours (settings.ts). */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface RunningPostgres {
  /** For the `postgres` driver: `postgres({ ...connect, max: 10 })`. It stays the same when the server is started again. */
  readonly connect: Connect;
  /** The process of the moment; it changes when the server had to be started again. */
  readonly pid: number;
  /** Ends sessions, writes everything down, stops. When `hurry` aborts it cuts, and the next start replays the journal. */
  stop(hurry?: AbortSignal): Promise<void>;
  /** Resolves only when the server has died of something that trying again cannot mend; the error says what to do. */
  readonly died: Promise<StartError>;
}

const database = 'holdfast';
const retryMsFirst = 100;
const retryMsMax = 5000;
/** A server that has run this long has recovered: the next fault is a new one. */
const steadyMs = 30_000;
const logLimitEveryMs = 60_000;
/** A fast stop has this long before it is cut. */
const fastStopMsMax = 3500;
const cutMsMax = 1000;
/** Tries at the first start; each fails within milliseconds, and what mends itself does so in the first seconds. */
const firstStartTriesMax = 5;

interface Parts {
  readonly cluster: Cluster;
  readonly owner: Owner;
  readonly binaries: Binaries;
  readonly settings: Readonly<Record<string, string>>;
  readonly connect: Connect;
  readonly events: DatabaseEvents | undefined;
}

export async function startPostgres({
  folder,
  events,
  settings = {},
}: StartOptions): Promise<RunningPostgres> {
  const binaries = findBinaries();
  const { path, owner } = prepareFolder(folder, binaries.postgres);
  const lock = lockOf(path);
  try {
    const cluster = await openCluster(path, owner, binaries);
    const listening = await chooseListening(path, owner);
    const connect = connectOf(listening, cluster);
    const parts = {
      cluster,
      owner,
      binaries,
      settings: serverSettings(listening, settings),
      connect,
      events,
    };
    return supervise(parts, await firstStart(parts), lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

function lockOf(path: string): LockFile {
  const lock = takeLock(join(path, 'supervisor.pid'));
  if ('heldBy' in lock) {
    throw new StartError(
      `Another Holdfast (process ${lock.heldBy}) keeps the database in ${path}: stop it, or set HOLDFAST_DATA to another folder.`,
    );
  }
  return lock;
}

function connectOf({ host, port }: Listening, { password }: Cluster): Connect {
  return { host, port, user, password: password.reveal(), database };
}

type Tried = { readonly postmaster: Postmaster } | { readonly fault: StartError; readonly passing: boolean };

async function firstStart(parts: Parts): Promise<Postmaster> {
  for (let tries = 1; ; tries += 1) {
    const tried = await start(parts);
    if ('postmaster' in tried) return tried.postmaster;
    if (tries === firstStartTriesMax || !tried.passing) throw tried.fault;
    await pause(retryMsFirst * 2 ** tries);
  }
}

/** One try. */
async function start(parts: Parts): Promise<Tried> {
  const { cluster, connect, events } = parts;
  const { folder } = cluster;
  const startedMs = monotonicMs();
  let postmaster: Postmaster | undefined;
  try {
    checkWhole(folder);
  } catch (error) {
    if (error instanceof StartError) return { fault: error, passing: false };
    throw error;
  }
  try {
    const orphan = await endOrphans(cluster.path, connect);
    if (orphan !== undefined) events?.databaseTakenOver({ pid: orphan, tookMs: since(startedMs) });
    postmaster = startPostmaster(cluster, parts);
    if (!(await postmaster.ready())) {
      const said = postmaster.said();
      return { fault: new StartError(sentenceFor(folder, said)), passing: isPassing(said) };
    }
    const version = await ensureDatabase(connect);
    events?.databaseStarted({ pid: postmaster.pid, tookMs: since(startedMs), version });
    return { postmaster };
  } catch (error) {
    postmaster?.signal('fast');
    await postmaster?.ended;
    if (error instanceof StartError) return { fault: error, passing: true };
    const fault = new StartError(
      `The database in ${folder} does not answer (${String(error)}): server.log in that folder says more.`,
      {
        cause: error,
      },
    );
    return { fault, passing: true };
  }
}

/** Also the proof that the server answers with our password. Returns its version. */
async function ensureDatabase(connect: Connect): Promise<string> {
  const sql = postgres({ ...connect, database: 'postgres', max: 1, onnotice: () => {} });
  try {
    const [row] = await sql<{ version: string; exists: boolean }[]>`
      select current_setting('server_version') as version,
        exists (select from pg_database where datname = ${database}) as "exists"`;
    if (row?.exists === false) await sql`create database ${sql(database)}`;
    return row?.version ?? '';
  } finally {
    await sql.end();
  }
}

function supervise(parts: Parts, first: Postmaster, lock: LockFile): RunningPostgres {
  const { cluster, connect, events } = parts;
  const stopping = new AbortController();
  let current: Postmaster | undefined = first;
  let stopped: Promise<void> | undefined;
  const logTimer = setInterval(() => limitLog(cluster.logFile), logLimitEveryMs).unref();

  /** Lives as long as the server may. Ends when we stop, or with the fault that no new try mends. */
  async function keepRunning(): Promise<StartError | undefined> {
    let retryMs = retryMsFirst;
    let postmaster = first;
    for (;;) {
      const sinceMs = monotonicMs();
      await postmaster.ended;
      if (stopping.signal.aborted) return undefined;
      if (since(sinceMs) > steadyMs) retryMs = retryMsFirst;
      const { pid } = postmaster;
      current = undefined;
      events?.databaseDied({ pid, cause: 'its first process ended', retryInMs: 0 });
      for (;;) {
        const tried = await start(parts);
        if ('postmaster' in tried) {
          current = postmaster = tried.postmaster;
          break;
        }
        if (!tried.passing) return tried.fault;
        events?.databaseDied({ pid, cause: tried.fault.message, retryInMs: retryMs });
        await pause(retryMs, undefined, { signal: stopping.signal }).catch(() => undefined);
        if (stopping.signal.aborted) return undefined;
        retryMs = Math.min(retryMs * 2, retryMsMax);
      }
      // A stop that came while the server was being started again ends it here.
      if (stopping.signal.aborted) postmaster.signal('fast');
    }
  }

  const kept = keepRunning();
  return {
    connect,
    get pid() {
      return current?.pid ?? 0;
    },
    stop(hurry) {
      stopping.abort();
      clearInterval(logTimer);
      stopped ??= stopNow(kept, () => current, hurry, events).finally(() => lock.release());
      return stopped;
    },
    died: new Promise((resolve) => {
      void kept.then((fault) => {
        if (fault !== undefined) resolve(fault);
      });
    }),
  };
}

async function stopNow(
  kept: Promise<unknown>,
  current: () => Postmaster | undefined,
  hurry: AbortSignal | undefined,
  events: DatabaseEvents | undefined,
): Promise<void> {
  const startedMs = monotonicMs();
  const patience = AbortSignal.timeout(fastStopMsMax);
  current()?.signal('fast');
  const how = await Promise.race([
    kept.then(() => 'fast' as const),
    aborted(hurry === undefined ? patience : AbortSignal.any([hurry, patience])),
  ]);
  if (how === 'immediate') {
    current()?.signal('immediate');
    await Promise.race([kept, pause(cutMsMax, undefined, { ref: false })]);
  }
  events?.databaseStopped({ tookMs: since(startedMs), how });
}

function aborted(signal: AbortSignal): Promise<'immediate'> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve('immediate');
    signal.addEventListener('abort', () => resolve('immediate'), { once: true });
  });
}

function since(startMs: number): number {
  return Math.round(monotonicMs() - startMs);
}
