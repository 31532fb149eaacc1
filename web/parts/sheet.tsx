import type { ReactNode } from 'react';
import { useText } from './text.tsx';

/** A work area that can be printed: on paper `heading` and `asOf` stand at the top of every page, on the screen nowhere. */
export function Sheet({
  heading,
  asOf,
  children,
}: {
  readonly heading: string;
  readonly asOf: string;
  readonly children: ReactNode;
}) {
  return (
    <div className="sheet work">
      <div className="sheet-head print-only" aria-hidden="true">
        <div>
          <b>{heading}</b>
          <span>{asOf}</span>
        </div>
      </div>
      <div className="sheet-body work">{children}</div>
    </div>
  );
}

export function PrintButton() {
  const say = useText();
  return (
    <button type="button" className="button no-print" onClick={() => window.print()}>
      {say('print.button')}
      <kbd aria-hidden="true">Ctrl P</kbd>
    </button>
  );
}
