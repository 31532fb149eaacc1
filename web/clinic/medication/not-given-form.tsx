import { useState } from 'react';
import { useAct } from '../../link/use-act.ts';
import { Button } from '../../parts/button.tsx';
import { now } from '../../parts/clock.ts';
import { useLanguage, useText } from '../../parts/text.tsx';
import { ActNote } from '../record/act-note.tsx';
import { drugNameOf } from '../record/dose.ts';
import type { OpenedDose } from './dose-dialog.tsx';
import { medicationIssueWords } from './issue-words.ts';
import { notGivenAct } from './medication-acts.ts';
import { isReason, ReasonPick } from './reason-pick.tsx';
import { useSigner } from './use-signer.ts';

const reasons = [
  'reason.refused',
  'reason.asleep',
  'reason.nausea',
  'reason.fasting',
  'reason.away',
  'reason.doctorHeld',
] as const;

export function NotGivenForm({
  patient,
  dose,
  onDone,
}: {
  readonly patient: string;
  readonly dose: OpenedDose;
  readonly onDone: () => void;
}) {
  const say = useText();
  const language = useLanguage();
  const act = useAct(patient);
  const { signer, whyNot } = useSigner();
  const [reason, setReason] = useState('');
  const why =
    whyNot ??
    (act.state !== undefined ? say('act.underway') : undefined) ??
    (isReason(reason) ? undefined : say('med.needsReason'));
  async function write() {
    if (why !== undefined || signer === undefined) return;
    const title = say('med.notGivenTitle', { drug: drugNameOf(dose.request).generic });
    const { request, planned } = dose;
    const stored = await act.send(
      title,
      notGivenAct({ request, planned, at: now(), amount: undefined, by: signer }, reason.trim()),
    );
    if (stored !== undefined) onDone();
  }
  return (
    <div className="stay-form">
      <ReasonPick
        focus
        label={say('med.whyNotGiven')}
        ready={reasons.map((key) => say(key))}
        value={reason}
        onChange={setReason}
        onEnter={() => void write()}
      />
      <ActNote act={act} words={(issue) => medicationIssueWords(issue, say, language)} />
      <Button kind="primary" shortcut={say('ready.enter')} disabledBecause={why} onPress={() => void write()}>
        {say('med.writeNotGiven')}
      </Button>
    </div>
  );
}
