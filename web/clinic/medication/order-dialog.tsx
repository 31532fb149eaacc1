import { Modal } from '@mantine/core';
import type { MedicationRequest } from '@medplum/fhirtypes';
import { useEffect, useState } from 'react';
import { useAct } from '../../link/use-act.ts';
import { Button, Segments } from '../../parts/button.tsx';
import { now } from '../../parts/clock.ts';
import { useLanguage, useText, type TextKey } from '../../parts/text.tsx';
import { strengthOfText } from '#fhir/medication/knowledge.ts';
import { ActNote } from '../record/act-note.tsx';
import { drugNameOf } from '../record/dose.ts';
import { DrugLine } from '../record/drug-line.tsx';
import { usePatientFacts } from '../record/use-patient.ts';
import { MomentField } from '../stay/moment-field.tsx';
import { AlertList, isSame } from './alert-list.tsx';
import { DoseForm } from './dose-form.tsx';
import { medicationIssueWords } from './issue-words.ts';
import { replaceAct, sameOrder, statusAct, type Answer, type NewOrder } from './medication-acts.ts';
import { CheckState, unansweredOf } from './order-drugs.tsx';
import { PatientTitle } from './patient-title.tsx';
import { isReason, ReasonPick } from './reason-pick.tsx';
import { textOf } from './basket.ts';
import { useCheck, useNames } from './use-check.ts';
import { useSigner } from './use-signer.ts';

type Doing = 'pause' | 'resume' | 'stop' | 'change' | 'renew';
const doingTexts = {
  pause: 'order.pause',
  resume: 'order.resume',
  stop: 'order.stop',
  change: 'order.change',
  renew: 'order.renew',
} as const satisfies Record<Doing, TextKey>;
const titles = {
  pause: 'order.paused',
  resume: 'order.resumed',
  stop: 'order.stopped',
  change: 'order.changed',
  renew: 'order.renewed',
} as const satisfies Record<Doing, TextKey>;
const reasonsOf = {
  pause: ['reason.lowPressure', 'reason.kidney', 'reason.bleeding', 'reason.beforeProcedure'],
  resume: [],
  stop: ['reason.noNeed', 'reason.sideEffect', 'reason.noEffect', 'reason.courseDone'],
  change: ['reason.effectTooSmall', 'reason.sideEffect', 'reason.kidney', 'reason.otherForm'],
  renew: [],
} as const satisfies Record<Doing, readonly TextKey[]>;

function choicesFor({ status }: MedicationRequest): readonly Doing[] {
  if (status === 'active') return ['pause', 'stop', 'change', 'renew'];
  if (status === 'on-hold') return ['resume', 'stop', 'change'];
  return status === 'entered-in-error' || status === 'draft' ? [] : ['renew'];
}

type OrderDialogProps = {
  readonly patient: string;
  readonly request: MedicationRequest;
  readonly onClose: () => void;
};

