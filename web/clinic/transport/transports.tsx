import type { Task } from '@medplum/fhirtypes';
import { useMemo, useState } from 'react';
import {
  readTransport,
  transportStatus,
  transportSteps,
  transportStepSystem,
  type Transport,
  type TransportStep,
} from '#fhir/transport/transport.ts';
import { useTransports } from '../../link/care.ts';
import { usePartState } from '../../link/part-state.ts';
import { keys, queries } from '../../link/queries.ts';
import type { Session } from '../../link/session.ts';
import { useAct } from '../../link/use-act.ts';
import danish from '../../texts/care/da.json';
import english from '../../texts/care/en.json';
import { Button, Segments } from '../../parts/button.tsx';
import { useNow } from '../../parts/clock.ts';
import { showMoment } from '../../parts/format/date.ts';
import { MoreTexts } from '../../parts/more-texts.tsx';
import { AsOf, FailedNote, Loaded, Nothing } from '../../parts/panel.tsx';
import { ScrollRegion } from '../../parts/scroll-region.tsx';
import { Sign, Tag } from '../../parts/tag.tsx';
import { useLanguage, useText, type TextKey } from '../../parts/text.tsx';
import { useCareWords } from '../care/care-words.ts';
import { PageTitle } from '../frame/page-title.tsx';
import { ActNote } from '../record/act-note.tsx';
import { ofType } from '../record/coding.ts';
import { asJson } from '../record/early-warning.ts';
import { personOf } from '../record/person.ts';
import { currentRights } from '../record/role.ts';
import { currentStay, stayOf, type Stay } from '../record/stay.ts';
import { performerOf } from '../vitals/use-set.ts';
import { movedTo } from './moved.ts';
import { modeTexts, stateTexts } from './transport-words.ts';
import './transports.css';

export function Transports() {
  return (
    <MoreTexts danish={danish} english={english}>
      <TransportList />
    </MoreTexts>
  );
}

/** Whom to fetch, by time: names and places alone. For the hand of a porter as for the desk of a ward. */
function TransportList() {
  const say = useText();
  const answer = useTransports();
  const state = usePartState(1, answer);
  const [which, setWhich] = useState<'all' | 'mine'>('all');
  const me = queries.getQueryData<Session | null>(keys.session)?.practitioner;
  const rows = useMemo(() => {
    const names = new Map(
      ofType(answer.data?.included, 'Patient').map((one) => [one.id, personOf(one).name] as const),
    );
    const stays = Map.groupBy(ofType(answer.data?.included, 'Encounter'), (one) => stayOf(one).patient);
    return ofType(answer.data?.resources, 'Task')
      .map((task) => ({ task, one: readTransport(asJson(task)) }))
      .map((row) => ({
        ...row,
        name: names.get(row.one.patient) ?? '',
        stay: currentStay(stays.get(row.one.patient) ?? []),
      }))
      .toSorted((a, b) => a.one.at - b.one.at);
  }, [answer.data]);
  const mine = rows.filter(({ one }) => one.owner.reference !== undefined && one.owner.reference === me);
  const shown = which === 'mine' ? mine : rows;
  return (
    <div className="work" data-ready="transport">
      <PageTitle title={`${say('transport.title')} · ${say('app.name')}`} />
      <div className="bar">
        <h1>{say('transport.title')}</h1>
        <Segments
          label={say('task.which')}
          value={which}
          choices={[
            { value: 'all', label: say('task.open', { count: rows.length }) },
            { value: 'mine', label: say('task.ofMe', { count: mine.length }) },
          ]}
          onChoose={setWhich}
        />
        <span className="grow" />
        <AsOf state={state} />
      </div>
      <section
        className={`panel transports ${state.failed ? 'failed' : ''}`}
        aria-label={say('transport.title')}
      >
        <FailedNote state={state} />
        <ScrollRegion label={say('transport.title')}>
          <Loaded state={state}>
            {shown.length === 0 ? (
              <div className="inset">
                <Nothing text={say('transport.none')} />
              </div>
            ) : (
              <ul className="transport-rows">
                {shown.map((row) => (
                  <TransportRow key={row.one.id} {...row} />
                ))}
              </ul>
            )}
          </Loaded>
        </ScrollRegion>
      </section>
    </div>
  );
}

