import type { Task } from '@medplum/fhirtypes';
import { cardReasonSystem, stepOf, type CardStep } from '#fhir/medication-card/codes.ts';
import { Tag, type TagKind } from '../../../parts/tag.tsx';
import { useText, type TextKey } from '../../../parts/text.tsx';

const steps = {
  ready: ['local', 'fmk.stepReady'],
  sent: ['local', 'fmk.stepSent'],
  confirmed: ['quiet', 'fmk.stepConfirmed'],
  rejected: ['crit', 'fmk.stepRejected'],
  differs: ['crit', 'fmk.stepDiffers'],
} as const satisfies Record<CardStep, readonly [TagKind, TextKey]>;
const reasons: Readonly<Record<string, TextKey>> = {
  'line-moved-on': 'fmk.lineMovedOn',
  'line-gone': 'fmk.lineGone',
  'drug-came-meanwhile': 'fmk.drugCame',
  'no-number': 'fmk.noNumber',
};

/** How far a change is on its way to the card. */
export function TaskStep({ task }: { readonly task: Task }) {
  const say = useText();
  const step = stepOf(task);
  if (step === undefined) return null;
  if (task.status === 'cancelled') return <Tag kind="quiet">{say('medication.cancelled')}</Tag>;
  const [kind, words] = steps[step];
  const code = task.statusReason?.coding?.find(({ system }) => system === cardReasonSystem)?.code;
  const reason = code === undefined ? undefined : reasons[code];
  return (
    <Tag kind={kind}>
      {step === 'confirmed' ? '✓ ' : step === 'rejected' || step === 'differs' ? '▲ ' : '⇧ '}
      {say(words)}
      {step === 'rejected' && `: ${reason === undefined ? say('fmk.fmkSaidNo') : say(reason)}`}
    </Tag>
  );
}
