import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createHybridClock } from './hybrid-clock.ts';

const wallMs = fc.oneof(
  fc.integer({ min: 0, max: 4_000_000_000_000 }),
  // Many acts within the same milliseconds of our time.
  fc.integer({ min: 1_790_000_000_000, max: 1_790_000_000_003 }),
);

test('it rises with every act, whatever the wall clock says, and stays a number that is exact', () => {
  fc.assert(
    fc.property(fc.array(wallMs, { minLength: 2, maxLength: 200 }), (walls) => {
      let wall = 0;
      const clock = createHybridClock(() => wall);
      let last = -1;
      for (wall of walls) {
        const now = clock.next();
        expect(now).toBeGreaterThan(last);
        expect(Number.isSafeInteger(now)).toBe(true);
        last = now;
      }
    }),
  );
});

test('it passes what another node has seen, and what another node lags behind changes nothing', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 52 }), wallMs, (seen, wall) => {
      const clock = createHybridClock(() => wall);
      const before = clock.next();
      clock.observe(seen);
      expect(clock.next()).toBeGreaterThan(Math.max(before, seen));
    }),
  );
});

test('it stays close to a wall clock that is right', () => {
  let wall = 1_790_000_000_000;
  const clock = createHybridClock(() => wall);
  const first = clock.next();
  wall += 1000;
  expect(clock.next() - first).toBe(1000 * 1024);
});

test('a million acts in one millisecond have a million places', () => {
  const clock = createHybridClock(() => 1_790_000_000_000);
  const first = clock.next();
  for (let n = 1; n < 1_000_000; n++) clock.next();
  expect(clock.next() - first).toBe(1_000_000);
});
