import { joinStates, Nothing, Panel } from '../../parts/panel.tsx';
import { showDate, instantOf, showMoment } from '../../parts/format/date.ts';
import { useNow } from '../../parts/clock.ts';
import { useLanguage, useText } from '../../parts/text.tsx';
import type { Condition } from '@medplum/fhirtypes';
import { caveOf } from '../record/cave.ts';
import { isAdjustmentOver } from '../record/early-warning.ts';
import { wordsOf } from '../record/coding.ts';
import { groupDiagnoses, onsetOf } from '../record/diagnoses.ts';
import type { Stay } from '../record/stay.ts';
import { isNew, NewMark } from '../record/new-mark.tsx';
import { usePatientFacts, useItems } from '../record/use-patient.ts';
import { CaveTag } from '../frame/banner.tsx';

type PatientPanelProps = { readonly patient: string; readonly since: number | undefined };

export function WhyPanel({ patient, since }: PatientPanelProps) {
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const diagnoses = useItems(patient, 'diagnoses', 'Condition');
  const allergies = useItems(patient, 'cave', 'AllergyIntolerance');
  const plans = useItems(patient, 'plans', 'CarePlan');
  const { stay } = usePatientFacts(patient);
  const groups = groupDiagnoses(diagnoses.items, stay);
  const active = plans.items.filter((plan) => plan.status === 'active' && !isAdjustmentOver(plan, today));
  const cave = allergies.state.asOf === undefined ? undefined : caveOf(allergies.items);
  return (
    <Panel
      title={stay === undefined ? say('why.titleNoStay') : say('why.title')}
      state={joinStates(diagnoses.state, allergies.state, plans.state)}
    >
      {stay !== undefined && <StayLine stay={stay} />}
      {stay?.reason !== undefined && groups.stay.length === 0 && <p className="row">{stay.reason}</p>}
      {groups.stay.map((condition) => (
        <DiagnosisRow key={condition.id} condition={condition} since={since} strong />
      ))}
      {groups.lasting.map((condition) => (
        <DiagnosisRow key={condition.id} condition={condition} since={since} />
      ))}
      {groups.stay.length + groups.lasting.length === 0 && stay?.reason === undefined && (
        <Nothing of={diagnoses.state} />
      )}
      {groups.over.length > 0 && (
        <p className="faint row">{say('why.over', { count: groups.over.length })}</p>
      )}
      <h3 className="sub">{say('banner.cave')}</h3>
      <CaveTag cave={cave} />
      {cave?.asked !== undefined && (
        <span className="muted"> {say('cave.asked', { date: showDate(cave.asked, language) })}</span>
      )}
      {active.map((plan) => {
        const at = instantOf(plan.created ?? plan.period?.start);
        const author = plan.author?.display;
        return (
          <div key={plan.id}>
            <h3 className="sub">
              <NewMark on={isNew(plan, since)} />{' '}
              {plan.title ?? plan.category?.map(wordsOf).filter(Boolean).at(-1) ?? say('why.plan')}{' '}
              <span className="muted plain-weight">
                {[at === undefined ? undefined : showMoment(at, language, today), author]
                  .filter((part) => part !== undefined)
                  .join(', ')}
              </span>
            </h3>
            <p className="prewrap">{plan.description ?? activitiesOf(plan.activity)}</p>
          </div>
        );
      })}
      {active.length === 0 && (
        <>
          <h3 className="sub">{say('why.plan')}</h3>
          <Nothing of={plans.state} />
        </>
      )}
    </Panel>
  );
}

/** From where and when, and when and to where. */
function StayLine({ stay }: { readonly stay: Stay }) {
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const words = [
    stay.start === undefined
      ? undefined
      : say(stay.status === 'planned' ? 'why.expected' : 'why.admitted', {
          time: showMoment(stay.start, language, today),
        }),
    stay.origin === undefined ? undefined : say('why.from', { place: stay.origin }),
    stay.end === undefined
      ? undefined
      : say('why.discharge', { time: showMoment(stay.end, language, today), place: stay.dischargeTo ?? '' }),
  ].filter((part) => part !== undefined);
  return <p className="row muted">{words.join(' · ')}</p>;
}

/** A foreign plan without a text of its own: the words of its activities. */
function activitiesOf(
  activities: { readonly detail?: { readonly code?: Parameters<typeof wordsOf>[0] } }[] | undefined,
): string {
  return (activities ?? [])
    .map((activity) => wordsOf(activity.detail?.code))
    .filter((words) => words !== '')
    .join(' · ');
}

function DiagnosisRow({
  condition,
  since,
  strong = false,
}: {
  readonly condition: Condition;
  readonly since: number | undefined;
  readonly strong?: boolean;
}) {
  const language = useLanguage();
  const code = condition.code?.coding?.[0];
  const danish = code?.system?.startsWith('urn:oid:1.2.208') === true;
  return (
    <div className="row">
      <NewMark on={isNew(condition, since)} />
      {danish && <span className={strong ? 'code strong' : 'code'}>{code.code}</span>}
      <span className="grow">{strong ? <b>{wordsOf(condition.code)}</b> : wordsOf(condition.code)}</span>
      <span className="muted nowrap">{showDate(onsetOf(condition)?.slice(0, 10), language)}</span>
    </div>
  );
}
