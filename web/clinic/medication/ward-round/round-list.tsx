import { amountWords } from '#fhir/dose/text.ts';
import type { KeyboardEvent } from 'react';
import { useNow } from '../../../parts/clock.ts';
import { showMoment } from '../../../parts/format/date.ts';
import { Sign, Tag } from '../../../parts/tag.tsx';
import { useLanguage, useText } from '../../../parts/text.tsx';
import { doseRoute, drugNameOf } from '../../record/dose.ts';
import type { Dose } from '../../record/next-dose.ts';
import { showCpr } from '../../record/person.ts';
import { doseSigns, doseTexts } from '../../record/texts.ts';
import { doseName } from '../unsent.ts';
import { isDone, type RoundRow } from './ward-round-rows.ts';

type RoundListProps = {
  readonly rows: readonly RoundRow[];
  /** Those who were done when the list was last put in order: they stand last. */
  readonly settled: ReadonlySet<string>;
  readonly chosen: string | undefined;
  readonly onChoose: (row: RoundRow) => void;
};

/** Who needs what, by bed. Arrow keys walk from patient to patient; on paper each dose has a box. */
export function RoundList({ rows, settled, chosen, onChoose }: RoundListProps) {
  const say = useText();
  const firstDone = rows.find(({ patient }) => settled.has(patient));
  return (
    <ul className="ward-round-list">
      {rows.map((row) => (
        <li
          key={row.patient}
          className={`${row.patient === chosen ? 'chosen' : ''} ${isDone(row) ? 'done' : ''}`}
          data-patient={row.patient}
        >
          {row === firstDone && <h3 className="sub">{say('wardRound.doneGroup')}</h3>}
          <div className="ward-round-row">
            <button
              type="button"
              className="ward-round-who"
              aria-current={row.patient === chosen ? 'true' : undefined}
              onClick={() => onChoose(row)}
              onKeyDown={walk}
            >
              <b>{row.bed || '–'}</b> {row.person?.name}{' '}
              <span className="muted nowrap">
                {row.person?.cpr === undefined ? row.person?.birthDate : showCpr(row.person.cpr)}
              </span>
            </button>
            <span className="ward-round-counts">
              <Counts row={row} />
            </span>
          </div>
          {row.known === 'yes' && (
            <ul className="ward-round-doses">
              {row.doses.map((dose) => (
                <DoseLine key={doseName(dose.request.id, dose.at)} dose={dose} />
              ))}
            </ul>
          )}
        </li>
      ))}
    </ul>
  );
}

function Counts({ row }: { readonly row: RoundRow }) {
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const { known, late, due, soon, answered, next, stay } = row;
  if (known === 'waits') return <span className="muted">{say('panel.loading')}</span>;
  if (known === 'failed') return <Tag kind="stale">{say('panel.failed')}</Tag>;
  if (known === 'closed') return <span className="muted">{say('wardRound.closed')}</span>;
  return (
    <>
      {stay.status === 'leave' && <Tag kind="quiet">{say('stay.onLeave')}</Tag>}
      {late > 0 && <Tag kind="crit">! {say('medication.late', { count: late })}</Tag>}
      {due > 0 && <Tag kind="abn">◉ {say('medication.dueNow', { count: due })}</Tag>}
      {soon > 0 && <span className="muted">○ {say('wardRound.soon', { count: soon })}</span>}
      {answered > 0 && (
        <span>
          <span className="tick">✓</span> {say('wardRound.answered', { count: answered })}
        </span>
      )}
      {isDone(row) && (
        <span className="muted">
          {next === undefined
            ? say('wardRound.nothing')
            : say('wardRound.next', { time: showMoment(next, language, today) })}
        </span>
      )}
    </>
  );
}

function DoseLine({ dose }: { readonly dose: Dose }) {
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const { generic, rest } = drugNameOf(dose.request);
  const amount = dose.step === undefined ? '' : amountWords(dose.step, language);
  return (
    <li className={dose.answer === undefined ? dose.state : 'answered muted'}>
      <span className="print-only" aria-hidden="true">
        {dose.answer === undefined ? '☐ ' : ''}
      </span>
      <Sign sign={doseSigns[dose.state]} meaning={say(doseTexts[dose.state])} />{' '}
      <span className="nowrap">{showMoment(dose.at, language, today)}</span> <b>{generic}</b>{' '}
      {/* Strength and dose never stand side by side without a word between them. */}
      <span className="print-only">
        {rest} — {say('dose.label')}{' '}
      </span>
      <b className="nowrap">{amount}</b> {doseRoute(dose.request)}
    </li>
  );
}

/** Up and down between the patients. */
function walk(event: KeyboardEvent<HTMLButtonElement>) {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (step === 0) return;
  const stops = [...document.querySelectorAll<HTMLElement>('.ward-round-who')];
  stops[stops.indexOf(event.currentTarget) + step]?.focus();
  event.preventDefault();
}
