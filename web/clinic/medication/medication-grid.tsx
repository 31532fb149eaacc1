import type { MedicationAdministration, MedicationRequest } from '@medplum/fhirtypes';
import { useState, type CSSProperties } from 'react';
import { Button } from '../../parts/button.tsx';
import { useNow } from '../../parts/clock.ts';
import { dayOf, instantOf, momentOn, showMoment, showShortDay, showTime } from '../../parts/format/date.ts';
import { Sign, Unseen } from '../../parts/tag.tsx';
import { useLanguage, useText, type TextKey } from '../../parts/text.tsx';
import { wordsOf } from '../record/coding.ts';
import { doseAmount, doseOfDay, drugGroup, drugNameOf, type DrugGroup } from '../record/dose.ts';
import { DrugLine } from '../record/drug-line.tsx';
import { dosesOf, givenAt, unplanned, type DoseState } from '../record/next-dose.ts';
import { doseSigns, doseTexts } from '../record/texts.ts';

// A day and night of doses around now: twelve hours back and fourteen ahead, so that the night shift sees the evening before
// and the morning to come. A dose stands in the column of its planned time, also when it was given ten minutes before, and
// says when it was given.

const hour = 3_600_000;
const slot = 2 * hour;
const slots = 13;
const before = 6;
const groups = ['fixed', 'asNeeded', 'infusion', 'paused'] as const;
const groupTexts = {
  fixed: 'drugGroup.fixed',
  asNeeded: 'drugGroup.asNeeded',
  infusion: 'drugGroup.infusion',
  paused: 'drugGroup.paused',
} as const satisfies Record<Exclude<DrugGroup, 'ended'>, TextKey>;
const legend: readonly DoseState[] = ['planned', 'due', 'late', 'given', 'notGiven', 'paused'];

type MedicationGridProps = {
  readonly requests: readonly MedicationRequest[];
  readonly answers: readonly MedicationAdministration[];
};
type Mark = {
  readonly at: number;
  readonly planned: number | undefined;
  readonly state: DoseState;
  readonly words: string;
};

export function MedicationGrid({ requests, answers }: MedicationGridProps) {
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
          const drugs = requests
            .filter((request) => drugGroup(request) === group)
            .sort((a, b) => drugNameOf(a).generic.localeCompare(drugNameOf(b).generic, 'da'));
          if (drugs.length === 0) return null;
          return (
            <tbody key={group}>
              <tr className="group">
                <th colSpan={slots + 2} scope="rowgroup">
                  {say(groupTexts[group])}
                </th>
              </tr>
              {drugs.map((request) => (
                <tr key={request.id}>
                  <th scope="row" className="emar-drug">
                    <DrugLine request={request} />
                    <span className="muted">{request.reasonCode?.map(wordsOf).join(', ')}</span>
                  </th>
                  {group === 'infusion' ? (
                    <Infusion request={request} start={start} end={end} now={now} />
                  ) : (
                    times.map((time, index) => (
                      <Slot
                        key={time}
                        marks={marksIn(request, time)}
                        className={slotClass(time, now, index)}
                        past={(now - time) / slot}
                      />
                    ))
                  )}
                  <td className="muted wraps">
                    {group === 'asNeeded' ? lastOf(request) : doseOfDay(request, language)}
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
      </p>
    </>
  );

  function marksIn(request: MedicationRequest, from: number): readonly Mark[] {
    const doses = dosesOf(request, answers, start - hour, end + hour, now);
    const planned = doses.map((dose): Mark => {
      const at = dose.answer === undefined ? dose.at : (givenAt(dose.answer) ?? dose.at);
      const words = dose.answer === undefined ? '' : answerWords(dose.answer);
      return { at, planned: dose.at, state: dose.state, words };
    });
    const extra = unplanned(request, answers, doses).map((answer): Mark => ({
      at: givenAt(answer) ?? 0,
      planned: undefined,
      state: answer.status === 'not-done' ? 'notGiven' : 'given',
      words: answerWords(answer),
    }));
    return [...planned, ...extra]
      .filter((mark) => (mark.planned ?? mark.at) >= from && (mark.planned ?? mark.at) < from + slot)
      .sort((a, b) => a.at - b.at);
  }

  /** When an as-needed drug was last given: what decides whether it may be given now. */
  function lastOf(request: MedicationRequest): string {
    const times = unplanned(request, answers, [])
      .filter((answer) => answer.status === 'completed')
      .map((answer) => givenAt(answer) ?? 0);
    if (times.length === 0) return '';
    return say('medicationPanel.lastGiven', { time: showMoment(Math.max(...times), language, now) });
  }
}

type SlotProps = {
  readonly marks: readonly Mark[];
  readonly className: string;
  /** How much of the column's time has passed, where now is within it. */
  readonly past: number;
};

function Slot({ marks, className, past }: SlotProps) {
  const say = useText();
  return (
    <td
      className={`slot ${className}`}
      style={
        past >= 0 && past < 1 ? ({ '--passed': `${Math.round(past * 100)}%` } as CSSProperties) : undefined
      }
    >
      {marks.map((mark) => (
        <span
          key={mark.at}
          className={`dose ${mark.state}`}
          title={[
            say(doseTexts[mark.state]),
            mark.words,
            mark.planned !== undefined && mark.planned !== mark.at
              ? say('grid.planned', { time: showTime(mark.planned) })
              : '',
          ]
            .filter(Boolean)
            .join(' · ')}
        >
          <Sign sign={doseSigns[mark.state]} meaning={say(doseTexts[mark.state])} />
          <span>{showTime(mark.at)}</span>
          {mark.state === 'notGiven' && <small>{mark.words}</small>}
          {mark.state !== 'notGiven' && mark.words !== '' && <Unseen>{mark.words}</Unseen>}
        </span>
      ))}
    </td>
  );
}

/** A bar over the time that the infusion runs: dark until now, light for what is planned. */
function Infusion({
  request,
  start,
  end,
  now,
}: {
  readonly request: MedicationRequest;
  readonly start: number;
  readonly end: number;
  readonly now: number;
}) {
  const language = useLanguage();
  const say = useText();
  const bounds = request.dosageInstruction?.[0]?.timing?.repeat?.boundsPeriod;
  const from = instantOf(bounds?.start ?? request.authoredOn) ?? start;
  const to = instantOf(bounds?.end) ?? end;
  const percent = (time: number) =>
    `${(Math.min(1, Math.max(0, (time - start) / (end - start))) * 100).toFixed(2)}%`;
  return (
    // The bar's text is its label.
    // oxlint-disable-next-line jsx-a11y/control-has-associated-label
    <td colSpan={slots} className="slot">
      <span
        className="infusion"
        style={{ marginLeft: percent(from), width: `calc(${percent(to)} - ${percent(from)})` }}
      >
        <span
          style={{
            width: `${Math.round((Math.max(0, Math.min(now, to) - Math.max(from, start)) / Math.max(1, Math.min(to, end) - Math.max(from, start))) * 100)}%`,
          }}
        />
        <b>
          {doseAmount(request, language)} · {say('grid.from', { time: showTime(from) })}
        </b>
      </span>
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
