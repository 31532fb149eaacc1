import { ScrollRegion } from '../../parts/scroll-region.tsx';
import { Link, Navigate, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useDebouncedValue, useMediaQuery, useViewportSize } from '@mantine/hooks';
import { keys, queries } from '../../link/queries.ts';
import type { Session } from '../../link/session.ts';
import { Button, Segments } from '../../parts/button.tsx';
import { useNow } from '../../parts/clock.ts';
import { showDayAndTime } from '../../parts/format/date.ts';
import { AsOf, FailedNote, Loaded, Nothing } from '../../parts/panel.tsx';
import { PrintButton, Sheet } from '../../parts/sheet.tsx';
import { useLanguage, useText, type TextKey } from '../../parts/text.tsx';
import { rememberWard } from '../frame/in-hand.ts';
import { PageTitle } from '../frame/page-title.tsx';
import { useSiteName } from '../frame/places.ts';
import { BoardList } from './board-list.tsx';
import { BoardStrip } from './board-strip.tsx';
import { BoardBig, BoardPlan, BoardSide } from './board-views.ts';
import { WardSummary } from './ward-summary.tsx';
import {
  boardFilters,
  boardSorts,
  boardViews,
  type BoardFilter,
  type BoardPlace,
  type BoardSort,
  type BoardView,
} from './board-place.ts';
import { countWard, passes, type BoardRow } from './board-rows.ts';
import { StayDialog } from '../stay/stay-dialogs.ts';
import { TransportDialog } from '../transport/transport-dialogs.ts';
import { whyNoStay } from '../stay/stay-button.tsx';
import { useBoard, useFrozenOrder } from './use-board.ts';

const viewTexts = {
  list: 'board.viewList',
  plan: 'board.viewPlan',
  big: 'board.viewBig',
} as const satisfies Record<BoardView, TextKey>;
const sortTexts = {
  bed: 'board.sortBed',
  ews: 'board.sortEws',
  next: 'board.sortNext',
  discharge: 'board.sortDischarge',
} as const satisfies Record<BoardSort, TextKey>;
const filterTexts = {
  mine: 'board.filterMine',
  unwell: 'board.filterUnwell',
  late: 'board.filterLate',
  new: 'board.filterNew',
  leaving: 'board.filterLeaving',
} as const satisfies Record<BoardFilter, TextKey>;

// Pixels: a row with two lines, and everything above and below the rows.
const roomyRow = 39;
const aroundRows = 160;

/** The whole ward at a glance: who is unwell, what is due, who leaves. */
export function Board() {
  const { ward } = useParams({ from: '/clinic/ward/$ward' });
  return <OneWard key={ward} ward={ward} />;
}

