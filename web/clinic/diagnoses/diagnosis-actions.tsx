import type { Condition } from '@medplum/fhirtypes';
import { diagnosisKindOf } from '#fhir/diagnoses/diagnosis.ts';
import type { UsedAct } from '../../link/use-act.ts';
import { Button } from '../../parts/button.tsx';
import { now } from '../../parts/clock.ts';
import { useText } from '../../parts/text.tsx';
import { hasCode, wordsOf } from '../record/coding.ts';
import { WrongEntry } from '../record/wrong-entry.tsx';
import {
  actionAct,
  confirmAct,
  refuteAct,
  resolveAct,
  wrongDiagnosisAct,
  type Recorder,
} from './diagnosis-acts.ts';

type DiagnosisActionsProps = {
  readonly condition: Condition;
  readonly action: Condition | undefined;
  readonly by: Recorder;
  readonly whyNot: string | undefined;
  readonly act: UsedAct;
};

/** What may become of one diagnosis; what may not is there too, and says why. */
export function DiagnosisActions({ condition, action, by, whyNot, act }: DiagnosisActionsProps) {
  const say = useText();
  const isSuspected = hasCode(condition.verificationStatus, 'provisional', 'differential', 'unconfirmed');
  const isActive = !hasCode(condition.clinicalStatus, 'resolved', 'inactive', 'remission');
  const recorder = condition.recorder?.reference;
  const notOwn = recorder === undefined || recorder === by?.reference ? undefined : say('diagnosis.notYours');
  return (
    <div className="diagnosis-actions no-print">
      <b>{wordsOf(condition.code)}</b>
      {diagnosisKindOf(condition) === 'secondary' && (
        <Button
          disabledBecause={whyNot}
          onPress={() => void act.send(say('diagnosis.makeAction'), actionAct(condition, action))}
        >
          {say('diagnosis.makeAction')}
        </Button>
      )}
      {isSuspected && (
        <>
          <Button
            disabledBecause={whyNot}
            onPress={() => void act.send(say('diagnosis.confirm'), confirmAct(condition))}
          >
            {say('diagnosis.confirm')}
          </Button>
          <Button
            disabledBecause={whyNot}
            onPress={() => void act.send(say('diagnosis.refute'), refuteAct(condition))}
          >
            {say('diagnosis.refute')}
          </Button>
        </>
      )}
      {isActive && (
        <Button
          disabledBecause={whyNot}
          onPress={() => void act.send(say('diagnosis.resolve'), resolveAct(condition, now()))}
        >
          {say('diagnosis.resolve')}
        </Button>
      )}
      <WrongEntry
        whyNot={whyNot ?? notOwn}
        onWrong={(why) => void act.send(say('wrong.ask'), wrongDiagnosisAct(condition, why, now()))}
      />
    </div>
  );
}
