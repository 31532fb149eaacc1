import { careTask } from '#fhir/care-plan/care-task.ts';
import { keys, queries } from '../../link/queries.ts';
import type { Session } from '../../link/session.ts';
import { Button } from '../../parts/button.tsx';
import { now } from '../../parts/clock.ts';
import { useText } from '../../parts/text.tsx';
import { ActNote } from '../record/act-note.tsx';
import { useKeptForm } from '../record/kept-form.ts';
import { currentRights } from '../record/role.ts';
import { performerOf } from '../vitals/use-set.ts';

const keptAs = {
  kind: 'care-task',
  part: 'careTasks',
  empty: { words: '', hours: '0', owner: '' },
} as const;

/** What and when: a new task in one line. */
export function NewTaskForm({
  patient,
  encounter,
}: {
  readonly patient: string;
  readonly encounter: string | undefined;
}) {
  const say = useText();
  const form = useKeptForm(patient, keptAs);
  const { words, hours, owner } = form.fields;
  const me = performerOf(queries.getQueryData<Session | null>(keys.session));
  const whyNot = !currentRights().orders
    ? say('task.notYours')
    : form.underway
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
    const title = say('task.act', { words: words.trim() });
    await form.send(title, [{ method: 'POST', url: 'Task', resource: task as never }], at);
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
        onChange={(event) => form.change({ words: event.target.value })}
      />
      <select
        className="input"
        aria-label={say('task.when')}
        value={hours}
        onChange={(event) => form.change({ hours: event.target.value })}
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
        onChange={(event) => form.change({ owner: event.target.value })}
      >
        <option value="">{say('task.care')}</option>
        <option value="doctor">{say('task.doctor')}</option>
        <option value="me">{say('task.me')}</option>
      </select>
      <Button type="submit" disabledBecause={whyNot} onPress={() => void make()}>
        {say('task.make')}
      </Button>
      <ActNote act={form.act} />
    </form>
  );
}
