import { ScrollRegion } from '../../parts/scroll-region.tsx';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { WardPart } from '../../link/ward-parts.ts';
import { useNow } from '../../parts/clock.ts';
import { dayOf, showMoment, showNearTime } from '../../parts/format/date.ts';
import { useLanguage, useText } from '../../parts/text.tsx';
import { EwsTag } from '../record/ews-tag.tsx';
import { isEwsOverdue } from '../record/ews.ts';
import { NextWords } from './board-cells.tsx';
import type { BoardRow } from './board-rows.ts';

type WardSummaryProps = {
  readonly rows: readonly BoardRow[];
  readonly expected: readonly BoardRow[];
  readonly whole: boolean;
  /** Whether the rows are of everybody on the ward; else a list that is empty says so of those one sees. */
  readonly isOfAll: boolean;
  /** Parts of the rows that the user's role does not read. */
  readonly unread: ReadonlySet<WardPart>;
};

/** Beside the board, until a row is chosen: what a person who comes on duty asks first. */
export function WardSummary({ rows, expected, whole, isOfAll, unread }: WardSummaryProps) {
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const unwell = rows
    .filter((row) => (row.ews?.score ?? 0) >= 5)
    .sort((a, b) => (b.ews?.score ?? 0) - (a.ews?.score ?? 0));
  const unmeasured = rows
    .filter((row) => row.ews !== undefined && isEwsOverdue(row.ews, today))
    .sort((a, b) => (a.ews?.nextDue ?? 0) - (b.ews?.nextDue ?? 0));
  const late = rows
    .filter((row) => row.next[0]?.late === true)
    .sort((a, b) => (a.next[0]?.at ?? 0) - (b.next[0]?.at ?? 0));
  const leaving = rows
    .filter((row) => row.stay?.end !== undefined && dayOf(row.stay.end) <= dayOf(today + 86_400_000))
    .sort((a, b) => (a.stay?.end ?? 0) - (b.stay?.end ?? 0));
  /** What an empty list means: that there are none, or that one would not know. */
  const known = (part?: WardPart) =>
    part !== undefined && unread.has(part)
      ? { isOfAll: false, none: say('panel.notForRole') }
      : { isOfAll, none: say(isOfAll ? 'summary.none' : 'summary.noneSeen') };
  const unasked = rows.filter((row) => row.cave?.kind === 'unasked');
  return (
    <aside className="side no-print" aria-label={say('summary.label')}>
      <ScrollRegion className="side-body" label={say('summary.label')}>
        {whole && (
          <>
            <Part
              title={say('summary.unwell')}
              rows={unwell}
              {...known('ews')}
              show={(row) => row.ews !== undefined && <EwsTag ews={row.ews} />}
            />
            <Part
              title={say('summary.late')}
              rows={late}
              {...known('medication')}
              show={(row) => row.next[0] !== undefined && <NextWords item={row.next[0]} />}
            />
            <Part
              title={say('summary.unmeasured')}
              rows={unmeasured}
              {...known('ews')}
              show={(row) => (
                <span className="tag stale">{showNearTime(row.ews?.nextDue ?? 0, language, today)}</span>
              )}
            />
            <Part
              title={say('summary.leaving')}
              rows={leaving}
              {...known()}
              show={(row) => showMoment(row.stay?.end ?? 0, language, today)}
            />
            <Part
              title={say('board.expected')}
              rows={expected}
              {...known()}
              show={(row) =>
                row.stay?.start === undefined
                  ? row.stay?.origin
                  : `${row.stay.origin ?? ''} ${showMoment(row.stay.start, language, today)}`
              }
            />
            <Part title={say('summary.caveUnasked')} rows={unasked} {...known('cave')} show={() => null} />
          </>
        )}
      </ScrollRegion>
      <p className="side-foot muted">{say('summary.choose')}</p>
    </aside>
  );
}

type PartProps = {
  readonly title: string;
  readonly isOfAll: boolean;
  readonly rows: readonly BoardRow[];
  readonly none: string;
  readonly show: (row: BoardRow) => ReactNode;
};

function Part({ title, isOfAll, rows, none, show }: PartProps) {
  const say = useText();
  return (
    <section>
      <h2 className="sub">
        {title}{' '}
        <span className="muted" title={isOfAll ? undefined : say('board.notCounted')}>
          {isOfAll ? rows.length : '–'}
        </span>
      </h2>
      {rows.length === 0 && <p className="faint">{none}</p>}
      {rows.map((row) => (
        <div className="row" key={row.key}>
          <span className="muted side-bed">{row.bed || '–'}</span>
          <Link to="/patient/$patient" params={{ patient: row.person?.id ?? '' }} className="grow name-link">
            {row.person?.name}
          </Link>
          <span className="side-value">{show(row)}</span>
        </div>
      ))}
    </section>
  );
}
