// The way out. Parts register how they end as they start; at a signal they end in reverse order, so that whatever was
// built on something ends before it. The whole has 5 s. After 3 s, or at a second signal, the parts are told to hurry:
// they stop waiting and cut. What has not ended after 5 s is named in an event and left: every part of Holdfast survives
// a kill, so an orderly end is a courtesy and not a need.
import type { Clock } from './clock.ts';
import type { Events } from './events.ts';

/** Ends one part. `hurry` aborts when waiting is over; the part then cuts what is left. */
export type EndPart = (hurry: AbortSignal) => Promise<void> | void;

export interface Shutdown {
  /** Parts end in the reverse order of registration. */
  register(name: string, end: EndPart): void;
  /** Begins the end; a second call hurries it. Resolves when all parts have ended or the time is up. Never rejects. */
  stop(reason: string): Promise<void>;
  /** Aborts when the end begins. */
  readonly begun: AbortSignal;
}

const hurryAfterMs = 3000;
const totalMsMax = 5000;

export function createShutdown({
  events,
  clock,
}: {
  readonly events: Events;
  readonly clock: Clock;
}): Shutdown {
  const parts: { readonly name: string; readonly end: EndPart }[] = [];
  const begun = new AbortController();
  const hurry = new AbortController();
  let ending: Promise<void> | undefined;

  async function endAll(reason: string): Promise<void> {
    const startedMs = clock.monotonicMs();
    events.stopping({ reason });
    begun.abort();
    const unfinished = new Set(parts.map(({ name }) => name));
    const hurryTimer = setTimeout(() => hurry.abort(), hurryAfterMs);
    let totalTimer: NodeJS.Timeout | undefined;
    const timeIsUp = new Promise<void>((resolve) => {
      totalTimer = setTimeout(resolve, totalMsMax);
    });
    const inOrder = (async () => {
      for (const { name, end } of parts.toReversed()) {
        try {
          await end(hurry.signal);
          unfinished.delete(name);
        } catch {
          // It stays in `unfinished`, which the closing event reports; the other parts must still have their turn.
        }
      }
    })();
    await Promise.race([inOrder, timeIsUp]);
    clearTimeout(hurryTimer);
    clearTimeout(totalTimer);
    events.stopped({ tookMs: Math.round(clock.monotonicMs() - startedMs), unfinished: [...unfinished] });
  }

  return {
    register: (name, end) => void parts.push({ name, end }),
    stop(reason) {
      if (ending === undefined) ending = endAll(reason);
      else hurry.abort();
      return ending;
    },
    begun: begun.signal,
  };
}

/** A signal to the terminal's whole group reaches us twice, from the terminal and from the script that started us. */
const sameSignalMs = 200;

/**
 * SIGTERM and SIGINT begin the end, a second one hurries it; so does the death of the script that started us.
 * `onEnded` runs once, when it is over.
 */
export function stopOnSignals(
  shutdown: Shutdown,
  { clock, onEnded }: { readonly clock: Clock; readonly onEnded: () => void },
): void {
  let firstMs: number | undefined;
  const stop = (reason: string): void => {
    const nowMs = clock.monotonicMs();
    if (firstMs !== undefined && nowMs - firstMs < sameSignalMs) return;
    const ended = shutdown.stop(reason);
    if (firstMs === undefined) void ended.then(onEnded);
    firstMs ??= nowMs;
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop(signal));
  process.on('disconnect', () => stop('the program that started this one has ended'));
  process.channel?.unref();
}
