import { code128Bars } from './code128.ts';

/** A bar code that can be scanned from paper, with its text beneath. */
export function Barcode({ text, height = 34 }: { readonly text: string; readonly height?: number }) {
  const { modules, bars } = code128Bars(text);
  return (
    <span className="barcode">
      {/* Black on white in every theme: a scanner knows no other. */}
      <svg
        viewBox={`0 0 ${modules} ${height}`}
        preserveAspectRatio="none"
        shapeRendering="crispEdges"
        role="img"
        aria-label={text}
      >
        <rect width={modules} height={height} fill="#fff" />
        {bars.map(({ at, width }) => (
          <rect key={at} x={at} width={width} height={height} fill="#000" />
        ))}
      </svg>
      <span aria-hidden="true">{text}</span>
    </span>
  );
}
