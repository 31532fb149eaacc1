// PostgreSQL's own postmaster.pid: a line each for process, folder, start, port, socket, address, shared memory, state.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface PidFile {
  readonly pid: number;
  readonly ready: boolean;
}

export function pidFilePath(cluster: string): string {
  return join(cluster, 'postmaster.pid');
}

export function readPidFile(cluster: string): PidFile | undefined {
  let text: string;
  try {
    text = readFileSync(pidFilePath(cluster), 'utf8');
  } catch {
    return undefined;
  }
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  return Number.isInteger(pid) && pid > 0 ? { pid, ready: lines[7]?.trim() === 'ready' } : undefined;
}
