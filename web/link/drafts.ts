import { useSyncExternalStore } from 'react';
import type { Bundle, Resource } from '@medplum/fhirtypes';
import { isAnother, waitBeforeRetry } from './act.ts';
import { makeActId } from './act-id.ts';
import { exchange } from './exchange.ts';
import { isFault } from './fault.ts';

// What is written but not yet at the server: one draft for each user, patient and kind of form, kept on this device so that
// it survives a lock, a reload and a crash. When it is sent it gets an act id and its exact text is kept; it is repeated
// with the same id until the server's answer is known. It is gone from here only after the server said 201.

export type DraftState =
  /** Being written. */
  | 'draft'
  /** On its way for the first time. */
  | 'sending'
  /** No answer: it may be stored or not; repeated with the same id. */
  | 'unknown'
  /** The server's disk is full: known not to be stored, repeated. */
  | 'full'
  /** The server said no, and why. */
  | 'refused';

export type Draft = {
  readonly user: string;
  readonly patient: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly state: DraftState;
  readonly changedAt: number;
  readonly act?: string;
  readonly body?: string;
  readonly tries?: number;
  readonly said?: string;
};

const prefix = 'holdfast.draft/';
const followers = new Set<() => void>();
let drafts: ReadonlyMap<string, Draft> = load();
const running = new Set<string>();

/** Forms that keep a draft apart from the note; the note is the one without a kind, and the one that is sent from here. */
export type DraftKind =
  | 'vitals'
  | 'fluids'
  | 'labour'
  | 'level'
  | 'care-task'
  | 'transport'
  | 'plan'
  | `evaluation-${string}`
  | `letter-${string}`;

const nameOf = (user: string, patient: string, kind?: DraftKind) =>
  `${prefix}${user}/${patient}${kind === undefined ? '' : `/${kind}`}`;

export function useDraft(user: string, patient: string, kind?: DraftKind): Draft | undefined {
  return useSyncExternalStore(follow, () => drafts.get(nameOf(user, patient, kind)));
}

/** As it is now, for what happens after a wait: the draft that was drawn may have been changed meanwhile. */
export function readDraft(user: string, patient: string, kind?: DraftKind): Draft | undefined {
  return drafts.get(nameOf(user, patient, kind));
}

/** How many of this user's texts are sent and not known to be stored. */
export function useUnsent(user: string): number {
  return useSyncExternalStore(
    follow,
    () => [...drafts.values()].filter((draft) => draft.user === user && isUnderway(draft)).length,
  );
}

export const isUnderway = (draft: Draft): boolean =>
  draft.state === 'sending' || draft.state === 'unknown' || draft.state === 'full';

export function writeDraft(
  user: string,
  patient: string,
  fields: Readonly<Record<string, string>>,
  kind?: DraftKind,
): void {
  keep(nameOf(user, patient, kind), { user, patient, fields, state: 'draft', changedAt: Date.now() });
}

export function dropDraft(user: string, patient: string, kind?: DraftKind): void {
  keep(nameOf(user, patient, kind), undefined);
}

/** Sends a draft as a resource, or as a transaction whose first entry is the draft's own. Answers with the stored resource's id, or undefined when the server refused. */
export function sendDraft(draft: Draft, resource: Resource): Promise<string | undefined> {
  const name = nameOf(draft.user, draft.patient);
  const sent: Draft = {
    ...draft,
    state: 'sending',
    act: makeActId(),
    body: JSON.stringify(resource),
    tries: 0,
    changedAt: Date.now(),
  };
  keep(name, sent);
  return repeat(name);
}

/** After a reload or a new log-in: what was under way goes on, with the ids it had. */
export function resumeDrafts(user: string, onStored: (patient: string) => void): void {
  for (const [name, draft] of drafts) {
    if (draft.user !== user || !isUnderway(draft) || running.has(name)) continue;
    void repeat(name).then((id) => id !== undefined && onStored(draft.patient));
  }
}

async function repeat(name: string): Promise<string | undefined> {
  if (running.has(name)) return undefined;
  running.add(name);
  try {
    for (;;) {
      const draft = drafts.get(name);
      if (draft?.body === undefined || draft.act === undefined) return undefined;
      // It waits until its author is back: another must not become it.
      if (isAnother(draft.user)) return undefined;
      const outcome = await tryOnce(draft);
      if (typeof outcome === 'string') {
        keep(name, undefined);
        return outcome;
      }
      keep(name, outcome);
      if (!isUnderway(outcome)) return undefined;
      await waitBeforeRetry(outcome.tries ?? 1);
    }
  } finally {
    running.delete(name);
  }
}

/** The id of the stored resource, or the draft with what is now known about it. */
async function tryOnce(draft: Draft): Promise<string | Draft> {
  const tries = (draft.tries ?? 0) + 1;
  const type = (JSON.parse(draft.body ?? '{}') as { resourceType?: string }).resourceType ?? '';
  try {
    const stored = (await exchange(type === 'Bundle' ? '/fhir' : `/fhir/${type}`, {
      method: 'POST',
      body: draft.body ?? '',
      headers: { 'content-type': 'application/fhir+json', 'idempotency-key': draft.act ?? '' },
    })) as Resource | undefined;
    return (stored?.resourceType === 'Bundle' ? idOfFirst(stored) : stored?.id) ?? draft.act ?? '';
  } catch (error) {
    if (isFault(error, 'diskFull')) return { ...draft, state: 'full', tries };
    if (isFault(error, 'refused', 'missing')) {
      const { act: _act, body: _body, ...rest } = draft;
      return { ...rest, state: 'refused', tries, ...(error.said !== undefined && { said: error.said }) };
    }
    return { ...draft, state: 'unknown', tries };
  }
}

const idOfFirst = ({ entry }: Bundle): string | undefined =>
  /\/([^/]+)\/_history\//.exec(entry?.[0]?.response?.location ?? '')?.[1];

function keep(name: string, draft: Draft | undefined): void {
  const next = new Map(drafts);
  if (draft === undefined) {
    next.delete(name);
    localStorage.removeItem(name);
  } else {
    next.set(name, draft);
    localStorage.setItem(name, JSON.stringify(draft));
  }
  drafts = next;
  for (const follower of followers) follower();
}

function load(): ReadonlyMap<string, Draft> {
  const found = new Map<string, Draft>();
  for (let index = 0; index < localStorage.length; index++) {
    const name = localStorage.key(index);
    if (name === null || !name.startsWith(prefix)) continue;
    try {
      found.set(name, JSON.parse(localStorage.getItem(name) ?? '') as Draft);
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
