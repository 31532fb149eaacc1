import { Link } from '@tanstack/react-router';
import { useOverdue, type OverdueCall } from '../../link/inbox.ts';
import { keys, queries } from '../../link/queries.ts';
import type { Session } from '../../link/session.ts';
import { useNow } from '../../parts/clock.ts';
import { instantOf, showNearTime } from '../../parts/format/date.ts';
import { Tag } from '../../parts/tag.tsx';
import { useLanguage, useText } from '../../parts/text.tsx';
import { hasCode } from '../record/coding.ts';
import './overdue-calls.css';

/**
 * Deadlines that ran out and are still to be done, each with whom it calls now; nothing when there are none. A press leads to where it is done.
 * `of`: those about resources of one type.
 */
export function OverdueCalls({ of }: { readonly of?: 'ServiceRequest' }) {
  const say = useText();
  const calls = useOverdue();
  const mine = queries.getQueryData<Session | null>(keys.session)?.practitioner;
  if (calls.isError) return <p className="error overdue-calls">{say('overdue.failed')}</p>;
  const shown = (calls.data ?? [])
    .filter(({ task }) => of === undefined || task.focus?.reference?.startsWith(`${of}/`) === true)
    .toSorted((a, b) => Number(isOf(b, mine)) - Number(isOf(a, mine)));
  if (shown.length === 0) return null;
  return (
    <section className="overdue-calls no-print" aria-label={say('overdue.title')}>
      <Tag kind="crit">
        ! {say('overdue.title')} {shown.length}
      </Tag>
      <ul>
        {shown.map((call) => (
          <Call key={call.task.id} call={call} isMine={isOf(call, mine)} />
        ))}
      </ul>
    </section>
  );
}

const isOf = ({ task }: OverdueCall, practitioner: string | null | undefined): boolean =>
  practitioner != null && task.owner?.reference === practitioner;

function Call({
  call: { task, patient, name },
  isMine,
}: {
  readonly call: OverdueCall;
  readonly isMine: boolean;
}) {
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const isBirth = task.focus?.reference?.startsWith('Encounter/') === true;
  const due = instantOf(task.restriction?.period?.end);
  const whom = hasCode(task.businessStatus, 'duty')
    ? say('overdue.duty')
    : hasCode(task.businessStatus, 'team')
      ? say('overdue.team')
      : isMine
        ? say('overdue.me')
        : (task.owner?.display ?? '');
  return (
    <li>
      {isBirth ? (
        <Link to="/patient/$patient/birth" params={{ patient }} className="name-link">
          {name}
        </Link>
      ) : (
        <Link to="/surgery" className="name-link">
          {name}
        </Link>
      )}{' '}
      {task.description}{' '}
      <span className="muted">
        {due !== undefined && say('overdue.since', { time: showNearTime(due, language, today) })}
        {whom !== '' && ` · ${whom}`}
      </span>
    </li>
  );
}
