/* oxlint-disable jsx-a11y/prefer-tag-over-role -- a dialog element would be closed by Escape */
import { useRouter } from '@tanstack/react-router';
import { logOut, useSessionEnded, type Session } from '../../link/session.ts';
import { Button } from '../../parts/button.tsx';
import { useText } from '../../parts/text.tsx';
import { PageTitle } from '../frame/page-title.tsx';
import { StatusLine } from '../status/status-line.tsx';
import { Entrance } from './entrance.tsx';

/**
 * Covers everything and shows nothing of it. The same person comes back to where they were; another of this screen comes to
 * where they were, in one step.
 */
export function LockScreen({ session }: { readonly session: Session }) {
  const say = useText();
  const router = useRouter();
  const ended = useSessionEnded();
  return (
    <div className="lock" role="dialog" aria-modal="true" aria-label={say('lock.title')}>
      <PageTitle title={say('lock.tab')} />
      <div className="lock-card fade">
        <Entrance locked={session} heading={say('lock.otherTitle')}>
          <p className="muted">{ended ? say('lock.ended') : say('lock.text')}</p>
        </Entrance>
        <footer className="lock-else">
          <StatusLine />
          <Button kind="plain" onPress={() => void logOut().finally(() => void router.navigate({ to: '/' }))}>
            {say('lock.logOut', { name: session.name })}
          </Button>
        </footer>
      </div>
    </div>
  );
}
