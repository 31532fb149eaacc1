import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { Button, Segments } from '../../parts/button.tsx';
import { useNow } from '../../parts/clock.ts';
import { showMoment } from '../../parts/format/date.ts';
import { AsOf, FailedNote, Loaded, Nothing, Panel } from '../../parts/panel.tsx';
import { PrintButton } from '../../parts/sheet.tsx';
import { useLanguage, useText, type TextKey } from '../../parts/text.tsx';
import { isNew } from '../record/new-mark.tsx';
import { ReportItem } from '../record/report-item.tsx';
import { readable } from '../record/reports.ts';
import { answeredAt, isNewAnswer, kindOf, markOf, resultRows, type ResultRow } from '../record/results.ts';
import { useSince } from '../record/since.ts';
import { useItems } from '../record/use-patient.ts';
import { ResultsGrid } from './results-grid.tsx';
import { resultKinds, type ResultKind, type ResultsPlace } from './results-place.ts';
import { UnseenNote } from './unseen-note.tsx';
import { Trend } from './trend.tsx';

const kindTexts = {
  laboratory: 'results.kindLaboratory',
  vitals: 'results.kindVitals',
  other: 'results.kindOther',
  all: 'results.kindAll',
} as const satisfies Record<ResultKind, TextKey>;

export function Results() {
  const { patient } = useParams({ from: '/clinic/patient/$patient/results' });
  const place = useSearch({ from: '/clinic/patient/$patient/results' });
  const navigate = useNavigate({ from: '/patient/$patient/results' });
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const since = useSince(patient);
  const observations = useItems(patient, 'observations', 'Observation');
  const reports = useItems(patient, 'everyReport', 'DiagnosticReport');
  const [compared, setCompared] = useState<readonly string[]>([]);

  const counts = useMemo(() => countKinds(observations.items), [observations.items]);
  // Without laboratory answers the page shows what there is, rather than an empty grid.
  const kind = place.kind ?? (counts.laboratory > 0 || counts.all === 0 ? 'laboratory' : 'all');
  const rows = useMemo(
    () =>
      resultRows(
        kind === 'all' ? observations.items : observations.items.filter((each) => kindOf(each) === kind),
      ),
    [observations.items, kind],
  );
  const shown = rows.filter((row) => passes(row, place.only, since, today));
  const open = rows.find((row) => row.key === place.row);
  const plotted =
    open === undefined
      ? []
      : [
          open,
          ...rows.filter(
            (row) => row.key !== open.key && compared.includes(row.key) && row.unit === open.unit,
          ),
        ];
  // Of the kind that is shown: a pulse taken now says nothing about how new the blood is.
  const newest = rows.reduce((latest, row) => Math.max(latest, ...row.values.map(answeredAt)), 0);
  const readableReports = readable(reports.items);
  const all = useMemo(() => [...observations.items, ...reports.items], [observations.items, reports.items]);

  const go = (change: ResultsPlace, drop: readonly (keyof ResultsPlace)[] = []) =>
    void navigate({
      search: (before) =>
        Object.fromEntries(
          Object.entries({ ...before, ...change }).filter(([key]) => !drop.some((each) => each === key)),
        ),
      replace: true,
    });

  return (
    <div className="work" data-ready="results">
      <div className="bar">
        <Segments
          label={say('results.kind')}
          value={kind}
          choices={resultKinds.map((value) => ({
            value,
            label: `${say(kindTexts[value])} ${counts[value]}`,
          }))}
          onChoose={(next) => go({ kind: next }, ['row'])}
        />
        <Segments
          label={say('results.filter')}
          value={place.only ?? 'everything'}
          choices={[
            { value: 'everything', label: say('results.everything') },
            { value: 'abnormal', label: say('results.onlyAbnormal') },
            { value: 'new', label: say('results.onlyNew') },
          ]}
          onChoose={(next) =>
            next === 'everything' ? go({}, ['only']) : go({ only: next as 'abnormal' | 'new' })
          }
        />
        {shown.length < rows.length && (
          <Button kind="plain" onPress={() => go({}, ['only'])}>
            {say('board.filtered', { shown: shown.length, all: rows.length })}
          </Button>
        )}
        {!observations.complete && (
          <span className="muted">{say('panel.partialNewest', { shown: observations.items.length })}</span>
        )}
        <span className="grow" />
        <UnseenNote patient={patient} results={all} />
        {newest > 0 && (
          <span className="muted">
            {say('resultsPanel.until', { time: showMoment(newest, language, today) })}
          </span>
        )}
        <AsOf state={observations.state} />
        <PrintButton />
      </div>
      <div className="results">
        <section
          className={`panel ${observations.state.failed ? 'failed' : ''}`}
          aria-label={say('tabs.results')}
        >
          <FailedNote state={observations.state} />
          <Loaded state={observations.state}>
            {shown.length === 0 ? (
              <div className="inset">
                <Nothing text={say(rows.length === 0 ? 'panel.nothing' : 'results.noneMatch')} />
              </div>
            ) : (
              <ResultsGrid
                key={kind}
                rows={shown}
                since={since}
                open={open?.key}
                compared={compared}
                onOpen={(row) => go({ row: row.key })}
                onClose={() => go({}, ['row'])}
                onCompare={(row) =>
                  setCompared(
                    compared.includes(row.key)
                      ? compared.filter((key) => key !== row.key)
                      : [...compared, row.key],
                  )
                }
              />
            )}
          </Loaded>
        </section>
        <div className="results-side">
          {open !== undefined && (
            <Trend
              key={plotted.map((row) => row.key).join()}
              patient={patient}
              rows={plotted}
              onClose={() => go({}, ['row'])}
            />
          )}
          <Panel
            title={say('results.reports')}
            state={reports.state}
            beside={<span className="muted">{readableReports.length}</span>}
          >
            {readableReports.length === 0 && <Nothing />}
            {readableReports.map((report) => (
              <ReportItem
                key={report.id}
                report={report}
                fresh={isNew(report, since)}
                rows={observations.items}
              />
            ))}
          </Panel>
        </div>
      </div>
    </div>
  );
}

function countKinds(items: Parameters<typeof resultRows>[0]): Readonly<Record<ResultKind, number>> {
  const counts: Record<ResultKind, number> = { laboratory: 0, vitals: 0, other: 0, all: items.length };
  for (const item of items) counts[kindOf(item)]++;
  return counts;
}

function passes(row: ResultRow, only: ResultsPlace['only'], since: number | undefined, now: number): boolean {
  if (only === 'abnormal') return row.values.some((value) => markOf(value) !== undefined);
  if (only === 'new') return row.values.some((value) => isNewAnswer(value, since, now));
  return true;
}
