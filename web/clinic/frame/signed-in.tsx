import { Outlet } from '@tanstack/react-router';
import { useCallback, useEffect, useState } from 'react';
import { resumeActs } from '../../link/act.ts';
import { resumeDrafts } from '../../link/drafts.ts';
import { followFeed } from '../../link/events.ts';
import { useIdle } from '../../link/idle.ts';
import { keys, queries } from '../../link/queries.ts';
import { lock, useSession, useWaysHere, type Session } from '../../link/session.ts';
import { Button } from '../../parts/button.tsx';
import { useText } from '../../parts/text.tsx';
import { LockScreen } from '../log-in/lock-screen.tsx';
import { LogIn } from '../log-in/log-in.tsx';
import { Frame } from './frame.tsx';
import { RefusedActs } from './refused-acts.tsx';
import { fetchPages } from './page.tsx';
import { PageTitle } from './page-title.tsx';

/** The clinic for whoever is logged in; the log-in for who is not; a cover over everything while locked. */
export function SignedIn() {
  const say = useText();
  const session = useSession();
  if (session.data === undefined) {
    if (!session.isError) return <PageTitle title={say('app.name')} />;
    return (
      <main className="alone">
        <PageTitle title={say('app.name')} />
        <p className="error">{say('session.unreachable')}</p>
        <Button onPress={() => void session.refetch()}>{say('panel.retry')}</Button>
      </main>
    );
  }
  if (session.data === null) return <LogIn />;
  // The key: another user gets a frame of their own, with nothing left of the last one's.
  return <Open key={session.data.user} session={session.data} />;
}

function Open({ session }: { readonly session: Session }) {
  const locked = session.locked === true;
  // Asked for ahead: whoever locks finds the names there at once.
  useWaysHere();
  // After a reload of a locked page there is nothing beneath the cover yet, and nothing may be fetched for it.
  const [opened, setOpened] = useState(!locked);
  if (!locked && !opened) setOpened(true);
  const onIdle = useCallback(() => void lock(), []);
  useIdle(session.lockAfterMinutes, !locked, onIdle);
  // The feed is something outside of React that runs as long as this session is open.
  useEffect(() => (locked ? undefined : followFeed(queries)), [locked]);
  // When the first page stands and nobody waits for anything.
  useEffect(() => {
    const waiting = setTimeout(() => void fetchPages(), 1_500);
    return () => clearTimeout(waiting);
  }, []);
  useEffect(() => {
    if (locked) return;
    const onStored = (patient: string) => void queries.invalidateQueries({ queryKey: keys.patient(patient) });
    resumeDrafts(session.user, onStored);
    resumeActs(session.user, onStored);
  }, [locked, session.user]);
  return (
    <>
      {opened && (
        // Beneath the cover everything keeps its state, and can be neither seen nor reached nor read aloud.
        <div
          className="beneath"
          style={locked ? { visibility: 'hidden' } : undefined}
          inert={locked}
          aria-hidden={locked}
        >
          <Frame session={session}>
            <RefusedActs user={session.user} />
            <Outlet />
          </Frame>
        </div>
      )}
      {locked && <LockScreen session={session} />}
    </>
  );
}
