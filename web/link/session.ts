import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { exchange, setSessionFaultListener } from './exchange.ts';
import { isFault } from './fault.ts';
import { keys, queries } from './queries.ts';

// Who is at the screen. The server holds the session in a cookie that no script can read; here is only what it says
// about it. A new user means an empty cache: nothing one person fetched is shown to the next.

export type Session = {
  readonly user: string;
  readonly name: string;
  readonly role: string;
  /** Practitioner/… of the user, when the user is clinical staff. */
  readonly practitioner: string | null;
  /** Location/… of the user's own ward. */
  readonly ward: string | null;
  readonly lockAfterMinutes: number;
  readonly locked?: boolean;
  /** The id of the early-warning table in force. */
  readonly earlyWarning?: string;
  /** Where the feed stood when this was said: what is asked for from then on is followed from there. */
  readonly feed?: string | undefined;
};

/** The session; null when nobody is logged in. */
export function useSession(): UseQueryResult<Session | null> {
  return useQuery({ queryKey: keys.session, queryFn: readSession, gcTime: Infinity });
}

async function readSession(): Promise<Session | null> {
  try {
    return (await exchange('/session')) as Session;
  } catch (error) {
    if (isFault(error, 'login')) return null;
    throw error;
  }
}

/** A person who may come back to this screen. */
export type KnownPerson = {
  readonly user: string;
  readonly name: string;
  readonly role: string;
  /** Practitioner/…, by which they sign beside somebody else. */
  readonly practitioner: string | null;
  /** A PIN is enough. */
  readonly pin: boolean;
};

export type WaysHere = {
  /** Who is known at this screen, by name. */
  readonly people: readonly KnownPerson[];
  /** The host of another log-in that is believed here; null when there is none. */
  readonly openid: string | null;
};

export function useWaysHere(): UseQueryResult<WaysHere> {
  return useQuery({
    queryKey: keys.people,
    queryFn: async () => (await exchange('/session/screen')) as WaysHere,
    retry: false,
    refetchOnMount: 'always',
    gcTime: Infinity,
  });
}

export async function proveByPassword(user: string, password: string): Promise<Session> {
  return (await exchange('/session', post({ user, password }))) as Session;
}

export async function proveByPin(user: string, pin: string): Promise<Session> {
  return (await exchange('/session/pin', post({ user, pin }))) as Session;
}

/** Whom a badge names; proves nothing. */
export async function nameByBadge(number: string): Promise<KnownPerson> {
  return (await exchange('/session/badge', post({ number }))) as KnownPerson;
}

/** Whoever was proven is at the screen from now on. Nothing that another fetched is left for them. */
export function begin(session: Session): void {
  const before = queries.getQueryData<Session | null>(keys.session);
  if (before?.user !== session.user) forgetEverything();
  ended = false;
  queries.setQueryData(keys.session, { ...session, locked: false });
  if (before?.user === session.user) askAnew();
  void queries.invalidateQueries({ queryKey: keys.people });
  tellOtherTabs();
}

export async function logOut(): Promise<void> {
  const before = queries.getQueryData<Session | null>(keys.session)?.user;
  // Whatever the server answers, this screen forgets: a log-out that waits for a broken line is none.
  try {
    await exchange('/session', { method: 'DELETE' });
  } finally {
    forgetEverything();
    queries.setQueryData(keys.session, null);
    queries.setQueryData<WaysHere>(
      keys.people,
      (ways) => ways && { ...ways, people: ways.people.filter(({ user }) => user !== before) },
    );
    void queries.invalidateQueries({ queryKey: keys.people });
    tellOtherTabs();
  }
}

export async function lock(): Promise<void> {
  markLocked(true);
  try {
    await exchange('/session/lock', post({}));
  } catch (error) {
    // The screen is covered all the same; without a line the server's own idle limit closes the session.
    if (!isFault(error, 'unreachable', 'server', 'login', 'locked', 'unknown', 'diskFull')) throw error;
  }
}

/** Covers this tab without a word to the server. */
export function cover(): void {
  markLocked(true);
}

async function unlock(password: string): Promise<void> {
  const { feed } = (await exchange('/session/unlock', post({ password }))) as Session;
  queries.setQueryData<Session | null>(keys.session, (session) => session && { ...session, feed });
  markLocked(false);
  askAnew();
}

// What came while the screen was locked was refused; everything that is shown is asked for again.
function askAnew(): void {
  void queries.invalidateQueries({ predicate: ({ queryKey }) => !isOfScreen(queryKey[0]) });
}

// The tabs of one browser share its session: one that went on as someone else would show one name and write under another.
const whoName = 'holdfast.who';

function tellOtherTabs(): void {
  const user = queries.getQueryData<Session | null>(keys.session)?.user ?? '';
  localStorage.setItem(whoName, `${user} ${String(performance.timeOrigin + performance.now())}`);
}

export function followOtherTabs(): void {
  globalThis.addEventListener('storage', (event) => {
    const session = queries.getQueryData<Session | null>(keys.session);
    if (event.key !== whoName || event.newValue === null) return;
    if (event.newValue.split(' ')[0] !== (session?.user ?? '')) forgetEverything();
    void queries.invalidateQueries({ queryKey: keys.session });
  });
}

/** An answer anywhere that says "locked" or "log in" changes the session here. */
export function followSessionFaults(): void {
  setSessionFaultListener((fault) => {
    const session = queries.getQueryData<Session | null>(keys.session);
    if (session === undefined || session === null) return;
    if (fault.kind === 'locked') markLocked(true);
    else endedFor(session);
  });
}

// A session that ended by itself is treated as a lock: the same person comes back to the same page with the draft in it;
// another person starts clean.
function endedFor(session: Session): void {
  ended = true;
  queries.setQueryData(keys.session, { ...session, locked: true });
  for (const follower of followers) follower();
}

let ended = false;
const followers = new Set<() => void>();

/** The session is gone at the server: unlocking needs the whole log-in. */
export function useSessionEnded(): boolean {
  return useSyncExternalStore(
    (follower) => {
      followers.add(follower);
      return () => followers.delete(follower);
    },
    () => ended,
  );
}

export async function returnAs(user: string, password: string): Promise<void> {
  if (!ended) return unlock(password);
  return begin(await proveByPassword(user, password));
}

function markLocked(locked: boolean): void {
  const session = queries.getQueryData<Session | null>(keys.session);
  if (session !== undefined && session !== null) queries.setQueryData(keys.session, { ...session, locked });
}

function forgetEverything(): void {
  ended = false;
  queries.removeQueries({
    predicate: ({ queryKey }) => !isOfScreen(queryKey[0]) && queryKey[0] !== 'status',
  });
}

/** What belongs to the screen and not to who is at it. */
function isOfScreen(key: unknown): boolean {
  return key === 'session' || key === 'texts' || key === 'people';
}

function post(body: object) {
  return {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  } as const;
}
