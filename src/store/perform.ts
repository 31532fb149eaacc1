/**
 * From what someone means to a stored act, once and only once. The plan (what to change, given what is stored now) runs
 * again when another writer was first; the act's id stays the same, so that however often it is tried, by us or by the
 * client, it is stored once and answered alike.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { Refusal } from '#base/refusal.ts';
import type { ActId } from '#base/id.ts';
import type { Act, Authorship, Change, EntryAnswer } from './act.ts';
import { readAct } from './reader.ts';
import {
  errorCode,
  isConnectionLost,
  refusalOf,
  violatedConstraint,
  type Sql,
  type Transaction,
} from './sql.ts';
import type { Store } from './store.ts';
import { writeActs } from './writer.ts';

export interface Intent extends Authorship {
  readonly id: ActId;
  /** The id came from the client, who may send it again. */
  readonly repeatable: boolean;
  readonly fingerprint?: Uint8Array;
  /**
   * Texts that stand for what the plan looks for before it writes ("is there a Patient with this identifier?"). Acts that
   * share one run after each other, since no key of the journal could tell that the second must not create.
   */
  readonly locks: readonly string[];
}
export interface Draft {
  readonly changes: readonly Change[];
  readonly answers: readonly EntryAnswer[];
  /** As `Intent.locks`, found while planning: with those that were not held, the plan runs again under them. */
  readonly locks?: readonly string[];
}
export interface Outcome {
  readonly act: ActId;
  readonly answers: readonly EntryAnswer[];
  /** What this call wrote; empty when an earlier call had written it. */
  readonly changes: readonly Change[];
}
export type Plan = (sql: Sql | Transaction) => Promise<Draft>;

// An act that loses against another 50 times meets a machine that writes one resource without pause: then it is told.
const attemptsMax = 50;
// While the database restarts after a crash; its own recovery takes less than a second per gigabyte of journal to replay.
const reconnectMs = 60_000;

/**
 * @throws Refusal from the plan; `unprocessable` when the id was used for another request; `unavailable` when nothing was
 * sent; `outcomeUnknown` when it was sent and no answer came.
 */
export async function perform(store: Store, intent: Intent, plan: Plan): Promise<Outcome> {
  let sent = false;
  const begun = performance.now();
  const held = new Set(intent.locks);
  for (let attempt = 1; ; attempt++) {
    try {
      if (intent.repeatable || sent) {
        const earlier = await answeredBefore(store.sql, intent);
        if (earlier) return earlier;
      }
      const { changes, answers } = await attemptOnce(store, intent, plan, held, () => (sent = true));
      store.committed.notify();
      return { act: intent.id, changes, answers };
    } catch (error) {
      if (error instanceof LocksNeeded) {
        for (const lock of error.locks) held.add(lock);
        if (attempt < attemptsMax) continue;
      }
      if (error instanceof Refusal) {
        // With the same id at the same moment the other may have been first, and made the refusal true.
        const earlier = intent.repeatable ? await answeredBefore(store.sql, intent) : undefined;
        if (earlier) return earlier;
        throw error;
      }
      const constraint = violatedConstraint(error);
      if (constraint === 'act_once') {
        const earlier = await answeredBefore(store.sql, intent);
        if (earlier) return earlier;
      }
      const lostRace =
        constraint !== undefined || errorCode(error) === '40P01' || errorCode(error) === '40001';
      if (isConnectionLost(error)) {
        if (performance.now() - begun > reconnectMs)
          throw sent ? outcomeUnknown(intent.id, error) : (refusalOf(error) ?? error);
        await pause(Math.min(1000, 50 * attempt));
      } else if (!lostRace) {
        throw refusalOf(error) ?? error;
      } else if (attempt >= attemptsMax) {
        throw new Refusal(
          'conflict',
          'others changed the same resource all the time; nothing was written, try again',
          { cause: error },
        );
      } else {
        await pause(Math.random() * Math.min(attempt, 10));
      }
    }
  }
}

export function outcomeUnknown(act: ActId, cause?: unknown): Refusal {
  return new Refusal(
    'outcomeUnknown',
    `no answer from the database in time: whether act ${act} was stored is unknown; send it again with Idempotency-Key ${act} until an answer comes`,
    {
      cause,
      headers: { 'idempotency-key': act },
    },
  );
}

/** The plan found what it must not judge beside another: nothing was written. */
class LocksNeeded extends Error {
  readonly locks: readonly string[];
  constructor(locks: readonly string[]) {
    super('the plan runs again under its locks');
    this.locks = locks;
  }
}

async function attemptOnce(
  store: Store,
  intent: Intent,
  plan: Plan,
  held: ReadonlySet<string>,
  sending: () => void,
): Promise<Draft> {
  const write = async (sql: Sql | Transaction, keep: (act: Act) => Promise<void>): Promise<Draft> => {
    const draft = await plan(sql);
    const needed = draft.locks?.filter((lock) => !held.has(lock)) ?? [];
    if (needed.length > 0) throw new LocksNeeded(needed);
    // What changes nothing is not an act, unless the client may ask again what it was answered.
    if (draft.changes.length > 0 || intent.repeatable) {
      sending();
      const { locks: _locks, repeatable: _repeatable, ...authorship } = intent;
      const act: Act = { ...authorship, changes: draft.changes, answers: draft.answers };
      await keep(act);
    }
    return draft;
  };
  if (held.size === 0) return write(store.sql, store.group.write);
  return store.transactions.run(async (tx) => {
    for (const lock of [...held].sort()) {
      await tx`select pg_advisory_xact_lock(hashtextextended(${lock}, 1))`;
    }
    return write(tx, (act) => writeActs(tx, store, [act]));
  });
}

/** What the act was answered when it was stored; undefined when it is not. @throws Refusal when it was another request. */
export async function answeredBefore(sql: Sql, intent: Intent): Promise<Outcome | undefined> {
  const stored = await readAct(sql, intent.id);
  if (!stored) return undefined;
  const same =
    stored.author === intent.author &&
    Buffer.compare(Buffer.from(stored.fingerprint ?? []), Buffer.from(intent.fingerprint ?? [])) === 0;
  if (!same) {
    throw new Refusal(
      'unprocessable',
      `the Idempotency-Key ${intent.id} was used for another request; a new act needs a new key`,
      { code: 'duplicate' },
    );
  }
  return { act: intent.id, answers: stored.answers, changes: [] };
}
