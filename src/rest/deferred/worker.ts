/** Who works on requests that are answered later: a few at once in each program, so that nobody else is kept waiting. */
import { randomUUID } from 'node:crypto';

export interface DeferredWorker {
  /** This program's name in the claims it makes. */
  readonly runner: string;
  /** Does `work` again and again until there is none left, as far as there is a hand free. Never rejects. */
  wake(work: () => Promise<boolean>): void;
  /** Takes nothing new; resolves when what is under way has ended, or at once when `hurry` is aborted. */
  stop(hurry?: AbortSignal): Promise<void>;
}

const atOnceMax = 2;

export function createDeferredWorker(): DeferredWorker {
  const hands = new Set<Promise<void>>();
  let stopped = false;
  /** Someone asked for work to be looked for since the last hand began to look. */
  let asked = false;

  const hand = async (work: () => Promise<boolean>): Promise<void> => {
    // What fails here (the database is away) is found again by the next look.
    for (let some = true; some && !stopped;) {
      asked = false;
      some = (await work().catch(() => false)) || asked;
    }
  };
  return {
    runner: randomUUID(),
    wake(work) {
      asked = true;
      if (stopped || hands.size >= atOnceMax) return;
      const one = hand(work).finally(() => hands.delete(one));
      hands.add(one);
    },
    async stop(hurry) {
      stopped = true;
      const hurried = new Promise<void>((resolve) => {
        if (hurry?.aborted) resolve();
        hurry?.addEventListener('abort', () => resolve());
      });
      await Promise.race([Promise.all(hands), hurried]);
    },
  };
}
