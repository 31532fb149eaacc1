import { useSystemStatus } from '../../link/system-status.ts';
import { instantOf, showTime } from '../../parts/format/date.ts';
import { useText } from '../../parts/text.tsx';

/** One line: does it work? */
export function StatusLine() {
  const say = useText();
  const status = useSystemStatus();
  const at = instantOf(status.data?.at);
  if (status.isError) return <p className="status-line bad">{say('status.unreachable')}</p>;
  if (status.data === undefined) return <p className="status-line muted">{say('status.asking')}</p>;
  const { database, version } = status.data;
  const time = at === undefined ? '' : showTime(at);
  if (database.state === 'down')
    return <p className="status-line bad">{say('status.databaseDown', { time })}</p>;
  if (database.state === 'disk-full')
    return <p className="status-line bad">{say('status.diskFull', { time })}</p>;
  return (
    <p className="status-line">
      <span className="tick" aria-hidden="true">
        ✓
      </span>{' '}
      {say('status.allWell', { version, time })}
    </p>
  );
}
