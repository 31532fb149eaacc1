/**
 * Follows subscriptions: takes up what clients ask for, shares the work with the other programs on this database, looks
 * through the feed for events and has them brought to those who wait for them.
 *
 * A subscription is one program's as long as that one beats. It beats every second; one that was silent for six seconds of
 * another's monotonic clock is taken for dead, and itself stops to send when it could not beat for four.
 */
import { randomUUID } from 'node:crypto';
import type { Events } from '#base/events.ts';
import { monotonicMs } from '#base/clock.ts';
import { isObject, type Json } from '#fhir/json.ts';
import { readSubscription } from '#fhir/subscription/subscription.ts';
import type { Store } from '#store/store.ts';
import {
  beat,
  claimSubscription,
  dropSubscription,
  forgetEvents,
  keepSubscription,
  readChangedSubscriptions,
  readOthers,
  readOwn,
  releaseSubscriptions,
  restartSubscription,
  type OwnSubscription,
  type SubscriptionState,
} from '#store/subscriptions.ts';
import { createCourier, usualPatience, type Courier, type Patience } from './courier.ts';
import { lookFurther } from './matching.ts';
import { createRestHooks } from './rest-hook.ts';
import { writeStatus } from './status.ts';

export interface SubscriptionsOptions {
  readonly store: Store;
  readonly events: Pick<Events, 'subscriptionFailed' | 'subscriptionsDelayed'>;
  /** Hosts that notifications may go to. */
  readonly hosts: readonly string[];
  /** The address of the FHIR API as subscribers know it; asked when something is sent. */
  readonly base: () => string;
  readonly patience?: Patience;
}
export interface Subscriptions {
  /** Called when there are new events, or may be. */
  onEvents(listener: () => void): () => void;
  /** Lets go of all subscriptions, after what is under way, or at once. */
  stop(hurry?: AbortSignal): Promise<void>;
  /** Ends without a word to anyone, as a kill would. */
  abandon(): void;
}

const lookEveryMs = 500;
/** Commits wake it sooner, but not without a pause between two looks: of a busy database they take a few per mille. */
const pauseMs = 50;
const beatEveryMs = 1000;
const silentMsMax = 6000;
const believedMsMax = 4000;
const forgetEveryMs = 3_600_000;
/** Events of one subscription that wait; the rest waits in the feed. */
const waitingMax = 1000;

