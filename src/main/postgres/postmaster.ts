// One life of the server's first process: started, ready, ended.
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, copyFileSync, existsSync, openSync, readSync, statSync, truncateSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { assert } from '#base/assert.ts';
import type { Binaries } from './binaries.ts';
import { serverEnvironment, type Cluster } from './cluster.ts';
import type { Owner } from './owner.ts';
import { readPidFile } from './pid-file.ts';

export interface Postmaster {
  readonly pid: number;
  /** Resolves with true when it takes connections, with false when it has ended before that. */
  ready(): Promise<boolean>;
  /** Resolves when the process is gone. */
  readonly ended: Promise<void>;
  /** `fast` ends sessions and writes everything down; `immediate` cuts, and the next start replays the journal. */
  signal(how: 'fast' | 'immediate'): void;
  /** What it has said since it started, at most the last 8 kB. */
  said(): string;
}

/** Two files of this size at most. */
const logBytesMax = 8 * 1024 * 1024;
const saidBytesMax = 8192;

export function startPostmaster(
  cluster: Cluster,
  {
    owner,
    binaries,
    settings,
  }: {
    readonly owner: Owner;
    readonly binaries: Binaries;
    readonly settings: Readonly<Record<string, string>>;
  },
): Postmaster {
  limitLog(cluster.logFile);
  // A file and not a pipe: the server outlives us when we are killed, and must then still have someone to talk to.
  const log = openSync(cluster.logFile, 'a', 0o600);
  const saidFrom = statSync(cluster.logFile).size;
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  // Detached: Ctrl-C at the terminal goes to us alone, and we end the server after its last write.
  const child = spawn(binaries.postgres, ['-D', cluster.path, ...args], {
    ...owner.spawnAs,
    cwd: cluster.path,
    detached: true,
    stdio: ['ignore', log, log],
    env: serverEnvironment(),
  });
  closeSync(log);
  let failure = '';
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', (error) => {
      failure = String(error);
      resolve();
    });
  });
  return {
    pid: child.pid ?? 0,
    ended,
    ready: () => untilReady(cluster.path, child, () => failure !== ''),
    signal: (how) => void child.kill(how === 'fast' ? 'SIGINT' : 'SIGQUIT'),
    said: () => failure || tail(cluster.logFile, saidFrom),
  };
}

/** The server writes its state into its pid file; replaying a long journal may take minutes, so there is no deadline. */
async function untilReady(path: string, child: ChildProcess, failed: () => boolean): Promise<boolean> {
  for (;;) {
    if (failed() || child.exitCode !== null || child.signalCode !== null) return false;
    const file = readPidFile(path);
    if (file?.pid === child.pid && file?.ready) return true;
    await pause(5);
  }
}

/** Keeps the newest log and the one before. The server appends, so emptying the file under it is safe. */
export function limitLog(file: string): void {
  if (!existsSync(file) || statSync(file).size <= logBytesMax) return;
  copyFileSync(file, `${file}.1`);
  truncateSync(file);
}

function tail(file: string, from: number): string {
  const size = statSync(file).size;
  const start = Math.max(from <= size ? from : 0, size - saidBytesMax);
  const bytes = Buffer.alloc(size - start);
  const handle = openSync(file, 'r');
  try {
    const read = readSync(handle, bytes, 0, bytes.length, start);
    assert(read <= saidBytesMax, `read ${read} bytes of a log tail`);
    return bytes.subarray(0, read).toString('utf8');
  } finally {
    closeSync(handle);
  }
}
