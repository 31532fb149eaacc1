import { useSyncExternalStore } from 'react';
import type { QueryClient } from '@tanstack/react-query';
import { setServerTime } from '../parts/clock.ts';
import { relatingTypes } from './access.ts';
import { keys } from './queries.ts';
import { patientParts, type PatientPart } from './patient-parts.ts';
import type { Session } from './session.ts';
import { otherWardTypes, wardParts, type WardPart } from './ward-parts.ts';

// What happens at the server reaches the screens here. A change makes the parts that show its type be fetched again, for
// that patient and for the wards where the patient is; a beat every five seconds says that the line is up and that
// nothing was missed.

// Three beats missed: the line is gone, whatever the browser believes.
const lostAfterMs = 16_000;
const reconnectMs = 3_000;
// A busy ward writes many acts a second; the board is fetched at most this often.
const gatherMs = 400;

export type Connection = {
  readonly state: 'opening' | 'up' | 'lost';
  /** When we last knew that we had everything, on the computer's clock. */
  readonly lastBeat: number | undefined;
  /** When everything fetched before was confirmed by an unbroken feed. */
  readonly unbrokenSince: number | undefined;
};

type Change = {
  readonly type: string;
  readonly id: string;
  readonly version: string;
  readonly patient: string | null;
};

let connection: Connection = { state: 'opening', lastBeat: undefined, unbrokenSince: undefined };
let changedPatients: ReadonlyMap<string, number> = new Map();
const followers = new Set<() => void>();

export function useConnection(): Connection {
  return useSyncExternalStore(follow, () => connection);
}

/** The state alone: for what need not be drawn again at every beat. */
export function useConnectionState(): Connection['state'] {
  return useSyncExternalStore(follow, () => connection.state);
}

export function readConnection(): Connection {
  return connection;
}

/** Patients about whom something came since the page was opened, and when: the board marks them. */
export function useChangedPatients(): ReadonlyMap<string, number> {
  return useSyncExternalStore(follow, () => changedPatients);
}

/** The user has looked: the mark goes. */
export function clearChange(patient: string): void {
  if (!changedPatients.has(patient)) return;
  const rest = new Map(changedPatients);
  rest.delete(patient);
  changedPatients = rest;
  tell();
}

/** Follows the feed until the returned function is called, from where it stood when the session was told. */
export function followFeed(client: QueryClient): () => void {
  let source: EventSource | undefined;
  // What changes between the first answers of a page and the opening of the feed is told too.
  let cursor = client.getQueryData<Session | null>(keys.session)?.feed;
  let again: ReturnType<typeof setTimeout> | undefined;
  let gather: ReturnType<typeof setTimeout> | undefined;
  let gathered: Change[] = [];
  let lastHeard = performance.now();

  function open() {
    source = new EventSource(
      cursor === undefined ? '/events' : `/events?since=${encodeURIComponent(cursor)}`,
    );
    source.addEventListener('beat', (event: MessageEvent<string>) => {
      const at = Date.parse(readJson<{ at?: string }>(event.data)?.at ?? '');
      if (!Number.isNaN(at)) setServerTime(at);
      heard();
    });
    // Where the feed stands when we join it; after a reset, where it goes on, and what came between is fetched anew.
    source.addEventListener('hello', (event: MessageEvent<string>) => {
      cursor = event.lastEventId;
    });
    source.addEventListener('reset', (event: MessageEvent<string>) => {
      cursor = event.lastEventId;
      void client.invalidateQueries();
    });
    source.addEventListener('act', (event: MessageEvent<string>) => {
      if (event.lastEventId !== '') cursor = event.lastEventId;
      heard();
      gathered.push(...(readJson<{ changes?: Change[] }>(event.data)?.changes ?? []));
      gather ??= setTimeout(apply, gatherMs);
    });
    source.onerror = () => {
      if (source?.readyState !== EventSource.CLOSED) return;
      // The browser gives up on an answer that is not a stream (logged out, restarting); we do not.
      again = setTimeout(open, reconnectMs);
    };
  }

  function heard() {
    lastHeard = performance.now();
    const back = connection.state === 'lost';
    const time = Date.now();
    set({ state: 'up', lastBeat: time, unbrokenSince: back ? time : (connection.unbrokenSince ?? time) });
    // After a cut the feed continues where it stopped if the server still can; fetching what is on the screen anew is certain.
    if (back) void client.invalidateQueries();
  }

  function apply() {
    gather = undefined;
    const changes = gathered;
    gathered = [];
    const marks = new Map(changedPatients);
    for (const change of changes) {
      const patient = change.patient?.replace('Patient/', '');
      if (patient !== undefined) marks.set(patient, Date.now());
    }
    changedPatients = marks;
    invalidate(client, changes);
    tell();
  }

  const watch = setInterval(() => {
    if (performance.now() - lastHeard > lostAfterMs && connection.state !== 'lost')
      set({ ...connection, state: 'lost', unbrokenSince: undefined });
  }, 1_000);
  open();
  return () => {
    source?.close();
    clearTimeout(again);
    clearTimeout(gather);
    clearInterval(watch);
    changedPatients = new Map();
    set({ state: 'opening', lastBeat: undefined, unbrokenSince: undefined });
  };
}

