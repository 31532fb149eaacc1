import type { MedicationAdministration, MedicationRequest } from '@medplum/fhirtypes';
import { useMemo, useState, type CSSProperties } from 'react';
import { showAmount } from '#fhir/dose/amount.ts';
import { amountOf as readAmount } from '#fhir/dose/dose.ts';
import { stepWords } from '#fhir/dose/text.ts';
import { isEnded } from '#fhir/medication/order.ts';
import { Button } from '../../parts/button.tsx';
import { useNow } from '../../parts/clock.ts';
import { dayOf, momentOn, showShortDay, showTime } from '../../parts/format/date.ts';
import { Sign, Unseen } from '../../parts/tag.tsx';
import { useLanguage, useText, type TextKey } from '../../parts/text.tsx';
import { wordsOf } from '../record/coding.ts';
import { doseOf, doseOfDay, drugGroup, drugNameOf, isAsNeeded, type DrugGroup } from '../record/dose.ts';
import { DrugLine } from '../record/drug-line.tsx';
import {
  answeredState,
  dosesOf,
  givenAt,
  orderOf,
  plannedTimeOf,
  unplanned,
  type DoseState,
} from '../record/next-dose.ts';
import { doseSigns, doseTexts } from '../record/texts.ts';
import type { OpenedDose } from './dose-dialog.tsx';
import { NeededLeft } from './needed-left.tsx';
import { orderRows, type OrderRow } from './orders-shown.ts';
import { doseName } from './unsent.ts';

// A day and night of doses around now: twelve hours back and fourteen ahead, so that the night shift sees the evening before
// and the morning to come. A dose stands in the column of its planned time, also when it was given ten minutes before, and
// says when it was given.

const hour = 3_600_000;
const slot = 2 * hour;
const slots = 13;
const before = 6;
const groups = ['fixed', 'asNeeded', 'infusion', 'paused', 'ended'] as const;
const groupTexts = {
  fixed: 'drugGroup.fixed',
  asNeeded: 'drugGroup.asNeeded',
  infusion: 'drugGroup.infusion',
  paused: 'drugGroup.paused',
  ended: 'drugGroup.ended',
} as const satisfies Record<DrugGroup, TextKey>;
const legend: readonly DoseState[] = ['planned', 'due', 'late', 'given', 'partGiven', 'notGiven', 'paused'];

type MedicationGridProps = {
  readonly requests: readonly MedicationRequest[];
  readonly answers: readonly MedicationAdministration[];
  /** Doses that were written here and are not known to be stored (see `doseName`). */
  readonly unsent: ReadonlySet<string>;
  readonly onDose: (dose: OpenedDose) => void;
  readonly onOrder: (request: MedicationRequest) => void;
};
type Mark = OpenedDose & {
  readonly at: number;
  readonly state: DoseState;
  readonly isUnsent: boolean;
  readonly amount: string;
  readonly words: string;
};

