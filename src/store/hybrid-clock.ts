/**
 * A hybrid logical clock (Kulkarni et al., "Logical Physical Clocks", 2014): it never goes backwards, whatever the wall
 * clock does, and stays close to it when it is right. One number: milliseconds × 1,024 + counter, which a
 * double holds exactly until the year 2248. More than 1,024 acts in a millisecond run ahead of the wall clock.
 */
const countersPerMs = 1024;

export interface HybridClock {
  next(): number;
  /** Moves past what another node has seen. */
  observe(other: number): void;
}

export function createHybridClock(wallMs: () => number): HybridClock {
  let last = 0;
  return {
    next: () => (last = Math.max(last + 1, wallMs() * countersPerMs)),
    observe: (other) => {
      last = Math.max(last, other);
    },
  };
}