function OneWard({ ward }: { readonly ward: string }) {
  const say = useText();
  const language = useLanguage();
  const minute = useNow();
  const navigate = useNavigate({ from: '/ward/$ward' });
  const place = useSearch({ from: '/clinic/ward/$ward' });
  const { view = 'list', sort = 'bed', filter, patient } = place;
  const board = useBoard(ward);
  const site = useSiteName(ward);
  const frozen = useFrozenOrder(board.beds, sort, board.whole);
  const wide = useMediaQuery('(min-width: 1600px)', false, { getInitialValueInEffect: false });
  // Walking down the list with the arrow keys fetches the side panel where one stops, not at every row.
  const [shownPatient] = useDebouncedValue(patient, 180);
  const session = queries.getQueryData<Session | null>(keys.session);
  const userName = session?.name ?? '';
  // A small ward on a tall screen gets a second line in each row instead of air beneath the last.
  const { height } = useViewportSize();
  const roomy = wide && (board.beds.length + board.expected.length) * roomyRow + aroundRows < height;
  rememberWard(ward);

  const filtered =
    filter === undefined ? frozen.rows : frozen.rows.filter((row) => passes(row, filter, userName, minute));
  const counts = countWard(board, minute, session?.ward === `Location/${ward}`);
  const [acting, setActing] = useState<BoardRow>();
  const [fetched, setFetched] = useState<BoardRow>();
  const rowOf = (id: string | undefined) =>
    [...board.beds, ...board.expected].find((row) => row.person !== undefined && row.person.id === id);
  const go = (change: BoardPlace) =>
    void navigate({ search: (before) => clean({ ...before, ...change }), replace: true });
  const name = board.name ?? '';

  if (board.operates) return <Navigate to="/surgery" search={{ department: ward }} replace />;
  if (board.missing) {
    return (
      <div className="alone">
        <h1>{say('board.missing')}</h1>
        <Link to="/wards" className="button">
          {say('menu.otherWard')}
        </Link>
      </div>
    );
  }
  return (
    <Sheet
      heading={[name, site].filter(Boolean).join(' · ')}
      asOf={
        board.state.asOf === undefined
          ? ''
          : say('print.boardAsOf', {
              time: showDayAndTime(board.state.asOf, language),
              printed: showDayAndTime(minute, language),
            })
      }
    >
      <PageTitle title={`${name} · ${say('app.name')}`} />
      <div className="bar">
        <h1>
          {name} <small className="muted">{site}</small>
        </h1>
        <span className="muted" title={counts.isWhole ? undefined : say('board.notCounted')}>
          {board.whole &&
            say('board.summary', {
              occupied: counts.occupied,
              beds: board.beds.length,
              expected: counts.expected ?? '–',
              leaving: counts.leaving ?? '–',
            })}
        </span>
        <Segments
          label={say('board.view')}
          value={view}
          choices={boardViews.map((value) => ({ value, label: say(viewTexts[value]) }))}
          onChoose={(next) => go({ view: next })}
        />
        <Segments
          label={say('board.sort')}
          value={sort}
          choices={boardSorts.map((value) => ({ value, label: say(sortTexts[value]) }))}
          onChoose={(next) => go({ sort: next })}
        />
        <select
          className="input select board-filter"
          aria-label={say('board.filter')}
          value={filter ?? ''}
          onChange={(event) => chooseFilter(event.target.value)}
        >
          <option value="">{say('board.filterAll')}</option>
          {boardFilters.map((each) => (
            <option key={each} value={each}>
              {say(filterTexts[each])}
            </option>
          ))}
        </select>
        {filter !== undefined && (
          <Button kind="plain" onPress={() => chooseFilter('')}>
            {say('board.filtered', { shown: filtered.length, all: board.beds.length })}
          </Button>
        )}
        {frozen.moved > 0 && (
          <Button onPress={frozen.again}>{say('board.sortAgain', { count: frozen.moved })}</Button>
        )}
        <span className="grow" />
        <AsOf state={board.state} />
        <PrintButton />
      </div>
      <div className="board">
        <section
          className={`panel ${board.state.failed ? 'failed' : ''} board-panel ${roomy ? 'roomy' : ''}`}
          aria-label={name}
        >
          <FailedNote state={board.state} />
          {board.partial !== undefined && (
            <output className="panel-note">
              <span className="tag stale">
                {board.partial.total === undefined
                  ? say('board.partialUnknown')
                  : say('board.partial', { shown: board.partial.shown, total: board.partial.total })}
              </span>
            </output>
          )}
          {board.whole && !counts.isWhole && (
            <output className="panel-note">
              {say('board.onlyYours', { seen: counts.seen, occupied: counts.occupied })}
            </output>
          )}
          <ScrollRegion label={say('board.label', { ward: name })}>
            <Loaded state={board.state}>
              {view === 'list' && (
                <BoardList
                  label={say('board.label', { ward: name })}
                  beds={filtered}
                  expected={filter === undefined ? board.expected : []}
                  selected={patient}
                  unread={board.unread}
                  onSelect={(next) => next !== patient && go({ patient: next })}
                  onStay={(row) => whyNoStay(say, row.stay, false) === undefined && setActing(row)}
                  onTransport={setFetched}
                />
              )}
              {view === 'plan' && <BoardPlan beds={filtered} selected={patient} />}
              {view === 'big' && (
                <BoardBig label={say('board.label', { ward: name })} rows={filtered} unread={board.unread} />
              )}
              {filtered.length === 0 && board.whole && (
                <Nothing text={say(filter === undefined ? 'board.noBeds' : 'board.noneMatch')} />
              )}
            </Loaded>
          </ScrollRegion>
          {!wide && view === 'list' && board.whole && <BoardStrip row={rowOf(patient)} />}
        </section>
        {wide &&
          view !== 'big' &&
          (shownPatient === undefined ? (
            <WardSummary
              rows={board.beds}
              expected={board.expected}
              whole={board.whole}
              isOfAll={counts.isWhole}
              unread={board.unread}
            />
          ) : (
            <BoardSide key={shownPatient} patient={shownPatient} row={rowOf(shownPatient)} />
          ))}
      </div>
      {acting?.person !== undefined && (
        <StayDialog patient={acting.person.id} stay={acting.stay} onClose={() => setActing(undefined)} />
      )}
      {fetched?.person !== undefined && (
        <TransportDialog patient={fetched.person.id} onClose={() => setFetched(undefined)} />
      )}
    </Sheet>
  );

  function chooseFilter(value: string) {
    const next = boardFilters.find((each) => each === value);
    void navigate({
      search: ({ filter: _before, ...rest }) => (next === undefined ? rest : { ...rest, filter: next }),
      replace: true,
    });
  }
}

/** Defaults are not written into the address. */
function clean({ view, sort, ...rest }: BoardPlace): BoardPlace {
  return {
    ...rest,
    ...(view !== undefined && view !== 'list' && { view }),
    ...(sort !== undefined && sort !== 'bed' && { sort }),
  };
}
