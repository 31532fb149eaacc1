/**
 * Brings one subscription's notifications to its endpoint, one after the other: the next only when the one before was
 * taken. What is not taken is tried again with growing pauses, and after many failures in a row the subscription goes to
 * `error`; its events stay, and it goes on from there when someone sets it to `requested`.
 */
import type { Events } from '#base/events.ts';
import { notificationText, type Notification, type NotifiedEvent } from '#fhir/subscription/notification.ts';
import type { Store } from '#store/store.ts';
import { keepDelivered, keepFailure, readEvents, type SubscriptionState } from '#store/subscriptions.ts';
import type { Followed } from './matching.ts';
import type { RestHooks } from './rest-hook.ts';
import { writeStatus } from './status.ts';

export interface CourierParts {
  readonly store: Store;
  readonly runner: string;
  readonly hooks: RestHooks;
  readonly events: Pick<Events, 'subscriptionFailed'>;
  /** The address of the FHIR API as subscribers know it. */
  readonly base: () => string;
  readonly patience: Patience;
  /** Whether this program may still believe that the subscription is its own. */
  readonly isOurs: () => boolean;
  readonly nowMs: () => number;
}
export interface Patience {
  /** The first pause after a failure, doubled with each further one up to the longest; the real one is random below it. */
  readonly pauseMs: number;
  readonly pauseMsMax: number;
  /** Failures in a row after which the subscription goes to `error`. */
  readonly failuresMax: number;
}
/** With pauses of a minute on average in the end, an endpoint may be away for some 40 minutes. */
export const usualPatience: Patience = { pauseMs: 500, pauseMsMax: 120_000, failuresMax: 45 };

export interface Courier extends Followed {
  readonly version: number;
  state: SubscriptionState;
  delivered: number;
  failures: number;
  /** Begins to work if there is something to do and it is not working yet. */
  kick(): void;
  /** Resolves when what is under way has ended; nothing new begins. */
  stop(): Promise<void>;
}

export function createCourier(
  one: Followed & Pick<Courier, 'version' | 'state' | 'delivered' | 'failures'>,
  parts: CourierParts,
): Courier {
  const { store, runner, hooks, patience, nowMs } = parts;
  const { definition } = one;
  let stopped = false;
  let working: Promise<void> | undefined;
  let notBeforeMs = 0;
  let spokenMs = nowMs();

  const say = (kind: Notification['kind'], events: readonly NotifiedEvent[]): Promise<string | undefined> =>
    hooks.send({
      method: 'POST',
      address: definition.endpoint,
      headers: definition.headers,
      timeoutMs: definition.timeoutS * 1000,
      body: notificationText({
        base: parts.base(),
        subscription: courier.id,
        topic: definition.topic,
        status: courier.state,
        kind,
        eventsSinceStart: events.at(-1)?.number ?? courier.delivered,
        content: definition.content,
        events,
      }),
    });

  /** R4's own form: an empty POST, or the resource as an update of the endpoint's. */
  const sayBare = ({ type, id, text }: NotifiedEvent): Promise<string | undefined> => {
    const withText = definition.content === 'full-resource' && text !== undefined;
    return hooks.send({
      method: withText ? 'PUT' : 'POST',
      address: withText ? `${definition.endpoint.replace(/\/$/, '')}/${type}/${id}` : definition.endpoint,
      headers: definition.headers,
      timeoutMs: definition.timeoutS * 1000,
      body: withText ? text : '',
    });
  };

  const failed = async (reason: string): Promise<false> => {
    const failures = await keepFailure(store.sql, runner, courier.id);
    if (failures === undefined) {
      courier.lost = true;
      return false;
    }
    courier.failures = failures;
    // Full jitter: receivers that went down together are not called together.
    notBeforeMs =
      nowMs() +
      Math.random() * Math.min(patience.pauseMsMax, patience.pauseMs * 2 ** Math.min(failures - 1, 30));
    if (failures < patience.failuresMax) return false;
    courier.state = 'error';
    parts.events.subscriptionFailed({ subscription: courier.id, reason });
    await writeStatus(
      store,
      courier,
      'error',
      `${failures} notifications in a row failed; the last: ${reason}`,
    );
    return false;
  };

  /** What was taken ends the row of failures. */
  const forgive = async () => {
    if (courier.failures === 0) return;
    courier.failures = 0;
    courier.lost = !(await keepDelivered(store.sql, runner, courier.id, courier.delivered));
  };

  const activate = async (): Promise<boolean> => {
    if (definition.channel === 'rest-hook' && definition.topic !== undefined) {
      const reason = await say('handshake', []);
      if (reason !== undefined) return failed(reason);
      await forgive();
    }
    // The next version of the resource brings the next courier.
    courier.state = 'active';
    spokenMs = nowMs();
    await writeStatus(store, courier, 'active');
    return true;
  };

  /** True when there may be more. */
  const deliver = async (): Promise<boolean> => {
    const count = definition.topic === undefined ? 1 : definition.eventsMax;
    const events = await readEvents(store.sql, courier.id, {
      after: courier.delivered,
      count,
    });
    const [first, last] = [events[0], events.at(-1)];
    if (first && last) {
      const reason = await (definition.topic === undefined
        ? sayBare(first)
        : say('event-notification', events));
      spokenMs = nowMs();
      if (reason !== undefined) return failed(reason);
      courier.delivered = last.number;
      courier.failures = 0;
      courier.lost = !(await keepDelivered(store.sql, runner, courier.id, last.number));
      return true;
    }
    const silentMs = nowMs() - spokenMs;
    if (
      definition.topic === undefined ||
      definition.heartbeatS === 0 ||
      silentMs < definition.heartbeatS * 1000
    )
      return false;
    const reason = await say('heartbeat', []);
    spokenMs = nowMs();
    if (reason !== undefined) return failed(reason);
    await forgive();
    return false;
  };

  const work = async () => {
    while (!stopped && !courier.lost && parts.isOurs() && nowMs() >= notBeforeMs) {
      if (courier.state === 'requested') {
        await activate();
        return;
      }
      if (courier.state !== 'active' || definition.channel !== 'rest-hook') return;
      if (!(await deliver())) return;
    }
  };
  const courier: Courier = {
    ...one,
    kick() {
      if (working || stopped || courier.lost) return;
      working = work()
        // The database is away: the next kick goes on from what is stored.
        .catch(() => (notBeforeMs = nowMs() + Math.random() * patience.pauseMs))
        .then(() => (working = undefined));
    },
    async stop() {
      stopped = true;
      await working;
    },
  };
  return courier;
}
