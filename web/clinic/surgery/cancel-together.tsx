import { useNavigate } from '@tanstack/react-router';
import type { Appointment } from '@medplum/fhirtypes';
import { useMemo, useState } from 'react';
import { callTo, type Decision } from '#fhir/surgery/cancel-together.ts';
import { cancelPlace, keepPlace } from '#fhir/surgery/place.ts';
import { makeActId } from '../../link/act-id.ts';
import type { Change } from '../../link/act.ts';
import { refreshSurgery } from '../../link/surgery.ts';
import { useAct } from '../../link/use-act.ts';
import { Button } from '../../parts/button.tsx';
import { now } from '../../parts/clock.ts';
import { addDays, momentOn, showMoment } from '../../parts/format/date.ts';
import { FailedNote, Loaded, Nothing } from '../../parts/panel.tsx';
import { ScrollRegion } from '../../parts/scroll-region.tsx';
import { Tag } from '../../parts/tag.tsx';
import { useLanguage, useText } from '../../parts/text.tsx';
import { isReason, ReasonPick } from '../medication/reason-pick.tsx';
import { ActNote } from '../record/act-note.tsx';
import { showCpr } from '../record/person.ts';
import { currentRights } from '../record/role.ts';
import { beginReview, choose, openOf, rowsOf, type CancelRow, type Review } from './cancel-rows.ts';
import { me } from './surgery-acts.ts';
import { useSurgery } from './use-surgery.ts';
import { issueWords, sideTexts } from './words.ts';

type CancelTogetherProps = {
  readonly department: string;
  readonly departmentName: string;
  /** The first of the days. */
  readonly day: string;
};

const daysMost = 7;

/** All that is elective on some days, looked through and cancelled in one act; then the calls. */
export function CancelTogether({ department, departmentName, day }: CancelTogetherProps) {
  const say = useText();
  const [days, setDays] = useState(1);
  const [left, setLeft] = useState<readonly string[]>([]);
  const from = momentOn(day, '00:00');
  const to = momentOn(addDays(day, days), '00:00');
  const { rooms, state, isPartial } = useSurgery(department, from, to);
  const looked = rooms.filter(({ id }) => !left.includes(id));
  return (
    <section
      className={`panel surgery-cancel ${state.failed ? 'failed' : ''}`}
      aria-label={say('surgery.viewCancel')}
    >
      <FailedNote state={state} />
      <div className="cancel-scope no-print">
        <label className="field">
          <span>{say('surgery.howManyDays')}</span>
          <select
            className="input select"
            value={days}
            onChange={({ target }) => setDays(Number(target.value))}
          >
            {Array.from({ length: daysMost }, (_, index) => (
              <option key={index} value={index + 1}>
                {say('surgery.daysCount', { count: index + 1 })}
              </option>
            ))}
          </select>
        </label>
        <fieldset className="cancel-rooms">
          <legend>{say('surgery.roomsLooked')}</legend>
          {rooms.map(({ id, name }) => (
            <label key={id}>
              <input
                type="checkbox"
                checked={!left.includes(id)}
                onChange={({ target }) =>
                  setLeft(target.checked ? left.filter((one) => one !== id) : [...left, id])
                }
              />{' '}
              {name}
            </label>
          ))}
        </fieldset>
      </div>
      <Loaded state={state}>
        {isPartial ? (
          <p className="error inset">{say('surgery.tooMany')}</p>
        ) : (
          <Looked
            key={`${days} ${left.join()} ${state.asOf === undefined}`}
            rooms={looked}
            scope={{ department: { reference: `Location/${department}`, display: departmentName }, from, to }}
          />
        )}
      </Loaded>
    </section>
  );
}

type LookedProps = {
  readonly rooms: Parameters<typeof rowsOf>[0];
  readonly scope: Pick<Decision, 'department' | 'from' | 'to'>;
};

