/**
 * The audit as a running program writes it. Lines are collected for a moment and written as a page, so that a read costs
 * a line and not a commit; one that must not be lost (a log-in, a refusal, a print) is written at once, with all that
 * wait. Pages are written one after the other, since each carries the digest of the one before it. While the database is
 * away they wait, up to a limit; what comes beyond it is counted and told in a line of its own.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { systemClock, type Clock } from '#base/clock.ts';
import type { Events } from '#base/events.ts';
import { Refusal } from '#base/refusal.ts';
import { errorCode, type Sql } from '#store/sql.ts';
import { tokenHash } from '#store/token-hash.ts';
import { untiedEnds } from './chain.ts';
import { inParts, lineText, type AuditLine } from './line.ts';
import { chainBegin, digestOfPage, pageSpanMsMax, writePage, type Page } from './page.ts';

export interface Audit {
  /** Names this run in its pages and in the ids of its lines. */
  readonly program: string;
  /** Begins the chain, if nothing was noted yet. */
  begin(): void;
  /** Notes a line, which is durable within `gatherMs`, or when the database is back. */
  note(line: AuditLine): void;
  /** The same at once: it is durable on return. Returns its id and its time. @throws Refusal `unavailable` after 5 s without it. */
  noteNow(line: AuditLine): Promise<{ readonly id: string; readonly atMs: number }>;
  /** Writes what waits and the closing page; gives up when `hurry` is aborted. What is noted later goes nowhere. */
  close(hurry?: AbortSignal): Promise<void>;
}
export interface AuditOptions {
  readonly events: Pick<Events, 'auditDelayed' | 'auditLinesLost'>;
  readonly clock?: Clock;
  /** How much may wait while the database is away. */
  readonly charactersWaitingMax?: number;
}

/** What a killed program has not yet written is lost: at most the lines of so long. */
export const gatherMs = 50;
const linesPerPageMax = 500;
const charactersPerPageMax = 256 * 1024;
/** 100,000 lines or so. */
const charactersWaiting = 32 * 1024 * 1024;
const durableMsMax = 5000;
/**
 * The driver may never answer what it sent as its connection broke (3.4.9), nor anything after it on that connection: then
 * another is opened. A page that is sent twice is there once.
 */
const answerMsMax = 3000;
const retryFirstMs = 50;
const retryMsMax = 1000;

/** A page while lines are added to it. */
interface Draft {
  readonly number: number;
  readonly texts: string[];
  readonly keys: Set<string>;
  firstAt: number;
  lastAt: number;
  characters: number;
  /** Those who wait until it is durable. */
  readonly durable: (() => void)[];
}

