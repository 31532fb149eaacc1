/* oxlint-disable jsx-a11y/no-autofocus, jsx-a11y/no-noninteractive-element-interactions -- the reason is asked for because somebody said that it was wrong; Esc belongs to the whole form */
import { useState } from 'react';
import type { Observation } from '@medplum/fhirtypes';
import { codeOf, isScore } from '../../../src/fhir/early-warning/observe.ts';
import { keys, queries } from '../../link/queries.ts';
import type { Session } from '../../link/session.ts';
import { useAct } from '../../link/use-act.ts';
import { Button } from '../../parts/button.tsx';
import { now, useNow } from '../../parts/clock.ts';
import { fhirMoment, instantOf, showMoment, showTime } from '../../parts/format/date.ts';
import { Tag } from '../../parts/tag.tsx';
import { useLanguage, useText } from '../../parts/text.tsx';
import { wordsOf } from '../record/coding.ts';
import { asJson } from '../record/early-warning.ts';
import { showCpr } from '../record/person.ts';
import { valueText } from '../record/results.ts';
import { currentRights } from '../record/role.ts';
import { usePatientFacts } from '../record/use-patient.ts';
import type { ChartColumn } from './chart-columns.ts';
import { setFields } from './set-fields.ts';
import { performerOf } from './use-set.ts';

// One set of the chart: who measured what, and the two steps by which what was wrong leaves the list and not the history.

type SetDetailProps = {
  readonly patient: string;
  readonly column: ChartColumn;
  readonly onClose: () => void;
  readonly onMarked: () => void;
};

export function SetDetail({ patient, column, onClose, onMarked }: SetDetailProps) {
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const { person, stay } = usePatientFacts(patient);
  const act = useAct(patient);
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState('');
  const [kept, setKept] = useState<readonly string[]>([]);
  const time = showMoment(column.at, language, today);
  const performer = column.observations.find((each) => each.performer !== undefined)?.performer?.[0]?.display;
  const measured = column.observations.filter((each) => !isScore(asJson(each)));
  const wrong = measured.filter(({ id }) => !kept.includes(id ?? ''));
  const whyNot = !currentRights().measures
    ? say('entry.notYours')
    : act.state !== undefined
      ? say('entry.waiting')
      : undefined;
  const whyNotSure =
    whyNot ??
    (wrong.length === 0
      ? say('wrong.nothing')
      : reason.trim().length < reasonLettersMin
        ? say('wrong.noReason')
        : undefined);

  async function mark() {
    if (whyNotSure !== undefined) return;
    const session = queries.getQueryData<Session | null>(keys.session);
    const note = {
      text: reason.trim(),
      time: fhirMoment(now()),
      authorReference: performerOf(session),
    };
    const stored = await act.send(
      say('wrong.act', { time: showTime(column.at), name: person?.name ?? '' }),
      [...wrong, ...(column.score === undefined ? [] : [column.score])].map((each) => ({
        method: 'PUT',
        url: `Observation/${each.id ?? ''}`,
        version: each.meta?.versionId,
        resource: { ...each, status: 'entered-in-error', note: [...(each.note ?? []), note] } as Observation,
      })),
    );
    if (stored !== undefined) onMarked();
  }

  return (
    <section className="panel set-detail no-print" aria-label={say('set.title', { time })}>
      <header>
        <h2>{say('set.title', { time })}</h2>
        <span className="grow" />
        <Button kind="plain" onPress={onClose}>
          {say('modal.close')}
        </Button>
      </header>
      <div className="panel-body">
        {performer !== undefined && <p className="row muted">{say('set.by', { name: performer })}</p>}
        {inOrder(column.observations).map((each) => {
          const isOfScore = isScore(asJson(each));
          const words = (
            <>
              <span className="grow">{wordsOf(each.code)}</span>
              <b className={column.wrong ? 'struck' : ''}>{valueText(each, language, true)}</b>
            </>
          );
          return asking && !isOfScore ? (
            <label className="row" key={each.id}>
              <input
                type="checkbox"
                checked={!kept.includes(each.id ?? '')}
                onChange={(event) =>
                  setKept(
                    event.target.checked ? kept.filter((id) => id !== each.id) : [...kept, each.id ?? ''],
                  )
                }
              />
              {words}
            </label>
          ) : (
            <div className="row" key={each.id}>
              {words}
            </div>
          );
        })}
        {column.wrong &&
          notesOf(column.observations).map((note) => (
            <p className="row" key={note.text}>
              <Tag kind="quiet">{say('chart.wrong')}</Tag> <span className="grow">{note.text}</span>
              <span className="muted">
                {[
                  note.authorReference?.display ?? note.authorString,
                  note.time === undefined
                    ? undefined
                    : showMoment(instantOf(note.time) ?? 0, language, today),
                ]
                  .filter((part) => part !== undefined)
                  .join(', ')}
              </span>
            </p>
          ))}
        {act.state !== undefined && (
          <p>
            <Tag kind="local">⇧ {say(act.state === 'sending' ? 'entry.sending' : 'entry.unknown')}</Tag>
          </p>
        )}
        {act.fault !== undefined && (
          <p className="error" role="alert">
            {say(act.fault.detail === undefined ? 'wrong.changed' : 'wrong.refused', {
              said: act.fault.said ?? '',
            })}
          </p>
        )}
        {!column.wrong &&
          (asking ? (
            <form
              className="wrong-entry"
              onSubmit={(event) => {
                event.preventDefault();
                void mark();
              }}
              onKeyDown={(event) => event.key === 'Escape' && setAsking(false)}
            >
              <label className="field">
                <span>{say('wrong.reason')}</span>
                <input
                  className="input"
                  autoFocus
                  maxLength={300}
                  value={reason}
                  onChange={(event) => setReason(event.target.value)}
                />
              </label>
              <p className="muted">
                {say('wrong.meaning')} <b>{person?.name}</b>{' '}
                {person?.cpr !== undefined && showCpr(person.cpr)} {stay?.bed?.name}
              </p>
              <div className="wrong-buttons">
                <Button kind="plain" onPress={() => setAsking(false)}>
                  {say('wrong.keep')}
                </Button>
                <Button kind="primary" type="submit" disabledBecause={whyNotSure} onPress={() => void mark()}>
                  {say('wrong.sure')}
                </Button>
              </div>
            </form>
          ) : (
            <Button disabledBecause={whyNot} onPress={() => setAsking(true)}>
              {say('wrong.mark')}
            </Button>
          ))}
      </div>
    </section>
  );
}
const reasonLettersMin = 3;

/** As they are measured; what is derived from them last. */
function inOrder(observations: readonly Observation[]): readonly Observation[] {
  const codes: readonly string[] = setFields.map((field) => codeOf[field]);
  const place = (each: Observation) =>
    codes.findIndex((code) => each.code.coding?.some((coding) => coding.code === code));
  return [...observations].sort((a, b) => ((place(a) + 100) % 100) - ((place(b) + 100) % 100));
}

/** The last note of each, once. */
function notesOf(observations: readonly Observation[]) {
  const notes = observations.flatMap((each) => each.note?.at(-1) ?? []);
  return [...new Map(notes.map((note) => [note.text, note])).values()];
}
