// The only source of chance in the demo region. A number in, the same region out: every patient gets a generator of
// their own, forked by a label, so that a change to one course does not shuffle everybody else.
import { assert } from '#base/assert.ts';

export interface Random {
  /** At least 0 and below 1. */
  next(): number;
  between(low: number, high: number): number;
  /** Whole, both ends included. */
  whole(low: number, high: number): number;
  chance(probability: number): boolean;
  pick<T>(from: readonly T[]): T;
  /** Some of them, in their own order. */
  some<T>(from: readonly T[], count: number): T[];
  /** Bell-shaped around 0 with the given spread, never beyond 2.5 times it: a measurement error, not a catastrophe. */
  noise(spread: number): number;
  /** UUID-shaped (version 4), for the ids of clinical resources. */
  readonly uuid: () => string;
  fork(label: string): Random;
}

export function randomFrom(seed: string): Random {
  let state = hash(seed);
  // mulberry32: 32 bits of state are plenty for a demo, and it is five lines.
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const hex = (): string =>
    Math.floor(next() * 4294967296)
      .toString(16)
      .padStart(8, '0');
  const random: Random = {
    next,
    between: (low, high) => low + (high - low) * next(),
    whole: (low, high) => low + Math.floor((high - low + 1) * next()),
    chance: (probability) => next() < probability,
    pick: (from) => {
      assert(from.length > 0, 'nothing to pick from');
      return from[Math.floor(next() * from.length)] as (typeof from)[number];
    },
    some: (from, count) => {
      const left = [...from.keys()];
      while (left.length > count) left.splice(Math.floor(next() * left.length), 1);
      return left.map((index) => from[index] as (typeof from)[number]);
    },
    noise: (spread) => {
      const bell = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
      return spread * Math.max(-2.5, Math.min(2.5, bell));
    },
    uuid: () => {
      const text = hex() + hex() + hex() + hex();
      const variant = '89ab'[Math.floor(next() * 4)];
      return `${text.slice(0, 8)}-${text.slice(8, 12)}-4${text.slice(13, 16)}-${variant}${text.slice(17, 20)}-${text.slice(20, 32)}`;
    },
    fork: (label) => randomFrom(`${seed}/${label}`),
  };
  return random;
}

/** FNV-1a with a last mix, so that "…/1" and "…/2" start far apart. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++)
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x45d9f3b);
  return (value ^ (value >>> 16)) | 0;
}
