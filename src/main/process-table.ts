// What the operating system says about other processes. Linux tells through /proc; elsewhere `ps` does.
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

const hasProc = process.platform === 'linux';

/**
 * When a process began, as a text that is equal only for the same process: a process id is used again after a while,
 * the pair of id and beginning is not. Undefined when there is no such process. On Linux it is counted in ticks since
 * the boot and carries the boot's id, so no change of the clock disturbs it.
 */
export function processBeginning(pid: number): string | undefined {
  if (!hasProc) return ps(pid, 'lstart=');
  const fields = statFields(pid);
  // A zombie is dead: it holds nothing any more. In a container without an init it may stay for ever.
  if (fields === undefined || fields[0] === 'Z' || fields[0] === 'X') return undefined;
  // Field 22 of proc(5) stat; `fields` begins with field 3.
  return `${bootId()}:${fields[19]}`;
}

export function isRunning(pid: number): boolean {
  return processBeginning(pid) !== undefined;
}

/** The program and its arguments, or undefined when the process is gone or hidden from us. */
export function commandLine(pid: number): readonly string[] | undefined {
  if (!hasProc) return ps(pid, 'args=')?.split(' ');
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return words.length > 1 ? words.slice(0, -1) : undefined;
  } catch {
    return undefined;
  }
}

/** Processes that work in this folder. Only Linux can tell; elsewhere the list is empty. */
export function processesIn(folder: string): readonly number[] {
  if (!hasProc) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => workingFolder(pid) === folder && isRunning(pid));
}

function workingFolder(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}

function statFields(pid: number): readonly string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the name in brackets and may hold anything, brackets and spaces too.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return 'boot';
  }
}

function ps(pid: number, column: string): string | undefined {
  try {
    const state = execFileSync('ps', ['-ww', '-o', 'stat=', '-o', column, '-p', String(pid)], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
    const [, flags, answer] = /^(\S+)\s+(.*)$/s.exec(state) ?? [];
    return flags === undefined || flags.startsWith('Z') ? undefined : answer;
  } catch {
    return undefined;
  }
}
