import { expect, test } from 'vitest';
import { Refusal } from '#base/refusal.ts';
import { createLoginGuard } from './login-guard.ts';

const wrong = async () => undefined;
const right = async () => 'anne';

/** A guard with a clock of its own; tries are answered with who it was, or the seconds to wait. */
function guardWithClock() {
  let nowMs = 0;
  const guard = createLoginGuard(() => nowMs);
  const attempt = async (check: () => Promise<string | undefined>, user = 'anne', address = 'ward') =>
    guard.attempt(user, address, check).catch((error: unknown) => {
      if (error instanceof Refusal && error.kind === 'slowed') return Number(error.headers['retry-after']);
      throw error;
    });
  return { attempt, pass: (seconds: number) => (nowMs += seconds * 1000) };
}

test('five tries are free, then each wrong one makes the next wait twice as long, up to five minutes', async () => {
  const { attempt, pass } = guardWithClock();
  for (let n = 0; n < 5; n++) expect(await attempt(wrong)).toBeUndefined();
  const waits: unknown[] = [];
  for (let n = 0; n < 10; n++) {
    const seconds = await attempt(right);
    waits.push(seconds);
    pass(Number(seconds));
    expect(await attempt(wrong)).toBeUndefined();
  }
  expect(waits).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
});

test('while it waits nothing is checked, not even the right password', async () => {
  const { attempt, pass } = guardWithClock();
  for (let n = 0; n < 5; n++) await attempt(wrong);
  let checks = 0;
  const counted = async () => {
    checks += 1;
    return 'anne';
  };
  expect(await attempt(counted)).toBe(2);
  expect(checks).toBe(0);
  pass(2);
  expect(await attempt(counted)).toBe('anne');
});

test('the right password clears what was before', async () => {
  const { attempt } = guardWithClock();
  for (let n = 0; n < 4; n++) await attempt(wrong);
  expect(await attempt(right)).toBe('anne');
  for (let n = 0; n < 4; n++) expect(await attempt(wrong)).toBeUndefined();
  expect(await attempt(right)).toBe('anne');
});

test('one user’s wrong passwords do not slow another, until there are very many from one address', async () => {
  const { attempt } = guardWithClock();
  for (let n = 0; n < 5; n++) await attempt(wrong, 'victim');
  expect(await attempt(right, 'anne')).toBe('anne');
  for (let n = 0; n < 45; n++) await attempt(wrong, `guess-${n}`);
  expect(await attempt(right, 'anne')).toBeGreaterThan(0);
  expect(await attempt(right, 'anne', 'elsewhere')).toBe('anne');
});

test('wrong passwords are forgotten with time: a ward’s address is not slowed for what happened last week', async () => {
  const { attempt, pass } = guardWithClock();
  for (let day = 0; day < 7; day++) {
    for (let n = 0; n < 20; n++) {
      expect(await attempt(wrong, `person-${n}`)).toBeUndefined();
      expect(await attempt(right, `person-${n}`)).toBe('anne');
    }
    pass(86_400);
  }
});

test('many at once wait for their turn, and beyond that are asked to come back', async () => {
  const { attempt } = guardWithClock();
  let running = 0;
  let most = 0;
  let release = () => {};
  const gate = new Promise<void>((resolve) => (release = resolve));
  const slow = async () => {
    most = Math.max(most, ++running);
    await gate;
    running -= 1;
    return 'anne';
  };
  const tries = Array.from({ length: 60 }, (_, n) => attempt(slow, `user-${n}`, `address-${n}`));
  release();
  const answers = await Promise.all(tries);
  expect(answers.filter((answer) => answer === 'anne')).toHaveLength(52);
  expect(answers.filter((answer) => answer === 2)).toHaveLength(8);
  expect(most).toBe(2);
});

test('guesses at once are no way around the wait', async () => {
  const { attempt } = guardWithClock();
  const answers = await Promise.all(Array.from({ length: 30 }, () => attempt(wrong)));
  // Two are checked at a time, so one more than the free five may be under way.
  expect(answers.filter((answer) => answer === undefined).length).toBeLessThanOrEqual(6);
});

test('a check that fails leaves the way free for the next', async () => {
  const { attempt } = guardWithClock();
  for (let n = 0; n < 5; n++)
    await expect(attempt(async () => Promise.reject(new Error('the database is away')))).rejects.toThrow(
      'away',
    );
  expect(await attempt(right)).toBe('anne');
});
