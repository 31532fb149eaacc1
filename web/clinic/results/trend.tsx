import { ScrollRegion } from '../../parts/scroll-region.tsx';
import { lazy, Suspense } from 'react';
import { Button } from '../../parts/button.tsx';
import { useNow } from '../../parts/clock.ts';
import { showMoment } from '../../parts/format/date.ts';
import { useLanguage, useText } from '../../parts/text.tsx';
import { ResultValue } from '../record/result-value.tsx';
import { CorrectedFrom } from './corrected-from.tsx';
import { isCorrected, numberOf, rangeOf, rangeText, takenAt, type ResultRow } from '../record/results.ts';

const TrendChart = lazy(async () => ({ default: (await import('../../parts/trend-chart.tsx')).TrendChart }));

// More points than this say nothing more in a panel of this width.
const rowsMax = 200;

/** The curve of the chosen analyses, and the same as a table for who cannot see it. */
export function Trend({
  patient,
  rows,
  onClose,
}: {
  readonly patient: string;
  readonly rows: readonly ResultRow[];
  readonly onClose: () => void;
}) {
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const [first] = rows;
  if (first === undefined) return null;
  const newest = first.values[0];
  const range = newest === undefined ? undefined : rangeOf(newest);
  const series = rows.map((row) => ({
    name: row.name,
    points: row.values.flatMap((value) => {
      const number = numberOf(value);
      return number === undefined ? [] : [{ at: takenAt(value), value: number }];
    }),
  }));
  const names = rows.map((row) => row.name).join(', ');
  const plottable = series.some((each) => each.points.length > 1);
  return (
    <section className="panel trend" aria-label={say('trend.label', { name: names })}>
      <header>
        <h2>{names}</h2>
        <span className="muted">
          {first.unit}{' '}
          {newest !== undefined && rangeText(newest, language) !== '' && `(${rangeText(newest, language)})`}
        </span>
        <span className="grow" />
        <Button kind="plain" shortcut="Esc" onPress={onClose}>
          {say('modal.close')}
        </Button>
      </header>
      <ScrollRegion className="panel-body" label={say('trend.label', { name: names })}>
        {plottable ? (
          <Suspense fallback={<div style={{ height: 220 }} />}>
            <TrendChart
              series={series}
              low={range?.low?.value}
              high={range?.high?.value}
              label={say('trend.curve', { name: names })}
              height={220}
            />
          </Suspense>
        ) : (
          <p className="muted">{say('trend.one')}</p>
        )}
        <table className="table" aria-label={say('trend.table', { name: names })}>
          <thead>
            <tr>
              <th scope="col">{say('trend.taken')}</th>
              {rows.length > 1 && <th scope="col">{say('results.analysis')}</th>}
              <th scope="col" className="number">
                {say('trend.value')}
              </th>
              <th scope="col">{say('results.range')}</th>
            </tr>
          </thead>
          <tbody>
            {rows
              .flatMap((row) => row.values.map((value) => ({ row, value })))
              .sort((a, b) => takenAt(b.value) - takenAt(a.value))
              .slice(0, rowsMax)
              .map(({ row, value }) => (
                <tr key={value.id}>
                  <td>{showMoment(takenAt(value), language, today)}</td>
                  {rows.length > 1 && <td>{row.name}</td>}
                  <td className="number">
                    <ResultValue observation={value} fresh={false} withUnit />
                    {isCorrected(value) && <CorrectedFrom patient={patient} observation={value} />}
                  </td>
                  <td className="muted">{rangeText(value, language)}</td>
                </tr>
              ))}
          </tbody>
        </table>
      </ScrollRegion>
    </section>
  );
}
