import type { Scale } from '../../../src/fhir/early-warning/table.ts';
import { tableInForce } from '../record/early-warning.ts';
import { numberOf } from '../record/results.ts';
import type { VitalKind } from '../record/vitals.ts';
import { columnWidth, measuredAs, type ChartColumn } from './chart-columns.ts';

// The bands of one measurement behind its points, to the scale that is seen at a bed. What lies beyond the strip is drawn at
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
  readonly banded: boolean;
};

export function Strip({ kind, columns, banded }: StripProps) {
  const strip = strips[kind];
  if (strip === undefined) return null;
  const { least, most, counted } = strip;
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
  const scale = tableInForce().scales[counted];
  return (
    <svg className="chart-svg" width={columns.length * columnWidth} height={height} focusable="false">
      {banded &&
        scale !== undefined &&
        bandsOf(scale, least, most).map(({ from, to, points }) => (
          <rect
            key={from}
            x={0}
            width="100%"
            y={y(to)}
            height={y(from) - y(to)}
            className={`chart-svg-${points}`}
          />
        ))}
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

function bandsOf({ bands, step }: Scale, least: number, most: number) {
  return bands.flatMap(({ upTo, points }, index) => {
    const before = bands[index - 1]?.upTo;
    // A band ends half a step beyond its last value, where the next begins.
    const from = Math.max(least, before === undefined ? least : before + step / 2);
    const to = Math.min(most, upTo === undefined ? most : upTo + step / 2);
    return from < to ? [{ from, to, points }] : [];
  });
}
