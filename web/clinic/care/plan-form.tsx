import { nursingPlan, type Area, type Schedule } from '#fhir/care-plan/care-plan.ts';
import { keys, queries } from '../../link/queries.ts';
import type { Session } from '../../link/session.ts';
import { Button } from '../../parts/button.tsx';
import { now } from '../../parts/clock.ts';
import { useText, type Say } from '../../parts/text.tsx';
import { ActNote } from '../record/act-note.tsx';
import type { KeptForm } from '../record/kept-form.ts';
import { usePatientFacts } from '../record/use-patient.ts';
import { performerOf } from '../vitals/use-set.ts';
import { areaTexts } from './area-texts.ts';
import { KeptSince } from './kept-since.tsx';

const schedules: Readonly<Record<string, Schedule | undefined>> = {
  none: undefined,
  every2: { kind: 'every', hours: 2 },
  every4: { kind: 'every', hours: 4 },
  every8: { kind: 'every', hours: 8 },
  morning: { kind: 'times', times: ['08:00'] },
  shifts: { kind: 'times', times: ['08:00', '16:00', '23:30'] },
};

export function scheduleWords(schedule: Schedule | undefined, say: Say): string {
  if (schedule === undefined) return say('plan.whenFits');
  return schedule.kind === 'every'
    ? say('plan.every', { hours: schedule.hours })
    : say('plan.at', { times: schedule.times.join(', ') });
}

type Action = { readonly words: string; readonly schedule: string };
const newAction: Action = { words: '', schedule: 'shifts' };

function readActions(kept: string): readonly Action[] {
  return kept === '' ? [newAction] : (JSON.parse(kept) as readonly Action[]);
}

/** A plan for one area: what is to be reached, and what is done for it how often. */
export function PlanForm({
  patient,
  area,
  form,
}: {
  readonly patient: string;
  readonly area: Area;
  readonly form: KeptForm<'area' | 'goal' | 'actions'>;
}) {
  const say = useText();
  const { stay } = usePatientFacts(patient);
  const { goal } = form.fields;
  const actions = readActions(form.fields.actions);
  const setActions = (next: readonly Action[]) => form.change({ actions: JSON.stringify(next) });
  const filled = actions.filter(({ words }) => words.trim() !== '');
  const name = say(areaTexts[area.id] ?? 'plan.title');
  const whyNot = form.underway
    ? say('act.underway')
    : goal.trim() === '' || filled.length === 0
      ? say('plan.needs')
      : undefined;

  async function sign() {
    if (whyNot !== undefined) return;
    const at = now();
    const plan = nursingPlan({
      patient: `Patient/${patient}`,
      encounter: stay !== undefined && stay.status !== 'planned' ? `Encounter/${stay.id}` : undefined,
      area,
      goal: goal.trim(),
      actions: filled.map(({ words, schedule }) => ({ words: words.trim(), schedule: schedules[schedule] })),
      at,
      author: performerOf(queries.getQueryData<Session | null>(keys.session)),
    });
    const title = say('plan.act', { area: name });
    await form.send(title, [{ method: 'POST', url: 'CarePlan', resource: plan as never }], at);
  }

  return (
    <form
      className="plan-form no-print"
      aria-label={name}
      onSubmit={(event) => {
        event.preventDefault();
        void sign();
      }}
    >
      <b>{name}</b>
      <input
        className="input"
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- the area was chosen to be planned
        autoFocus
        aria-label={say('plan.goalField')}
        placeholder={say('plan.goalField')}
        maxLength={300}
        value={goal}
        onChange={(event) => form.change({ goal: event.target.value })}
      />
      {actions.map((action, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- lines are added at the end and never moved
        <div className="task-why" key={index}>
          <input
            className="input"
            aria-label={say('plan.action')}
            placeholder={say('plan.action')}
            maxLength={200}
            value={action.words}
            onChange={(event) => setActions(actions.with(index, { ...action, words: event.target.value }))}
          />
          <select
            className="input"
            aria-label={say('plan.when')}
            value={action.schedule}
            onChange={(event) => setActions(actions.with(index, { ...action, schedule: event.target.value }))}
          >
            {Object.entries(schedules).map(([id, schedule]) => (
              <option key={id} value={id}>
                {scheduleWords(schedule, say)}
              </option>
            ))}
          </select>
        </div>
      ))}
      <div className="stay-buttons">
        <Button kind="primary" type="submit" disabledBecause={whyNot} onPress={() => void sign()}>
          {say('plan.save')}
        </Button>
        <Button onPress={() => setActions([...actions, newAction])}>{say('plan.moreActions')}</Button>
        <Button kind="plain" onPress={form.drop}>
          {say('level.cancel')}
        </Button>
        <KeptSince form={form} />
      </div>
      <ActNote act={form.act} />
    </form>
  );
}