/** Marks what the changes touch, and nothing else, as no longer known. */
function invalidate(client: QueryClient, changes: readonly Change[]): void {
  const touched = new Map<string, Set<string>>();
  for (const change of changes) {
    const patient = change.patient?.replace('Patient/', '') ?? '';
    touched.set(patient, (touched.get(patient) ?? new Set()).add(change.type));
  }
  // An Appointment belongs to several, so the feed names no patient for it: it may be anybody's.
  const anybodys = touched.get('');
  const isTouched = (patient: string, shown: readonly string[]) =>
    shown.some((type) => touched.get(patient)?.has(type) === true || anybodys?.has(type) === true);
  const placesMoved = changes.some((change) => change.type === 'Encounter' || change.type === 'Location');
  void client.invalidateQueries({
    predicate: ({ queryKey }) => {
      const [kind, id, part, patients] = queryKey as readonly (string | undefined)[];
      if (kind === 'patient') {
        // What a rule says of an act may rest on anything of the patient: a CAVE that a colleague wrote just now.
        if (part === 'check') return touched.has(id ?? '');
        const shown = part === 'access' ? relatingTypes : typesOf(part);
        return shown !== undefined && isTouched(id ?? '', shown);
      }
      if (kind === 'surgery') return changes.some(({ type }) => surgeryTypes.has(type));
      if (kind === 'transport') return changes.some(({ type }) => type === 'Task' || type === 'Encounter');
      if (kind === 'card queue') return changes.some(({ type }) => type === 'Task');
      if (kind !== 'ward') return false;
      if (part === 'stays' || part === 'beds') return placesMoved;
      const shown: readonly string[] | undefined =
        wardParts[part as WardPart]?.types ?? otherWardTypes[part ?? ''];
      if (shown === undefined || patients === undefined) return false;
      return patients.split(',').some((patient) => isTouched(patient, shown));
    },
  });
}

/** Operating boards show many patients: they look at the types. */
const surgeryTypes = new Set(['Appointment', 'Procedure', 'ServiceRequest', 'Task', 'Location', 'Encounter']);

function typesOf(part: string | undefined): readonly string[] | undefined {
  return patientParts[part as PatientPart]?.types;
}

function readJson<Shape>(text: string): Shape | undefined {
  try {
    return JSON.parse(text) as Shape;
  } catch {
    return undefined;
  }
}

function set(next: Connection): void {
  connection = next;
  tell();
}

function tell(): void {
  for (const follower of followers) follower();
}

function follow(follower: () => void): () => void {
  followers.add(follower);
  return () => followers.delete(follower);
}
