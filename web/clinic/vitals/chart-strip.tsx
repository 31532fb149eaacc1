import { pointsOf } from '../../../src/fhir/early-warning/score.ts';
import { numberOf } from '../record/results.ts';
import type { VitalKind } from '../record/vitals.ts';
import { columnWidth, measuredAs, type ChartColumn, type PointsBy } from './chart-columns.ts';

// The bands of one measurement behind its points, in each column those by which it was counted: a saturation of 90 is red for one
// and white for whom a doctor wants at 88–92. Drawn to the scale that is seen at a bed. What lies beyond the strip is drawn at
// its edge; the number beneath says what it is.

type StripOf = {
  readonly least: number;
  readonly most: number;
  readonly counted: 'respiration' | 'saturation' | 'systolic' | 'pulse' | 'temperature';
};

export const strips: Readonly<Partial<Record<VitalKind, StripOf>>> = {
  respiration: { least: 4, most: 36, counted: 'respiration' },
  saturation: { least: 84, most: 100, counted: 'saturation' },
  bloodPressure: { least: 50, most: 230, counted: 'systolic' },
  pulse: { least: 30, most: 150, counted: 'pulse' },
  temperature: { least: 34, most: 40.5, counted: 'temperature' },
};

const height = 40;

type StripProps = {
  readonly kind: VitalKind;
  readonly columns: readonly ChartColumn[];
};

export function Strip({ kind, columns }: StripProps) {
  const strip = strips[kind];
  if (strip === undefined) return null;
  const { least, most } = strip;
  const y = (value: number) =>
    height - ((Math.min(most, Math.max(least, value)) - least) / (most - least)) * height;
  const x = (index: number) => index * columnWidth + columnWidth / 2;
  const drawn = columns.flatMap((column, index) => {
    const measured = column.wrong ? undefined : measuredAs(column, kind);
    const value = measured === undefined ? undefined : numberOf(measured);
    if (measured === undefined || value === undefined) return [];
    const lower = measured.component?.find((each) => each.code.coding?.some(({ code }) => code === '8462-4'))
      ?.valueQuantity?.value;
    return [{ x: x(index), y: y(value), lower: lower === undefined ? undefined : y(lower) }];
  });
  return (
    <svg className="chart-svg" width={columns.length * columnWidth} height={height} focusable="false">
      {columns.flatMap(({ by, key }, index) =>
        by === undefined
          ? []
          : bandsOf(strip, by).map(({ from, to, points }) => (
              <rect
                key={`${key} ${from}`}
                x={index * columnWidth}
                width={columnWidth}
                y={y(to)}
                height={y(from) - y(to)}
                className={`chart-svg-${points}`}
              />
            )),
      )}
      <polyline points={drawn.map((each) => `${each.x},${each.y}`).join(' ')} className="chart-svg-line" />
      {drawn.map((each) => (
        <g key={each.x}>
          {each.lower !== undefined && (
            <line x1={each.x} x2={each.x} y1={each.y} y2={each.lower} className="chart-svg-line" />
          )}
          <circle cx={each.x} cy={each.y} r={3.2} className="chart-svg-dot" />
        </g>
      ))}
    </svg>
  );
}

type Band = { readonly from: number; readonly to: number; readonly points: number };

/** Runs of values with the same points; a band ends half a step beyond its last value, where the next begins. */
function bandsOf(
  { least, most, counted }: StripOf,
  { table, adjustment, oxygen = 0 }: PointsBy,
): readonly Band[] {
  const step = table.scales[counted]?.step ?? 1;
  const bands: Band[] = [];
  for (let at = 0; at <= Math.round((most - least) / step); at++) {
    const value = Number((least + at * step).toFixed(6));
    const points = pointsOf(table, { [counted]: value, oxygen }, adjustment)[counted] ?? 0;
    const before = bands.at(-1);
    const to = Math.min(most, value + step / 2);
    if (before?.points === points) bands[bands.length - 1] = { ...before, to };
    else bands.push({ from: before?.to ?? least, to, points });
  }
  return bands.filter(({ points }) => points > 0);
}
