import type { Condition } from '@medplum/fhirtypes';
import { useState } from 'react';
import { diagnosisKindOf } from '#fhir/diagnoses/diagnosis.ts';
import type { UsedAct } from '../../link/use-act.ts';
import { Button } from '../../parts/button.tsx';
import { now } from '../../parts/clock.ts';
import { useText } from '../../parts/text.tsx';
import { hasCode, wordsOf } from '../record/coding.ts';
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
  const [why, setWhy] = useState<string>();
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
      {why === undefined ? (
        <Button kind="plain" disabledBecause={whyNot ?? notOwn} onPress={() => setWhy('')}>
          {say('notes.markWrong')}
        </Button>
      ) : (
        <span className="note-wrong">
          <input
            className="input"
            aria-label={say('notes.why')}
            placeholder={say('notes.why')}
            // oxlint-disable-next-line jsx-a11y/no-autofocus -- it opens because somebody asked to say why
            autoFocus
            value={why}
            maxLength={200}
            onChange={(event) => setWhy(event.target.value)}
          />
          <Button
            disabledBecause={whyNot ?? (why.trim() === '' ? say('notes.why') : undefined)}
            onPress={() => {
              void act.send(say('notes.markWrong'), wrongDiagnosisAct(condition, why.trim(), now()));
              setWhy(undefined);
            }}
          >
            {say('notes.wrongNow')}
          </Button>
          <Button kind="plain" onPress={() => setWhy(undefined)}>
            {say('stay.notDead')}
          </Button>
        </span>
      )}
    </div>
  );
}
