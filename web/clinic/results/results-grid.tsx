/* oxlint-disable jsx-a11y/no-noninteractive-element-to-interactive-role, jsx-a11y/no-noninteractive-element-interactions -- the grid pattern of the ARIA practices, on a table */
import type { Observation } from '@medplum/fhirtypes';
import { useElementSize } from '@mantine/hooks';
import { Fragment, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { useNow } from '../../parts/clock.ts';
import { dayOf, showDayOfYear, showTime } from '../../parts/format/date.ts';
import type { Language } from '../../parts/settings.ts';
import { useLanguage, useText, type TextKey } from '../../parts/text.tsx';
import { isNew } from '../record/new-mark.tsx';
import { ResultValue } from '../record/result-value.tsx';
import { rangeText, takenAt, valueText, type ResultRow } from '../record/results.ts';

// The grid: newest column left. Only the columns that fit are drawn; the arrow keys carry the window with them, so that
// fifty years of answers cost no more than a week. How many fit is reckoned from the texts: a number is never cut short, and
// a long word makes its own column wider instead of all of them.

const narrowest = 62;
const widest = 170;
const letter = 7.4;

const groupNames: Readonly<Record<string, TextKey>> = {
  laboratory: 'group.laboratory',
  'vital-signs': 'group.vitals',
  survey: 'group.survey',
  'social-history': 'group.social',
  procedure: 'group.procedure',
  exam: 'group.exam',
  imaging: 'group.imaging',
  therapy: 'group.therapy',
  activity: 'group.activity',
};

type ResultsGridProps = {
  readonly rows: readonly ResultRow[];
  readonly since: number | undefined;
  readonly open: string | undefined;
  readonly compared: readonly string[];
  readonly onOpen: (row: ResultRow) => void;
  readonly onClose: () => void;
  readonly onCompare: (row: ResultRow) => void;
};

export function ResultsGrid({ rows, since, open, compared, onOpen, onClose, onCompare }: ResultsGridProps) {
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const { ref, width } = useElementSize<HTMLDivElement>();
  const body = useRef<HTMLTableElement>(null);
  const [first, setFirst] = useState(0);
  const [at, setAt] = useState<{ readonly row: number; readonly column: number }>({ row: 0, column: 0 });

  const times = useMemo(
    () => [...new Set(rows.flatMap((row) => row.values.map(takenAt)))].sort((a, b) => b - a),
    [rows],
  );
  const sorted = useMemo(
    () =>
      [...rows].sort(
        (a, b) =>
          groupRank(a.group) - groupRank(b.group) ||
          a.group.localeCompare(b.group, 'da') ||
          a.name.localeCompare(b.name, 'da'),
      ),
    [rows],
  );
  const byTime = useMemo(() => new Map(sorted.map((row) => [row.key, cellsOf(row)])), [sorted]);
  const widths = useMemo(() => widthsOf(rows, times, language), [rows, times, language]);
  const beside = useMemo(() => besideWidths(rows, language), [rows, language]);
  const room = (width || 900) - beside.name - beside.others;
  // The last window is full: going to the oldest leaves no gap.
  const start = Math.min(first, windowUpTo(widths, times.length - 1, room));
  const fit = windowFrom(widths, start, room);
  const columns = times.slice(start, start + fit);

  function walk(event: KeyboardEvent) {
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    const row = sorted[at.row];
    if (step !== undefined) {
      const next = {
        row: clamp(at.row + (step[0] ?? 0), sorted.length),
        column: clamp(at.column + (step[1] ?? 0), times.length),
      };
      // The window follows the cell.
      if (next.column < start) setFirst(next.column);
      else if (next.column >= start + fit) setFirst(windowUpTo(widths, next.column, room));
      setAt(next);
      queueMicrotask(() =>
        requestAnimationFrame(() => body.current?.querySelector<HTMLElement>('td[tabindex="0"]')?.focus()),
      );
    } else if (event.key === 'Enter' && row !== undefined) onOpen(row);
    else if (event.key === ' ' && row !== undefined) onCompare(row);
    else if (event.key === 'Escape') onClose();
    else return;
    event.preventDefault();
  }

  return (
    <>
      <div className="grid-move no-print">
        <button
          type="button"
          className="button"
          aria-disabled={start === 0 || undefined}
          onClick={() => setFirst(windowUpTo(widths, Math.max(0, start - 1), room))}
        >
          ◂ {say('results.newer')}
        </button>
        <button
          type="button"
          className="button"
          aria-disabled={start + fit >= times.length || undefined}
          onClick={() => setFirst(start + fit)}
        >
          {say('results.older')} ▸
        </button>
        <span className="muted">
          {say('results.window', {
            from: Math.min(start + 1, times.length),
            to: Math.min(start + fit, times.length),
            all: times.length,
          })}
        </span>
        <span className="grow" />
        <span className="muted">{say('results.keys')}</span>
      </div>
      <div className="scroll" ref={ref}>
        {/* A grid of cells that the arrow keys walk: the roles say so to who listens. */}
        <table
          className="table results-table"
          ref={body}
          role="grid"
          aria-label={say('tabs.results')}
          aria-rowcount={sorted.length}
          aria-colcount={times.length + 3}
        >
          <thead>
            <tr>
              <th scope="col" className="analysis" style={{ minWidth: beside.name }}>
                {say('results.analysis')}
              </th>
              {columns.map((time, index) => {
                const before = columns[index - 1];
                const sameDay = before !== undefined && dayOf(before) === dayOf(time);
                return (
                  <th scope="col" key={time} className="number" style={{ width: widths[start + index] }}>
                    <span className={sameDay ? 'faint' : ''}>
                      {dayOf(time) === dayOf(today) ? say('results.today') : showDayOfYear(time, language)}
                    </span>
                    <br />
                    <b>{showTime(time)}</b>
                    {dayOf(time).slice(0, 4) !== dayOf(today).slice(0, 4) && (
                      <>
                        <br />
                        <span>{dayOf(time).slice(0, 4)}</span>
                      </>
                    )}
                  </th>
                );
              })}
              <th scope="col">{say('results.unit')}</th>
              <th scope="col">{say('results.range')}</th>
            </tr>
          </thead>
          <tbody onKeyDown={walk}>
            {sorted.map((row, rowIndex) => {
              const newGroup = sorted[rowIndex - 1]?.group !== row.group;
              const cells = byTime.get(row.key);
              const [newest] = row.values;
              return (
                <Fragment key={row.key}>
                  {newGroup && (
                    <tr className="group">
                      <th colSpan={columns.length + 3} scope="rowgroup">
                        {groupName(row.group, say)}
                      </th>
                    </tr>
                  )}
                  <tr className={row.key === open ? 'selected' : ''}>
                    <th scope="row" className="analysis">
                      <button
                        type="button"
                        className="row-open"
                        aria-pressed={row.key === open}
                        tabIndex={-1}
                        onClick={() => (row.key === open ? onClose() : onOpen(row))}
                      >
                        {compared.includes(row.key) ? '☑ ' : ''}
                        {row.name}
                      </button>
                    </th>
                    {columns.map((time, index) => {
                      const here = at.row === rowIndex && clamp(at.column, times.length) === start + index;
                      const reachable =
                        here ||
                        (rowIndex === 0 &&
                          index === 0 &&
                          (at.column < start || at.column >= start + fit || at.row >= sorted.length));
                      return (
                        <td
                          key={time}
                          className="number"
                          tabIndex={reachable ? 0 : -1}
                          onFocus={() => setAt({ row: rowIndex, column: start + index })}
                          onDoubleClick={() => onOpen(row)}
                        >
                          <Cell
                            values={cells?.get(time)}
                            since={since}
                            quiet={start + index > 0 && newest !== undefined && takenAt(newest) !== time}
                          />
                        </td>
                      );
                    })}
                    <td className="muted unit">{row.unit}</td>
                    <td className="muted range">{newest !== undefined && rangeText(newest, language)}</td>
                  </tr>
                </Fragment>
              );
            })}
          </tbody>
        </table>
      </div>
    </>
  );
}

function Cell({
  values,
  since,
  quiet,
}: {
  readonly values: readonly Observation[] | undefined;
  readonly since: number | undefined;
  readonly quiet: boolean;
}) {
  if (values === undefined) return <span className="faint">·</span>;
  return values.map((value, index) => (
    <Fragment key={value.id}>
      {index > 0 && ' / '}
      <span className={quiet ? 'older' : ''}>
        <ResultValue observation={value} fresh={isNew(value, since)} />
      </span>
    </Fragment>
  ));
}

function cellsOf(row: ResultRow): ReadonlyMap<number, readonly Observation[]> {
  const cells = new Map<number, Observation[]>();
  for (const value of row.values) cells.set(takenAt(value), [...(cells.get(takenAt(value)) ?? []), value]);
  return cells;
}

/** How wide each column must be for the longest of its values with all its signs. */
function widthsOf(
  rows: readonly ResultRow[],
  times: readonly number[],
  language: Language,
): readonly number[] {
  const letters = new Map<number, number>();
  for (const row of rows)
    for (const [time, values] of cellsOf(row)) {
      // The sign of a mark and the dot of what is new stand beside the number.
      const longest = values.reduce((sum, value) => sum + valueText(value, language).length + 3, 0);
      letters.set(time, Math.max(letters.get(time) ?? 0, longest));
    }
  return times.map((time) =>
    Math.round(Math.min(widest, Math.max(narrowest, (letters.get(time) ?? 0) * letter + 22))),
  );
}

/** Analysis, unit and range beside the values: as wide as their longest text, within reason; beyond it they wrap. */
function besideWidths(
  rows: readonly ResultRow[],
  language: Language,
): { readonly name: number; readonly others: number } {
  const longest = (texts: readonly string[]) =>
    Math.max(0, ...texts.map((text) => text.length)) * letter + 14;
  const name = Math.min(220, Math.max(130, longest(rows.map((row) => row.name))));
  const unit = Math.min(110, Math.max(52, longest(rows.map((row) => row.unit))));
  const range = Math.min(
    130,
    Math.max(
      56,
      longest(rows.map((row) => (row.values[0] === undefined ? '' : rangeText(row.values[0], language)))),
    ),
  );
  return { name, others: unit + range + 4 };
}

/** How many columns fit from this one on: at least one. */
function windowFrom(widths: readonly number[], start: number, room: number): number {
  let used = 0;
  let count = 0;
  for (const width of widths.slice(start)) {
    used += width;
    if (used > room && count > 0) break;
    count++;
  }
  return Math.max(1, count);
}

/** The first column of a window that ends with this one. */
function windowUpTo(widths: readonly number[], last: number, room: number): number {
  let used = 0;
  let first = last;
  while (first >= 0) {
    used += widths[first] ?? 0;
    if (used > room && first < last) break;
    first--;
  }
  return Math.max(0, first + 1);
}

function groupName(group: string, say: ReturnType<typeof useText>): string {
  const known = groupNames[group];
  if (known !== undefined) return say(known);
  return group === '' ? say('group.other') : group;
}

// Vital signs and what has no group come after the laboratory.
const groupRank = (group: string): number =>
  group === ''
    ? 3
    : group === 'vital-signs'
      ? 2
      : groupNames[group] === undefined || group === 'laboratory'
        ? 0
        : 1;
const clamp = (index: number, length: number): number =>
  Math.min(Math.max(0, index), Math.max(0, length - 1));
