// A file that says which process owns a folder. It names the process by id and by its beginning, so that a lock left
// behind by a killed program, or by one before the last boot, is known to be stale and is taken over without anyone's
// help. It is made with link(2), which fails when the name is taken: two programs that start together cannot both win.
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { processBeginning } from './process-table.ts';

export interface LockFile {
  release(): void;
}

/** Takes the lock, or says which running process has it. */
export function takeLock(file: string): LockFile | { readonly heldBy: number } {
  const own = JSON.stringify({ pid: process.pid, beginning: processBeginning(process.pid) });
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${own}\n`, { mode: 0o600 });
  try {
    for (;;) {
      if (linked(draft, file)) return { release: () => releaseLock(file, own) };
      const text = read(file);
      if (text === undefined) continue;
      const holder = runningHolder(text);
      if (holder !== undefined) return { heldBy: holder };
      removeStale(file, text);
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

function linked(draft: string, file: string): boolean {
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** The process a lock names, if it still runs. A lock that cannot be read was cut off while being written: stale. */
function runningHolder(text: string): number | undefined {
  const [, pid, beginning] = /^\{"pid":(\d+),"beginning":"([^"]*)"\}/.exec(text) ?? [];
  if (pid === undefined) return undefined;
  return processBeginning(Number(pid)) === beginning ? Number(pid) : undefined;
}

/** Moves the stale lock away, and puts it back should another program have renewed it in between. */
function removeStale(file: string, staleText: string): void {
  const aside = `${file}.stale.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return;
    throw error;
  }
  if (read(aside) !== staleText) linked(aside, file);
  rmSync(aside, { force: true });
}

function releaseLock(file: string, own: string): void {
  if (read(file)?.trim() === own) rmSync(file, { force: true });
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
