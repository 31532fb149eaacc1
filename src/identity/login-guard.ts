/**
 * Slows whoever guesses passwords. Each wrong password for a user makes the next try for that user wait longer; a right
 * one clears it. Time is monotonic. Kept in memory: a restart forgives, which is worth less to a guesser than a table of
 * failures would be to someone who wants to lock others out.
 */
import { monotonicMs } from '#base/clock.ts';
import { Refusal } from '#base/refusal.ts';

export interface LoginGuard {
  /** Runs the check of a password. @throws Refusal `slowed` while this user or this address has to wait. */
  attempt<T>(user: string, address: string, check: () => Promise<T | undefined>): Promise<T | undefined>;
}

const freeTries = 5;
const waitFirstS = 2;
const waitMaxS = 300;
/** Failures of one address, over all users: a ward's shared proxy has many honest ones. */
const freeTriesOfAddress = 50;
/** One failure is forgotten in this time: no faster than a guesser who always waits may try. */
const forgetOneMs = waitMaxS * 1000;
const rememberedMax = 10_000;
/** Hashing costs 25 ms of a core: more at once would take the machine from those who are logged in. */
const hashesAtOnce = 2;
const hashesWaitingMax = 50;

interface Failures {
  count: number;
  lastMs: number;
  waitUntilMs: number;
}

export function createLoginGuard(now: () => number = monotonicMs): LoginGuard {
  const failures = new Map<string, Failures>();
  let running = 0;
  const waiting: (() => void)[] = [];

  const refuseWaiting = (key: string) => {
    const seconds = Math.ceil(((failures.get(key)?.waitUntilMs ?? 0) - now()) / 1000);
    if (seconds > 0) {
      throw new Refusal('slowed', `too many wrong passwords; try again in ${seconds} s`, {
        headers: { 'retry-after': String(seconds) },
      });
    }
  };
  const note = (key: string, free: number) => {
    const one = failures.get(key) ?? { count: 0, lastMs: now(), waitUntilMs: 0 };
    one.count = Math.max(0, one.count - Math.floor((now() - one.lastMs) / forgetOneMs)) + 1;
    one.lastMs = now();
    if (one.count >= free)
      one.waitUntilMs = now() + 1000 * Math.min(waitMaxS, waitFirstS * 2 ** (one.count - free));
    if (failures.size >= rememberedMax) failures.clear();
    failures.set(key, one);
  };
  return {
    async attempt(user, address, check) {
      const keys = [`user ${user}`, `address ${address}`] as const;
      keys.forEach(refuseWaiting);
      if (running >= hashesAtOnce) {
        if (waiting.length >= hashesWaitingMax)
          throw new Refusal('slowed', 'too many people log in just now; try again in 2 s', {
            headers: { 'retry-after': '2' },
          });
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
      running += 1;
      try {
        // Whoever waited for a turn may have been told "wrong" meanwhile by tries beside this one.
        keys.forEach(refuseWaiting);
        const found = await check();
        if (found === undefined) {
          note(keys[0], freeTries);
          note(keys[1], freeTriesOfAddress);
        } else failures.delete(keys[0]);
        return found;
      } finally {
        running -= 1;
        waiting.shift()?.();
      }
    },
  };
}
