// How a command reaches the server that another program of ours is running on a folder: what PostgreSQL itself writes
// into postmaster.pid while it runs (https://www.postgresql.org/docs/current/storage-file-layout.html).
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isRunning } from '../process-table.ts';
import { user } from './cluster.ts';
import type { Connect } from './connect.ts';

/** The running server of a folder such as data/postgres; undefined when none runs or is ready. Throws when its password cannot be read. */
export function connectToRunning(folder: string): Connect | undefined {
  const path = resolve(folder);
  const pidFile = join(path, 'cluster/postmaster.pid');
  if (!existsSync(pidFile)) return undefined;
  const [pid = '', , , port = '', socket = '', listen = '', , status = ''] = readFileSync(
    pidFile,
    'utf8',
  ).split('\n');
  if (!isRunning(Number(pid)) || status.trim() !== 'ready') return undefined;
  return {
    host: socket.trim() || listen.trim() || '127.0.0.1',
    port: Number(port),
    user,
    password: readFileSync(join(path, 'password'), 'utf8').trim(),
    database: 'holdfast',
  };
}
