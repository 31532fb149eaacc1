// The files of one embedded server, all in one folder that only its user may enter:
//   cluster/    what PostgreSQL keeps          password   of its only user, for programs of this machine
//   server.log  what it says (no statements)   socket/    where it listens      supervisor.pid   who looks after it
// A cluster is made aside and renamed when it is complete, so a cut in the middle leaves nothing half made. Once made it
// is never made again: an empty database in place of a lost one would look like patients without a history.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chownSync,
  existsSync,
  openSync,
  closeSync,
  fsyncSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Secret } from '#base/secret.ts';
import { StartError } from '../start-error.ts';
import type { Binaries } from './binaries.ts';
import type { Owner } from './owner.ts';
import { damaged, sentenceFor } from './faults.ts';

export interface Cluster {
  readonly folder: string;
  /** PostgreSQL's own data directory. */
  readonly path: string;
  readonly logFile: string;
  readonly password: Secret;
}

export const user = 'holdfast';

export async function openCluster(folder: string, owner: Owner, binaries: Binaries): Promise<Cluster> {
  const path = join(folder, 'cluster');
  const passwordFile = join(folder, 'password');
  const logFile = join(folder, 'server.log');
  if (!existsSync(path) && !existsSync(passwordFile)) await makeCluster(folder, owner, binaries);
  // The rename of the cluster comes first, that of its password second; a cut may fall between them.
  if (!existsSync(passwordFile) && existsSync(`${passwordFile}.new`))
    renameSync(`${passwordFile}.new`, passwordFile);
  checkWhole(folder);
  return { folder, path, logFile, password: new Secret(readFileSync(passwordFile, 'utf8').trim()) };
}

/** Throws when a part is gone without which there is no database to start. */
export function checkWhole(folder: string): void {
  const missing = ['password', 'cluster', 'cluster/PG_VERSION', 'cluster/global/pg_control'].find(
    (name) => !existsSync(join(folder, name)),
  );
  if (missing !== undefined) throw damaged(folder, `${missing} is missing`);
}

async function makeCluster(folder: string, owner: Owner, { initdb }: Binaries): Promise<void> {
  const path = join(folder, 'cluster.new');
  const passwordFile = join(folder, 'password.new');
  rmSync(path, { recursive: true, force: true });
  rmSync(passwordFile, { force: true });
  writeFileSync(passwordFile, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600, flush: true });
  chownSync(passwordFile, owner.uid, owner.gid);
  await run(initdb, owner, folder, [
    `--pgdata=${path}`,
    `--username=${user}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // Bytes in order, the same on every machine and in every version: an index never depends on a library's idea of
    // Danish order. Lists for people are sorted where they are shown.
    '--locale=C',
    '--data-checksums',
    '--no-instructions',
  ]);
  renameSync(path, join(folder, 'cluster'));
  renameSync(passwordFile, join(folder, 'password'));
  syncFolder(folder);
}

function run(program: string, owner: Owner, folder: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      ...owner.spawnAs,
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: serverEnvironment(),
    });
    let said = '';
    const listen = (chunk: Buffer): void => {
      said = (said + chunk.toString()).slice(-4000);
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.once('error', (error) =>
      reject(new StartError(sentenceFor(folder, String(error)), { cause: error })),
    );
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new StartError(sentenceFor(folder, said)));
    });
  });
}

/** PG* variables of the person who starts us must not change the server. The times in its log are UTC. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !name.startsWith('PG') && !name.startsWith('LC_'),
  );
  return { ...Object.fromEntries(kept), LC_ALL: 'C', TZ: 'UTC' };
}

function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
