import type { ReactNode } from 'react';
import { isLate, linesOf, runsOf, type Point } from '../../../src/fhir/partogram/course.ts';
import type { PartogramTable } from '../../../src/fhir/partogram/table.ts';
import { showTime } from '../../parts/format/date.ts';
import { useText, type TextKey } from '../../parts/text.tsx';
import type { Labour } from './labour-model.ts';

// The birth over time, read from left to right: dilatation with its two lines, the station on the same panel, the hearts with
// their limits, the contractions. Drawn for the eye; the table beneath says the same in words. No line crosses a time in which
// nobody looked.

const [left, right, width] = [44, 44, 1000];
const top = 30;
const cm = 22;
const heartFrom = top + 10 * cm + 26;
const heartHeight = 96;
const [heartLow, heartHigh] = [80, 200];
const barsFrom = heartFrom + heartHeight + 20;
const bar = 7;
const barsMax = 7;
const height = barsFrom + barsMax * bar + 22;
const hourMs = 3_600_000;
const hoursMin = 10;
const hoursMax = 36;

const happenedTexts = {
  'membranes-ruptured': 'labour.rupturedDone',
  epidural: 'labour.epiduralDone',
  birth: 'labour.born',
} as const satisfies Record<Labour['happened'][number]['kind'], TextKey>;

type PartogramChartProps = {
  readonly labour: Labour;
  readonly table: PartogramTable;
  readonly now: number;
  /** In words, for who does not see it. */
  readonly label: string;
};

