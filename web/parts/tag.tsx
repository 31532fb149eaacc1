import type { ReactNode } from 'react';

/** What a tag's colour means; each is always with a sign or a word as well. */
export type TagKind =
  | 'crit'
  | 'crit-soft'
  | 'abn'
  | 'watch'
  | 'new'
  | 'local'
  | 'stale'
  | 'plain'
  | 'quiet'
  | 'cave';

export function Tag({
  kind,
  children,
  title,
}: {
  readonly kind: TagKind;
  readonly children: ReactNode;
  readonly title?: string;
}) {
  return (
    <span className={`tag ${kind}`} title={title}>
      {children}
    </span>
  );
}

/** Text for those who listen instead of look. */
export function Unseen({ children }: { readonly children: ReactNode }) {
  return <span className="unseen">{children}</span>;
}

/** A sign whose meaning is spoken: ▲ "over referenceintervallet". */
export function Sign({ sign, meaning }: { readonly sign: string; readonly meaning: string }) {
  return (
    <span title={meaning}>
      <span aria-hidden="true">{sign}</span>
      <Unseen>{meaning}</Unseen>
    </span>
  );
}
