import { useState } from 'react';
import { isFault } from '../../link/fault.ts';
import { handOver, useColleagues } from '../../link/inbox.ts';
import type { Session } from '../../link/session.ts';
import { Button } from '../../parts/button.tsx';
import { useNow } from '../../parts/clock.ts';
import { addDays, dayOf, fhirMoment, momentOn, showDayAndTime } from '../../parts/format/date.ts';
import { Tag } from '../../parts/tag.tsx';
import { useLanguage, useText } from '../../parts/text.tsx';
import type { ownHandOver } from './inbox-items.ts';

type HandOverProps = {
  readonly session: Session | null | undefined;
  readonly handedOver: ReturnType<typeof ownHandOver>;
  readonly open: boolean;
};

/** Who is away hands over by rule, never by password: what is theirs is in both inboxes meanwhile. */
export function HandOver({ session, handedOver, open }: HandOverProps) {
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const colleagues = useColleagues(session?.ward?.replace('Location/', ''));
  const others = (colleagues.data ?? []).flatMap(({ practitioner, code }) =>
    practitioner?.reference === undefined ||
    practitioner.reference === session?.practitioner ||
    practitioner.display === undefined
      ? []
      : [{ reference: practitioner.reference, name: `${practitioner.display}, ${code?.[0]?.text ?? ''}` }],
  );
  const [to, setTo] = useState('');
  const [start, setStart] = useState(dayOf(today));
  const [end, setEnd] = useState(addDays(dayOf(today), 1));
  const [sending, setSending] = useState(false);
  const [problem, setProblem] = useState<string>();
  const nameOf = (reference: string) =>
    others.find((each) => each.reference === reference)?.name ?? reference;
  const whyNot = sending
    ? say('act.underway')
    : to === ''
      ? say('standIn.choose')
      : end < start
        ? say('standIn.order')
        : undefined;

  async function send(given?: Parameters<typeof handOver>[0]) {
    setSending(true);
    setProblem(undefined);
    try {
      await handOver(given);
    } catch (error) {
      if (!isFault(error)) throw error;
      // To say it twice changes nothing: whoever gets no answer presses again.
      setProblem(`${say('standIn.failed')} ${error.said ?? ''}`);
    } finally {
      setSending(false);
    }
  }

  return (
    <section className="panel hand-over" aria-label={say('standIn.title')}>
      {handedOver !== undefined && (
        <p className="hand-over-now">
          <Tag kind="watch">
            {say('standIn.now', {
              who: nameOf(handedOver.to),
              from: showDayAndTime(handedOver.start, language),
              to: showDayAndTime(handedOver.end, language),
            })}
          </Tag>
          <Button disabledBecause={sending ? say('act.underway') : undefined} onPress={() => void send()}>
            {say('standIn.takeBack')}
          </Button>
        </p>
      )}
      {open && (
        <form className="hand-over-form" onSubmit={(event) => event.preventDefault()}>
          <label className="field">
            <span>{say('standIn.to')}</span>
            <select className="input" value={to} onChange={({ target }) => setTo(target.value)}>
              <option value="">{say('standIn.choose')}</option>
              {others.map(({ reference, name }) => (
                <option key={reference} value={reference}>
                  {name}
                </option>
              ))}
            </select>
          </label>
          <label className="field">
            <span>{say('standIn.from')}</span>
            <input
              className="input"
              type="date"
              value={start}
              onChange={({ target }) => setStart(target.value)}
            />
          </label>
          <label className="field">
            <span>{say('standIn.until')}</span>
            <input
              className="input"
              type="date"
              value={end}
              onChange={({ target }) => setEnd(target.value)}
            />
          </label>
          <Button
            kind="primary"
            type="submit"
            disabledBecause={whyNot}
            onPress={() =>
              void send({
                standIn: to,
                start: fhirMoment(momentOn(start, '00:00')),
                end: fhirMoment(momentOn(addDays(end, 1), '00:00')),
              })
            }
          >
            {say('standIn.send')}
          </Button>
          <p className="muted">{say('standIn.meaning')}</p>
        </form>
      )}
      <output>{problem !== undefined && <span className="error">{problem}</span>}</output>
    </section>
  );
}
