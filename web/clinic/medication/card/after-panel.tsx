import type { MedicationRequest } from '@medplum/fhirtypes';
import { afterOf, type AfterChoice } from '#fhir/medication-card/codes.ts';
import type { Card } from '../../../link/medication-card.ts';
import { Button } from '../../../parts/button.tsx';
import { Panel, type PanelState } from '../../../parts/panel.tsx';
import { useText, type TextKey } from '../../../parts/text.tsx';
import { DrugLine } from '../../record/drug-line.tsx';
import { TaskStep } from './task-step.tsx';

const decidedTexts = {
  continue: 'fmk.continued',
  change: 'fmk.changed',
  new: 'fmk.added',
  stop: 'fmk.ended',
} as const satisfies Record<AfterChoice, TextKey>;

/** The medicine after the stay as it was signed, each line with how far it is on its way to the card. */
export function AfterPanel({
  lines,
  card,
  state,
  onPlan,
}: {
  readonly lines: readonly MedicationRequest[];
  readonly card: Card;
  readonly state: PanelState;
  readonly onPlan: () => void;
}) {
  const say = useText();
  return (
    <Panel
      title={say('fmk.afterTitle')}
      state={state}
      beside={<span className="muted">{lines.length}</span>}
      className="after"
    >
      {lines.length === 0 && <p className="nothing">{say('fmk.afterNothing')}</p>}
      {lines.map((request) => {
        const choice = afterOf(request);
        const task = card.tasks.find(({ focus }) => focus?.reference === `MedicationRequest/${request.id}`);
        return (
          <div className="row" key={request.id}>
            <span className="grow">
              <DrugLine request={request} struck={request.status === 'stopped'} />
              {request.statusReason?.text !== undefined && (
                <span className="muted">{request.statusReason.text}</span>
              )}
              {task !== undefined && (
                <span>
                  <TaskStep task={task} />
                </span>
              )}
            </span>
            {choice !== undefined && <span className="muted nowrap">{say(decidedTexts[choice])}</span>}
          </div>
        );
      })}
      <Button onPress={onPlan}>{lines.length === 0 ? say('fmk.plan') : say('fmk.planAgain')}</Button>
    </Panel>
  );
}
