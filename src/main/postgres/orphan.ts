// When our program is killed, its server goes on alone; when the server's first process is killed, its children may.
// We hold the folder's lock, so whatever still works in it belongs to nobody, and is ended before a new server starts.
import { realpathSync, rmSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { monotonicMs } from '#base/clock.ts';
import { commandLine, isRunning, processesIn } from '../process-table.ts';
import { StartError } from '../start-error.ts';
import { socketFiles, type Listening } from './listen.ts';
import { pidFilePath, readPidFile } from './pid-file.ts';

/** A server without sessions stops in 20 ms; one with sessions ends them and writes a checkpoint. */
const fastStopMsMax = 20_000;
const cutMsMax = 6000;
const stepMs = 10;

/** Ends what an earlier program left running on the cluster. Returns the process id of a server that was taken over. */
export async function endOrphans(cluster: string, listening: Listening): Promise<number | undefined> {
  const recorded = readPidFile(cluster)?.pid;
  const orphan = recorded !== undefined && isServerOf(recorded, cluster) ? recorded : undefined;
  if (orphan !== undefined) {
    send(orphan, 'SIGINT');
    if (!(await gone([orphan], fastStopMsMax))) send(orphan, 'SIGQUIT');
    if (!(await gone([orphan], cutMsMax))) {
      throw new StartError(
        `A database server (process ${orphan}) from an earlier start still runs on ${cluster} and does not stop: end it with \`kill -QUIT ${orphan}\`, and start again.`,
      );
    }
  }
  await endStragglers(cluster);
  // The id in its files may by now belong to a stranger, or to a zombie that nobody will collect. PostgreSQL would then
  // refuse to start for ever; nothing works on the cluster any more, so the files are no longer true.
  const left = readPidFile(cluster);
  if (left === undefined || !isServerOf(left.pid, cluster)) {
    for (const file of [pidFilePath(cluster), ...socketFiles(listening)]) rmSync(file, { force: true });
  }
  return orphan;
}

/** Sessions notice that their first process has died, but one in the middle of a long statement only at its end. */
async function endStragglers(cluster: string): Promise<void> {
  const stragglers = processesIn(cluster).filter((pid) => isPostgres(pid));
  if (await gone(stragglers, 500)) return;
  for (const pid of stragglers) send(pid, 'SIGQUIT');
  if (await gone(stragglers, cutMsMax)) return;
  // There is no first process any more whom the sudden death of a session could harm.
  for (const pid of stragglers) send(pid, 'SIGKILL');
  await gone(stragglers, cutMsMax);
}

function isServerOf(pid: number, cluster: string): boolean {
  if (!isRunning(pid) || !isPostgres(pid)) return false;
  if (processesIn(cluster).includes(pid)) return true;
  const words = commandLine(pid) ?? [];
  const folder = words[words.indexOf('-D') + 1];
  return folder !== undefined && samePlace(folder, cluster);
}

function isPostgres(pid: number): boolean {
  return /(^|\/)postgres(:|$)/.test(commandLine(pid)?.[0] ?? '');
}

function samePlace(one: string, other: string): boolean {
  try {
    return realpathSync(one) === realpathSync(other);
  } catch {
    return false;
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return;
    throw new StartError(
      `A database server (process ${pid}) from an earlier start belongs to another user and cannot be stopped: run \`kill -INT ${pid}\` as root, and start again.`,
      { cause: error },
    );
  }
}

async function gone(pids: readonly number[], withinMs: number): Promise<boolean> {
  const deadlineMs = monotonicMs() + withinMs;
  while (pids.some((pid) => isRunning(pid))) {
    if (monotonicMs() > deadlineMs) return false;
    await pause(stepMs);
  }
  return true;
}
