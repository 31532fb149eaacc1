/**
 * Subscriptions over a WebSocket (http://hl7.org/fhir/R4/subscription.html#channels). Who is logged in says `bind [id]`, is
 * answered `bound [id]` and told of each event: `ping [id]` in R4's own form, a notification for a topic. Who has a token of
 * `$get-ws-binding-token` says `bind-with-token [token]` and need not be logged in.
 *
 * WebSockets confirm nothing by themselves, but a ping is answered after all that was sent before it was taken. So each
 * batch is followed by a ping, and its events count as delivered when the answer comes: who comes back after a break is
 * told again what was under way.
 */
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import { isObject } from '#fhir/json.ts';
import { notificationText, type Notification } from '#fhir/subscription/notification.ts';
import { readSubscription, type SubscriptionDefinition } from '#fhir/subscription/subscription.ts';
import { seesEverything } from '#store/access.ts';
import { readNewest } from '#store/reader.ts';
import type { Store } from '#store/store.ts';
import { keepTaken, readEvents, readPlacesOf, useToken } from '#store/subscriptions.ts';

export interface SocketsOptions {
  readonly store: Store;
  readonly hosts: readonly string[];
  /** The address of the FHIR API as subscribers know it. */
  readonly base: () => string;
  /** Called when there may be new events. */
  readonly onEvents: (listener: () => void) => () => void;
}
/** Who is at the other end of a connection. */
export interface Peer {
  /** Asked again as long as the connection lives. */
  readonly isLoggedIn: () => Promise<boolean>;
  /** Runs before anything of this subscription is told. */
  readonly onBound: (id: string) => Promise<void>;
}
export interface Sockets {
  /** Takes over a connection that asks for a WebSocket. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer, peer: Peer): void;
  stop(): void;
}

const socketsMax = 1000;
const boundMax = 50;
const messageBytesMax = 1024;
/** What a subscriber has not taken yet; beyond it nothing more is read for it until it has. */
const unsentBytesMax = 1024 * 1024;
/** A subscriber that does not answer a ping for two of these is gone. */
const pulseEveryMs = 15_000;
/** Who binds to nothing within that time is sent away. */
const unboundMsMax = 30_000;

interface Bound {
  readonly id: string;
  readonly version: number;
  readonly definition: SubscriptionDefinition;
  /** By the log-in, which may end; a token has done its work. */
  readonly byLogin: boolean;
  /** The newest event that was sent, and that there is. */
  sent: number;
  newest: number;
  spokenMs: number;
}

export function createSockets(options: SocketsOptions): Sockets {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: messageBytesMax,
    perMessageDeflate: false,
  });
  const listeners = new Set<Listener>();
  // One question for all sockets, and the next only when that one is answered.
  let [asking, again] = [false, false];
  const ask = async () => {
    again = true;
    if (asking) return;
    asking = true;
    try {
      while (again) {
        again = false;
        const ids = [...new Set([...listeners].flatMap((one) => one.bound()))];
        if (ids.length === 0) continue;
        const places = await readPlacesOf(options.store.sql, ids);
        const newest = new Map(places.map(({ id, events }) => [id, events]));
        for (const one of listeners) one.look(newest);
      }
    } catch {
      // The database is away: the next look asks again.
    } finally {
      asking = false;
    }
  };
  const unlisten = options.onEvents(() => void ask());
  const pulse = setInterval(() => listeners.forEach((one) => one.pulse()), pulseEveryMs);
  pulse.unref();
  return {
    accept(request, socket, head, peer) {
      if (listeners.size >= socketsMax) {
        socket.end('HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
        return;
      }
      server.handleUpgrade(request, socket, head, (opened) => {
        const listener = listen(opened, peer, options);
        listeners.add(listener);
        opened.on('close', () => listeners.delete(listener));
      });
    },
    stop() {
      unlisten();
      clearInterval(pulse);
      for (const opened of server.clients) opened.terminate();
      server.close();
    },
  };
}

interface Listener {
  /** Ids of the subscriptions it listens to. */
  bound(): readonly string[];
  /** The number of the newest event, by subscription. */
  look(newest: ReadonlyMap<string, number>): void;
  pulse(): void;
}

