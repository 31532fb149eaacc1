import { useSyncExternalStore } from 'react';
import type { Bundle, BundleEntry, Resource } from '@medplum/fhirtypes';
import { makeActId } from './act-id.ts';
import { exchange, writeKeepingSpelling } from './exchange.ts';
import { keys, queries } from './queries.ts';
import type { Session } from './session.ts';
import { isFault, issuesOf, LinkFault, type FoundIssue } from './fault.ts';

// Acts: what a screen writes, as one transaction that happens whole or not at all. Each has an id and its exact text, kept
// on this device until its answer is known, and is repeated with the same id until then: also after a lock, a reload or a
// crash, also when the first answer never came. Nothing is shown as done before the server said so.

export type Change = {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `Encounter`, or `Encounter/…` of one that is there. */
  readonly url: string;
  readonly resource?: Resource;
  /** `urn:uuid:…` by which other changes of the act refer to this one. */
  readonly fullUrl?: string;
  /** The version that the writer was looking at: another one since then refuses the act. */
  readonly version?: string | undefined;
};

export type ActState =
  /** On its way for the first time. */
  | 'sending'
  /** No answer: it may be stored or not. It is repeated. */
  | 'unknown'
  /** The server's disk is full: known not to be stored. It is repeated. */
  | 'full'
  /** The server said no, and whoever sent it was not there any more to be told. */
  | 'refused';

export type Act = {
  readonly id: string;
  readonly user: string;
  readonly patient: string;
  /** What it is, for a person to read: it may be told on another page. */
  readonly title: string;
  readonly body: string;
  readonly state: ActState;
  readonly tries: number;
  readonly said?: string;
};

const prefix = 'holdfast.act/';
const retryMs = [1_000, 2_000, 4_000, 8_000, 15_000];
const followers = new Set<() => void>();
let acts: ReadonlyMap<string, Act> = load();
const running = new Set<string>();

/** The acts of this user whose end is not known, or that were refused and not yet looked at. */
export function useActs(user: string): readonly Act[] {
  const all = useSyncExternalStore(follow, () => acts);
  return [...all.values()].filter((act) => act.user === user);
}

export type NewAct = Pick<Act, 'user' | 'patient' | 'title'> & {
  readonly changes: readonly Change[];
  /** Nobody waits for its end here: a refusal is told by the frame. */
  readonly isToldLater?: () => boolean;
};

/** Answers with what was stored, when it is stored. @throws LinkFault `refused` or `missing` with the server's reasons: nothing was stored */
export async function sendAct({ changes, isToldLater = () => false, ...about }: NewAct): Promise<Bundle> {
  const id = makeActId();
  keep(id, { ...about, id, body: transactionText(changes), state: 'sending', tries: 0 });
  try {
    const stored = await repeat(id);
    if (stored === undefined) throw new LinkFault('unknown');
    return stored;
  } catch (error) {
    if (isFault(error, 'refused', 'missing') && !isToldLater()) keep(id, undefined);
    throw error;
  }
}

/** What would be said of it. Nothing is written. @throws LinkFault when it cannot be asked: then nothing was checked */
export async function checkAct(
  changes: readonly Change[],
  signal?: AbortSignal,
): Promise<readonly FoundIssue[]> {
  const outcome = await exchange('/fhir/$check', {
    method: 'POST',
    body: transactionText(changes),
    headers: { 'content-type': 'application/fhir+json' },
    ...(signal === undefined ? {} : { signal }),
  });
  return issuesOf(outcome).filter(({ severity }) => severity !== 'information');
}

/** After a reload or a new log-in: what was under way goes on, with the id it had. */
export function resumeActs(user: string, onStored: (patient: string) => void): void {
  for (const act of acts.values()) {
    if (act.user !== user || act.state === 'refused' || running.has(act.id)) continue;
    void repeat(act.id).then(
      (stored) => stored !== undefined && onStored(act.patient),
      // It is kept as refused, and told.
      () => undefined,
    );
  }
}

/** A refusal was read. */
export function dropAct(id: string): void {
  keep(id, undefined);
}

/** @throws LinkFault when it was refused */
async function repeat(id: string): Promise<Bundle | undefined> {
  if (running.has(id)) return undefined;
  running.add(id);
  try {
    for (;;) {
      const act = acts.get(id);
      if (act === undefined) return undefined;
      // Another person at this screen must not become its author: it waits until its own is back.
      if (isAnother(act.user)) return undefined;
      try {
        const answer = await exchange('/fhir', {
          method: 'POST',
          body: act.body,
          headers: { 'content-type': 'application/fhir+json', 'idempotency-key': id },
        });
        keep(id, undefined);
        return answer as Bundle;
      } catch (error) {
        const tries = act.tries + 1;
        if (isFault(error, 'refused', 'missing')) {
          keep(id, {
            ...act,
            state: 'refused',
            tries,
            ...(error.said !== undefined && { said: error.said }),
          });
          throw error;
        }
        keep(id, { ...act, state: isFault(error, 'diskFull') ? 'full' : 'unknown', tries });
        await waitBeforeRetry(tries);
      }
    }
  } finally {
    running.delete(id);
  }
}

/** Somebody else is logged in at this screen than who wrote it. */
export function isAnother(user: string): boolean {
  const session = queries.getQueryData<Session | null>(keys.session);
  return session !== undefined && session !== null && session.user !== user;
}

/** Longer with each try, up to a quarter of a minute. */
export function waitBeforeRetry(tries: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, retryMs[Math.min(tries, retryMs.length) - 1]));
}

function transactionText(changes: readonly Change[]): string {
  const entry = changes.map(({ method, url, resource, fullUrl, version }): BundleEntry => ({
    ...(fullUrl !== undefined && { fullUrl }),
    ...(resource !== undefined && { resource }),
    request: { method, url, ...(version !== undefined && { ifMatch: `W/"${version}"` }) },
  }));
  return writeKeepingSpelling({ resourceType: 'Bundle', type: 'transaction', entry });
}

function keep(id: string, act: Act | undefined): void {
  const next = new Map(acts);
  if (act === undefined) {
    next.delete(id);
    localStorage.removeItem(prefix + id);
  } else {
    next.set(id, act);
    // Without room on the device it is sent all the same, and repeated as long as this page lives.
    try {
      localStorage.setItem(prefix + id, JSON.stringify(act));
    } catch {
      localStorage.removeItem(prefix + id);
    }
  }
  acts = next;
  for (const follower of followers) follower();
}

function load(): ReadonlyMap<string, Act> {
  const found = new Map<string, Act>();
  for (let index = 0; index < localStorage.length; index++) {
    const name = localStorage.key(index);
    if (name === null || !name.startsWith(prefix)) continue;
    try {
      found.set(name.slice(prefix.length), JSON.parse(localStorage.getItem(name) ?? '') as Act);
    } catch {
      // Left where it is: a text that cannot be read now must not be thrown away by a program.
    }
  }
  return found;
}

function follow(follower: () => void): () => void {
  followers.add(follower);
  return () => followers.delete(follower);
}
