import { setTimeout as pause } from 'node:timers/promises';

/** Looks until there is an answer; fails with the sentence when there is none in time. Nothing waits longer than it must. */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined> | T | undefined,
  withinMs = 20_000,
): Promise<T> {
  const deadlineMs = performance.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > deadlineMs) throw new Error(`it did not happen within ${withinMs} ms: ${what}`);
    await pause(10);
  }
}
