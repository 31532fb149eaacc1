/**
 * Counts the seconds that pass while any program runs: the time that sessions, screens, tokens and records opened with a reason
 * age by. Of the programs
 * on one database one counts; the others watch its beats, and one of them goes on when these stop. The count is in
 * `session_clock.seconds` and only rises; no wall clock has a part in it.
 */
import { randomUUID } from 'node:crypto';
import type { Sql } from '#store/sql.ts';

export interface SessionClock {
  /** Looks, and counts when it is our turn to. */
  tick(): Promise<void>;
  /** The count as far as this process knows: what it last saw, and the seconds that passed here since. */
  seconds(): number;
}

export const tickMs = 15_000;
/** Another program that has not counted for this long is taken for dead. */
const silentMsMax = 3 * tickMs;

export function createSessionClock(sql: Sql, now: () => number): SessionClock {
  const self = randomUUID();
  let beatsSeen = -1;
  /** Up to this moment, time has been counted by us or by the one we watch. */
  let countedMs = now();
  let seen: { readonly seconds: number; readonly atMs: number } | undefined;

  const see = (seconds: number) => {
    // Between two looks we may have been ahead of the count, and a token's age must not shrink.
    seen = { seconds: Math.max(seconds, ahead()), atMs: now() };
  };
  const ahead = () => (seen ? seen.seconds + (now() - seen.atMs) / 1000 : 0);
  return {
    seconds: () => Math.floor(ahead()),
    async tick(): Promise<void> {
      const [clock] = await sql<
        { program: string | null; beats: number; seconds: number }[]
      >`select program, beats, seconds from session_clock`;
      if (!clock) return;
      const mine = clock.program === null || clock.program === self;
      if (!mine && clock.beats !== beatsSeen) {
        beatsSeen = clock.beats;
        countedMs = now();
      }
      see(clock.seconds);
      const seconds = Math.floor((now() - countedMs) / 1000);
      if (!mine && seconds * 1000 < silentMsMax) return;
      // Where two would go on at the same moment, the second finds other beats than it read, and counts nothing.
      const [counted] = await sql<{ seconds: number }[]>`
        with turn as (
          update session_clock set program = ${self}, beats = beats + 1, seconds = seconds + ${seconds}
          where beats = ${clock.beats} returning seconds)
        , passed as (update session set age_s = age_s + ${seconds}, idle_s = idle_s + ${seconds} where exists (select from turn))
        , glassed as (update glass set left_s = greatest(0, left_s - ${seconds}) where left_s > 0 and exists (select from turn))
        select seconds from turn`;
      if (!counted) return;
      countedMs += seconds * 1000;
      see(counted.seconds);
    },
  };
}
