import type { CarePlan } from '@medplum/fhirtypes';
import { areas, isNursingPlan, readNursingPlan, type NursingPlan } from '#fhir/care-plan/care-plan.ts';
import { keys, queries } from '../../link/queries.ts';
import type { Session } from '../../link/session.ts';
import { Button } from '../../parts/button.tsx';
import { now, useNow } from '../../parts/clock.ts';
import { fhirMoment, instantOf, showMoment } from '../../parts/format/date.ts';
import { Nothing, Panel } from '../../parts/panel.tsx';
import { useLanguage, useText } from '../../parts/text.tsx';
import { ActNote } from '../record/act-note.tsx';
import { asJson } from '../record/early-warning.ts';
import { useKeptForm } from '../record/kept-form.ts';
import { currentRights } from '../record/role.ts';
import { useItems } from '../record/use-patient.ts';
import { performerOf } from '../vitals/use-set.ts';
import { areaTexts } from './area-texts.ts';
import { KeptSince } from './kept-since.tsx';
import { PlanForm, scheduleWords } from './plan-form.tsx';

const newPlanAs = { kind: 'plan', part: 'plans', empty: { area: '', goal: '', actions: '' } } as const;

/** The nurse's plan by problem area: goal, actions and how it went; actions with a time become tasks by themselves. */
export function PlanPanel({ patient }: { readonly patient: string }) {
  const say = useText();
  const { items, state } = useItems(patient, 'plans', 'CarePlan');
  const form = useKeptForm(patient, newPlanAs);
  const area = areas.find(({ id }) => id === form.fields.area);
  const plans = items
    .filter((plan) => isNursingPlan(asJson(plan)) && plan.status === 'active')
    .map((source) => ({ source, plan: readNursingPlan(asJson(source)) }));
  const free = areas.filter(({ id }) => !plans.some(({ plan }) => plan.area?.id === id));
  const whyNot = currentRights().measures ? undefined : say('plan.notYours');
  return (
    <Panel title={say('plan.title')} state={state} className="plan-panel">
      {plans.length === 0 && <Nothing text={say('plan.none')} />}
      {plans.map((one) => (
        <OnePlan key={one.plan.id} patient={patient} whyNot={whyNot} {...one} />
      ))}
      {area === undefined ? (
        <select
          className="input no-print"
          aria-label={say('plan.new')}
          value=""
          disabled={whyNot !== undefined}
          onChange={(event) => form.change({ area: event.target.value })}
        >
          <option value="">{say('plan.new')}</option>
          {free.map(({ id }) => (
            <option key={id} value={id}>
              {say(areaTexts[id] ?? 'plan.title')}
            </option>
          ))}
        </select>
      ) : (
        <PlanForm patient={patient} area={area} form={form} />
      )}
    </Panel>
  );
}

function OnePlan({
  patient,
  source,
  plan,
  whyNot,
}: {
  readonly patient: string;
  readonly source: CarePlan;
  readonly plan: NursingPlan;
  readonly whyNot: string | undefined;
}) {
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const form = useKeptForm(patient, {
    kind: `evaluation-${plan.id}`,
    part: 'plans',
    empty: { isOpen: '', text: '' },
  });
  const { isOpen, text } = form.fields;
  const why = whyNot ?? (form.underway ? say('act.underway') : undefined);
  const area = say(areaTexts[plan.area?.id ?? ''] ?? 'plan.title');

  /** How it went; with `status` the plan ends with it. */
  async function note(status: CarePlan['status']) {
    if (why !== undefined || text.trim().length < 3) return;
    const moment = now();
    const at = fhirMoment(moment);
    const session = queries.getQueryData<Session | null>(keys.session);
    const resource: CarePlan = {
      ...source,
      status,
      ...(status === 'active' ? {} : { period: { ...source.period, end: at } }),
      note: [...(source.note ?? []), { text: text.trim(), time: at, authorReference: performerOf(session) }],
    };
    const url = `CarePlan/${source.id ?? ''}`;
    const version = source.meta?.versionId;
    await form.send(say('plan.act', { area }), [{ method: 'PUT', url, version, resource }], moment);
  }

  return (
    <section className="one-plan" aria-label={area}>
      <p>
        <b>{area}</b> <span className="muted">{say('plan.goal', { goal: plan.goal })}</span>
      </p>
      <ul>
        {plan.actions.map((action) => (
          <li key={action.index}>
            {action.words} <span className="muted">{scheduleWords(action.schedule, say)}</span>
          </li>
        ))}
      </ul>
      {(source.note ?? []).slice(-2).map((one) => (
        <p key={`${one.time} ${one.text}`} className="muted">
          {showMoment(instantOf(one.time) ?? 0, language, today)} {one.authorReference?.display}: {one.text}
        </p>
      ))}
      {isOpen === '' ? (
        <span className="no-print">
          <Button kind="plain" disabledBecause={why} onPress={() => form.change({ isOpen: 'yes' })}>
            {say('plan.evaluate')}
          </Button>
        </span>
      ) : (
        <div className="task-why no-print">
          <input
            className="input"
            // oxlint-disable-next-line jsx-a11y/no-autofocus -- it was asked for
            autoFocus
            aria-label={say('plan.howItWent')}
            placeholder={say('plan.howItWent')}
            maxLength={400}
            value={text}
            onChange={(event) => form.change({ text: event.target.value })}
            onKeyDown={(event) => {
              if (event.key === 'Enter') void note('active');
              if (event.key === 'Escape') form.drop();
            }}
          />
          <Button kind="primary" disabledBecause={why} onPress={() => void note('active')}>
            {say('plan.goesOn')}
          </Button>
          <Button disabledBecause={why} onPress={() => void note('completed')}>
            {say('plan.ends')}
          </Button>
          <KeptSince form={form} />
        </div>
      )}
      <ActNote act={form.act} />
    </section>
  );
}
