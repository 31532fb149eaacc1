/** The one walk of this process through the record (reindex.ts): begun when someone asks, ended with the store. */
import { runReindex } from './reindex.ts';
import type { Store } from './store.ts';

export interface Reindexer {
  /** Goes on with what is wanted and not done, unless it is at it. */
  wake(failed: (error: unknown) => void): void;
  /** Resources that this process has gone through since it began. */
  readonly progress: () => number;
  /** When it rests. */
  idle(): Promise<void>;
  stop(): void;
}

export function createReindexer(store: () => Store, settleMs: number | undefined): Reindexer {
  const ending = new AbortController();
  let [done, resources] = [0, 0];
  let running: Promise<void> | undefined;
  let again = false;
  const run = async () => {
    do {
      again = false;
      done += await runReindex(store(), {
        signal: ending.signal,
        onProgress: (count) => (resources = count),
        ...(settleMs === undefined ? {} : { settleMs }),
      });
      resources = 0;
    } while (again && !ending.signal.aborted);
  };
  return {
    wake(failed) {
      again = true;
      running ??= run()
        .catch((error: unknown) => {
          if (!ending.signal.aborted) failed(error);
        })
        .finally(() => (running = undefined));
    },
    progress: () => done + resources,
    idle: async () => running,
    stop: () => ending.abort(),
  };
}
