import { Link } from '@tanstack/react-router';
import { useWaiting } from '../../link/note-help.ts';
import type { Session } from '../../link/session.ts';
import { useNow } from '../../parts/clock.ts';
import { instantOf, showMoment } from '../../parts/format/date.ts';
import { useLanguage, useText } from '../../parts/text.tsx';
import { referredId } from '../record/coding.ts';

/** The notes that one was asked to countersign, whoever's they are; nothing when there are none. */
export function WaitingNotes({ session }: { readonly session: Session | null | undefined }) {
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const waiting = useWaiting(session?.practitioner);
  if (waiting.isError) return <p className="error waiting-notes">{say('notes.waitingFailed')}</p>;
  if (waiting.data === undefined || waiting.data.length === 0) return null;
  return (
    <section className="waiting-notes no-print" aria-label={say('notes.waitingTitle')}>
      <b>{say('notes.waiting', { count: waiting.data.length })}</b>
      <ul>
        {waiting.data.map(({ task, patient, name }) => (
          <li key={task.id}>
            <Link
              to="/patient/$patient/notes"
              params={{ patient }}
              search={{ note: referredId(task.focus, 'DocumentReference') ?? '' }}
              className="name-link"
            >
              {name}
            </Link>{' '}
            <span className="muted">
              {task.description?.replace(/^Medunderskrift: /, '')} · {task.requester?.display} ·{' '}
              {showMoment(instantOf(task.authoredOn) ?? 0, language, today)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
