import { useState } from 'react';
import { careTask } from '#fhir/care-plan/care-task.ts';
import { keys, queries } from '../../link/queries.ts';
import type { Session } from '../../link/session.ts';
import { useAct } from '../../link/use-act.ts';
import { Button } from '../../parts/button.tsx';
import { now } from '../../parts/clock.ts';
import { useText } from '../../parts/text.tsx';
import { ActNote } from '../record/act-note.tsx';
import { currentRights } from '../record/role.ts';
import { performerOf } from '../vitals/use-set.ts';

/** What and when: a new task in one line. */
export function NewTaskForm({
  patient,
  encounter,
}: {
  readonly patient: string;
  readonly encounter: string | undefined;
}) {
  const say = useText();
  const act = useAct(patient);
  const [words, setWords] = useState('');
  const [hours, setHours] = useState('0');
  const [owner, setOwner] = useState('');
  const me = performerOf(queries.getQueryData<Session | null>(keys.session));
  const whyNot = !currentRights().orders
    ? say('task.notYours')
    : act.state !== undefined
      ? say('act.underway')
      : words.trim().length < 3
        ? say('task.needsWords')
        : undefined;

  async function make() {
    if (whyNot !== undefined) return;
    const at = now();
    const task = careTask({
      patient: `Patient/${patient}`,
      encounter,
      words: words.trim(),
      due: at + Number(hours) * 3_600_000,
      owner: owner === 'me' ? me : { display: owner === 'doctor' ? say('task.doctor') : say('task.care') },
      requester: me,
      at,
    });
    const stored = await act.send(say('task.act', { words: words.trim() }), [
      { method: 'POST', url: 'Task', resource: task as never },
    ]);
    if (stored !== undefined) setWords('');
  }

  return (
    <form
      className="task-new no-print"
      aria-label={say('task.new')}
      onSubmit={(event) => {
        event.preventDefault();
        void make();
      }}
    >
      <input
        className="input"
        aria-label={say('task.what')}
        placeholder={say('task.what')}
        maxLength={200}
        value={words}
        onChange={(event) => setWords(event.target.value)}
      />
      <select
        className="input"
        aria-label={say('task.when')}
        value={hours}
        onChange={(event) => setHours(event.target.value)}
      >
        <option value="0">{say('task.now')}</option>
        {[1, 2, 4, 8, 12, 24].map((one) => (
          <option key={one} value={one}>
            {say('task.inHours', { hours: one })}
          </option>
        ))}
      </select>
      <select
        className="input"
        aria-label={say('task.whose')}
        value={owner}
        onChange={(event) => setOwner(event.target.value)}
      >
        <option value="">{say('task.care')}</option>
        <option value="doctor">{say('task.doctor')}</option>
        <option value="me">{say('task.me')}</option>
      </select>
      <Button type="submit" disabledBecause={whyNot} onPress={() => void make()}>
        {say('task.make')}
      </Button>
      <ActNote act={act} />
    </form>
  );
}
