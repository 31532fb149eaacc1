import { useState } from 'react';
import type { CarePlan } from '@medplum/fhirtypes';
import { useAct } from '../../link/use-act.ts';
import { Button } from '../../parts/button.tsx';
import { useNow } from '../../parts/clock.ts';
import { instantOf, showMoment } from '../../parts/format/date.ts';
import { Nothing, Panel, type PanelState } from '../../parts/panel.tsx';
import { Tag } from '../../parts/tag.tsx';
import { useLanguage, useText } from '../../parts/text.tsx';
import { adjustmentAt, isAdjustment } from '../record/early-warning.ts';
import { currentRights } from '../record/role.ts';
import { AdjustForm } from './adjust-form.tsx';
import { adjustmentWords, endOf, reasonOf } from './adjusted-words.ts';

/** The doctor's adjusted plan: what counts now, who decided it, until when; and for a doctor, to make or end one. */
export function AdjustedPanel({
  patient,
  plans,
  state,
}: {
  readonly patient: string;
  readonly plans: readonly CarePlan[];
  readonly state: PanelState;
}) {
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const act = useAct(patient);
  const [writing, setWriting] = useState(false);
  const current = adjustmentAt(plans, today);
  const over = plans
    .filter((plan) => isAdjustment(plan) && (instantOf(plan.period?.end) ?? Infinity) <= today + 60_000)
    .sort((a, b) => (instantOf(b.period?.end) ?? 0) - (instantOf(a.period?.end) ?? 0))[0];
  const whyNot = !currentRights().adjusts
    ? say('adjust.doctorsOnly')
    : act.state !== undefined
      ? say('entry.waiting')
      : undefined;
  return (
    <Panel
      title={say('adjust.title')}
      state={state}
      className="adjusted-panel"
      beside={current !== undefined && <span className="adjusted">{say('ews.adjusted')}</span>}
    >
      {current === undefined ? (
        <>
          <Nothing text={say('adjust.none')} />
          {over !== undefined && (
            <p className="muted">
              {say('adjust.over', { time: showMoment(instantOf(over.period?.end) ?? 0, language, today) })}
            </p>
          )}
        </>
      ) : (
        <>
          {adjustmentWords(current.adjustment, say).map((words) => (
            <p key={words} className="row">
              {words}
            </p>
          ))}
          <p className="row">{reasonOf(current.plan)}</p>
          <p className="row muted">
            {say('adjust.by', {
              name: current.plan.author?.display ?? '',
              until: showMoment(current.adjustment.until, language, today),
            })}
          </p>
        </>
      )}
      {act.state !== undefined && <Tag kind="local">⇧ {say('entry.sending')}</Tag>}
      {act.fault !== undefined && (
        <p className="error" role="alert">
          {say('entry.refused', { said: act.fault.issues.map(({ said }) => said).join(' ') })}
        </p>
      )}
      {writing ? (
        <AdjustForm patient={patient} act={act} before={current} onDone={() => setWriting(false)} />
      ) : (
        <div className="wrong-buttons no-print">
          <Button disabledBecause={whyNot} onPress={() => setWriting(true)}>
            {say(current === undefined ? 'adjust.make' : 'adjust.change')}
          </Button>
          {current !== undefined && (
            <Button disabledBecause={whyNot} onPress={() => void end(current.plan)}>
              {say('adjust.end')}
            </Button>
          )}
        </div>
      )}
    </Panel>
  );

  async function end(plan: CarePlan) {
    await act.send(say('adjust.endAct'), [endOf(plan)]);
  }
}
