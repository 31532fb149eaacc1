import type { MedicationAdministration } from '@medplum/fhirtypes';
import { useState } from 'react';
import { compareAmounts, showAmount, type Amount } from '#fhir/dose/amount.ts';
import { decimalTyped, spell } from '#fhir/dose/decimal.ts';
import { stepAt } from '#fhir/dose/step.ts';
import { handedText } from '#fhir/dose/text.ts';
import { strengthOfText } from '#fhir/medication/knowledge.ts';
import { holdsAt, isPausedAt } from '#fhir/medication/order.ts';
import { takeBack } from '../../link/take-back.ts';
import { useAct } from '../../link/use-act.ts';
import { now } from '../../parts/clock.ts';
import { useLanguage, useText, type Say, type TextKey } from '../../parts/text.tsx';
import { offerUndo } from '../../parts/undo.ts';
import { ActNote } from '../record/act-note.tsx';
import { doseOf, drugNameOf } from '../record/dose.ts';
import { orderOf } from '../record/next-dose.ts';
import { MomentField } from '../stay/moment-field.tsx';
import type { OpenedDose } from './dose-dialog.tsx';
import { medicationIssueWords } from './issue-words.ts';
import { errorAct, giveAct, type Signer } from './medication-acts.ts';
import { NeededLeft } from './needed-left.tsx';
import { isReason, ReasonPick } from './reason-pick.tsx';
import { SecondPerson } from './second-person.tsx';
import { useSigner } from './use-signer.ts';

type GiveFormProps = {
  readonly patient: string;
  readonly dose: OpenedDose;
  readonly given: readonly MedicationAdministration[];
  readonly isPart: boolean;
  readonly isHighRisk: boolean;
  /** How the patient and the package were made sure of; undefined outside of a round. */
  readonly confirmed?: string;
  readonly onDone: () => void;
};

const partReasons = [
  'reason.vomited',
  'reason.refusedRest',
  'reason.couldNotSwallow',
  'reason.stoppedEarly',
] as const;
const anywayReasons = [
  'reason.doctorAsked',
  'reason.strongPain',
  'reason.givenBefore',
  'reason.emergency',
] as const satisfies readonly TextKey[];
/** What a person may answer: needed all the same. */
const answerable = ['needed-maximum', 'needed-interval'];

export function GiveForm({ patient, dose, given, isPart, isHighRisk, confirmed, onDone }: GiveFormProps) {
  const say = useText();
  const language = useLanguage();
  const act = useAct(patient);
  const { signer, whyNot } = useSigner();
  const { request, planned } = dose;
  const [moment, setMoment] = useState<number>();
  const [second, setSecond] = useState<Signer>();
  const [reason, setReason] = useState('');
  const at = moment ?? now();
  const order = orderOf(request);
  const step = stepAt(order.dose, planned ?? at);
  const [typed, setTyped] = useState('');
  const whole = step?.amount;
  const amount =
    isPart || step?.upTo !== undefined || whole === undefined ? amountTyped(typed, whole) : whole;
  const strength = strengthOfText(order.drug);
  const alerts = (act.fault?.issues ?? []).flatMap(({ detail }) =>
    answerable.includes(detail ?? '') ? [detail ?? ''] : [],
  );
  const isOff = !holdsAt(order, at) || (planned !== undefined && isPausedAt(order, planned));
  const needsReason = isPart || isOff || alerts.length > 0;
  const isChosen = isPart || step?.upTo !== undefined || whole === undefined;
  const why =
    whyNot ??
    (act.state !== undefined ? say('act.underway') : undefined) ??
    (isChosen && doseOf(request).steps.length > 0
      ? whyNotAmount(amount, whole, step?.upTo, isPart, say)
      : undefined) ??
    (at > now() + 60_000 ? say('med.notInFuture') : undefined) ??
    (isHighRisk && second === undefined ? say('med.needsSecond') : undefined) ??
    (needsReason && !isReason(reason) ? say('med.needsReason') : undefined);

  async function give() {
    if (why !== undefined || signer === undefined) return;
    const title = say('med.gaveTitle', {
      drug: drugNameOf(request).generic,
      amount: amount === undefined ? '' : showAmount(amount, language),
    });
    const stored = await act.send(
      title,
      giveAct({
        request,
        planned,
        at,
        amount,
        by: signer,
        second,
        ...(needsReason ? { reason: reason.trim() } : {}),
        ...(confirmed === undefined ? {} : { confirmed }),
        answers: alerts.map((code) => ({ code, about: [], why: reason.trim() })),
      }),
    );
    if (stored === undefined) return;
    onDone();
    const written = stored.entry?.[0]?.resource;
    if (written?.resourceType === 'MedicationAdministration')
      offerUndo({
        done: title,
        // Within some seconds it was the wrong row.
        run: () =>
          void takeBack(patient, say('undo.of', { done: title }), errorAct(written, say('reason.atOnce'))),
      });
  }

  return (
    <div className="stay-form">
      {step?.when.kind === 'needed' && <NeededLeft request={request} given={given} at={at} />}
      {isChosen && (
        <label className="field amount-field">
          <span>
            {say('med.amountGiven')}
            {whole !== undefined &&
              ` (${say('med.of', { amount: showAmount(step?.upTo ?? whole, language) })})`}
          </span>
          <span className="with-unit">
            <input
              className="input"
              inputMode="decimal"
              data-autofocus
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
            />
            {whole?.unit}
          </span>
        </label>
      )}
      {amount !== undefined && strength !== undefined && (
        <p className="handed">{handedText(amount, strength, language)}</p>
      )}
      {isHighRisk && (
        <SecondPerson chosen={second} readsBadges={confirmed === undefined} onChoose={setSecond} />
      )}
      {(isPart || isOff || alerts.length > 0) && (
        <ReasonPick
          label={isOff ? say('med.whyOff') : isPart ? say('med.whyPart') : say('med.whyAnyway')}
          ready={(isPart ? partReasons : anywayReasons).map((key) => say(key))}
          value={reason}
          onChange={setReason}
          onEnter={() => void give()}
        />
      )}
      <details>
        <summary>{say('med.otherTime')}</summary>
        <MomentField label={say('med.givenAt')} value={at} onChange={setMoment} />
      </details>
      <ActNote act={act} words={(issue) => medicationIssueWords(issue, say, language)} />
      <button
        type="button"
        className="button primary give-button"
        data-autofocus={!isChosen || undefined}
        aria-disabled={why !== undefined || undefined}
        title={why}
        onClick={() => void give()}
      >
        {alerts.length > 0
          ? say('med.giveAnyway')
          : amount === undefined
            ? say('med.give')
            : say('med.giveAmount', { amount: showAmount(amount, language) })}
        <kbd aria-hidden="true">{say('ready.enter')}</kbd>
      </button>
      {why !== undefined && <p className="muted">{why}</p>}
    </div>
  );
}

/** In the unit of the order: a part is never told in another. */
function amountTyped(typed: string, whole: Amount | undefined): Amount | undefined {
  const value = decimalTyped(typed);
  return value === undefined || whole === undefined || spell(value) === '0'
    ? undefined
    : { value, unit: whole.unit };
}

function whyNotAmount(
  amount: Amount | undefined,
  whole: Amount | undefined,
  upTo: Amount | undefined,
  isPart: boolean,
  say: Say,
): string | undefined {
  if (amount === undefined) return say('med.needsAmount');
  const most = upTo ?? whole;
  const difference = most === undefined ? undefined : compareAmounts(amount, most);
  if (difference !== undefined && (difference > 0 || (isPart && difference === 0))) return say('med.tooMuch');
  return undefined;
}
