import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useMemo } from 'react';
import { usePartState } from '../../link/part-state.ts';
import { useWardPlace } from '../../link/queries.ts';
import { useIncoming, useWardLetters } from '../../link/ward-letters.ts';
import { ClinicalTable, type ClinicalColumn } from '../../parts/clinical-table.tsx';
import { useNow } from '../../parts/clock.ts';
import { showDayAndTime, showMoment } from '../../parts/format/date.ts';
import { Nothing, Panel } from '../../parts/panel.tsx';
import { PrintButton, Sheet } from '../../parts/sheet.tsx';
import { useLanguage, useText } from '../../parts/text.tsx';
import { rememberWard } from '../frame/in-hand.ts';
import { PageTitle } from '../frame/page-title.tsx';
import { ofType } from '../record/coding.ts';
import { showCpr } from '../record/person.ts';
import { IncomingPanel } from './incoming.tsx';
import { incomingRows, wardLetters, type WardLetter } from './letter-rows.ts';
import { LetterTags } from './letter-tags.tsx';
import { nameOf } from './letter-texts.ts';
import './letters.css';

// What is owed is looked at, not searched: a minute is old.
const limitMinutes = 1;

/** What a ward owes, writes and has ready, the most overdue first; and what is referred to it. */
export function WardLetters() {
  const { ward } = useParams({ from: '/clinic/ward/$ward/letters' });
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const navigate = useNavigate();
  const [place] = ofType(useWardPlace(ward).data?.resources, 'Location');
  const answers = useWardLetters(ward);
  const incoming = useIncoming(ward, place?.managingOrganization?.reference);
  const state = usePartState(limitMinutes, ...answers);
  const incomingState = usePartState(limitMinutes, incoming);
  rememberWard(ward);
  const data = answers.map((answer) => answer.data);
  const rows = useMemo(() => {
    const all = data.flatMap((found) => [...(found?.resources ?? []), ...(found?.included ?? [])]);
    const unique = [...new Map(all.map((one) => [`${one.resourceType}/${one.id}`, one])).values()];
    return wardLetters(
      ward,
      ofType(unique, 'Composition'),
      ofType(unique, 'Task'),
      ofType(unique, 'Encounter'),
      ofType(unique, 'Patient'),
    );
    // oxlint-disable-next-line react/exhaustive-deps -- the answers themselves are new objects at every drawing
  }, [ward, ...data]);
  const referrals = useMemo(
    () =>
      incomingRows(
        ofType(incoming.data?.resources, 'Task'),
        ofType(incoming.data?.included, 'Composition'),
        ofType(incoming.data?.included, 'Patient'),
      ),
    [incoming.data],
  );
  const placeOf = (row: WardLetter) =>
    ({
      to: '/patient/$patient/letters',
      params: { patient: row.patient },
      search:
        row.status === 'owed'
          ? { write: row.kind?.id ?? '', ...(row.encounter === undefined ? {} : { stay: row.encounter }) }
          : row.status === 'draft'
            ? { write: row.kind?.id ?? '', from: row.key }
            : { letter: row.key },
    }) as const;
  const columns: readonly ClinicalColumn<WardLetter>[] = [
    {
      id: 'name',
      heading: say('board.name'),
      cell: (row) => (
        <>
          <Link {...placeOf(row)} tabIndex={-1}>
            {row.person?.name}
          </Link>{' '}
          <span className="muted nowrap">{row.person?.cpr !== undefined && showCpr(row.person.cpr)}</span>
        </>
      ),
    },
    {
      id: 'kind',
      heading: say('letters.kind'),
      cell: (row) => <b>{row.kind === undefined ? row.title : nameOf(row.kind, language)}</b>,
    },
    { id: 'state', heading: say('letters.state'), kind: 'wraps', cell: (row) => <LetterTags row={row} /> },
    { id: 'by', heading: say('letters.responsible'), kind: 'wraps', cell: (row) => row.by },
    { id: 'since', heading: say('letters.since'), cell: (row) => showMoment(row.at, language, today) },
  ];
  const late = rows.filter(({ status, due }) => status === 'owed' && due !== undefined && due < today).length;
  const name = place?.name ?? '';
  return (
    <Sheet
      heading={`${say('letters.title')} · ${name}`}
      asOf={say('print.boardAsOf', {
        time: state.asOf === undefined ? '–' : showDayAndTime(state.asOf, language),
        printed: showDayAndTime(today, language),
      })}
    >
      <PageTitle title={`${say('letters.title')} · ${name} · ${say('app.name')}`} />
      <div className="work" data-ready="ward-letters">
        <div className="bar">
          <h1>
            {say('letters.title')} <small className="muted">{name}</small>
          </h1>
          <span className="grow" />
          <PrintButton />
        </div>
        <div className="ward-letters">
          <Panel
            title={say('letters.ofWard')}
            state={state}
            flush={rows.length > 0}
            beside={
              <span className="muted">
                {say('letters.counted', { count: rows.length })}
                {late > 0 && ` · ${say('letters.countedLate', { count: late })}`}
              </span>
            }
          >
            {rows.length === 0 ? (
              <Nothing text={say('letters.noneOfWard')} />
            ) : (
              <ClinicalTable
                label={say('letters.ofWard')}
                rows={rows}
                columns={columns}
                rowKey={({ key }) => key}
                selected={undefined}
                onSelect={() => undefined}
                onOpen={(row) => void navigate(placeOf(row))}
              />
            )}
          </Panel>
          <Panel
            title={say('letters.incoming')}
            state={incomingState}
            beside={<span className="muted">{referrals.length}</span>}
          >
            <IncomingPanel rows={referrals} />
          </Panel>
        </div>
      </div>
    </Sheet>
  );
}
