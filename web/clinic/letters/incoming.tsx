import type { Reference } from '@medplum/fhirtypes';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { letterKindOf } from '#fhir/letters/kinds.ts';
import { readLetter } from '#fhir/letters/letter.ts';
import type { Change } from '../../link/act.ts';
import { keys, queries } from '../../link/queries.ts';
import type { Session } from '../../link/session.ts';
import { useAct } from '../../link/use-act.ts';
import { useOrganisations } from '../../link/ward-letters.ts';
import { Button } from '../../parts/button.tsx';
import { useNow } from '../../parts/clock.ts';
import { showMoment } from '../../parts/format/date.ts';
import { Nothing } from '../../parts/panel.tsx';
import { Tag } from '../../parts/tag.tsx';
import { useLanguage, useText } from '../../parts/text.tsx';
import { ActNote } from '../record/act-note.tsx';
import { ofType } from '../record/coding.ts';
import { showCpr } from '../record/person.ts';
import { acceptAct, rejectAct, sendOnAct } from './letter-acts.ts';
import { ReceiverField } from './letter-head.tsx';
import { departmentsOf, type Incoming } from './letter-rows.ts';
import { letterIssue } from './letter-texts.ts';

/** Referrals that came in: accepted by one press, sent on or rejected with a reason (visitation). */
export function IncomingPanel({ rows }: { readonly rows: readonly Incoming[] }) {
  const say = useText();
  if (rows.length === 0) return <Nothing text={say('letters.noneIncoming')} />;
  return (
    <ul className="incoming">
      {rows.map((row) => (
        <Referral key={row.task.id} row={row} />
      ))}
    </ul>
  );
}

function Referral({ row }: { readonly row: Incoming }) {
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const patient = row.person?.id ?? '';
  const act = useAct(patient);
  const [doing, setDoing] = useState<'sendOn' | 'reject'>();
  const role = queries.getQueryData<Session | null>(keys.session)?.role ?? '';
  const visits = letterKindOf('referral')?.visits.includes(role) === true;
  const whyNot = visits
    ? act.state === undefined
      ? undefined
      : say('act.underway')
    : say('letters.notVisiting');
  const read = row.letter === undefined ? undefined : readLetter(row.letter);
  const question = read?.sections.find(({ id }) => id === 'question')?.text;

  async function send(title: string, changes: readonly Change[]) {
    const stored = await act.send(title, changes);
    if (stored === undefined) return;
    setDoing(undefined);
    await queries.invalidateQueries({
      predicate: ({ queryKey }) => queryKey[0] === 'ward' && queryKey[2] === 'letters',
    });
  }

  return (
    <li>
      <div className="incoming-head">
        <Link to="/patient/$patient/letters" params={{ patient }} search={{ letter: row.letter?.id ?? '' }}>
          <b>{row.person?.name}</b>
        </Link>{' '}
        <span className="muted nowrap">{row.person?.cpr !== undefined && showCpr(row.person.cpr)}</span>{' '}
        {row.urgent && <Tag kind="abn">{say('orders.urgent')}</Tag>}
        <span className="grow" />
        <span className="muted">
          {row.from} · {showMoment(row.at, language, today)}
        </span>
      </div>
      <p className="prewrap">{question ?? say('letters.notRead')}</p>
      {row.task.statusReason?.text !== undefined && (
        <p className="muted">{say('letters.sentOnWhy', { why: row.task.statusReason.text })}</p>
      )}
      <ActNote act={act} words={(issue) => letterIssue(issue, say)} />
      {doing === undefined ? (
        <div className="stay-buttons no-print">
          <Button
            kind="primary"
            disabledBecause={whyNot}
            onPress={() => void send(say('letters.accept'), acceptAct(row.task))}
          >
            {say('letters.accept')}
          </Button>
          <Button disabledBecause={whyNot} onPress={() => setDoing('sendOn')}>
            {say('letters.sendOn')}
          </Button>
          <Button disabledBecause={whyNot} onPress={() => setDoing('reject')}>
            {say('letters.reject')}
          </Button>
        </div>
      ) : (
        <Decide
          doing={doing}
          whyNot={whyNot}
          onBack={() => setDoing(undefined)}
          onReject={(why) => void send(say('letters.reject'), rejectAct(row.task, why))}
          onSendOn={(to, why) => void send(say('letters.sendOn'), sendOnAct(row.task, to, why))}
        />
      )}
    </li>
  );
}

function Decide({
  doing,
  whyNot,
  onBack,
  onReject,
  onSendOn,
}: {
  readonly doing: 'sendOn' | 'reject';
  readonly whyNot: string | undefined;
  readonly onBack: () => void;
  readonly onReject: (why: string) => void;
  readonly onSendOn: (to: Reference, why: string) => void;
}) {
  const say = useText();
  const departments = departmentsOf(ofType(useOrganisations().data?.resources, 'Organization'));
  const [why, setWhy] = useState('');
  const [to, setTo] = useState<Reference>();
  const lack =
    doing === 'sendOn' && to?.reference === undefined
      ? say('letters.lackDepartment')
      : why.trim().length < 3
        ? say('orders.cancelShort')
        : undefined;
  return (
    <div className="letter-wrong">
      {doing === 'sendOn' && (
        <ReceiverField label={say('letters.to')} value={to} choices={departments} onChange={setTo} />
      )}
      <label className="field">
        <span>{say('letters.why')}</span>
        <input
          className="input"
          value={why}
          maxLength={200}
          onChange={({ target }) => setWhy(target.value)}
        />
      </label>
      <div className="stay-buttons">
        <Button
          kind="primary"
          disabledBecause={whyNot ?? lack}
          onPress={() =>
            doing === 'reject' || to === undefined ? onReject(why.trim()) : onSendOn(to, why.trim())
          }
        >
          {say(doing === 'reject' ? 'letters.rejectSure' : 'letters.sendOnSure')}
        </Button>
        <Button kind="plain" onPress={onBack}>
          {say('letters.back')}
        </Button>
      </div>
    </div>
  );
}
