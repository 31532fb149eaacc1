/* oxlint-disable jsx-a11y/prefer-tag-over-role -- a dialog element would be closed by Escape */
import { useState } from 'react';
import { logIn, logOut, returnAs, useSessionEnded, type Session } from '../../link/session.ts';
import { Button } from '../../parts/button.tsx';
import { useText } from '../../parts/text.tsx';
import { PageTitle } from '../frame/page-title.tsx';
import { StatusLine } from '../status/status-line.tsx';
import { Credentials } from './credentials.tsx';

/** Covers everything and shows nothing of it. The same person comes back to where they were; another starts afresh. */
export function LockScreen({ session }: { readonly session: Session }) {
  const say = useText();
  const ended = useSessionEnded();
  const [other, setOther] = useState(false);
  return (
    <div className="lock" role="dialog" aria-modal="true" aria-label={say('lock.title')}>
      <PageTitle title={say('lock.tab')} />
      <div className="lock-card fade">
        {other ? (
          <>
            <h1>{say('lock.otherTitle')}</h1>
            <Credentials key="other" action={say('logIn.action')} onSend={logIn}>
              <Button kind="plain" onPress={() => setOther(false)}>
                {say('lock.back', { name: session.name })}
              </Button>
            </Credentials>
          </>
        ) : (
          <>
            <h1>{session.name}</h1>
            <p className="muted">{ended ? say('lock.ended') : say('lock.text')}</p>
            <Credentials key="same" user={session.user} action={say('lock.action')} onSend={returnAs}>
              <div className="lock-else">
                <Button kind="plain" onPress={() => setOther(true)}>
                  {say('lock.other')}
                </Button>
                <Button kind="plain" onPress={() => void logOut()}>
                  {say('menu.logOut')}
                </Button>
              </div>
            </Credentials>
          </>
        )}
        <StatusLine />
      </div>
    </div>
  );
}
