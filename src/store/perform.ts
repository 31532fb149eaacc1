/**
 * From what someone means to a stored act, once and only once. The plan (what to change, given what is stored now) runs
 * again when another writer was first; the act's id stays the same, so that however often it is tried, by us or by the
 * client, it is stored once and answered alike.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { Refusal } from '#base/refusal.ts';
import type { ActId } from '#base/id.ts';
import type { Act, Authorship, Change, Claimed, EntryAnswer } from './act.ts';
import { readAct } from './reader.ts';
import { errorCode, isConnectionLost, refusalOf, violatedConstraint, type Sql } from './sql.ts';
import type { Store } from './store.ts';

export interface Intent extends Authorship {
  readonly id: ActId;
  /** The id came from the client, who may send it again. */
  readonly repeatable: boolean;
  readonly fingerprint?: Uint8Array;
  /** What the plan is known to claim before it runs; as `Draft.claims`. */
  readonly claims?: readonly string[];
}
export interface Draft {
  readonly changes: readonly Change[];
  readonly answers: readonly EntryAnswer[];
  /**
   * Texts that stand for what the plan looked for before it writes ("is there a Patient with this identifier?"). Of two acts
   * with the same text, the second is planned on what the first has left; see claims.ts.
   */
  readonly claims?: readonly string[];
}
export interface Outcome {
  readonly act: ActId;
  readonly answers: readonly EntryAnswer[];
  /** What this call wrote; empty when an earlier call had written it. */
  readonly changes: readonly Change[];
}
export type Plan = () => Promise<Draft>;

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
  /** What others are known to want too, or may. */
  const contested = new Set(intent.claims);
  for (let attempt = 1; ; attempt++) {
    let claims: readonly string[] = [];
    try {
      if (intent.repeatable || sent) {
        const earlier = await answeredBefore(store.sql, intent);
        if (earlier) return earlier;
      }
      const { changes, answers } = await store.claims.alone(contested, async () => {
        // Whoever waited must see what the one before has left.
        const snapshot = await (contested.size > 0 ? store.claims.fresh() : store.claims.recent());
        const draft = await plan();
        claims = [...(intent.claims ?? []), ...(draft.claims ?? [])];
        // What changes nothing is not an act, unless the client may ask again what it was answered.
        if (draft.changes.length === 0 && !intent.repeatable) return draft;
        sent = true;
        await store.group.write(
          actOf(intent, draft, claims.length === 0 ? undefined : { texts: claims, snapshot }),
        );
        return draft;
      });
      store.committed.notify();
      return { act: intent.id, changes, answers };
    } catch (error) {
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
      if (constraint === 'claim_was_seen') for (const claim of claims) contested.add(claim);
      const lostRace =
        constraint === 'claim_was_seen' || ['23505', '40P01', '40001'].includes(errorCode(error) ?? '');
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

function actOf(
  { id, author, node, eventAt, fingerprint }: Intent,
  { changes, answers }: Draft,
  claimed: Claimed | undefined,
): Act {
  return {
    id,
    author,
    node,
    changes,
    answers,
    ...(eventAt === undefined ? {} : { eventAt }),
    ...(fingerprint === undefined ? {} : { fingerprint }),
    ...(claimed === undefined ? {} : { claimed }),
  };
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