export function createSubscriptions(options: SubscriptionsOptions): Subscriptions {
  const { store, events } = options;
  const { sql } = store;
  const runner = randomUUID();
  const hooks = createRestHooks(options.hosts);
  const couriers = new Map<string, Courier>();
  /** Couriers that end what they have under way, by subscription. */
  const leaving = new Map<string, Promise<void>>();
  const others = new Map<string, { beats: number; seenMs: number }>();
  const listeners = new Set<() => void>();
  let beatMs = monotonicMs();
  let lookedMs = Number.NEGATIVE_INFINITY;
  let forgottenMs = monotonicMs();
  let troubled = false;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> | undefined;
  let again = false;

  /** What clients wrote since the last look. */
  const takeUp = async () => {
    const changed = await readChangedSubscriptions(sql);
    for (const { id, version, body } of changed) {
      if (body === undefined) await dropSubscription(sql, id);
      else await keepSubscription(sql, { id, version, state: stateOf(treeOf(body)) });
    }
    return changed.length > 0;
  };

  const beatOnce = async () => {
    const askedMs = monotonicMs();
    const own = await beat(sql, runner);
    beatMs = askedMs;
    return own;
  };

  /** Beats, and sees to it that there is a courier for each subscription that is ours, and for no other. */
  const muster = async () => {
    const own = await beatOnce();
    // Over a WebSocket another program may have delivered.
    for (const { id, delivered } of own) {
      const courier = couriers.get(id);
      if (courier && courier.delivered < delivered) courier.delivered = delivered;
    }
    const versions = new Map(own.map(({ id, version }) => [id, version]));
    for (const [id, courier] of couriers) {
      if (versions.get(id) === courier.version && !courier.lost) continue;
      couriers.delete(id);
      // Two of one subscription would send the same at the same time; and nobody else waits for a slow receiver.
      leaving.set(
        id,
        courier.stop().then(() => {
          leaving.delete(id);
          lookedMs = Number.NEGATIVE_INFINITY;
          wake();
        }),
      );
    }
    const missing = own.filter(({ id }) => !couriers.has(id) && !leaving.has(id)).map(({ id }) => id);
    if (missing.length === 0) return;
    for (const one of await readOwn(sql, runner, missing)) await begin(one);
  };

  const begin = async (one: OwnSubscription) => {
    const tree = treeOf(one.body);
    const { definition, issues } = readSubscription(tree, options.hosts);
    if (!definition) {
      const reason = issues.map(({ at = '', text }) => `${at} ${text}`).join('; ');
      events.subscriptionFailed({ subscription: one.id, reason });
      return writeStatus(store, one, 'error', reason);
    }
    if (!one.sameEpoch) {
      const reason =
        'the record was restored from a backup: read anew what happened, then set the status to requested';
      events.subscriptionFailed({ subscription: one.id, reason });
      // In this order: without the word of it nobody would know that something is missing.
      await writeStatus(store, one, 'error', reason);
      return restartSubscription(sql, one.id);
    }
    const courier = createCourier(
      { ...one, definition, keptMs: monotonicMs(), lost: false },
      {
        store,
        runner,
        hooks,
        events,
        base: options.base,
        patience: options.patience ?? usualPatience,
        isOurs: () => !stopped && monotonicMs() - beatMs < believedMsMax,
        nowMs: monotonicMs,
      },
    );
    couriers.set(one.id, courier);
  };

  /** Takes subscriptions that nobody has, or whose program is silent. */
  const claim = async () => {
    const nowMs = monotonicMs();
    const there = await readOthers(sql, runner);
    const ids = new Set(there.map(({ id }) => id));
    for (const id of others.keys()) if (!ids.has(id)) others.delete(id);
    let claimed = false;
    for (const { id, runner: other, beats } of there) {
      const known = others.get(id);
      if (known?.beats !== beats) others.set(id, { beats, seenMs: nowMs });
      if (other !== null && (known?.beats !== beats || nowMs - known.seenMs < silentMsMax)) continue;
      claimed = (await claimSubscription(sql, id, runner, beats)) || claimed;
    }
    return claimed;
  };

  const endThoseDue = async () => {
    // `end` is a moment of the calendar: no other clock could tell it.
    const now = Date.now();
    for (const courier of couriers.values())
      if ((courier.definition.endMs ?? Number.POSITIVE_INFINITY) <= now)
        await writeStatus(store, courier, 'off');
  };

  const look = async () => {
    const nowMs = monotonicMs();
    if ((await takeUp()) || nowMs - lookedMs >= lookEveryMs) {
      lookedMs = nowMs;
      await muster();
      if (await claim()) await muster();
      await endThoseDue();
    }
    if (nowMs - forgottenMs > forgetEveryMs) {
      forgottenMs = nowMs;
      await forgetEvents(sql);
    }
    const open = [...couriers.values()].filter(
      ({ state, lost, events: newest, delivered }) =>
        !lost && (state === 'active' || state === 'requested') && newest - delivered < waitingMax,
    );
    try {
      if (await lookFurther(sql, runner, open, nowMs)) again = true;
    } catch (error) {
      // Whether the last statement was stored is unknown: the next look begins from what is.
      for (const courier of open) courier.lost = true;
      throw error;
    }
    for (const courier of couriers.values()) courier.kick();
    for (const listener of listeners) listener();
  };

  const run = async () => {
    again = false;
    try {
      await look();
      troubled = false;
    } catch (error) {
      // Once for each trouble, however often it is met.
      if (!troubled)
        events.subscriptionsDelayed({ error: error instanceof Error ? error : new Error(String(error)) });
      troubled = true;
    }
    looking = undefined;
    schedule(again ? pauseMs : lookEveryMs);
  };
  const schedule = (inMs: number) => {
    if (stopped) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      looking ??= run();
    }, inMs);
    timer.unref();
  };
  const wake = () => {
    if (looking) again = true;
    else if (!again) {
      again = true;
      schedule(pauseMs);
    }
  };
  // Apart from the looks: one of them may have the resources of an import to go through.
  const beating = setInterval(() => {
    // The database is away: who cannot beat stops to send, and the looks tell of the trouble.
    if (monotonicMs() - beatMs >= beatEveryMs) beatOnce().catch(() => {});
  }, beatEveryMs);
  beating.unref();
  const unlisten = store.committed.listen(wake);
  const end = () => {
    stopped = true;
    clearTimeout(timer);
    clearInterval(beating);
    unlisten();
  };
  schedule(0);
  return {
    onEvents(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async stop(hurry) {
      end();
      // A receiver that does not answer is cut off when there is no time left; it is told again later.
      hurry?.addEventListener('abort', () => hooks.stop());
      if (hurry?.aborted) hooks.stop();
      await looking;
      await Promise.all([...leaving.values(), ...[...couriers.values()].map((courier) => courier.stop())]);
      hooks.stop();
      await releaseSubscriptions(sql, runner).catch(() => {});
    },
    abandon() {
      end();
      hooks.stop();
    },
  };
}

function treeOf(body: string): Json {
  const tree: unknown = body === '' ? {} : JSON.parse(body);
  return isObject(tree) ? tree : {};
}

function stateOf({ status }: Json): SubscriptionState {
  return status === 'active' || status === 'error' || status === 'off' ? status : 'requested';
}