function Looked({ rooms, scope }: LookedProps) {
  const say = useText();
  const language = useLanguage();
  const navigate = useNavigate({ from: '/surgery' });
  const act = useAct('');
  const [review, setReview] = useState<Review>(() => beginReview(rooms));
  const [decider, setDecider] = useState('');
  const [reason, setReason] = useState('');
  const rows = useMemo(() => rowsOf(rooms, review), [rooms, review]);
  const gone = [...review.choices.keys()].filter(
    (id) => !rows.some(({ item }) => item.place?.id === id),
  ).length;
  const cancelled = rows.filter(({ choice }) => choice?.cancels === true);
  const { undecided, unexplained } = openOf(rows);
  const whyNot = !currentRights().admits
    ? say('surgery.notYours')
    : act.state !== undefined
      ? say('act.underway')
      : undecided > 0
        ? say('surgery.undecided', { count: undecided })
        : unexplained > 0
          ? say('surgery.unexplained', { count: unexplained })
          : cancelled.length === 0
            ? say('surgery.noneTicked')
            : !isReason(reason)
              ? say('surgery.reasonMissing')
              : decider.trim().length < 3
                ? say('surgery.deciderMissing')
                : undefined;

  async function cancel() {
    if (whyNot !== undefined) return;
    const decision: Decision = {
      ...scope,
      id: makeActId(),
      rooms: rooms.map(({ id }) => id),
      decider: { display: decider.trim() },
      reason: reason.trim(),
    };
    const stored = await act.send(
      say('surgery.cancelledMany', { count: cancelled.length }),
      changesOf(rows, decision, now()),
    );
    // Refused, it is somebody else's act that is shown now.
    await refreshSurgery();
    if (stored !== undefined) void navigate({ search: (before) => ({ ...before, view: 'calls' }) });
  }

  if (rows.length === 0) return <Nothing text={say('surgery.nothingElective')} />;
  return (
    <>
      <ScrollRegion label={say('surgery.elective')}>
        <table className="table cancel-table" aria-label={say('surgery.elective')}>
          <thead>
            <tr>
              <th scope="col">{say('surgery.cancelTick')}</th>
              <th scope="col">{say('surgery.start')}</th>
              <th scope="col">{say('surgery.room')}</th>
              <th scope="col">{say('surgery.patient')}</th>
              <th scope="col">{say('surgery.operation')}</th>
              <th scope="col">{say('surgery.keptBecause')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Row
                key={row.item.place?.id}
                row={row}
                language={language}
                onChoose={(cancels, why) => setReview(choose(review, row, cancels, why))}
              />
            ))}
          </tbody>
        </table>
      </ScrollRegion>
      <footer className="cancel-sign no-print">
        {gone > 0 && <output className="abn-words">▲ {say('surgery.goneMeanwhile', { count: gone })}</output>}
        <label className="field">
          <span>{say('surgery.decider')}</span>
          <input
            className="input"
            autoComplete="off"
            value={decider}
            onChange={({ target }) => setDecider(target.value)}
          />
        </label>
        <ReasonPick
          label={say('surgery.reason')}
          ready={[
            say('surgery.power'),
            say('surgery.itDown'),
            say('surgery.staffMissing'),
            say('surgery.manyInjured'),
          ]}
          value={reason}
          onChange={setReason}
        />
        <ActNote act={act} words={issueWords(say)} />
        <Button kind="primary" disabledBecause={whyNot} onPress={() => void cancel()}>
          {say('surgery.cancelMany', { count: cancelled.length, kept: rows.length - cancelled.length })}
        </Button>
        {whyNot !== undefined && <span className="muted">{whyNot}</span>}
      </footer>
    </>
  );
}

function Row({
  row,
  language,
  onChoose,
}: {
  readonly row: CancelRow;
  readonly language: 'da' | 'en';
  readonly onChoose: (cancels: boolean, why: string) => void;
}) {
  const say = useText();
  const { item, choice, change } = row;
  const { person, operation, place, stay } = item;
  const name = person?.name ?? '';
  return (
    <tr className={choice === undefined ? 'undecided' : ''}>
      <td>
        <input
          type="checkbox"
          aria-label={say('surgery.cancelOf', { name })}
          checked={choice?.cancels === true}
          onChange={({ target }) => onChoose(target.checked, choice?.why ?? '')}
        />
        {change !== undefined && (
          <>
            <Tag kind="new">● {say(change === 'new' ? 'surgery.isNew' : 'surgery.isChanged')}</Tag>
            {choice === undefined && (
              <Button onPress={() => onChoose(false, '')}>{say('surgery.keepIt')}</Button>
            )}
          </>
        )}
      </td>
      <td>{place?.start !== undefined && showMoment(place.start, language, now())}</td>
      <td>{row.room}</td>
      <td>
        <b>{name}</b> <span className="muted">{person?.cpr !== undefined && showCpr(person.cpr)}</span>{' '}
        {stay?.bed?.name}
      </td>
      <td className="wraps">
        {operation.urgency !== 'D' && <Tag kind="abn">{operation.urgency}</Tag>} {operation.words}{' '}
        {operation.side !== undefined && say(sideTexts[operation.side])}
      </td>
      <td>
        {choice?.cancels === false && (
          <input
            className="input"
            autoComplete="off"
            aria-label={say('surgery.keptWhy', { name })}
            aria-invalid={!isReason(choice.why) || undefined}
            placeholder={say('surgery.keptExample')}
            value={choice.why}
            onChange={({ target }) => onChoose(false, target.value)}
          />
        )}
      </td>
    </tr>
  );
}

/** One transaction: what is cancelled, what is kept and why, and a call for each who is cancelled. */
function changesOf(rows: readonly CancelRow[], decision: Decision, at: number): readonly Change[] {
  const put = (resource: Appointment, version: string): Change => ({
    method: 'PUT',
    url: `Appointment/${resource.id ?? ''}`,
    resource,
    version,
  });
  return rows.flatMap(({ item, version, choice }): Change[] => {
    const place = item.sources.place;
    if (place === undefined || choice === undefined) return [];
    if (!choice.cancels)
      return [put(keepPlace(place, decision.id, `${choice.why} (${me().display ?? ''})`), version)];
    return [
      put(cancelPlace(place, 'capacity', decision.reason), version),
      { method: 'POST', url: 'Task', resource: callTo(place, `Patient/${item.patient}`, decision, at) },
    ];
  });
}
