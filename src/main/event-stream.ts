/**
 * `GET /events`: the feed for browsers, as server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html).
 * An event says what changed, never what it says now: who wants to know reads it, by the rules of reading.
 */
import type { ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { Accesses } from '#identity/access.ts';
import { Refusal } from '#base/refusal.ts';
import type { Service } from '#rest/service.ts';
import type { Sessions } from '#identity/session.ts';
import { readCursor, readFeed, writeCursor, type FeedAct } from '#store/feed.ts';
import type { Follower } from '#store/follow.ts';
import { createSeenChanges, type SeenChanges } from './seen-changes.ts';
import type { RequestNotes } from './request-notes.ts';
import { secretOf } from './enter.ts';

interface Parts {
  readonly service: Service;
  readonly follower: Follower;
  readonly sessions: Sessions;
  readonly accesses: Accesses;
  readonly notes: RequestNotes;
}
const beatEveryMs = 5000;
const catchUpActs = 500;
/** A browser that was away longer than this many acts is told to read all anew instead. */
const catchUpMax = 5000;
/** What a browser has not yet taken: beyond it the connection is cut, and the browser comes back with its cursor. */
const unsentBytesMax = 4 * 1024 * 1024;

export function mountEvents(
  app: FastifyInstance,
  { service, follower, sessions, accesses, notes }: Parts,
): void {
  const open = new Set<ServerResponse>();
  app.addHook('preClose', async () => {
    for (const response of open) response.end();
  });
  // An answer that never ends has no head alone.
  app.get('/events', { exposeHeadRoute: false }, async (request, reply) => {
    const secret = secretOf(request);
    const query = new URLSearchParams(request.url.split('?')[1] ?? '');
    const lastSeen = request.headers['last-event-id'];
    const asked = (typeof lastSeen === 'string' ? lastSeen : undefined) ?? query.get('since') ?? undefined;
    const response = reply.raw;
    // Acts that commit while the missed ones are still being read wait until those are sent.
    const waiting: FeedAct[] = [];
    let caughtUp = false;
    const write: Write = (event, data, id) => {
      if (response.writableEnded) return;
      if (response.writableLength > unsentBytesMax) response.destroy();
      else
        response.write(
          `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`,
        );
    };
    if (!request.session) throw new Refusal('unauthenticated', 'log in first');
    await notes.now(request, { what: 'follow', status: 200 });
    // Before the answer begins: when the database is away, it is an error that says so.
    const seen = await createSeenChanges(service.store.sql, accesses, request.session.person);
    // One after the other, since what is seen of an act may have to be asked.
    let turn: Promise<void> = Promise.resolve();
    const writeSeen = (act: FeedAct) => {
      turn = turn
        .then(async () => writeAct(write, { ...act, changes: await seen.of(act.changes) }))
        // The database is away: the browser comes back with its cursor.
        .catch(() => void response.destroy());
    };
    const following = await follower.follow((act) => {
      if (caughtUp) writeSeen(act);
      else if (waiting.push(act) > catchUpMax) response.destroy();
    });
    reply.hijack();
    if (response.destroyed) return following.stop();
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    open.add(response);
    const beat = setInterval(() => {
      write('beat', { at: new Date().toISOString() });
      void seen.refresh().catch(() => {});
      void sessions.find(secret?.text ?? '', { isUse: false }).then(
        (session) => (!session || session.locked) && response.end(),
        () => {},
      );
    }, beatEveryMs);
    response.on('close', () => {
      clearInterval(beat);
      following.stop();
      open.delete(response);
    });
    try {
      await catchUp(service, write, seen, asked, writeCursor(following.from));
    } catch {
      // The database went away meanwhile: the browser comes back with its cursor.
      response.destroy();
    }
    for (const act of waiting.splice(0)) writeSeen(act);
    caughtUp = true;
    write('beat', { at: new Date().toISOString() });
  });
}

type Write = (event: string, data: object, id?: string) => void;

function writeAct(write: Write, act: FeedAct): void {
  const changes = act.changes.map(({ type, id, version, patient }) => ({
    type,
    id,
    version: String(version),
    patient: patient === null ? null : `Patient/${patient}`,
  }));
  write('act', { changes }, act.cursor);
}

/** Sends what the browser missed since its cursor, or `reset` when that cannot be told. */
async function catchUp(
  { store }: Service,
  write: Write,
  seen: SeenChanges,
  asked: string | undefined,
  now: string,
): Promise<void> {
  const from = readCursor(now);
  if (asked === undefined || !from) return write('hello', {}, now);
  let at = readCursor(asked);
  // Of a journal that was restored since, or of none of ours: what was missed cannot be told.
  if (at?.epoch !== from.epoch)
    return write('reset', { because: 'the place to go on from is not of this journal' }, now);
  for (let sent = 0; sent < catchUpMax;) {
    const acts = await readFeed(store.sql, at, catchUpActs);
    for (const act of acts) {
      const place = readCursor(act.cursor);
      if (!place || isAfter(place, from)) return;
      writeAct(write, { ...act, changes: await seen.of(act.changes) });
      at = place;
    }
    sent += acts.length;
    if (acts.length < catchUpActs) return;
  }
  write('reset', { because: 'too much happened meanwhile' }, now);
}

function isAfter(one: { xid: string; seq: number }, other: { xid: string; seq: number }): boolean {
  const [a, b] = [BigInt(one.xid), BigInt(other.xid)];
  return a > b || (a === b && one.seq > other.seq);
}
