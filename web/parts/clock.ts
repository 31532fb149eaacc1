import { useSyncExternalStore } from 'react';

// One clock for all that is shown. It follows the server's time when beats tell it, because the clocks of ward computers
// are often wrong and "overdue" must not depend on them.

let offsetMs = 0;
const followers = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

export function now(): number {
  return Date.now() + offsetMs;
}

/** A beat of the server arrived. Differences below two seconds are the network's, not the clock's. */
export function setServerTime(serverMs: number): void {
  const difference = serverMs - Date.now();
  offsetMs = Math.abs(difference) < 2_000 ? 0 : difference;
}

/** The time in whole steps: a part that shows minutes is drawn again once a minute, not every second. */
export function useNow(stepMs = 60_000): number {
  return useSyncExternalStore(follow, () => Math.floor(now() / stepMs) * stepMs);
}

/** Whole minutes since a moment of the monotonic clock, which no correction of the time moves. */
export function useMinutesSince(at: number): number {
  return useSyncExternalStore(follow, () => Math.floor((performance.now() - at) / 60_000));
}

function follow(follower: () => void): () => void {
  followers.add(follower);
  timer ??= setInterval(() => followers.forEach((call) => call()), 1_000);
  return () => {
    followers.delete(follower);
    if (followers.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}
