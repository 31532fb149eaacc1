import { Fragment, useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { sumsOf, type FluidDay, type Span, type Sums } from '#fhir/fluid-balance/balance.ts';
import type { Infused } from '#fhir/fluid-balance/infusion.ts';
import { fluidKinds, type FluidEntry as Entry, type FluidKind } from '#fhir/fluid-balance/kinds.ts';
import { useNow } from '../../parts/clock.ts';
import { showTime } from '../../parts/format/date.ts';
import { Sign, Unseen } from '../../parts/tag.tsx';
import { useLanguage, useText } from '../../parts/text.tsx';
import { kindTexts, shiftTexts, showMl, showSigned } from './fluid-words.ts';
import { cellKey, type FluidEntry } from './use-fluid-entry.ts';

const intake = fluidKinds.filter(({ side }) => side === 'in');
const output = fluidKinds.filter(({ side }) => side === 'out');

export type Cell = { readonly hour: Span; readonly kind: FluidKind };

type GridProps = {
  readonly day: FluidDay;
  readonly entries: readonly Entry[];
  readonly infused: readonly Infused[];
  readonly entry: FluidEntry;
  readonly whyNot: string | undefined;
  readonly onChoose: (cell: Cell) => void;
};

/** Hours down, kinds across; the sums of each shift after its hours and those of the day last. */
export function FluidGrid({ day, entries, infused, entry, whyNot, onChoose }: GridProps) {
  const say = useText();
  const today = useNow();
  const ref = useRef<HTMLTableElement>(null);
  const hours = day.shifts.flatMap((shift) => shift.hours);
  const current = hours.findIndex(({ from, until }) => today >= from && today < until);
  const [at, setAt] = useState<readonly [row: number, column: number]>([Math.max(0, current), 0]);
  const sums = (span: Span) => sumsOf(entries, infused, span);
  const columns = [...intake, ...output];

  useEffect(() => {
    // The chart alone: scrollIntoView would take the banner along.
    const region = ref.current?.closest('.scroll');
    const row = ref.current?.querySelector<HTMLElement>('tr.now');
    if (region && row) region.scrollTop = row.offsetTop - region.clientHeight / 2;
  }, [day.day]);

  function walk(event: KeyboardEvent) {
    const step = arrows[event.key];
    if (step === undefined || event.target instanceof HTMLInputElement) return;
    event.preventDefault();
    const row = Math.max(0, Math.min(hours.length - 1, at[0] + step[0]));
    const column = Math.max(0, Math.min(columns.length - 1, at[1] + step[1]));
    setAt([row, column]);
    ref.current?.querySelector<HTMLElement>(`[data-cell="${row}/${column}"]`)?.focus();
  }

  const cellsOf = (kinds: readonly FluidKind[], hour: Span, row: number, of: Sums) =>
    kinds.map((kind) => {
      const column = columns.indexOf(kind);
      return (
        <td key={kind.id} className={`fluid-cell ${kind.side}`}>
          <FluidCell
            place={`${row}/${column}`}
            isHere={at[0] === row && at[1] === column}
            cell={{ hour, kind }}
            amount={of.byKind[kind.id]}
            count={
              entries.filter((one) => one.kind === kind && one.at >= hour.from && one.at < hour.until).length
            }
            entry={entry}
            whyNot={hour.from > today ? say('fluid.notBegun') : whyNot}
            onOpen={() => {
              setAt([row, column]);
              onChoose({ hour, kind });
            }}
          />
        </td>
      );
    });

  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- arrows belong to the whole grid
    <table ref={ref} className="table fluid-table" aria-label={say('fluid.title')} onKeyDown={walk}>
      <thead>
        <tr>
          <th scope="col">{say('fluid.hour')}</th>
          {intake.map(({ id }) => (
            <th key={id} scope="col">
              {say(kindTexts[id] ?? 'fluid.title')}
            </th>
          ))}
          <th scope="col">{say('fluid.infused')}</th>
          <th scope="col">{say('fluid.in')}</th>
          {output.map(({ id }) => (
            <th key={id} scope="col">
              {say(kindTexts[id] ?? 'fluid.title')}
            </th>
          ))}
          <th scope="col">{say('fluid.out')}</th>
          <th scope="col">{say('fluid.running')}</th>
        </tr>
      </thead>
      <tbody>
        {day.shifts.map((shift) => (
          <Fragment key={shift.id}>
            {shift.hours.map((hour) => {
              const row = hours.indexOf(hour);
              const own = sums(hour);
              const running = sums({ from: day.from, until: hour.until });
              const isPast = hour.from <= today;
              return (
                <tr key={hour.from} className={row === current ? 'now' : ''}>
                  <th scope="row">{showTime(hour.from)}</th>
                  {cellsOf(intake, hour, row, own)}
                  <Amount milli={own.infused} />
                  <Amount milli={own.in} />
                  {cellsOf(output, hour, row, own)}
                  <Amount milli={own.out} />
                  <Amount milli={isPast ? running.balance : undefined} isSigned />
                </tr>
              );
            })}
            <SumRow words={say(shiftTexts[shift.id] ?? 'fluid.title')} sums={sums(shift)} />
          </Fragment>
        ))}
      </tbody>
      <tfoot>
        <SumRow words={say('fluid.whole')} sums={sums(day)} />
      </tfoot>
    </table>
  );
}

