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

export async function logIn(user: string, password: string): Promise<void> {
  const session = (await exchange('/session', post({ user, password }))) as Session;
  const before = queries.getQueryData<Session | null>(keys.session);
  if (before?.user !== session.user) forgetEverything();
  queries.setQueryData(keys.session, { ...session, locked: false });
}

export async function logOut(): Promise<void> {
  // Whatever the server answers, this screen forgets: a log-out that waits for a broken line is none.
  try {
    await exchange('/session', { method: 'DELETE' });
  } finally {
    forgetEverything();
    queries.setQueryData(keys.session, null);
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

async function unlock(password: string): Promise<void> {
  await exchange('/session/unlock', post({ password }));
  markLocked(false);
  // What came while the screen was locked was refused; everything that is shown is asked for again.
  void queries.invalidateQueries({
    predicate: ({ queryKey }) => queryKey[0] !== 'session' && queryKey[0] !== 'texts',
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
  await logIn(user, password);
  ended = false;
  void queries.invalidateQueries({
    predicate: ({ queryKey }) => queryKey[0] !== 'session' && queryKey[0] !== 'texts',
  });
  return undefined;
}

function markLocked(locked: boolean): void {
  const session = queries.getQueryData<Session | null>(keys.session);
  if (session !== undefined && session !== null) queries.setQueryData(keys.session, { ...session, locked });
}

function forgetEverything(): void {
  ended = false;
  queries.removeQueries({
    predicate: ({ queryKey }) =>
      queryKey[0] !== 'session' && queryKey[0] !== 'texts' && queryKey[0] !== 'status',
  });
}

function post(body: object) {
  return {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  } as const;
}
