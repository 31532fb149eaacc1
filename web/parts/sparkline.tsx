// A small curve with its reference band: enough to see a direction, not to read a value (the value stands beside it).

export type Point = { readonly at: number; readonly value: number };

type SparklineProps = {
  readonly points: readonly Point[];
  readonly from: number;
  readonly to: number;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
  readonly label: string;
  readonly height?: number;
  /** Times of the axis that several curves share, drawn as faint lines. */
  readonly ticks?: readonly number[];
};

const width = 300;

export function Sparkline({ points, from, to, low, high, label, height = 44, ticks = [] }: SparklineProps) {
  if (points.length === 0) return <span className="grow" />;
  const values = points.map((point) => point.value);
  const bottom = Math.min(...values, low ?? Infinity);
  const top = Math.max(...values, high ?? -Infinity);
  const spread = top - bottom || 1;
  const x = (at: number) => 4 + ((at - from) / (to - from || 1)) * (width - 8);
  const y = (value: number) => height - 5 - ((value - bottom) / spread) * (height - 10);
  const outside = (value: number) =>
    (low !== undefined && value < low) || (high !== undefined && value > high);
  const path = points
    .map((point, index) => `${index === 0 ? 'M' : 'L'}${x(point.at).toFixed(1)} ${y(point.value).toFixed(1)}`)
    .join('');
  const bandTop = y(Math.min(high ?? top, top));
  const bandBottom = y(Math.max(low ?? bottom, bottom));
  return (
    <svg
      className="spark"
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      {(low !== undefined || high !== undefined) && (
        <rect x="0" y={bandTop} width={width} height={Math.max(1, bandBottom - bandTop)} fill="var(--band)" />
      )}
      {ticks.map((tick) => (
        <line
          key={tick}
          x1={x(tick)}
          x2={x(tick)}
          y1="0"
          y2={height}
          stroke="var(--line)"
          strokeWidth="1"
          vectorEffect="non-scaling-stroke"
        />
      ))}
      <path
        d={path}
        fill="none"
        stroke="var(--curve)"
        strokeWidth="1.5"
        vectorEffect="non-scaling-stroke"
        strokeLinejoin="round"
      />
      {points.map((point) => (
        <line
          key={point.at}
          x1={x(point.at)}
          x2={x(point.at)}
          y1={y(point.value)}
          y2={y(point.value)}
          stroke={outside(point.value) ? 'var(--abn)' : 'var(--curve)'}
          strokeWidth={(outside(point.value) ? 2 : 0) + (points.length > 16 ? 3.5 : 5)}
          strokeLinecap="round"
          vectorEffect="non-scaling-stroke"
        />
      ))}
    </svg>
  );
}