export function PartogramChart({ labour, table, now, label }: PartogramChartProps) {
  const say = useText();
  const moments = labour.looks.map(({ at }) => at);
  const begin = Math.floor(Math.min(...moments) / hourMs) * hourMs;
  const lines = linesOf(labour.dilatation, table);
  const wanted = Math.max(
    begin + hoursMin * hourMs,
    Math.max(...moments) + hourMs,
    (lines?.actionFullAt ?? 0) + hourMs / 2,
  );
  const end = Math.min(wanted, begin + hoursMax * hourMs);
  const x = (at: number) => left + ((at - begin) / (end - begin)) * (width - left - right);
  const y = (value: number) => top + (10 - value) * cm;
  const yStation = (value: number) => y(5 - (Math.max(-3, Math.min(3, value)) * 5) / 3);
  const yHeart = (value: number) =>
    heartFrom +
    ((heartHigh - Math.max(heartLow, Math.min(heartHigh, value))) / (heartHigh - heartLow)) * heartHeight;
  const hours = Array.from({ length: Math.floor((end - begin) / hourMs) + 1 }, (_, n) => begin + n * hourMs);
  const limit = table.limits['heart-rate'];
  const born = labour.happened.filter(({ kind }) => kind === 'birth').at(-1)?.at;
  const curve = (
    points: readonly Point[],
    every: number,
    place: (value: number) => number,
    className: string,
  ) =>
    runsOf(points, every).map((run) => (
      <polyline
        key={run[0]?.at}
        points={run.map((point) => `${x(point.at)},${place(point.value)}`).join(' ')}
        className={className}
      />
    ));
  return (
    <svg className="partogram" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      {hours.map((at, index) => (
        <g key={at}>
          <line x1={x(at)} x2={x(at)} y1={top} y2={barsFrom + barsMax * bar} className="pg-grid" />
          {(hours.length <= 16 || index % 2 === 0) && (
            <text x={x(at)} y={height - 6} textAnchor="middle">
              {showTime(at)}
            </text>
          )}
        </g>
      ))}
      {Array.from({ length: 11 }, (_, value) => (
        <g key={value}>
          <line x1={left} x2={width - right} y1={y(value)} y2={y(value)} className="pg-grid" />
          <text x={left - 6} y={y(value) + 4} textAnchor="end">
            {value}
          </text>
        </g>
      ))}
      {[-3, -2, -1, 0, 1, 2, 3].map((value) => (
        <text key={value} x={width - right + 6} y={yStation(value) + 4}>
          {value > 0 ? `+${value}` : String(value).replace('-', '−')}
        </text>
      ))}
      <Caption x={left} y={top - 14}>
        × {say('labour.dilatation')} (cm) · ○ {say('labour.station')}
      </Caption>
      {lines !== undefined && (
        <>
          <Slope
            of={[lines.from.at, lines.alertFullAt]}
            from={lines.from.value}
            full={table.fullCm}
            x={x}
            y={y}
            end={end}
            className="pg-alert"
          />
          <Slope
            of={[lines.actionFrom, lines.actionFullAt]}
            from={lines.from.value}
            full={table.fullCm}
            x={x}
            y={y}
            end={end}
            className="pg-action"
          />
          <text
            x={Math.min(x(lines.alertFullAt), width - right - 60)}
            y={top - 3}
            textAnchor="middle"
            className="pg-alert-word"
          >
            {say('labour.alert')}
          </text>
          {lines.actionFullAt <= end && (
            <text
              x={Math.min(x(lines.actionFullAt), width - right - 30)}
              y={top - 3}
              textAnchor="middle"
              className="pg-action-word"
            >
              {say('labour.action')}
            </text>
          )}
        </>
      )}
      {curve(labour.dilatation, table.examineEveryMinutes, y, 'pg-curve')}
      {labour.dilatation.map((point) => (
        <path key={point.at} d={cross(x(point.at), y(point.value))} className="pg-cross" />
      ))}
      {labour.station.map((point) => (
        <circle key={point.at} cx={x(point.at)} cy={yStation(point.value)} r={5} className="pg-ring" />
      ))}
      {limit?.from !== undefined && (
        <rect
          x={left}
          width={width - left - right}
          y={yHeart(heartHigh)}
          height={yHeart(limit.from) - yHeart(heartHigh)}
          className="pg-outside"
        />
      )}
      {limit?.below !== undefined && (
        <rect
          x={left}
          width={width - left - right}
          y={yHeart(limit.below)}
          height={yHeart(heartLow) - yHeart(limit.below)}
          className="pg-outside"
        />
      )}
      {[80, 110, 140, 160, 200].map((value) => (
        <g key={value}>
          <line x1={left} x2={width - right} y1={yHeart(value)} y2={yHeart(value)} className="pg-grid" />
          <text x={left - 6} y={yHeart(value) + 4} textAnchor="end">
            {value}
          </text>
        </g>
      ))}
      <Caption x={left} y={heartFrom - 6}>
        {labour.twins
          ? `● ${say('labour.heartA')} · ■ ${say('labour.heartB')} (/min)`
          : `● ${say('labour.heart')} (/min)`}
      </Caption>
      {curve(labour.heart.A, table.listenEveryMinutes, yHeart, 'pg-curve pg-thin')}
      {curve(labour.heart.B, table.listenEveryMinutes, yHeart, 'pg-curve pg-thin pg-dashed')}
      {labour.heart.A.map((point) => (
        <circle key={point.at} cx={x(point.at)} cy={yHeart(point.value)} r={4} className="pg-dot" />
      ))}
      {labour.heart.B.map((point) => (
        <rect
          key={point.at}
          x={x(point.at) - 4}
          y={yHeart(point.value) - 4}
          width={8}
          height={8}
          className="pg-dot pg-second"
        />
      ))}
      <Caption x={left} y={barsFrom - 5}>
        {say('labour.contractions')}
      </Caption>
      {labour.contractions.map(({ at, value }) => (
        <g key={at}>
          <rect
            x={x(at) - 6}
            width={12}
            y={barsFrom + (barsMax - Math.min(value, barsMax)) * bar}
            height={Math.min(value, barsMax) * bar}
            className="pg-bar"
          />
          <text x={x(at)} y={barsFrom + (barsMax - Math.min(value, barsMax)) * bar - 2} textAnchor="middle">
            {value}
          </text>
        </g>
      ))}
      {labour.happened.map(({ kind, at }) => (
        <g key={`${kind} ${at}`}>
          <line
            x1={x(at)}
            x2={x(at)}
            y1={top}
            y2={barsFrom + barsMax * bar}
            className={`pg-happened ${kind}`}
          />
          <text x={x(at) + 4} y={y(kind === 'birth' ? 2.3 : kind === 'epidural' ? 0.4 : 1.3)}>
            {say(happenedTexts[kind])} {showTime(at)}
          </text>
        </g>
      ))}
      {born === undefined && now > begin && now < end && (
        <line x1={x(now)} x2={x(now)} y1={top} y2={barsFrom + barsMax * bar} className="pg-now" />
      )}
    </svg>
  );
}

function Caption({
  x,
  y,
  children,
}: {
  readonly x: number;
  readonly y: number;
  readonly children: ReactNode;
}) {
  return (
    <text x={x} y={y} className="pg-caption">
      {children}
    </text>
  );
}

/** A line of the table, cut where the chart ends. */
function Slope({
  of: [from, to],
  from: low,
  full,
  x,
  y,
  end,
  className,
}: {
  readonly of: readonly [number, number];
  readonly from: number;
  readonly full: number;
  readonly x: (at: number) => number;
  readonly y: (value: number) => number;
  readonly end: number;
  readonly className: string;
}) {
  if (from >= end || to <= from) return null;
  const until = Math.min(to, end);
  const value = low + ((full - low) * (until - from)) / (to - from);
  return <line x1={x(from)} y1={y(low)} x2={x(until)} y2={y(value)} className={className} />;
}

function cross(x: number, y: number): string {
  return `M${x - 5},${y - 5}L${x + 5},${y + 5}M${x - 5},${y + 5}L${x + 5},${y - 5}`;
}

/** Whether the last of these is older than the table allows; undefined: there is none. */
export function lateSince(points: readonly Point[], now: number, everyMinutes: number): number | undefined {
  const last = points.at(-1);
  return last !== undefined && isLate(last.at, now, everyMinutes) ? last.at : undefined;
}
