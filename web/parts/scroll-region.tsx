/* oxlint-disable jsx-a11y/no-noninteractive-tabindex, jsx-a11y/prefer-tag-over-role -- a region that scrolls must be reachable; a fieldset is for forms, and a landmark for each panel would drown the landmarks */
import type { ReactNode, Ref } from 'react';

type ScrollRegionProps = {
  readonly label: string;
  readonly children: ReactNode;
  readonly className?: string;
  readonly flush?: boolean;
  readonly place?: Ref<HTMLDivElement>;
};

/** A part of the page that scrolls by itself. It can be reached by keyboard, or who has no mouse never sees its end. */
export function ScrollRegion({
  label,
  children,
  className = 'scroll',
  flush = false,
  place,
}: ScrollRegionProps) {
  return (
    <div
      ref={place}
      className={className}
      style={flush ? { padding: 0 } : undefined}
      tabIndex={0}
      role="group"
      aria-label={label}
    >
      {children}
    </div>
  );
}
