import { Link } from '@tanstack/react-router';
import { useActs } from '../../link/act.ts';
import { useUnsent } from '../../link/drafts.ts';
import { useConnection } from '../../link/events.ts';
import type { Session } from '../../link/session.ts';
import { useSystemStatus } from '../../link/system-status.ts';
import { useNow } from '../../parts/clock.ts';
import { showSeconds, showTime } from '../../parts/format/date.ts';
import { useText } from '../../parts/text.tsx';
import { rightsOf } from '../record/role.ts';
import { page } from './page.tsx';
import { UserMenu } from './user-menu.tsx';

const QueueChip = page(() => import('../medication/card/queue-chip.tsx'), 'QueueChip');

/** Always there, also on a good day: nobody shall have to learn it in a crisis. */
export function StateBar({ session }: { readonly session: Session }) {
  const say = useText();
  const connection = useConnection();
  const lost = connection.state === 'lost';
  return (
    <header className={lost ? 'frame-state lost' : 'frame-state'}>
      <Link to="/" className="mark" aria-label={say('app.name')}>
        <svg viewBox="0 0 32 32" aria-hidden="true">
          <path d="M16 7v19M8 18c0 5 4 8 8 8s8-3 8-8M11 12h10" />
          <circle cx="16" cy="6" r="2.4" />
        </svg>
      </Link>
      {/* Said aloud when it changes. */}
      <output className="mode">{lost ? lostText(say, connection.lastBeat) : say('state.normal')}</output>
      {!lost && (
        <span className="chip">
          {connection.lastBeat === undefined
            ? say('state.connecting')
            : `${say('state.region')} ✓ ${showSeconds(connection.lastBeat)}`}
        </span>
      )}
      <DatabaseChip />
      <UnsentChip user={session.user} />
      {rightsOf(session.role).finds && !rightsOf(session.role).unread.includes('medication') && <QueueChip />}
      <span className="grow" />
      <UserMenu session={session} />
      <Clock />
    </header>
  );
}

function lostText(say: ReturnType<typeof useText>, lastBeat: number | undefined): string {
  return lastBeat === undefined
    ? say('state.neverConnected')
    : say('state.lost', { time: showTime(lastBeat) });
}

function DatabaseChip() {
  const say = useText();
  const status = useSystemStatus();
  const state = status.data?.database.state;
  if (state === 'down') return <span className="chip down">{say('state.databaseDown')}</span>;
  if (state === 'disk-full') return <span className="chip down">{say('state.diskFull')}</span>;
  return null;
}

function UnsentChip({ user }: { readonly user: string }) {
  const say = useText();
  const acts = useActs(user).filter(({ state, tries }) => state !== 'refused' && tries > 0);
  const unsent = useUnsent(user) + acts.length;
  return unsent === 0 ? null : <span className="chip unsent">{say('state.unsent', { count: unsent })}</span>;
}

function Clock() {
  const time = useNow(1_000);
  return <time className="chip">{showSeconds(time)}</time>;
}
