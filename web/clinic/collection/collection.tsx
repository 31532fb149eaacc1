/* oxlint-disable jsx-a11y/no-noninteractive-element-interactions -- Ctrl+Enter belongs to the whole panel */
import type { Specimen } from '@medplum/fhirtypes';
import { useParams } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { numberFrom } from '#fhir/orders/number.ts';
import { usePartState } from '../../link/part-state.ts';
import { keys, queries, useWardPlace, useWardStays } from '../../link/queries.ts';
import type { Session } from '../../link/session.ts';
import { useAct } from '../../link/use-act.ts';
import { useOpenWays } from '../../link/ward-orders.ts';
import { Button, Segments } from '../../parts/button.tsx';
import { ClinicalTable, type ClinicalColumn } from '../../parts/clinical-table.tsx';
import { now, useNow } from '../../parts/clock.ts';
import { showDayAndTime, showMoment } from '../../parts/format/date.ts';
import { showNumber } from '../../parts/format/number.ts';
import { AsOf, FailedNote, Loaded, Nothing } from '../../parts/panel.tsx';
import { ScrollRegion } from '../../parts/scroll-region.tsx';
import { PrintButton, Sheet } from '../../parts/sheet.tsx';
import { Tag } from '../../parts/tag.tsx';
import { useLanguage, useText } from '../../parts/text.tsx';
import { rememberWard } from '../frame/in-hand.ts';
import { PageTitle } from '../frame/page-title.tsx';
import { priorityTexts } from '../orders/basket-panel.tsx';
import { Labels } from '../orders/print-requisition.tsx';
import { usePrint } from '../orders/use-print.ts';
import { ActNote } from '../record/act-note.tsx';
import { ofType } from '../record/coding.ts';
import { showCpr } from '../record/person.ts';
import { currentRights } from '../record/role.ts';
import { stayOf } from '../record/stay.ts';
import { collectionRows, isDue, samplesOf, type CollectionRow, type Tube } from './collection-rows.ts';

// What is to be taken is looked at, not searched: a minute is old.
const limitMinutes = 1;

export function Collection() {
  const { ward } = useParams({ from: '/clinic/ward/$ward/collection' });
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const place = useWardPlace(ward);
  const staysAnswer = useWardStays(ward);
  const stays = useMemo(
    () => staysAnswer.data && ofType(staysAnswer.data.resources, 'Encounter').map(stayOf),
    [staysAnswer.data],
  );
  const ways = useOpenWays(
    ward,
    useMemo(() => stays?.map(({ patient }) => patient), [stays]),
  );
  const state = usePartState(limitMinutes, staysAnswer, ways);
  const [everything, setEverything] = useState(false);
  const [chosen, setChosen] = useState<string>();
  const [printed, print] = usePrint<{ readonly row: CollectionRow; readonly samples: readonly Specimen[] }>();
  rememberWard(ward);
  const rows = useMemo(
    () =>
      collectionRows(
        ofType(ways.data?.resources, 'Task'),
        ofType(ways.data?.included, 'ServiceRequest'),
        stays ?? [],
        ofType(staysAnswer.data?.included, 'Patient'),
      ),
    [ways.data, stays, staysAnswer.data],
  );
  const due = rows.filter((row) => isDue(row, today));
  const shown = everything ? rows : due;
  const open = shown.find(({ key }) => key === chosen) ?? shown[0];
  const name = ofType(place.data?.resources, 'Location')[0]?.name ?? '';
  const columns: readonly ClinicalColumn<CollectionRow>[] = [
    { id: 'bed', heading: say('board.bed'), cell: (row) => <b>{row.bed}</b> },
    {
      id: 'name',
      heading: say('board.name'),
      cell: (row) => (
        <>
          {row.person?.name}{' '}
          <span className="muted">{row.person?.cpr !== undefined && showCpr(row.person.cpr)}</span>
        </>
      ),
    },
    {
      id: 'wanted',
      heading: say('orders.wanted'),
      cell: (row) => (
        <>
          {row.wanted < today - 60 * 60_000 ? (
            <Tag kind="stale">◷ {showMoment(row.wanted, language, today)}</Tag>
          ) : (
            showMoment(row.wanted, language, today)
          )}{' '}
          {row.priority !== 'routine' && (
            <Tag kind={row.priority === 'stat' ? 'crit-soft' : 'abn'}>{say(priorityTexts[row.priority])}</Tag>
          )}
        </>
      ),
    },
    {
      id: 'tubes',
      heading: say('collection.tubes'),
      kind: 'wraps',
      cell: (row) => row.tubes.map(({ key, ...tube }) => <TubeWords key={key} tube={tube} />),
    },
  ];
  return (
    <Sheet
      heading={`${say('collection.title')} · ${name}`}
      asOf={say('print.boardAsOf', {
        time: state.asOf === undefined ? '–' : showDayAndTime(state.asOf, language),
        printed: showDayAndTime(today, language),
      })}
    >
      <PageTitle title={`${say('collection.title')} · ${name} · ${say('app.name')}`} />
      <div className={`work ${printed === undefined ? '' : 'no-print'}`} data-ready="collection">
        <div className="bar">
          <h1>
            {say('collection.title')} <small className="muted">{name}</small>
          </h1>
          <Segments
            label={say('collection.which')}
            value={everything ? 'all' : 'due'}
            choices={[
              { value: 'due', label: say('collection.due', { count: due.length }) },
              { value: 'all', label: say('collection.all', { count: rows.length }) },
            ]}
            onChoose={(next) => setEverything(next === 'all')}
          />
          <span className="grow" />
          <AsOf state={state} />
          <PrintButton />
        </div>
        <div className="collection">
          <section className={`panel ${state.failed ? 'failed' : ''}`} aria-label={say('collection.title')}>
            <FailedNote state={state} />
            <ScrollRegion label={say('collection.title')}>
              <Loaded state={state}>
                {shown.length === 0 ? (
                  <div className="inset">
                    <Nothing
                      text={
                        rows.length === 0
                          ? say('collection.none')
                          : say('collection.noneNow', { later: rows.length })
                      }
                    />
                  </div>
                ) : (
                  <ClinicalTable
                    label={say('collection.title')}
                    rows={shown}
                    columns={columns}
                    rowKey={({ key }) => key}
                    selected={open?.key}
                    onSelect={({ key }) => setChosen(key)}
                    onOpen={() => document.querySelector<HTMLElement>('.take .button.primary')?.focus()}
                  />
                )}
              </Loaded>
            </ScrollRegion>
          </section>
          {open !== undefined && (
            <Take key={open.key} row={open} onTaken={(samples) => print({ row: open, samples })} />
          )}
        </div>
      </div>
      {printed !== undefined && (
        <div className="print-only" aria-hidden="true">
          <Labels samples={printed.samples} person={printed.row.person} stay={printed.row.stay} />
        </div>
      )}
    </Sheet>
  );
}

