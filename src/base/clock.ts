// Two clocks, never mixed: the monotonic one measures (time-outs, leases, ages), the wall clock only tells people when
// something happened. A wall clock may jump, so no decision depends on it. Whoever needs time is given a Clock; tests
// give their own.

export interface Clock {
  /** Milliseconds since the Unix epoch as this machine believes; may jump either way. */
  wallMs(): number;
  /** Milliseconds since some fixed moment; never goes back. Comparable within one process only. */
  monotonicMs(): number;
}

export function monotonicMs(): number {
  return performance.now();
}

export const systemClock: Clock = Object.freeze({ wallMs: () => Date.now(), monotonicMs });
