import type { MedicationRequest } from '@medplum/fhirtypes';
import type { ReactNode } from 'react';
import { writeDose } from '#fhir/dose/dose.ts';
import type { Dose } from '#fhir/dose/step.ts';
import type { Difference } from '#fhir/medication-card/differences.ts';
import { stepOf } from '#fhir/medication-card/codes.ts';
import { strengthOfText } from '#fhir/medication/knowledge.ts';
import type { Card } from '../../../link/medication-card.ts';
import { Segments } from '../../../parts/button.tsx';
import { Tag } from '../../../parts/tag.tsx';
import { useText, type TextKey } from '../../../parts/text.tsx';
import { DrugLine } from '../../record/drug-line.tsx';
import { currentRights } from '../../record/role.ts';
import { DoseForm } from '../dose-form.tsx';
import { sameOrder, type Answer } from '../medication-acts.ts';
import type { Choice, RequestLine, Row } from './card-acts.ts';
import { TaskStep } from './task-step.tsx';

const differenceTexts = {
  'missing-here': 'fmk.missingHere',
  'missing-there': 'fmk.missingThere',
  dose: 'fmk.otherDose',
  strength: 'fmk.otherStrength',
  form: 'fmk.otherForm',
  stopped: 'fmk.stopped',
  'paused-here': 'fmk.pausedHere',
  'paused-there': 'fmk.pausedThere',
} as const satisfies Record<Difference, TextKey>;
const choiceTexts = {
  keep: 'fmk.keep',
  take: 'fmk.take',
  merge: 'fmk.merge',
} as const satisfies Record<Choice, TextKey>;

/** Where a dose of one's own makes sense. */
const isOfDrug = new Set<Difference>(['dose', 'strength', 'form']);

export type Chosen = {
  readonly choice?: Choice;
  readonly dosage?: MedicationRequest['dosageInstruction'] | undefined;
  /** The dose that is being written is not whole. */
  readonly isOpen?: boolean;
  readonly pauses?: boolean;
  readonly answers?: readonly Answer[];
};

/** One difference: both sides, what differs, and what is done about it. */
export function DifferenceRow({
  row,
  chosen,
  card,
  onChoose,
  children,
}: {
  readonly row: Row;
  readonly chosen: Chosen;
  readonly card: Card;
  readonly onChoose: (part: Chosen) => void;
  readonly children: ReactNode;
}) {
  const say = useText();
  const { there, here } = row;
  if (there === undefined) return null;
  const { choice } = chosen;
  const isStatusAlone =
    choice === 'take' && here !== undefined && here.state !== there.state && here.state !== 'stopped';
  // A dose without times of day would be an order that nobody is called to give.
  const needsDose = choice === 'merge' || (choice === 'take' && !isStatusAlone && needsTimes(there.dose));
  const source = choice === 'merge' && here !== undefined ? here : there;
  const order = sameOrder(there.request);
  const task = card.tasks.find(({ focus }) => focus?.reference === `MedicationRequest/${there.request.id}`);
  const isUnderway =
    ['ready', 'sent', 'differs'].includes(stepOf(task) ?? '') && task?.status !== 'cancelled';
  const mayPause = currentRights().adjusts;
  const name = there.generic;
  return (
    <tr>
      <td className="wraps">
        <Side line={there} />
      </td>
      <td className="wraps">
        {here === undefined ? <span className="muted">–</span> : <Side line={here} />}
      </td>
      <td className="wraps">
        {row.differences.map((one) => (
          <div key={one}>
            <Tag kind="abn">{say(differenceTexts[one])}</Tag>
          </div>
        ))}
      </td>
      <td className="wraps">
        <Segments<Choice | ''>
          label={say('fmk.choiceOf', { drug: name })}
          value={choice ?? ''}
          choices={(['keep', 'take', 'merge'] as const)
            .filter((one) => one !== 'merge' || row.differences.some((other) => isOfDrug.has(other)))
            .filter((one) => one === 'keep' || there.state !== 'stopped' || here?.state !== 'stopped')
            .map((value) => ({ value, label: say(choiceTexts[value]) }))}
          onChoose={(next) =>
            next !== '' && onChoose({ choice: next, isOpen: false, answers: [], dosage: undefined })
          }
        />
        {needsDose && (
          <DoseForm
            key={`${choice} ${there.id}`}
            dose={source.dose}
            strength={strengthOfText(order.drug)}
            onChange={(dose) =>
              onChoose(
                dose === undefined
                  ? { isOpen: true }
                  : {
                      isOpen: false,
                      dosage: writeDose(dose) as unknown as MedicationRequest['dosageInstruction'] & object,
                    },
              )
            }
          />
        )}
        {task !== undefined && <TaskStep task={task} />}
        {there.state === 'active' && !isUnderway && (
          <label className="check" title={mayPause ? undefined : say('fmk.pauseDoctorOnly')}>
            <input
              type="checkbox"
              disabled={!mayPause}
              checked={chosen.pauses === true}
              onChange={(event) => onChoose({ pauses: event.target.checked })}
            />{' '}
            {say('fmk.pause')}
            {!mayPause && <span className="muted">{say('fmk.pauseDoctorOnly')}</span>}
          </label>
        )}
        {children}
      </td>
    </tr>
  );
}

/** A line of one side, with whether it is paused or stopped there, and why. */
export function Side({ line }: { readonly line: RequestLine }) {
  const say = useText();
  return (
    <>
      <DrugLine request={line.request} struck={line.state === 'stopped'} />
      {line.state !== 'active' && (
        <Tag kind="quiet">
          {line.state === 'paused' ? `‖ ${say('dose.paused')}` : say('medication.stopped')}
          {line.request.statusReason?.text !== undefined && `: ${line.request.statusReason.text}`}
        </Tag>
      )}
    </>
  );
}

const needsTimes = ({ steps }: Dose): boolean =>
  steps.length === 0 || steps.some(({ when }) => when.kind === 'count' || when.kind === 'unknown');
