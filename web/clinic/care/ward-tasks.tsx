import { Link, useParams } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { isOver } from '#fhir/care-plan/care-task.ts';
import { useWardCare } from '../../link/care.ts';
import { usePartState } from '../../link/part-state.ts';
import { keys, queries, useWardPlace, useWardStays } from '../../link/queries.ts';
import type { Session } from '../../link/session.ts';
import danish from '../../texts/care/da.json';
import english from '../../texts/care/en.json';
import { Segments } from '../../parts/button.tsx';
import { useNow } from '../../parts/clock.ts';
import { showDayAndTime } from '../../parts/format/date.ts';
import { MoreTexts } from '../../parts/more-texts.tsx';
import { AsOf, FailedNote, Loaded, Nothing } from '../../parts/panel.tsx';
import { ScrollRegion } from '../../parts/scroll-region.tsx';
import { PrintButton, Sheet } from '../../parts/sheet.tsx';
import { useLanguage, useText } from '../../parts/text.tsx';
import { rememberWard } from '../frame/in-hand.ts';
import { PageTitle } from '../frame/page-title.tsx';
import { ofType } from '../record/coding.ts';
import { personOf } from '../record/person.ts';
import { stayOf } from '../record/stay.ts';
import { careRows, type CareRow } from './care-row.ts';
import { TaskRow } from './task-list.tsx';
import './care.css';

export function WardTasks() {
  return (
    <MoreTexts danish={danish} english={english}>
      <Tasks />
    </MoreTexts>
  );
}

type Which = 'all' | 'mine' | 'care' | 'doctor' | 'late' | 'over';

/** What is to be done on a ward, by time: what was asked for and what plans ask for. */
function Tasks() {
  const { ward } = useParams({ from: '/clinic/ward/$ward/tasks' });
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const place = useWardPlace(ward);
  const staysAnswer = useWardStays(ward);
  const stays = useMemo(
    () =>
      staysAnswer.data &&
      ofType(staysAnswer.data.resources, 'Encounter')
        .map(stayOf)
        .filter(({ status }) => status !== 'planned'),
    [staysAnswer.data],
  );
  const care = useWardCare(
    ward,
    useMemo(() => stays?.map(({ patient }) => patient), [stays]),
  );
  const state = usePartState(1, staysAnswer, care);
  const [which, setWhich] = useState<Which>('all');
  rememberWard(ward);
  const rows = useMemo(
    () => careRows(ofType(care.data?.resources, 'Task'), ofType(care.data?.resources, 'CarePlan'), today),
    [care.data, today],
  );
  const me = queries.getQueryData<Session | null>(keys.session)?.practitioner;
  const is: Readonly<Record<Which, (row: CareRow) => boolean>> = {
    all: ({ state: at }) => !isOver(at),
    mine: ({ state: at, owner }) => !isOver(at) && owner.reference === me && me != null,
    care: ({ state: at, owner }) =>
      !isOver(at) && owner.reference === undefined && owner.display === 'Plejen',
    doctor: ({ state: at, owner }) =>
      !isOver(at) && owner.reference === undefined && owner.display === 'Læge',
    late: ({ state: at, due }) => !isOver(at) && due < today,
    over: ({ state: at }) => isOver(at),
  };
  const count = (one: Which) => rows.filter(is[one]).length;
  const shown = rows.filter(is[which]);
  const name = ofType(place.data?.resources, 'Location')[0]?.name ?? '';
  const persons = new Map(
    ofType(staysAnswer.data?.included, 'Patient').map((one) => [one.id, personOf(one)] as const),
  );
  const bedOf = new Map(stays?.map((stay) => [stay.patient, stay.bed?.name ?? '']));
  return (
    <Sheet
      heading={`${say('task.title')} · ${name}`}
      asOf={say('print.boardAsOf', {
        time: state.asOf === undefined ? '–' : showDayAndTime(state.asOf, language),
        printed: showDayAndTime(today, language),
      })}
    >
      <PageTitle title={`${say('task.title')} · ${name} · ${say('app.name')}`} />
      <div className="work" data-ready="tasks">
        <div className="bar">
          <h1>
            {say('task.title')} <small className="muted">{name}</small>
          </h1>
          <Segments
            label={say('task.which')}
            value={which}
            choices={[
              { value: 'all', label: say('task.open', { count: count('all') }) },
              { value: 'late', label: say('task.late', { count: count('late') }) },
              { value: 'mine', label: say('task.ofMe', { count: count('mine') }) },
              { value: 'care', label: `${say('task.care')} ${count('care')}` },
              { value: 'doctor', label: `${say('task.doctor')} ${count('doctor')}` },
              { value: 'over', label: say('task.over', { count: count('over') }) },
            ]}
            onChoose={setWhich}
          />
          <span className="grow" />
          <AsOf state={state} />
          <PrintButton />
        </div>
        <section
          className={`panel task-panel ${state.failed ? 'failed' : ''}`}
          aria-label={say('task.title')}
        >
          <FailedNote state={state} />
          <ScrollRegion label={say('task.title')}>
            <Loaded state={state}>
              {shown.length === 0 ? (
                <div className="inset">
                  <Nothing text={say('task.none')} />
                </div>
              ) : (
                <ul className="task-rows">
                  {shown.map((row) => (
                    <TaskRow
                      key={row.id}
                      row={row}
                      who={`${bedOf.get(row.patient) ?? ''} ${persons.get(row.patient)?.name ?? ''}`}
                    />
                  ))}
                </ul>
              )}
            </Loaded>
          </ScrollRegion>
        </section>
        <p className="inset muted no-print">
          {say('task.keys')}{' '}
          <Link to="/ward/$ward" params={{ ward }} search={{}}>
            {name}
          </Link>
        </p>
      </div>
    </Sheet>
  );
}
