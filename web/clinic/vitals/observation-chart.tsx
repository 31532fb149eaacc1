import { useElementSize } from '@mantine/hooks';
import { useState, type ReactNode } from 'react';
import type { Measurement } from '../../../src/fhir/early-warning/table.ts';
import { useNow } from '../../parts/clock.ts';
import { dayOf, instantOf, showDayOfYear, showTime } from '../../parts/format/date.ts';
import { ScrollRegion } from '../../parts/scroll-region.tsx';
import { Sign, Tag, Unseen } from '../../parts/tag.tsx';
import { useLanguage, useText, type TextKey } from '../../parts/text.tsx';
import { systems, timeExtension } from '../record/coding.ts';
import { ewsLevel, isAdjusted, isSingle } from '../record/ews.ts';
import { numberOf } from '../record/results.ts';
import type { VitalKind } from '../record/vitals.ts';
import { Strip, strips } from './chart-strip.tsx';
import { columnWidth, measuredAs, measuredText, type ChartColumn } from './chart-columns.ts';

// The chart of the bed: time in columns, newest left as in all grids here, one row for each measurement with the strip of its
// bands above it. The values are a table, which is what is read aloud; the strips are drawn for the eye alone.

const rows = [
  { kind: 'respiration', text: 'vital.respiration', unit: '/min', measurement: 'respiration' },
  { kind: 'saturation', text: 'vital.saturation', unit: '%', measurement: 'saturation' },
  { kind: 'oxygen', text: 'vital.oxygen', unit: 'L/min', measurement: 'oxygen' },
  { kind: 'bloodPressure', text: 'vital.bloodPressure', unit: 'mmHg', measurement: 'systolic' },
  { kind: 'pulse', text: 'vital.pulse', unit: '/min', measurement: 'pulse' },
  { kind: 'consciousness', text: 'vital.consciousness', unit: '', measurement: 'consciousness' },
  { kind: 'temperature', text: 'vital.temperature', unit: '°C', measurement: 'temperature' },
] as const satisfies readonly {
  readonly kind: VitalKind;
  readonly text: TextKey;
  readonly unit: string;
  readonly measurement: Measurement;
}[];

const nameWidth = 150;

type ObservationChartProps = {
  readonly columns: readonly ChartColumn[];
  readonly chosen: string | undefined;
  readonly onChoose: (key: string | undefined) => void;
};