/** @param connect opens a connection of the audit's own, which it ends. */
export function createAudit(connect: () => Sql, options: AuditOptions): Audit {
  const { events, clock = systemClock, charactersWaitingMax = charactersWaiting } = options;
  const program = randomUUID();
  let sql = connect();
  const begunAt = clock.wallMs();
  /** The first page is the opening; see `chain.ts`. */
  let nextNumber = 2;
  let before: Uint8Array | undefined;
  let open: Draft | undefined;
  const full: Draft[] = [];
  let charactersThatWait = 0;
  let lost = 0;
  let writing: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let soon: NodeJS.Immediate | undefined;
  let closed = false;
  const givenUp = new AbortController();

  const add = (line: AuditLine) => {
    const atMs = clock.wallMs();
    const text = lineText(atText(atMs), line);
    if (open && !hasRoom(open, atMs, text)) {
      full.push(open);
      open = undefined;
    }
    open ??= emptyDraft(nextNumber++, atMs);
    open.texts.push(text);
    open.characters += text.length;
    charactersThatWait += text.length;
    open.firstAt = Math.min(open.firstAt, atMs);
    open.lastAt = Math.max(open.lastAt, atMs);
    addKeys(open.keys, line);
    return { draft: open, id: `${program}-${open.number}-${open.texts.length}`, atMs };
  };

  /** The last of the line's parts; undefined when there is no room for it. */
  const put = (line: AuditLine): ReturnType<typeof add> | undefined => {
    if (closed) return undefined;
    if (charactersThatWait > charactersWaitingMax) {
      lost++;
      return undefined;
    }
    if (lost > 0) tellLost();
    let added: ReturnType<typeof add> | undefined;
    for (const part of inParts(line)) added = add(part);
    return added;
  };

  const tellLost = () => {
    events.auditLinesLost({ lines: lost });
    add({ what: 'lost', status: 500, from: '', asked: `${lost} lines lost`, times: lost });
    lost = 0;
  };

  const writeOne = async (page: Page) => {
    const digest = digestOfPage(before ?? chainBegin, page);
    await untilDone(() => writePage(sql, { ...page, digest }));
    before = digest;
  };

  const beginChain = async () => {
    const chains = await untilDone(() => untiedEnds(sql));
    const line = { what: 'start', status: 200, from: '', asked: '', chains };
    const lines = lineText(atText(begunAt), line);
    await writeOne({ program, number: 1, firstAt: begunAt, lastAt: begunAt, keys: [], lines });
  };

  /** The database is away, or its disk is full: nothing is dropped, and it is asked again until someone is in a hurry. */
  const untilDone = async <T>(work: () => Promise<T>): Promise<T> => {
    for (let failures = 0; ; failures++) {
      try {
        return await answered(work());
      } catch (error) {
        if (error instanceof Unanswered) {
          void sql.end({ timeout: 0 }).catch(() => {});
          sql = connect();
        }
        // Closed by us: there will be no other connection.
        if (givenUp.signal.aborted || errorCode(error) === 'CONNECTION_ENDED') throw new GivenUp();
        if (failures === 0)
          events.auditDelayed({ error: error instanceof Error ? error : new Error(String(error)) });
        const waitMs = Math.min(retryMsMax, retryFirstMs * 2 ** failures);
        await pause(waitMs, undefined, { ref: false, signal: givenUp.signal }).catch(() => {});
      }
    }
  };

  const writeAll = async () => {
    if (before === undefined) await beginChain();
    for (;;) {
      const draft = full.shift() ?? open;
      if (!draft) return;
      if (draft === open) open = undefined;
      await writeOne(pageOf(program, draft));
      charactersThatWait -= draft.characters;
      for (const done of draft.durable) done();
      if (lost > 0 && charactersThatWait < charactersWaitingMax / 2) tellLost();
      // Others may join a page that nobody waits for.
      const isUrgent = full.length > 0 || closed || (open?.durable.length ?? 0) > 0;
      if (!isUrgent) return;
    }
  };

  const start = () => {
    clearTimeout(timer);
    clearImmediate(soon);
    timer = undefined;
    soon = undefined;
    writing ??= writeAll()
      .catch((error: unknown) => {
        // What still waits is gone with the program, as it is when it is killed.
        if (!(error instanceof GivenUp)) throw error;
        closed = true;
        full.length = 0;
        open = undefined;
      })
      .finally(() => {
        writing = undefined;
        if (full.length > 0 || open) schedule();
      });
  };
  const schedule = () => {
    if (writing) return;
    if (full.length > 0 || (open?.durable.length ?? 0) > 0) return start();
    timer ??= setTimeout(start, gatherMs).unref();
  };
  /** After all that this turn of the event loop brings in. */
  const scheduleNow = () => {
    if (!writing) soon ??= setImmediate(start);
  };

  return {
    program,
    begin: scheduleNow,
    note(line) {
      if (put(line)) schedule();
    },
    async noteNow(line) {
      const added = put(line);
      if (!added) throw unavailable();
      const durable = new Promise<void>((resolve) => added.draft.durable.push(resolve));
      scheduleNow();
      const limit = new AbortController();
      const tooLate = pause(durableMsMax, 'late', { ref: false, signal: limit.signal }).catch(() => 'late');
      const first = await Promise.race([durable, tooLate]);
      limit.abort();
      if (first === 'late') throw unavailable();
      return { id: added.id, atMs: added.atMs };
    },
    async close(hurry) {
      if (closed) return;
      const giveUp = () => givenUp.abort();
      if (hurry?.aborted) giveUp();
      hurry?.addEventListener('abort', giveUp);
      // A program that noted nothing has no chain.
      if (before !== undefined || writing || open || full.length > 0) {
        if (lost > 0) tellLost();
        add({ what: 'stop', status: 200, from: '', asked: '' });
      }
      closed = true;
      while (writing || open || full.length > 0) {
        start();
        await writing;
      }
      hurry?.removeEventListener('abort', giveUp);
      await sql.end({ timeout: givenUp.signal.aborted ? 0 : 1 });
    },
  };
}

class GivenUp extends Error {}
class Unanswered extends Error {}

function answered<T>(work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = () => reject(new Unanswered(`the database has not answered within ${answerMsMax} ms`));
    const timer = setTimeout(late, answerMsMax).unref();
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

const unavailable = () =>
  new Refusal('unavailable', 'this cannot be noted in the audit just now, and so it is not done', {
    headers: { 'retry-after': '1' },
  });

let lastMs = Number.NaN;
let lastText = '';
/** Many lines come in the same millisecond. */
function atText(atMs: number): string {
  if (atMs !== lastMs) {
    lastMs = atMs;
    lastText = new Date(atMs).toISOString();
  }
  return lastText;
}

function emptyDraft(number: number, atMs: number): Draft {
  return {
    number,
    texts: [],
    keys: new Set(),
    firstAt: atMs,
    lastAt: atMs,
    characters: 0,
    durable: [],
  };
}

function hasRoom({ texts, characters, firstAt, lastAt }: Draft, atMs: number, text: string): boolean {
  return (
    texts.length < linesPerPageMax &&
    characters + text.length <= charactersPerPageMax &&
    Math.max(lastAt, atMs) - Math.min(firstAt, atMs) < pageSpanMsMax
  );
}

function pageOf(program: string, draft: Draft): Page {
  const { number, firstAt, lastAt, keys, texts } = draft;
  return { program, number, firstAt, lastAt, keys: [...keys], lines: texts.join('\n') };
}

/** Whom a page is found by. */
function addKeys(keys: Set<string>, { who, tried, event, shown }: AuditLine): void {
  if (who) {
    keys.add(userKey(who.user));
    if (who.practitioner !== null) keys.add(tokenHash(who.practitioner));
  }
  if (tried !== undefined) keys.add(userKey(tried));
  for (const patient of shown?.patients ?? []) keys.add(tokenHash(`Patient/${patient}`));
  for (const reference of event?.about ?? []) keys.add(tokenHash(reference));
}

/** By which the pages of a user are found; references are found by their own hash. */
export function userKey(user: string): string {
  return tokenHash(`user ${user}`);
}
