/**
 * Several processes that serve on one port (HOLDFAST_WORKERS), for machines with more cores than one process can use.
 * The first process opens the database and looks after the others; each of them is what a single process would be, over
 * the same database, so that nothing needs to know which of them answers. One that dies is started again, and the rest
 * go on meanwhile. Only the slowing of password guesses is kept in one place, here: a guesser must not get a new set of
 * tries from each process.
 */
import cluster, { type Worker } from 'node:cluster';
import { join } from 'node:path';
import type { Config } from '#base/config.ts';
import type { Events } from '#base/events.ts';
import type { Shutdown } from '#base/shutdown.ts';
import type { LoginGuard } from '#identity/login-guard.ts';
import type { ConnectOptions } from '#store/sql.ts';
import { answerGuard, isGuardQuestion, type GuardAnswer, type GuardQuestion } from './shared-guard.ts';
import { StartError } from './start-error.ts';

export interface WorkersParts {
  readonly config: Config;
  readonly events: Events;
  readonly shutdown: Shutdown;
  readonly connect: ConnectOptions | string;
  readonly loginGuard: LoginGuard;
}

/** What a worker is told. */
export type Order =
  | { readonly kind: 'serve'; readonly config: Config; readonly connect: ConnectOptions | string }
  | { readonly kind: 'stop' }
  | GuardAnswer;
/** What it says. */
export type Report =
  | { readonly kind: 'listening'; readonly url: string }
  | { readonly kind: 'failed'; readonly sentence: string }
  | GuardQuestion;

const retryFirstMs = 100;
const retryMsMax = 5000;
/** One that has served for so long may die and be started again at once. */
const steadyMs = 60_000;

/** Returns the address when all of them listen. @throws StartError in one sentence, when one cannot. */
export function serveByWorkers(parts: WorkersParts): Promise<string> {
  const { config, shutdown, events } = parts;
  // Each accepts for itself. Handed on by this process, a connection would hang for ever when the one it is handed to dies
  // before it has taken it.
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  cluster.setupPrimary({ exec: join(import.meta.dirname, 'worker.ts') });
  const living = new Set<Worker>();
  let quickDeaths = 0;
  shutdown.register('workers', (hurry) => stopAll(living, hurry));
  return new Promise((resolve, reject) => {
    const listening = new Set<Worker>();
    const fork = () => {
      const worker = cluster.fork();
      const begunMs = performance.now();
      living.add(worker);
      tell(worker, { kind: 'serve', config, connect: parts.connect });
      worker.on('message', (report: Report) => {
        if (isGuardQuestion(report))
          return answerGuard(parts.loginGuard, report, (answer) => tell(worker, answer), worker);
        if (report.kind === 'failed') return reject(new StartError(report.sentence));
        listening.add(worker);
        if (listening.size === config.workers) resolve(report.url);
      });
      worker.on('exit', (code: number | null, signal: string | null) => {
        living.delete(worker);
        if (shutdown.begun.aborted) return;
        quickDeaths = performance.now() - begunMs > steadyMs ? 0 : quickDeaths + 1;
        const retryInMs = Math.min(retryMsMax, retryFirstMs * 2 ** quickDeaths);
        events.workerDied({ pid: worker.process.pid ?? 0, cause: signal ?? `code ${code}`, retryInMs });
        setTimeout(() => shutdown.begun.aborted || fork(), retryInMs);
      });
    };
    for (let n = 0; n < config.workers; n++) fork();
  });
}

function tell(worker: Worker, order: Order): void {
  if (worker.isConnected()) worker.send(order);
}

function stopAll(living: ReadonlySet<Worker>, hurry: AbortSignal): Promise<void> {
  const kill = () => living.forEach((worker) => worker.process.kill('SIGKILL'));
  hurry.addEventListener('abort', kill);
  return new Promise((resolve) => {
    const ended = () => {
      if (living.size === 0) resolve();
    };
    for (const worker of living) {
      worker.once('exit', ended);
      tell(worker, { kind: 'stop' });
    }
    ended();
  });
}