export function ObservationChart({ columns, chosen, onChoose }: ObservationChartProps) {
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const { ref, width } = useElementSize<HTMLDivElement>();
  const [first, setFirst] = useState(0);
  const fit = Math.max(3, Math.floor(((width || 900) - nameWidth) / columnWidth));
  const start = Math.max(0, Math.min(first, columns.length - fit));
  const shown = columns.slice(start, start + fit);
  return (
    <>
      <div className="grid-move no-print">
        <button
          type="button"
          className="button"
          aria-disabled={start === 0 || undefined}
          onClick={() => setFirst(Math.max(0, start - fit))}
        >
          ◂ {say('results.newer')}
        </button>
        <button
          type="button"
          className="button"
          aria-disabled={start + fit >= columns.length || undefined}
          onClick={() => setFirst(start + fit)}
        >
          {say('results.older')} ▸
        </button>
        <span className="muted">
          {say('results.window', {
            from: Math.min(start + 1, columns.length),
            to: Math.min(start + fit, columns.length),
            all: columns.length,
          })}
        </span>
        <span className="grow" />
        <span className="muted">{say('chart.legend')}</span>
      </div>
      <div ref={ref} className="chart-fit">
        <ScrollRegion label={say('chart.title')}>
          <table className="table chart-table" aria-label={say('chart.title')}>
            <thead>
              <tr>
                <th scope="col" className="chart-name">
                  {say('chart.measurement')}
                </th>
                {shown.map((column) => (
                  <th key={column.key} scope="col" className={column.key === chosen ? 'chosen' : ''}>
                    <button
                      type="button"
                      aria-pressed={column.key === chosen}
                      onClick={() => onChoose(column.key === chosen ? undefined : column.key)}
                    >
                      {dayOf(column.at) !== dayOf(today) && (
                        <small>{showDayOfYear(column.at, language)}</small>
                      )}
                      <b className={column.wrong ? 'struck' : ''}>{showTime(column.at)}</b>
                      {column.wrong && <Unseen> {say('chart.wrong')}</Unseen>}
                    </button>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              <tr className="chart-score">
                <th scope="row" className="chart-name">
                  EWS
                </th>
                {shown.map((column) => (
                  <td key={column.key}>
                    <ScoreCell column={column} />
                  </td>
                ))}
              </tr>
              {rows.map((row) => (
                <Measurements key={row.kind} row={row} shown={shown} chosen={chosen} />
              ))}
              <tr>
                <th scope="row" className="chart-name">
                  {say('chart.next')}
                </th>
                {shown.map((column) => {
                  const due = instantOf(timeExtension(column.score?.extension, systems.nextDue));
                  return (
                    <td key={column.key} className="muted">
                      {due !== undefined && !column.wrong && showTime(due)}
                    </td>
                  );
                })}
              </tr>
              {shown.some(({ concern }) => concern !== undefined) && (
                <tr>
                  <th scope="row" className="chart-name">
                    {say('entry.concern')}
                  </th>
                  {shown.map(({ key, concern, wrong }) => (
                    <td key={key} title={concern?.valueString}>
                      {concern !== undefined && (
                        <span className={wrong ? 'struck' : ''}>
                          <Sign sign="!" meaning={concern.valueString ?? say('entry.concern')} />
                        </span>
                      )}
                    </td>
                  ))}
                </tr>
              )}
            </tbody>
          </table>
        </ScrollRegion>
      </div>
    </>
  );
}

type Row = (typeof rows)[number];

function Measurements({
  row,
  shown,
  chosen,
}: {
  readonly row: Row;
  readonly shown: readonly ChartColumn[];
  readonly chosen: string | undefined;
}) {
  const say = useText();
  const strip = strips[row.kind];
  const name: ReactNode = (
    <>
      {say(row.text)} <small className="faint">{row.unit}</small>
    </>
  );
  return (
    <>
      {strip !== undefined && (
        <tr className="chart-strip" aria-hidden="true">
          <td colSpan={shown.length + 1}>
            <Strip kind={row.kind} columns={shown} />
          </td>
        </tr>
      )}
      <tr>
        <th scope="row" className="chart-name">
          {name}
        </th>
        {shown.map((column) => (
          <td key={column.key} className={column.key === chosen ? 'chosen' : ''}>
            <ValueCell column={column} row={row} />
          </td>
        ))}
      </tr>
    </>
  );
}

const shades = ['', 'points-1', 'points-2', 'points-3'] as const;

function ValueCell({ column, row }: { readonly column: ChartColumn; readonly row: Row }) {
  const say = useText();
  const language = useLanguage();
  const measured = measuredAs(column, row.kind);
  if (measured === undefined) return <span className="faint">·</span>;
  const text = measuredText(row.kind, measured, language, say('entry.air'));
  if (column.wrong) return <span className="struck">{text}</span>;
  const points = column.points[row.measurement] ?? 0;
  return (
    <span className={`chart-value ${shades[points] ?? 'points-3'}`}>
      {text}
      {points > 0 && (
        <sup>
          <span aria-hidden="true">+{points}</span>
          <Unseen> {say('ews.points', { count: points })}</Unseen>
        </sup>
      )}
    </span>
  );
}

function ScoreCell({ column: { score, wrong } }: { readonly column: ChartColumn }) {
  const say = useText();
  if (score === undefined) return <span className="faint">·</span>;
  const value = numberOf(score) ?? 0;
  if (wrong) return <span className="struck">{value}</span>;
  return (
    <>
      <Tag kind={ewsLevel(value, isSingle(score))}>
        {value}
        {isSingle(score) && <Sign sign=" !" meaning={say('ews.single')} />}
      </Tag>
      {isAdjusted(score) && <small className="adjusted">{say('ews.adjusted')}</small>}
    </>
  );
}
