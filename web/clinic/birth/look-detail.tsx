/* oxlint-disable jsx-a11y/no-autofocus, jsx-a11y/no-noninteractive-element-interactions -- the reason is asked for because somebody said that it was wrong; Esc belongs to the whole form */
import { useState } from 'react';
import type { Observation } from '@medplum/fhirtypes';
import { keys, queries } from '../../link/queries.ts';
import type { Session } from '../../link/session.ts';
import { useAct } from '../../link/use-act.ts';
import { Button } from '../../parts/button.tsx';
import { now, useNow } from '../../parts/clock.ts';
import { fhirMoment, showMoment, showTime } from '../../parts/format/date.ts';
import { Tag } from '../../parts/tag.tsx';
import { useLanguage, useText } from '../../parts/text.tsx';
import { ActNote } from '../record/act-note.tsx';
import { wordsOf } from '../record/coding.ts';
import { showCpr } from '../record/person.ts';
import { valueText } from '../record/results.ts';
import { usePatientFacts } from '../record/use-patient.ts';
import { performerOf } from '../vitals/use-set.ts';
import type { Look } from './labour-model.ts';

const reasonLettersMin = 3;

type LookDetailProps = {
  readonly patient: string;
  readonly look: Look;
  readonly onClose: () => void;
};

/** One examination: who saw what, and the two steps by which its author says that it was wrong. */
export function LookDetail({ patient, look, onClose }: LookDetailProps) {
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const { person, stay } = usePatientFacts(patient);
  const act = useAct(patient);
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState('');
  const [kept, setKept] = useState<readonly string[]>([]);
  const session = queries.getQueryData<Session | null>(keys.session);
  const all = [...look.seen.map(({ observation }) => observation), ...look.vitals];
  const isOwn = (each: Observation) =>
    session?.practitioner != null &&
    each.performer?.some(({ reference }) => reference === session.practitioner) === true;
  const own = all.filter(isOwn);
  const wrong = own.filter(({ id }) => !kept.includes(id ?? ''));
  const whyNot =
    own.length === 0 ? say('labour.notWhoWrote') : act.state === undefined ? undefined : say('entry.waiting');
  const whyNotSure =
    whyNot ??
    (wrong.length === 0
      ? say('wrong.nothing')
      : reason.trim().length < reasonLettersMin
        ? say('wrong.noReason')
        : undefined);
  const time = showMoment(look.at, language, today);

  async function mark() {
    if (whyNotSure !== undefined) return;
    const note = { text: reason.trim(), time: fhirMoment(now()), authorReference: performerOf(session) };
    const stored = await act.send(
      say('labour.wrongAct', { time: showTime(look.at), name: person?.name ?? '' }),
      wrong.map((each) => ({
        method: 'PUT',
        url: `Observation/${each.id ?? ''}`,
        version: each.meta?.versionId,
        resource: { ...each, status: 'entered-in-error', note: [...(each.note ?? []), note] } as Observation,
      })),
    );
    if (stored !== undefined) onClose();
  }

  return (
    <section className="panel set-detail no-print" aria-label={say('labour.look', { time })}>
      <header>
        <h2>{say('labour.look', { time })}</h2>
        <span className="grow" />
        <Button kind="plain" onPress={onClose}>
          {say('modal.close')}
        </Button>
      </header>
      <div className="panel-body">
        <p className="row muted">
          {say('labour.by', {
            name: [...new Set(all.flatMap(({ performer }) => performer?.[0]?.display ?? []))].join(', '),
          })}
        </p>
        {all.map((each) => {
          const words = (
            <>
              <span className="grow">{wordsOf(each.code)}</span>
              <b className={look.wrong ? 'struck' : ''}>
                {each.valueString ?? valueText(each, language, true)}
              </b>
            </>
          );
          return asking && isOwn(each) ? (
            <label className="row" key={each.id}>
              <input
                type="checkbox"
                checked={!kept.includes(each.id ?? '')}
                onChange={({ target }) =>
                  setKept(target.checked ? kept.filter((id) => id !== each.id) : [...kept, each.id ?? ''])
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
        {look.wrong &&
          [...new Set(all.flatMap(({ note }) => note?.at(-1)?.text ?? []))].map((text) => (
            <p className="row" key={text}>
              <Tag kind="quiet">{say('chart.wrong')}</Tag> {text}
            </p>
          ))}
        <ActNote
          act={act}
          words={({ detail }) => (detail === 'not-who-wrote' ? say('labour.notWhoWrote') : undefined)}
        />
        {!look.wrong && !asking && (
          <Button disabledBecause={whyNot} onPress={() => setAsking(true)}>
            {say('wrong.mark')}
          </Button>
        )}
        {!look.wrong && asking && (
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
              {say('labour.wrongMeaning')} <b>{person?.name}</b>{' '}
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
        )}
      </div>
    </section>
  );
}
