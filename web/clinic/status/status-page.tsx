import { Link } from '@tanstack/react-router';
import { useSystemStatus, type SystemStatus } from '../../link/system-status.ts';
import { instantOf, showSeconds } from '../../parts/format/date.ts';
import { useText, type TextKey } from '../../parts/text.tsx';
import { PageTitle } from '../frame/page-title.tsx';

const databaseTexts = {
  ok: 'status.ok',
  down: 'status.down',
  'disk-full': 'status.full',
} as const satisfies Record<SystemStatus['database']['state'], TextKey>;

/** Without log-in: a sentence first, the facts second. */
export function StatusPage() {
  const say = useText();
  const status = useSystemStatus();
  const at = instantOf(status.data?.at);
  const database = status.data?.database.state;
  const sentence: TextKey = status.isError
    ? 'status.sentenceUnreachable'
    : database === 'down'
      ? 'status.sentenceDown'
      : database === 'disk-full'
        ? 'status.sentenceFull'
        : 'status.sentenceWell';
  return (
    <main className="alone status-page">
      <PageTitle title={say('status.title')} />
      <p className="muted">{say('status.title')}</p>
      <h1>{status.data === undefined && !status.isError ? say('status.asking') : say(sentence)}</h1>
      {status.data !== undefined && (
        <dl>
          <dt>{say('status.server')}</dt>
          <dd>
            {status.data.name} {status.data.version}
          </dd>
          <dt>{say('status.mode')}</dt>
          <dd>{status.data.mode === 'normal' ? say('state.normal') : status.data.mode}</dd>
          <dt>{say('status.database')}</dt>
          <dd>{say(databaseTexts[status.data.database.state])}</dd>
          <dt>{say('status.answered')}</dt>
          <dd className={status.isError ? 'tag stale' : ''}>{at === undefined ? '–' : showSeconds(at)}</dd>
        </dl>
      )}
      <Link to="/" className="button">
        {say('status.toClinic')}
      </Link>
    </main>
  );
}