const nextTexts: Readonly<Partial<Record<TransportStep, TextKey>>> = {
  taken: 'transport.take',
  'under-way': 'transport.go',
  delivered: 'transport.deliver',
};
const reasons = ['transport.whyCancelled', 'transport.whyLater', 'transport.whyOther'] as const;

type RowProps = {
  readonly task: Task;
  readonly one: Transport;
  readonly name: string;
  readonly stay: Stay | undefined;
};

function TransportRow({ task, one, name, stay }: RowProps) {
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const act = useAct(one.patient);
  const words = useCareWords();
  const [isCancelling, setCancelling] = useState(false);
  const me = performerOf(queries.getQueryData<Session | null>(keys.session));
  const rights = currentRights();
  const next = one.state === 'cancelled' ? undefined : transportSteps[transportSteps.indexOf(one.state) + 1];
  const others = one.owner.reference !== undefined && one.owner.reference !== me.reference;
  const busy = act.state === undefined ? undefined : say('act.underway');
  const whyNot =
    busy ??
    (!rights.carries && !rights.orders
      ? say('task.notYours')
      : others
        ? say('transport.theirs', { name: one.owner.name })
        : undefined);
  const moved = movedTo(one, stay);

  async function write(change: Partial<Task>, title: string) {
    const resource = { ...task, ...change } as Task;
    const url = `Task/${one.id}`;
    await act.send(title, [{ method: 'PUT', url, version: one.version, resource }]);
    // Also when it was refused: somebody else was first.
    await queries.invalidateQueries({ queryKey: ['transport'] });
  }
  const step = (to: TransportStep) =>
    void write(
      {
        status: transportStatus[to],
        businessStatus: { coding: [{ system: transportStepSystem, code: to }] },
        owner: me,
      },
      say('transport.stepAct', { step: say(stateTexts[to]) }),
    );

  return (
    <li className={`transport-row ${one.state}`}>
      <div className="transport-what">
        <span className="transport-time">
          {one.at < today && one.state === 'ordered' ? (
            <Tag kind="crit-soft">
              <Sign sign="!" meaning={say('dose.late')} /> {showMoment(one.at, language, today)}
            </Tag>
          ) : (
            <b>{showMoment(one.at, language, today)}</b>
          )}{' '}
          <Tag kind={one.state === 'ordered' ? 'plain' : 'new'}>{say(stateTexts[one.state])}</Tag>{' '}
          {one.owner.reference !== undefined && <span className="muted">{one.owner.name}</span>}
        </span>
        <b className="transport-name">{name}</b>
        <span>
          {one.from.words} → <b>{one.to}</b>
        </span>
        <span>
          {say(modeTexts[one.mode])}
          {one.oxygen && ` · ${say('transport.oxygen')}`}
          {one.note !== '' && ` · ${one.note}`}
        </span>
        {one.isolation !== undefined && (
          <span>
            <Tag kind="abn">! {one.isolation}</Tag>
          </span>
        )}
        {moved !== undefined && (
          <span className="error" role="alert">
            {say('transport.moved', { place: moved })}
          </span>
        )}
      </div>
      <div className="transport-buttons">
        {next !== undefined && (
          <Button kind="primary" disabledBecause={whyNot} onPress={() => step(next)}>
            {say(nextTexts[next] ?? 'transport.take')}
          </Button>
        )}
        {(rights.orders || !others) && !isCancelling && (
          <Button kind="plain" disabledBecause={busy} onPress={() => setCancelling(true)}>
            {say('transport.cancel')}
          </Button>
        )}
        {isCancelling && (
          <>
            {reasons.map((key) => (
              <Button
                key={key}
                disabledBecause={busy}
                onPress={() =>
                  void write(
                    { status: 'cancelled', statusReason: { text: say(key) } },
                    say('transport.cancel'),
                  )
                }
              >
                {say(key)}
              </Button>
            ))}
            <Button kind="plain" onPress={() => setCancelling(false)}>
              {say('transport.keep')}
            </Button>
          </>
        )}
        <ActNote act={act} words={words} />
      </div>
    </li>
  );
}
