import { afterEach, expect, test, vi } from 'vitest';
import type { Clock } from './clock.ts';
import { createEvents } from './events.ts';
import { createShutdown } from './shutdown.ts';

afterEach(() => {
  vi.useRealTimers();
});

function parts() {
  const told: { readonly event: string; readonly fields: object }[] = [];
  const log = (fields: object, event: string): void => void told.push({ event, fields });
  const clock: Clock = { wallMs: () => 0, monotonicMs: () => performance.now() };
  const shutdown = createShutdown({ events: createEvents({ info: log, warn: log, error: log }), clock });
  return { shutdown, told, closing: () => told.find(({ event }) => event === 'stopped')?.fields };
}

test('parts end in the reverse order of their start, one after the other', async () => {
  const { shutdown, closing } = parts();
  const order: string[] = [];
  shutdown.register('database', () => void order.push('database'));
  shutdown.register('requests', async () => {
    await Promise.resolve();
    order.push('requests');
  });
  expect(shutdown.begun.aborted).toBe(false);
  await shutdown.stop('SIGTERM');
  expect(shutdown.begun.aborted).toBe(true);
  expect(order).toEqual(['requests', 'database']);
  expect(closing()).toMatchObject({ unfinished: [] });
});

test('a part that fails is named, and the others still end', async () => {
  const { shutdown, closing } = parts();
  let ended = false;
  shutdown.register('database', () => void (ended = true));
  shutdown.register('requests', () => Promise.reject(new Error('no')));
  await shutdown.stop('SIGTERM');
  expect(ended).toBe(true);
  expect(closing()).toMatchObject({ unfinished: ['requests'] });
});

test('after 3 s, and at once at a second call, parts are told to hurry', async () => {
  vi.useFakeTimers();
  for (const way of ['time', 'call']) {
    const { shutdown } = parts();
    let hurried = false;
    shutdown.register('requests', async (hurry) => {
      await new Promise<void>((resolve) => {
        hurry.addEventListener('abort', () => resolve());
      });
      hurried = true;
    });
    const over = shutdown.stop('SIGTERM');
    await vi.advanceTimersByTimeAsync(2999);
    expect(hurried).toBe(false);
    if (way === 'time') await vi.advanceTimersByTimeAsync(1);
    else void shutdown.stop('SIGTERM');
    await over;
    expect(hurried).toBe(true);
  }
});

test('after 5 s it is over, whatever still hangs', async () => {
  vi.useFakeTimers();
  const { shutdown, closing } = parts();
  shutdown.register('database', () => {});
  shutdown.register('requests', () => new Promise(() => {}));
  const over = shutdown.stop('SIGTERM');
  await vi.advanceTimersByTimeAsync(5000);
  await over;
  expect(closing()).toMatchObject({ unfinished: ['database', 'requests'] });
});
