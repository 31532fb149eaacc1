/* oxlint-disable jsx-a11y/no-noninteractive-element-interactions -- the digits belong to the rows of the table within */
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { openedMax, useOpenedRecords, type OpenedRecord } from '../../link/glass-review.ts';
import { Button } from '../../parts/button.tsx';
import { ClinicalTable, type ClinicalColumn } from '../../parts/clinical-table.tsx';
import { now, useNow } from '../../parts/clock.ts';
import { instantOf, showMoment } from '../../parts/format/date.ts';
import { AsOf, FailedNote, Loaded, type PanelState } from '../../parts/panel.tsx';
import { ScrollRegion } from '../../parts/scroll-region.tsx';
import { Tag } from '../../parts/tag.tsx';
import { useLanguage, useText } from '../../parts/text.tsx';
import { PageTitle } from '../frame/page-title.tsx';
import { useTimeLeft } from '../glass/time-left.ts';
import { roleText } from '../record/role.ts';
import { FindingField, type FindingHandle } from './finding-field.tsx';

// The list is asked for again every 20 s; three times missed is old.
const limitMs = 60_000;

/** What was opened with a reason and waits: a row is walked to, found in order by its digit and Enter, and leaves. */
export function ReviewList() {
  const say = useText();
  const navigate = useNavigate({ from: '/review' });
  const { all = false } = useSearch({ from: '/clinic/review' });
  const answer = useOpenedRecords(all);
  const today = useNow(10_000);
  const [chosen, setChosen] = useState<string>();
  const [done, setDone] = useState(0);
  const list = useRef<HTMLElement>(null);
  const rows = answer.data ?? [];
  const waiting = rows.filter((row) => row.reviewedBy === undefined);
  const selected = waiting.find((row) => row.id === chosen) ?? waiting[0];
  const field = useRef<FindingHandle>(null);
  const state: PanelState = {
    asOf: answer.dataUpdatedAt === 0 ? undefined : answer.dataUpdatedAt,
    stale: answer.dataUpdatedAt !== 0 && today - answer.dataUpdatedAt > limitMs,
    failed: answer.isError,
    loading: answer.isFetching,
    retry: () => void answer.refetch(),
  };

  // Focus is the browser's: it can only go to a row that is drawn.
  useEffect(() => {
    if (done > 0) list.current?.querySelector<HTMLElement>('tr[tabindex="0"], .review-done')?.focus();
  }, [done]);

  function press(event: KeyboardEvent) {
    if (!(event.target instanceof HTMLTableRowElement) || event.ctrlKey || event.altKey || event.metaKey)
      return;
    if (!/^[1-9]$/.test(event.key)) return;
    event.preventDefault();
    field.current?.choose(Number(event.key));
  }

  /** The row that stood after the one that is done; the keys go on there. */
  function goOn(from: OpenedRecord) {
    const at = waiting.findIndex((row) => row.id === from.id);
    const next = waiting[at + 1] ?? waiting[at - 1];
    setChosen(next?.id);
    setDone((count) => count + 1);
  }

  return (
    <div className="review">
      <PageTitle title={`${say('review.title')} · ${say('app.name')}`} />
      <div className="bar">
        <h1>{say('review.title')}</h1>
        {answer.data !== undefined && (
          <span className="muted">{say('review.waiting', { count: waiting.length })}</span>
        )}
        <Button
          onPress={() => void navigate({ search: all ? {} : { all: true }, replace: true })}
          kind="plain"
        >
          {say(all ? 'review.hideDone' : 'review.showDone')}
        </Button>
        <span className="grow" />
        <AsOf state={state} />
      </div>
      <section ref={list} className="panel list" aria-label={say('review.title')} onKeyDown={press}>
        <FailedNote state={state} />
        {rows.length >= openedMax && (
          <output className="panel-note">{say('review.more', { shown: openedMax })}</output>
        )}
        <ScrollRegion label={say('review.title')}>
          <Loaded state={state}>
            {rows.length === 0 ? (
              <p className="review-done" tabIndex={-1}>
                {say('review.done')}
              </p>
            ) : (
              <ReviewTable
                rows={rows}
                selected={selected?.id}
                onSelect={setChosen}
                onOpen={() => field.current?.focus()}
              />
            )}
          </Loaded>
        </ScrollRegion>
      </section>
      {selected !== undefined && (
        <FindingField key={selected.id} handle={field} record={selected} onDone={() => goOn(selected)} />
      )}
    </div>
  );
}

type ReviewTableProps = {
  readonly rows: readonly OpenedRecord[];
  readonly selected: string | undefined;
  readonly onSelect: (id: string) => void;
  readonly onOpen: () => void;
};

function ReviewTable({ rows, selected, onSelect, onOpen }: ReviewTableProps) {
  const say = useText();
  const language = useLanguage();
  const columns: readonly ClinicalColumn<OpenedRecord>[] = [
    {
      id: 'at',
      heading: say('review.at'),
      cell: (row) => showMoment(instantOf(row.at) ?? 0, language, now()),
    },
    {
      id: 'who',
      heading: say('review.who'),
      cell: (row) => (
        <>
          <b>{row.who}</b> <span className="muted">{row.user}</span>
        </>
      ),
    },
    { id: 'role', heading: say('review.role'), cell: (row) => <RoleName role={row.role} /> },
    { id: 'reason', heading: say('review.reason'), cell: (row) => row.reason },
    {
      id: 'patient',
      heading: say('review.patient'),
      cell: (row) => <span className="muted">{row.patient}</span>,
    },
    { id: 'open', heading: say('review.open'), cell: (row) => <StillOpen row={row} /> },
    {
      id: 'finding',
      heading: say('review.finding'),
      cell: (row) =>
        row.reviewedBy === undefined ? (
          <span className="faint">{say('review.waits')}</span>
        ) : (
          <>
            {row.finding} <span className="muted">{row.reviewedBy}</span>
          </>
        ),
    },
  ];
  return (
    <ClinicalTable
      label={say('review.title')}
      rows={rows}
      columns={columns}
      rowKey={(row) => row.id}
      canOpen={(row) => row.reviewedBy === undefined}
      onOpen={onOpen}
      onSelect={(row) => onSelect(row.id)}
      selected={selected}
      rowClass={(row) => (row.reviewedBy === undefined ? '' : 'quiet')}
    />
  );
}

function RoleName({ role }: { readonly role: string }) {
  const say = useText();
  const text = roleText(role);
  return <>{text === undefined ? role : say(text)}</>;
}

function StillOpen({ row }: { readonly row: OpenedRecord }) {
  const say = useText();
  const closes = useTimeLeft(row.minutesLeft);
  return row.minutesLeft > 0 ? (
    <Tag kind="watch">{closes}</Tag>
  ) : (
    <span className="muted">{say('review.closed')}</span>
  );
}
