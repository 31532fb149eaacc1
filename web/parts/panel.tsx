import { ScrollRegion } from './scroll-region.tsx';
import type { ReactNode } from 'react';
import { useNow } from './clock.ts';
import { showMoment } from './format/date.ts';
import { useLanguage, useText } from './text.tsx';

// A panel tells three things about what it shows: whether there is anything, whether it could be fetched, and how old it
// is. "Nothing recorded" and "could not be fetched" never look alike, and a failed panel keeps its last good copy.

export type PanelState = {
  readonly asOf: number | undefined;
  readonly stale: boolean;
  readonly failed: boolean;
  readonly loading: boolean;
  readonly retry: () => void;
  /** What of it the user's role does not read. */
  readonly unread?: 'some' | 'all' | undefined;
};

type PanelProps = {
  readonly title: string;
  readonly state: PanelState;
  readonly children: ReactNode;
  /** Beside the title: a count, what is new. */
  readonly beside?: ReactNode;
  /** Replaces "as of" when the kind of fact has a better time: when it was measured. */
  readonly aside?: ReactNode;
  readonly className?: string;
  readonly flush?: boolean;
};

export function Panel({ title, state, children, beside, aside, className = '', flush = false }: PanelProps) {
  return (
    <section className={`panel ${state.failed ? 'failed' : ''} ${className}`} aria-label={title}>
      <header>
        <h2>{title}</h2>
        {/* A count before anything has come, or of what the role does not read, would be a nought that nobody counted. */}
        {state.asOf !== undefined && beside}
        {aside}
        <AsOf state={state} />
      </header>
      <FailedNote state={state} />
      {/* A region that can scroll must be reachable by keyboard. */}
      <ScrollRegion className="panel-body" flush={flush && state.unread !== 'all'} label={title}>
        <Loaded state={state}>{children}</Loaded>
      </ScrollRegion>
    </section>
  );
}

/** The content when there is any to show: grey bars while the first copy is on its way, nothing when it never came. */
export function Loaded({ state, children }: { readonly state: PanelState; readonly children: ReactNode }) {
  const say = useText();
  if (state.unread === 'all') return <p className="nothing">{say('panel.notForRole')}</p>;
  if (state.asOf !== undefined) return children;
  if (state.failed) return null;
  return (
    <output className="loading" aria-label={say('panel.loading')}>
      <i style={{ width: '72%' }} />
      <i style={{ width: '54%' }} />
      <i style={{ width: '63%' }} />
    </output>
  );
}

export function FailedNote({ state }: { readonly state: PanelState }) {
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  if (!state.failed)
    return state.unread === 'some' ? (
      <output className="panel-note muted">{say('panel.someNotForRole')}</output>
    ) : null;
  const text =
    state.asOf === undefined
      ? say('panel.failed')
      : say('panel.failedShowing', { time: showMoment(state.asOf, language, today) });
  return (
    <output className="panel-note failed">
      <span>{text}</span>
      <button type="button" className="button plain no-print" onClick={state.retry}>
        {say('panel.retry')}
      </button>
    </output>
  );
}

export function AsOf({ state }: { readonly state: PanelState }) {
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  if (state.asOf === undefined) return null;
  const time = showMoment(state.asOf, language, today);
  if (!state.stale) return <span className="asof">{say('panel.asOf', { time })}</span>;
  const minutes = Math.max(0, Math.round((today - state.asOf) / 60_000));
  return (
    <span className="asof stale">
      <span aria-hidden="true">◷ </span>
      {say('panel.asOfStale', { time, minutes })}
    </span>
  );
}

/** Nothing recorded: an answer, not an error. Of what the role does not read (`of`) nobody can say that there is nothing. */
export function Nothing({ text, of }: { readonly text?: string; readonly of?: PanelState }) {
  const say = useText();
  const words = of?.unread === undefined ? (text ?? say('panel.nothing')) : say('panel.notForRole');
  return <p className="nothing">{words}</p>;
}

/** One state for what is put together of several parts: as old as the oldest, failed when one failed. */
export function joinStates(...states: readonly PanelState[]): PanelState {
  const read = states.filter((state) => state.unread !== 'all');
  const times = read.map((state) => state.asOf);
  return {
    asOf:
      times.length === 0 || times.includes(undefined)
        ? undefined
        : Math.min(...times.map((time) => time ?? 0)),
    stale: states.some((state) => state.stale),
    failed: states.some((state) => state.failed),
    loading: states.some((state) => state.loading),
    retry: () => states.forEach((state) => state.failed && state.retry()),
    unread:
      read.length === 0 ? 'all' : states.some((state) => state.unread !== undefined) ? 'some' : undefined,
  };
}