function listen(socket: WebSocket, { isLoggedIn, onBound }: Peer, options: SocketsOptions): Listener {
  const { sql } = options.store;
  const bound = new Map<string, Bound>();
  let answered = true;
  let looking = false;
  let again = false;
  // One message after the other: a second bind must not overtake the first.
  let before: Promise<unknown> = Promise.resolve();
  let waiting = 0;

  const bind = async (id: string, byLogin: boolean) => {
    if (bound.size >= boundMax) return refuse(socket, `more than ${boundMax} subscriptions are bound`);
    const found = await openSubscription(options, id);
    const [place] = await readPlacesOf(sql, [id]);
    if (!found || !place || (place.state !== 'active' && place.state !== 'requested'))
      return refuse(socket, 'this is no active subscription of channel type websocket');
    await onBound(id);
    const one: Bound = {
      ...found,
      byLogin,
      sent: place.delivered,
      newest: place.events,
      spokenMs: performance.now(),
    };
    bound.set(id, one);
    socket.send(`bound ${id}`);
    if (found.definition.topic !== undefined) socket.send(notice(options, one, 'handshake', []));
    look();
  };

  const obey = async (text: string) => {
    const [, verb = '', what = ''] =
      /^(bind|bind-with-token)[ :]+([A-Za-z0-9._-]{1,100})$/.exec(text.trim()) ?? [];
    if (verb === 'bind')
      return (await isLoggedIn()) ? bind(what, true) : refuse(socket, 'log in first, or bind with a token');
    if (verb === '') return refuse(socket, "expected 'bind [id]' or 'bind-with-token [token]'");
    const ids = await useToken(sql, createHash('sha256').update(what).digest());
    if (!ids) return refuse(socket, 'the token is unknown, used or too old');
    for (const id of ids) await bind(id, false);
  };

  /** Sends what is new; more of one subscription only when what was sent has left. */
  const lookAt = async (one: Bound): Promise<boolean> => {
    if (socket.bufferedAmount > unsentBytesMax) return false;
    const events =
      one.newest > one.sent
        ? await readEvents(sql, one.id, {
            after: one.sent,
            count: one.definition.eventsMax,
          })
        : [];
    const last = events.at(-1);
    if (socket.readyState !== socket.OPEN) return false;
    if (!last) {
      const { topic, heartbeatS } = one.definition;
      if (topic === undefined || heartbeatS === 0 || performance.now() - one.spokenMs < heartbeatS * 1000)
        return false;
      socket.send(notice(options, one, 'heartbeat', []));
      one.spokenMs = performance.now();
      return false;
    }
    if (one.definition.topic === undefined) for (const _event of events) socket.send(`ping ${one.id}`);
    else socket.send(notice(options, one, 'event-notification', events));
    one.sent = last.number;
    one.spokenMs = performance.now();
    socket.ping(`${one.id} ${last.number}`);
    return events.length === one.definition.eventsMax;
  };

  const look = () => {
    again = true;
    if (looking) return;
    looking = true;
    void (async () => {
      try {
        while (again && socket.readyState === socket.OPEN) {
          again = false;
          for (const one of bound.values()) again = (await lookAt(one)) || again;
        }
      } catch {
        // The database is away: the subscriber comes back and is told what it has not confirmed.
        socket.close(1011, 'the database is away');
      } finally {
        looking = false;
      }
    })();
  };

  /** What was changed, switched off or deleted is bound no longer; nor is anything when its log-in has ended. */
  const review = async () => {
    const loggedIn = await isLoggedIn();
    for (const one of bound.values()) {
      const now = await openSubscription(options, one.id);
      const gone = !now || (one.byLogin && !loggedIn);
      if (gone) bound.delete(one.id);
      else if (now.version !== one.version) bound.set(one.id, { ...one, ...now });
    }
    if (bound.size === 0) socket.close(1008, 'nothing is bound');
  };

  socket.on('message', (data: RawData, isBinary) => {
    if (isBinary || ++waiting > boundMax) return refuse(socket, 'too much at once, or not text');
    const text = Buffer.isBuffer(data) ? data.toString('utf8') : '';
    before = before
      .then(() => obey(text))
      .catch(() => socket.close(1011, 'the database is away'))
      .finally(() => waiting--);
  });
  socket.on('pong', (data) => {
    answered = true;
    const [id = '', number = ''] = data.toString('utf8').split(' ');
    const one = bound.get(id);
    // A number that was never sent is none of ours.
    if (one && /^\d{1,15}$/.test(number) && Number(number) <= one.sent)
      keepTaken(sql, id, Number(number)).catch(() => socket.close(1011, 'the database is away'));
    if (one) look();
  });
  socket.on('error', () => socket.terminate());
  const unbound = setTimeout(() => bound.size === 0 && socket.close(1008, 'nothing is bound'), unboundMsMax);
  unbound.unref();
  socket.on('close', () => clearTimeout(unbound));
  return {
    bound: () => [...bound.keys()],
    look(newest) {
      for (const one of bound.values()) one.newest = newest.get(one.id) ?? one.newest;
      look();
    },
    pulse() {
      if (!answered) return socket.terminate();
      answered = false;
      socket.ping();
      if (bound.size > 0) review().catch(() => socket.close(1011, 'the database is away'));
    },
  };
}

/** The reason is short: a close frame holds 123 bytes. */
function refuse(socket: WebSocket, reason: string): void {
  socket.close(1008, reason);
}

async function openSubscription(
  { store, hosts }: SocketsOptions,
  id: string,
): Promise<{ id: string; version: number; definition: SubscriptionDefinition } | undefined> {
  const stored = await readNewest(store.sql, seesEverything, 'Subscription', id);
  const tree: unknown = stored?.body === undefined ? undefined : JSON.parse(stored.body);
  if (!stored || !isObject(tree) || tree['status'] === 'off' || tree['status'] === 'error') return undefined;
  const { definition } = readSubscription(tree, hosts);
  return definition?.channel === 'websocket' ? { id, version: stored.version, definition } : undefined;
}

function notice(
  { base }: SocketsOptions,
  { id, definition, sent }: Bound,
  kind: Notification['kind'],
  events: Notification['events'],
): string {
  return notificationText({
    base: base(),
    subscription: id,
    topic: definition.topic,
    status: 'active',
    kind,
    eventsSinceStart: events.at(-1)?.number ?? sent,
    content: definition.content,
    events,
  });
}
