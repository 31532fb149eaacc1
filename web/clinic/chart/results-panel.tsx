import type { Observation } from '@medplum/fhirtypes';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useNow } from '../../parts/clock.ts';
import { showMoment } from '../../parts/format/date.ts';
import { Nothing, Panel } from '../../parts/panel.tsx';
import { useLanguage, useText } from '../../parts/text.tsx';
import { isNew, NewCount } from '../record/new-mark.tsx';
import { ResultValue } from '../record/result-value.tsx';
import { isCritical, markOf, rangeText, resultRows, takenAt, type ResultRow } from '../record/results.ts';
import { useItems } from '../record/use-patient.ts';
import { UnseenNote } from '../results/unseen-note.tsx';

const shownMax = 30;

type PatientPanelProps = { readonly patient: string; readonly since: number | undefined };

/** New and abnormal first, each with the two values before it. */
export function ResultsPanel({ patient, since }: PatientPanelProps) {
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const { items, state, complete } = useItems(patient, 'labs', 'Observation');
  const rows = useMemo(
    () => [...resultRows(items)].sort((a, b) => urgency(b, since) - urgency(a, since)),
    [items, since],
  );
  const newest = Math.max(0, ...items.map(takenAt));
  return (
    <Panel
      title={say('resultsPanel.title')}
      state={state}
      flush
      beside={<NewCount count={items.filter((item) => isNew(item, since)).length} />}
      aside={
        <>
          <UnseenNote patient={patient} results={items} />
          {newest > 0 && (
            <span className="muted small">
              {say('resultsPanel.until', { time: showMoment(newest, language, today) })}
            </span>
          )}
        </>
      }
    >
      {rows.length === 0 ? (
        <div className="inset">
          <Nothing />
        </div>
      ) : (
        <table className="table latest" aria-label={say('resultsPanel.title')}>
          <thead>
            <tr>
              <th scope="col">{say('results.analysis')}</th>
              <th scope="col" className="number">
                {say('results.newest')}
              </th>
              <th scope="col" className="number">
                {say('results.before')}
              </th>
              <th scope="col" className="number">
                {say('results.before')}
              </th>
              <th scope="col">{say('results.range')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, shownMax).map((row) => (
              <tr key={row.key}>
                <td>
                  <Link
                    to="/patient/$patient/results"
                    params={{ patient }}
                    search={{ row: row.key }}
                    className="name-link plain-weight"
                  >
                    {row.name}
                  </Link>
                </td>
                <Cell value={row.values[0]} since={since} first />
                <Cell value={row.values[1]} since={undefined} />
                <Cell value={row.values[2]} since={undefined} />
                <td className="muted">
                  <span className="nowrap">
                    {row.values[0] !== undefined && rangeText(row.values[0], language)}
                  </span>{' '}
                  <span className="nowrap">{row.unit}</span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {(rows.length > shownMax || !complete) && (
        <p className="inset">
          <Link to="/patient/$patient/results" params={{ patient }}>
            {rows.length > shownMax
              ? say('panel.partial', { shown: shownMax, total: rows.length })
              : say('panel.partialNewest', { shown: items.length })}
          </Link>
        </p>
      )}
    </Panel>
  );
}

function Cell({
  value,
  since,
  first = false,
}: {
  readonly value: Observation | undefined;
  readonly since: number | undefined;
  readonly first?: boolean;
}) {
  const language = useLanguage();
  const today = useNow();
  if (value === undefined) return <td aria-hidden="true" />;
  return (
    <td className={first ? 'number' : 'number muted'} title={showMoment(takenAt(value), language, today)}>
      <ResultValue observation={value} fresh={isNew(value, since)} quiet={!first} />
    </td>
  );
}

function urgency(row: ResultRow, since: number | undefined): number {
  const [newest] = row.values;
  if (newest === undefined) return 0;
  const mark = markOf(newest);
  return (
    (isCritical(mark) ? 8 : 0) +
    (isNew(newest, since) ? 4 : 0) +
    (mark === undefined ? 0 : 2) +
    takenAt(newest) / 1e14
  );
}
