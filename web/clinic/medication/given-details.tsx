import type { MedicationAdministration, MedicationRequest } from '@medplum/fhirtypes';
import { useState } from 'react';
import { showAmount } from '#fhir/dose/amount.ts';
import { amountOf } from '#fhir/dose/dose.ts';
import { useAct } from '../../link/use-act.ts';
import { Button } from '../../parts/button.tsx';
import { showDayAndTime } from '../../parts/format/date.ts';
import { useLanguage, useText } from '../../parts/text.tsx';
import { ActNote } from '../record/act-note.tsx';
import { wordsOf } from '../record/coding.ts';
import { drugNameOf } from '../record/dose.ts';
import { givenAt } from '../record/next-dose.ts';
import { medicationIssueWords } from './issue-words.ts';
import { confirmedUrl, errorAct } from './medication-acts.ts';
import { isReason, ReasonPick } from './reason-pick.tsx';
import { useSigner } from './use-signer.ts';

const reasons = [
  'reason.wrongPatient',
  'reason.wrongDrug',
  'reason.wrongDose',
  'reason.wasNotGiven',
] as const;

/** What was written of a dose, and the way to mark it as an error: in two steps, with a reason. */
export function GivenDetails({
  patient,
  request,
  answer,
  onDone,
}: {
  readonly patient: string;
  readonly request: MedicationRequest;
  readonly answer: MedicationAdministration;
  readonly onDone: () => void;
}) {
  const say = useText();
  const language = useLanguage();
  const act = useAct(patient);
  const { signer, whyNot } = useSigner();
  const [isAsking, setAsking] = useState(false);
  const [reason, setReason] = useState('');
  const amount = amountOf(answer.dosage?.dose);
  const at = givenAt(answer);
  const confirmed = answer.extension?.find(({ url }) => url === confirmedUrl)?.valueString;
  const why =
    whyNot ??
    (act.state !== undefined ? say('act.underway') : undefined) ??
    (isReason(reason) ? undefined : say('med.needsReason'));
  async function mark() {
    if (why !== undefined || signer === undefined) return;
    const title = say('med.errorTitle', { drug: drugNameOf(request).generic });
    if ((await act.send(title, errorAct(answer, reason.trim()))) !== undefined) onDone();
  }
  return (
    <div className="stay-form">
      <dl className="given-facts">
        <dt>{answer.status === 'not-done' ? say('med.notGiven') : say('dose.given')}</dt>
        <dd>
          {amount !== undefined && <b>{showAmount(amount, language)} </b>}
          {at !== undefined && showDayAndTime(at, language)}
        </dd>
        <dt>{say('med.by')}</dt>
        <dd>{(answer.performer ?? []).map(({ actor }) => actor.display ?? actor.reference).join(' + ')}</dd>
        {[...(answer.statusReason ?? []), ...(answer.reasonCode ?? [])].map((one) => (
          <dd key={wordsOf(one)}>{wordsOf(one)}</dd>
        ))}
        {confirmed !== undefined && (
          <>
            <dt>{say('round.confirmedBy')}</dt>
            <dd>{confirmed === 'scan' ? say('round.byScan') : confirmed}</dd>
          </>
        )}
      </dl>
      {isAsking ? (
        <>
          <ReasonPick
            focus
            label={say('med.whyError')}
            ready={reasons.map((key) => say(key))}
            value={reason}
            onChange={setReason}
            onEnter={() => void mark()}
          />
          <Button kind="primary" disabledBecause={why} onPress={() => void mark()}>
            {say('med.markError')}
          </Button>
        </>
      ) : (
        <Button disabledBecause={whyNot} onPress={() => setAsking(true)}>
          {say('med.isError')}
        </Button>
      )}
      <ActNote act={act} words={(issue) => medicationIssueWords(issue, say, language)} />
    </div>
  );
}
