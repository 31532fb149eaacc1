import { tmpdir } from 'node:os';
import { expect, test, vi } from 'vitest';
import { createEvents } from '#base/events.ts';
import { startDiskGuard } from './disk-guard.ts';

test('below the reserve it is full, and it mends itself when there is room', async () => {
  vi.useFakeTimers();
  const told: string[] = [];
  const log = (_fields: object, event: string): void => void told.push(event);
  let freeBytes = 2000;
  const guard = await startDiskGuard({
    folder: '/',
    reserveBytes: 1000,
    events: createEvents({ info: log, warn: log, error: log }),
    measure: async () => freeBytes,
  });
  const states: boolean[] = [guard.full];
  for (freeBytes of [999, 1001, 500, 1100, 999]) {
    await vi.advanceTimersByTimeAsync(250);
    states.push(guard.full);
  }
  guard.stop();
  vi.useRealTimers();
  // 1001 bytes are not enough to end it: the brink would switch four times a second.
  expect(states).toEqual([false, true, true, true, false, true]);
  expect(told).toEqual(['diskLow', 'diskRecovered', 'diskLow']);
});

test('it knows the state of the disk before it returns', async () => {
  const full = await startDiskGuard({ folder: tmpdir(), reserveBytes: Number.MAX_SAFE_INTEGER });
  const free = await startDiskGuard({ folder: tmpdir(), reserveBytes: 0 });
  full.stop();
  free.stop();
  expect([full.full, free.full]).toEqual([true, false]);
  expect(free.freeBytes).toBeGreaterThan(0);
});

test('a disk that cannot be asked for a moment stays what it was', async () => {
  vi.useFakeTimers();
  let broken = false;
  const guard = await startDiskGuard({
    folder: '/',
    reserveBytes: 1000,
    measure: () => (broken ? Promise.reject(new Error('gone')) : Promise.resolve(1)),
  });
  broken = true;
  await vi.advanceTimersByTimeAsync(1000);
  guard.stop();
  vi.useRealTimers();
  expect(guard.full).toBe(true);
});
