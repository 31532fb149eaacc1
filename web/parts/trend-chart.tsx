/* oxlint-disable jsx-a11y/prefer-tag-over-role -- a canvas within an element is the picture */
import { useLayoutEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { tickWords, timeTicks } from './format/ticks.ts';
import { showNumber } from './format/number.ts';
import { useSettings } from './settings.ts';

// The curve of one or more series of one unit, with the reference band of the first. The canvas has no words for those
// who listen: whoever draws it puts the table beside it. Loaded when first needed (uPlot is 23 kB).

export type TrendPoint = { readonly at: number; readonly value: number };
export type TrendSeries = { readonly name: string; readonly points: readonly TrendPoint[] };

type TrendChartProps = {
  readonly series: readonly TrendSeries[];
  readonly low?: number | undefined;
  readonly high?: number | undefined;
  readonly label: string;
  readonly height?: number;
};

const colours = ['--curve', '--abn', '--new', '--local', '--ok'];

export function TrendChart({ series, low, high, label, height = 240 }: TrendChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const { language, theme } = useSettings();
  // uPlot draws on a canvas of its own: making and removing it with the element is what a layout effect is for.
  useLayoutEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const css = (name: string) => getComputedStyle(element).getPropertyValue(name).trim();
    const times = [...new Set(series.flatMap((each) => each.points.map((point) => point.at)))].sort(
      (a, b) => a - b,
    );
    const rows = series.map((each) => {
      const byTime = new Map(each.points.map((point) => [point.at, point.value]));
      return times.map((time) => byTime.get(time) ?? null);
    });
    const axis = {
      stroke: css('--muted'),
      grid: { stroke: css('--line-soft'), width: 1 },
      ticks: { show: false },
      font: '12px "IBM Plex Sans"',
    };
    const plot = new uPlot(
      {
        width: element.clientWidth,
        height,
        legend: { show: false },
        cursor: { drag: { x: false, y: false } },
        scales: {
          x: { time: false },
          y: { range: (_plot, min, max) => spread(Math.min(min, low ?? min), Math.max(max, high ?? max)) },
        },
        axes: [
          {
            ...axis,
            splits: (drawn, _axis, from, to) => {
              const ticks = timeTicks(from, to, drawn.bbox.width / devicePixelRatio / 84);
              return ticks.length === 0 ? [from] : ticks;
            },
            values: (_plot, ticks) => tickWords(ticks, language),
          },
          { ...axis, size: 48, values: (_plot, ticks) => ticks.map((tick) => showNumber(tick, language)) },
        ],
        series: [
          {},
          ...series.map((_each, index) => ({
            stroke: css(colours[index % colours.length] ?? '--curve'),
            width: 2,
            spanGaps: true,
            points: { show: true, size: 7 },
            ...(index % 2 === 1 && { dash: [6, 4] }),
          })),
        ],
        hooks: {
          drawClear: [
            (drawn) => {
              if (low === undefined && high === undefined) return;
              const top = high === undefined ? drawn.bbox.top : drawn.valToPos(high, 'y', true);
              const bottom =
                low === undefined ? drawn.bbox.top + drawn.bbox.height : drawn.valToPos(low, 'y', true);
              drawn.ctx.fillStyle = css('--band');
              drawn.ctx.fillRect(drawn.bbox.left, top, drawn.bbox.width, bottom - top);
            },
          ],
        },
      },
      [times, ...rows],
      element,
    );
    const follow = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }));
    follow.observe(element);
    return () => {
      follow.disconnect();
      plot.destroy();
    };
  }, [series, low, high, height, language, theme]);
  return <div ref={place} role="img" aria-label={label} style={{ width: '100%', minHeight: height }} />;
}

function spread(min: number, max: number): [number, number] {
  const room = (max - min || Math.abs(max) || 1) * 0.1;
  return [min - room, max + room];
}