function TubeWords({ tube }: { readonly tube: Omit<Tube, 'key'> }) {
  const say = useText();
  const language = useLanguage();
  return (
    <span className="tube">
      <b>{tube.container ?? say('collection.tubeUnknown')}</b>
      {tube.ml !== undefined && ` ${showNumber(tube.ml, language)} ml`}{' '}
      <span className="muted">{tube.orders.map(({ words }) => words).join(', ')}</span>
    </span>
  );
}

/** Who it is, what is taken, and one press: the samples are numbered and written, then their labels are printed. */
function Take({
  row,
  onTaken,
}: {
  readonly row: CollectionRow;
  readonly onTaken: (samples: readonly Specimen[]) => void;
}) {
  const say = useText();
  const session = queries.getQueryData<Session | null>(keys.session);
  const act = useAct(row.patient);
  const [left, setLeft] = useState<readonly string[]>([]);
  const taken = row.tubes.filter(({ key }) => !left.includes(key));
  const whyNot = !currentRights().samples
    ? say('collection.notYours')
    : act.state !== undefined
      ? say('act.underway')
      : taken.length === 0
        ? say('collection.nothingTaken')
        : undefined;

  async function take() {
    if (whyNot !== undefined) return;
    const samples = samplesOf(row, taken, {
      at: now(),
      by: {
        ...(session?.practitioner != null && { reference: session.practitioner }),
        display: session?.name ?? '',
      },
      makeNumber: () => numberFrom(crypto.getRandomValues(new Uint8Array(11))),
    });
    const answer = await act.send(
      say('collection.act', { bed: row.bed }),
      samples.map((resource) => ({ method: 'POST', url: 'Specimen', resource })),
    );
    if (answer === undefined) return;
    await queries.invalidateQueries({
      queryKey: ['ward'],
      predicate: ({ queryKey }) => queryKey[2] === 'collection',
    });
    onTaken(samples);
  }

  return (
    <section
      className="panel take no-print"
      aria-label={say('collection.take')}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || !event.ctrlKey) return;
        event.preventDefault();
        void take();
      }}
    >
      <header>
        <h2>
          {row.bed} {row.person?.name}
        </h2>
      </header>
      <div className="panel-body">
        <p className="take-who">{row.person?.cpr !== undefined && showCpr(row.person.cpr)}</p>
        <ul>
          {row.tubes.map((tube) => (
            <li key={tube.key}>
              <label className="take-tube">
                <input
                  type="checkbox"
                  checked={!left.includes(tube.key)}
                  onChange={({ target }) =>
                    setLeft(target.checked ? left.filter((key) => key !== tube.key) : [...left, tube.key])
                  }
                />
                <TubeWords tube={tube} />
              </label>
            </li>
          ))}
        </ul>
        {left.length > 0 && <p className="muted">{say('collection.left', { count: left.length })}</p>}
      </div>
      <footer className="basket-sign">
        <ActNote act={act} />
        <Button kind="primary" shortcut="Ctrl ↵" disabledBecause={whyNot} onPress={() => void take()}>
          {say('collection.taken', { count: taken.length })}
        </Button>
      </footer>
    </section>
  );
}