const arrows: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

function SumRow({ words, sums }: { readonly words: string; readonly sums: Sums }) {
  return (
    <tr className="fluid-sum">
      <th scope="row">{words}</th>
      {intake.map(({ id }) => (
        <Amount key={id} milli={sums.byKind[id]} isSum />
      ))}
      <Amount milli={sums.infused} isSum />
      <Amount milli={sums.in} isSum />
      {output.map(({ id }) => (
        <Amount key={id} milli={sums.byKind[id]} isSum />
      ))}
      <Amount milli={sums.out} isSum />
      <Amount milli={sums.balance} isSum isSigned />
    </tr>
  );
}

/** What nobody measured is no nought: a sign that says so, in sums; nothing in an hour. */
function Amount({
  milli,
  isSum = false,
  isSigned = false,
}: {
  readonly milli: number | undefined;
  readonly isSum?: boolean;
  readonly isSigned?: boolean;
}) {
  const say = useText();
  const language = useLanguage();
  return (
    <td className="fluid-amount">
      {milli !== undefined ? (
        isSigned ? (
          showSigned(milli, language)
        ) : (
          showMl(milli, language)
        )
      ) : isSum ? (
        <span className="faint">
          <Sign sign="–" meaning={say('fluid.unmeasured')} />
        </span>
      ) : null}
    </td>
  );
}

type CellProps = {
  readonly place: string;
  /** The one cell of the grid that Tab reaches. */
  readonly isHere: boolean;
  readonly cell: Cell;
  readonly amount: number | undefined;
  readonly count: number;
  readonly entry: FluidEntry;
  readonly whyNot: string | undefined;
  readonly onOpen: () => void;
};

function FluidCell({ place, isHere, cell, amount, count, entry, whyNot, onOpen }: CellProps) {
  const say = useText();
  const language = useLanguage();
  const button = useRef<HTMLButtonElement>(null);
  const key = cellKey(cell.hour, cell.kind);
  const text = entry.typed[key];
  const sending = entry.sending.get(key);
  const kind = say(kindTexts[cell.kind.id] ?? 'fluid.title');
  const time = showTime(cell.hour.from);
  const back = () => setTimeout(() => button.current?.focus());
  if (text !== undefined)
    return (
      <input
        className="input fluid-input"
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- the cell was opened to be written in
        autoFocus={isHere}
        data-cell={place}
        inputMode="decimal"
        aria-label={say('fluid.entered', { kind, time })}
        aria-invalid={entry.asked?.cell === key || undefined}
        value={text}
        onChange={(event) => entry.type(key, event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') void entry.save(cell.hour, cell.kind).then(back);
          if (event.key === 'Escape') {
            entry.type(key, undefined);
            back();
          }
        }}
        onBlur={() => text === '' && entry.type(key, undefined)}
      />
    );
  const open = (first: string) => {
    onOpen();
    if (whyNot === undefined && sending === undefined) entry.type(key, first);
  };
  return (
    <button
      ref={button}
      type="button"
      data-cell={place}
      tabIndex={isHere ? 0 : -1}
      aria-disabled={whyNot !== undefined || undefined}
      title={whyNot ?? (count > 1 ? say('fluid.several', { count }) : undefined)}
      aria-label={say('fluid.cell', {
        kind,
        time,
        amount:
          amount === undefined
            ? say('fluid.unmeasured')
            : say('fluid.ml', { amount: showMl(amount, language) }),
      })}
      onClick={() => open('')}
      onKeyDown={(event) => {
        if (!/^[0-9]$/.test(event.key) || event.ctrlKey || event.altKey) return;
        event.preventDefault();
        open(event.key);
      }}
    >
      {sending !== undefined && <span className="local-words">⇧ {showMl(sending, language)} </span>}
      {amount !== undefined && showMl(amount, language)}
      {count > 1 && <sup aria-hidden="true">{count}</sup>}
      {amount === undefined && sending === undefined && <Unseen>{say('fluid.unmeasured')}</Unseen>}
    </button>
  );
}