/** At the row of an order: pause, take up again, stop, change, renew, each with its time and its reason, signed by Ctrl+Enter. */
export function OrderDialog({ patient, request, onClose }: OrderDialogProps) {
  const say = useText();
  const language = useLanguage();
  const act = useAct(patient);
  const { signer, whyNot } = useSigner();
  const { stay } = usePatientFacts(patient);
  const nameOf = useNames(patient);
  const choices = choicesFor(request);
  const [doing, setDoing] = useState<Doing | undefined>(choices.length === 1 ? choices[0] : undefined);
  const [reason, setReason] = useState('');
  const [moment, setMoment] = useState<number>();
  const [order, setOrder] = useState<NewOrder | undefined>(() => sameOrder(request));
  const [answers, setAnswers] = useState<readonly Answer[]>([]);
  const isNew = doing === 'change' || doing === 'renew';
  const at = moment ?? now();
  const changes = (given: readonly Answer[]) => {
    if (doing === undefined || signer === undefined) return [];
    const why = reason.trim() === '' ? say(titles[doing]) : reason.trim();
    if (isNew && order !== undefined)
      return replaceAct(request, order, why, given, { patient, stay: stay?.id, by: signer, at });
    const status = doing === 'pause' ? 'on-hold' : doing === 'resume' ? 'active' : 'stopped';
    return statusAct(request, { status, at, why: doing === 'resume' ? '' : why });
  };
  const key =
    isNew && order !== undefined && signer !== undefined
      ? `${doing} ${request.id} ${request.meta?.versionId} ${textOf([{ key: '', order, answers: [] }])}`
      : '';
  const check = useCheck(patient, key, () => changes([]));
  const issues = check.state === 'checked' ? [...(check.byEntry[0] ?? []), ...check.others] : [];
  const needsReason = doing === 'pause' || doing === 'stop' || doing === 'change';
  const why =
    whyNot ??
    (act.state !== undefined ? say('act.underway') : undefined) ??
    (doing === undefined ? say('order.chooseWhat') : undefined) ??
    (isNew && order === undefined ? say('basket.notWhole') : undefined) ??
    (at > now() + 60_000 ? say('med.notInFuture') : undefined) ??
    (needsReason && !isReason(reason) ? say('med.needsReason') : undefined) ??
    (check.state === 'asking' ? say('basket.asking') : undefined) ??
    (unansweredOf({ answers }, issues).length > 0 ? say('basket.unanswered') : undefined);

  async function sign() {
    if (why !== undefined || doing === undefined) return;
    const title = `${drugNameOf(request).generic}: ${say(titles[doing])}`;
    if ((await act.send(title, changes(answers))) !== undefined) onClose();
  }
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key !== 'Enter' || !event.ctrlKey || event.isComposing) return;
      event.preventDefault();
      void sign();
    };
    globalThis.addEventListener('keydown', press);
    return () => globalThis.removeEventListener('keydown', press);
  });

  return (
    <Modal
      opened
      onClose={onClose}
      size={720}
      yOffset="6vh"
      padding="sm"
      transitionProps={{ duration: 0 }}
      title={<PatientTitle patient={patient} />}
      closeButtonProps={{ 'aria-label': say('modal.close') }}
    >
      <div className="med-dialog">
        <DrugLine request={request} />
        {choices.length === 0 ? (
          <p className="muted">{say('order.nothingToDo')}</p>
        ) : (
          <Segments<Doing | ''>
            label={say('order.what')}
            value={doing ?? ''}
            choices={choices.map((value) => ({ value, label: say(doingTexts[value]) }))}
            onChoose={(next) => {
              act.forget();
              setReason('');
              setDoing(next === '' ? undefined : next);
              setOrder(sameOrder(request));
              setAnswers([]);
            }}
          />
        )}
        {doing !== undefined && (
          <div className="stay-form">
            {doing === 'change' && (
              <DoseForm
                dose={sameOrder(request).dose}
                strength={strengthOfText(sameOrder(request).drug)}
                onChange={(dose) =>
                  setOrder(dose === undefined ? undefined : { ...sameOrder(request), dose })
                }
              />
            )}
            {needsReason && (
              <ReasonPick
                focus={doing !== 'change'}
                label={say('order.why')}
                ready={reasonsOf[doing].map((one) => say(one))}
                value={reason}
                onChange={setReason}
              />
            )}
            {!isNew && (
              <details>
                <summary>{say('order.fromNow')}</summary>
                <MomentField label={say('order.from')} value={at} onChange={setMoment} />
              </details>
            )}
            {isNew && (
              <>
                <p className="muted">{say('order.replaces')}</p>
                <AlertList
                  issues={issues}
                  answers={answers}
                  nameOf={nameOf}
                  onAnswer={(answer) =>
                    setAnswers([...answers.filter((one) => !isSame(one, answer)), answer])
                  }
                />
                <CheckState check={check} />
              </>
            )}
            <ActNote act={act} words={(issue) => medicationIssueWords(issue, say, language, nameOf)} />
            <Button kind="primary" shortcut="Ctrl ↵" disabledBecause={why} onPress={() => void sign()}>
              {say('order.sign', { what: say(doingTexts[doing]) })}
            </Button>
            {why !== undefined && <p className="muted">{why}</p>}
          </div>
        )}
      </div>
    </Modal>
  );
}