export function MedicationGrid({ requests, answers, unsent, onDose, onOrder }: MedicationGridProps) {
  const say = useText();
  const language = useLanguage();
  const now = useNow();
  const [moved, setMoved] = useState(0);
  // Even hours of the clock on the wall, in summer and in winter.
  const evenHour = Math.floor(Number(showTime(now).slice(0, 2)) / 2) * 2;
  const start =
    momentOn(dayOf(now), `${String(evenHour).padStart(2, '0')}:00`) - before * slot + moved * 12 * hour;
  const times = Array.from({ length: slots }, (_each, index) => start + index * slot);
  const end = start + slots * slot;
  const rows = useMemo(() => orderRows(requests, answers), [requests, answers]);
  return (
    <>
      <div className="grid-move no-print">
        <Button onPress={() => setMoved(moved - 1)}>◂ {say('grid.earlier')}</Button>
        <Button onPress={() => setMoved(0)}>{say('grid.now')}</Button>
        <Button onPress={() => setMoved(moved + 1)}>{say('grid.later')} ▸</Button>
      </div>
      <table className="table emar" aria-label={say('medication.viewGrid')}>
        <thead>
          <tr>
            <th scope="col" className="emar-drug">
              {say('medication.drug')}
            </th>
            {times.map((time, index) => {
              const newDay = index === 0 || dayOf(time) !== dayOf(time - slot);
              return (
                <th scope="col" key={time} className={slotClass(time, now, index)}>
                  {newDay && <small>{showShortDay(time, language, now)}</small>}
                  <span>{showTime(time).slice(0, 2)}</span>
                  {time <= now && now < time + slot && <b>{say('grid.nowAt', { time: showTime(now) })}</b>}
                </th>
              );
            })}
            <th scope="col">{say('medication.perDay')}</th>
          </tr>
        </thead>
        {groups.map((group) => {
          const drugs = rows
            .filter(({ request }) => drugGroup(request) === group)
            .map((row) => ({ ...row, marks: marksOf(row) }))
            // What is over is seen as long as something of it is in these columns.
            .filter(({ marks }) => group !== 'ended' || marks.length > 0)
            .sort((a, b) => drugNameOf(a.request).generic.localeCompare(drugNameOf(b.request).generic, 'da'));
          if (drugs.length === 0) return null;
          return (
            <tbody key={group}>
              <tr className="group">
                <th colSpan={slots + 2} scope="rowgroup">
                  {say(groupTexts[group])}
                </th>
              </tr>
              {drugs.map(({ request, chain, given, marks }) => (
                <tr key={request.id} className={group === 'ended' ? 'ended' : ''}>
                  <th scope="row" className="emar-drug">
                    <DrugLine request={request} struck={group === 'ended'} />
                    <span className="muted">{request.reasonCode?.map(wordsOf).join(', ')}</span>{' '}
                    <OrderButton request={request} onOrder={onOrder} />
                  </th>
                  {group === 'infusion' ? (
                    <Infusion chain={chain} marks={marks} start={start} end={end} now={now} onDose={onDose} />
                  ) : (
                    times.map((time, index) => (
                      <Slot
                        key={time}
                        marks={marks.filter((mark) => within(mark, time))}
                        className={slotClass(time, now, index)}
                        past={(now - time) / slot}
                        onDose={onDose}
                        give={
                          time <= now && now < time + slot && mayGiveNow(request)
                            ? () => onDose({ request, planned: undefined, answer: undefined })
                            : undefined
                        }
                        drug={drugNameOf(request).generic}
                      />
                    ))
                  )}
                  <td className="muted wraps">
                    {group === 'asNeeded' ? (
                      <NeededLeft request={request} given={given} at={now} />
                    ) : (
                      doseOfDay(request, language)
                    )}
                    {group === 'infusion' && (
                      <Button onPress={() => onDose({ request, planned: undefined, answer: undefined })}>
                        {say('med.give')}
                      </Button>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          );
        })}
      </table>
      <p className="legend muted">
        {legend.map((state) => (
          <span key={state}>
            {doseSigns[state]} {say(doseTexts[state])}
          </span>
        ))}
        <span>⇧ {say('dose.unsent')}</span>
      </p>
    </>
  );

  function marksOf({ chain }: OrderRow): readonly Mark[] {
    return chain
      .flatMap((request) => {
        const doses = dosesOf(request, answers, start - hour, end + hour, now);
        const planned = doses.map((dose): Mark => ({
          request,
          planned: dose.at,
          answer: dose.answer,
          at: dose.answer === undefined ? dose.at : (givenAt(dose.answer) ?? dose.at),
          state: dose.state,
          isUnsent: dose.answer === undefined && unsent.has(doseName(request.id, dose.at)),
          amount: dose.state === 'partGiven' ? amountOf(dose.answer) : '',
          words: dose.answer === undefined ? '' : answerWords(dose.answer),
        }));
        const extra = unplanned(request, answers, doses).map((answer): Mark => ({
          request,
          planned: plannedTimeOf(answer),
          answer,
          at: givenAt(answer) ?? 0,
          state: answeredState(answer, undefined),
          isUnsent: false,
          amount: isAsNeeded(request) ? amountOf(answer) : '',
          words: answerWords(answer),
        }));
        return [...planned, ...extra];
      })
      .filter((mark) => within(mark, start, end - start))
      .sort((a, b) => a.at - b.at);
  }

  function amountOf(answer: MedicationAdministration | undefined): string {
    const amount = readAmount(answer?.dosage?.dose);
    return amount === undefined ? '' : showAmount(amount, language);
  }
}

/** A dose stands in the column of its planned time. */
function within({ planned, at }: Mark, from: number, span = slot): boolean {
  return (planned ?? at) >= from && (planned ?? at) < from + span;
}

/** When needed, or an order that plans no time: it is given now or not. */
function mayGiveNow(request: MedicationRequest): boolean {
  const { steps } = doseOf(request);
  return (
    request.status === 'active' &&
    steps.every(({ when }) => ['needed', 'count', 'unknown'].includes(when.kind))
  );
}

/** What can be done with an order, at its row. */
export function OrderButton({
  request,
  onOrder,
}: {
  readonly request: MedicationRequest;
  readonly onOrder: (request: MedicationRequest) => void;
}) {
  const say = useText();
  return (
    <button
      type="button"
      className="button plain order-button no-print"
      title={say('order.what')}
      onClick={() => onOrder(request)}
    >
      <span aria-hidden="true">⋯</span>
      <Unseen>{say('order.actionsFor', { drug: drugNameOf(request).generic })}</Unseen>
    </button>
  );
}

type SlotProps = {
  readonly marks: readonly Mark[];
  readonly className: string;
  /** How much of the column's time has passed, where now is within it. */
  readonly past: number;
  readonly onDose: (dose: OpenedDose) => void;
  /** Gives a dose that is not planned, now. */
  readonly give: (() => void) | undefined;
  readonly drug: string;
};

function Slot({ marks, className, past, onDose, give, drug }: SlotProps) {
  const say = useText();
  return (
    <td
      className={`slot ${className}`}
      style={
        past >= 0 && past < 1 ? ({ '--passed': `${Math.round(past * 100)}%` } as CSSProperties) : undefined
      }
    >
      {marks.map((mark) => (
        <DoseButton key={`${mark.request.id} ${mark.planned} ${mark.at}`} mark={mark} onDose={onDose} />
      ))}
      {give !== undefined && (
        <button type="button" className="button give-now no-print" onClick={give}>
          {say('med.give')}
          <Unseen> {drug}</Unseen>
        </button>
      )}
    </td>
  );
}

/** One dose: pressed, it opens on what is to be done about it. */
function DoseButton({
  mark,
  onDose,
  style,
}: {
  readonly mark: Mark;
  readonly onDose: (dose: OpenedDose) => void;
  readonly style?: CSSProperties;
}) {
  const say = useText();
  const { request, planned, answer, at, state, isUnsent, amount, words } = mark;
  const shown = isUnsent ? 'unsent' : state;
  return (
    <button
      type="button"
      className={`dose ${shown}`}
      style={style}
      title={[
        say(isUnsent ? 'dose.unsent' : doseTexts[state]),
        words,
        planned !== undefined && planned !== at ? say('grid.planned', { time: showTime(planned) }) : '',
      ]
        .filter(Boolean)
        .join(' · ')}
      onClick={() => onDose({ request, planned, answer })}
    >
      <Unseen>{drugNameOf(request).generic} </Unseen>
      <Sign
        sign={isUnsent ? '⇧' : doseSigns[state]}
        meaning={say(isUnsent ? 'dose.unsent' : doseTexts[state])}
      />
      <span>{showTime(at)}</span>
      {amount !== '' && <small>{amount}</small>}
      {state === 'notGiven' && <small>{words}</small>}
      {state !== 'notGiven' && words !== '' && <Unseen>{words}</Unseen>}
    </button>
  );
}

type InfusionProps = {
  readonly chain: readonly MedicationRequest[];
  readonly marks: readonly Mark[];
  readonly start: number;
  readonly end: number;
  readonly now: number;
  readonly onDose: (dose: OpenedDose) => void;
};

/** Bars over the time that the infusion runs, one for each rate: dark until now, light for what is planned; its bags beneath. */
function Infusion({ chain, marks, start, end, now, onDose }: InfusionProps) {
  const language = useLanguage();
  const say = useText();
  const share = (time: number) => Math.min(1, Math.max(0, (time - start) / (end - start)));
  const bars = chain.flatMap((request) =>
    doseOf(request).steps.flatMap((step) => {
      const { changedAt, ordered } = orderOf(request);
      const from = step.from ?? ordered ?? start;
      const over = isEnded(request) ? changedAt : undefined;
      const to = Math.min(step.until ?? end, over ?? end);
      if (to <= start || from >= end || to <= from) return [];
      const { amount, frequency } = stepWords(step, language);
      return [
        { key: `${request.id} ${from}`, from, to, words: [amount, frequency].filter(Boolean).join(' — ') },
      ];
    }),
  );
  return (
    // The bars' texts are its label.
    // oxlint-disable-next-line jsx-a11y/control-has-associated-label
    <td colSpan={slots} className="slot infusion-row">
      {bars.map(({ key, from, to, words }) => (
        <span
          key={key}
          className="infusion"
          style={{ left: `${share(from) * 100}%`, width: `${(share(to) - share(from)) * 100}%` }}
        >
          <span
            style={{
              width: `${Math.round(((share(now) - share(from)) / (share(to) - share(from))) * 100)}%`,
            }}
          />
          <b>
            {words} · {say('grid.from', { time: showTime(from) })}
          </b>
        </span>
      ))}
      {marks.map((mark) => (
        <DoseButton
          key={`${mark.request.id} ${mark.planned} ${mark.at}`}
          mark={mark}
          onDose={onDose}
          style={{ left: `${share(mark.planned ?? mark.at) * 100}%` }}
        />
      ))}
    </td>
  );
}

function slotClass(time: number, now: number, index: number): string {
  const when = time <= now && now < time + slot ? 'now' : time < now ? 'past' : '';
  return index > 0 && dayOf(time) !== dayOf(time - slot) ? `${when} new-day` : when;
}

function answerWords(answer: MedicationAdministration): string {
  if (answer.status === 'not-done') return (answer.statusReason ?? []).map(wordsOf).join(', ');
  return (answer.performer ?? []).flatMap((performer) => performer.actor.display ?? []).join(', ');
}
