/**
 * What comes while a statement is under way waits, and the next statement takes all of it: under load few statements
 * serve many, and who comes alone waits for nobody. A statement that is held up, by a lock or a slow disk, holds up no
 * one else: when it takes longer than `slowMs`, the next one starts beside it.
 */
export interface TogetherParts<T> {
  /** Which of those that wait, oldest first, go into the next statement; at least one. */
  readonly choose: (waiting: readonly T[]) => { readonly taken: readonly T[]; readonly left: T[] };
  /** Runs the statement and tells each its end; never rejects. */
  readonly run: (taken: readonly T[]) => Promise<void>;
}

/** Ten times what a statement takes on a quiet machine. */
const slowMs = 10;
/** How many statements of one kind are under way at most: as many as there are connections for them. */
export const statementsMax = 3;

/** Returns what adds one to those that wait. */
export function createTogether<T>({ choose, run }: TogetherParts<T>): (one: T) => void {
  let waiting: T[] = [];
  let running = 0;
  let scheduled = false;
  let slow: NodeJS.Timeout | undefined;

  const start = () => {
    const { taken, left } = choose(waiting);
    waiting = left;
    running++;
    void run(taken).finally(() => {
      running--;
      schedule();
    });
  };
  const schedule = () => {
    if (waiting.length === 0) return;
    if (running === 0 && !scheduled) {
      scheduled = true;
      // After all that this turn of the event loop brings in.
      setImmediate(() => {
        scheduled = false;
        if (waiting.length > 0) start();
        schedule();
      });
    } else if (running > 0 && running < statementsMax) {
      slow ??= setTimeout(() => {
        slow = undefined;
        if (waiting.length > 0 && running < statementsMax) start();
        schedule();
      }, slowMs);
    }
  };
  return (one) => {
    waiting.push(one);
    schedule();
  };
}
