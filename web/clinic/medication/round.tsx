import type { MedicationAdministration, MedicationRequest } from '@medplum/fhirtypes';
import { useRef, useState } from 'react';
import { handedText } from '#fhir/dose/text.ts';
import { isPersonalNumber, isSameCode, scannedCode } from '#fhir/medication/scan.ts';
import type { Product } from '#fhir/medication/knowledge.ts';
import type { DrugKnowledge } from '../../link/drug-knowledge.ts';
import { Button } from '../../parts/button.tsx';
import { useNow } from '../../parts/clock.ts';
import { showMoment } from '../../parts/format/date.ts';
import { Nothing } from '../../parts/panel.tsx';
import { Sign, Tag } from '../../parts/tag.tsx';
import { useLanguage, useText } from '../../parts/text.tsx';
import { drugNameOf } from '../record/dose.ts';
import { DrugLine } from '../record/drug-line.tsx';
import { orderOf, type Dose } from '../record/next-dose.ts';
import { doseSigns, doseTexts } from '../record/texts.ts';
import { usePart } from '../../link/queries.ts';
import { ofType } from '../record/coding.ts';
import type { OpenedDose } from './dose-dialog.tsx';
import { GiveForm } from './give-form.tsx';
import { labelCode } from './dose-label.ts';
import { PrintLabels } from './print-labels.tsx';
import { isReason, ReasonPick } from './reason-pick.tsx';
import { roundDoses } from './round-doses.ts';
import { doseName } from './unsent.ts';

const byHandReasons = ['round.noReader', 'round.unreadable', 'round.noBand', 'round.readAloud'] as const;

type RoundProps = {
  readonly patient: string;
  readonly requests: readonly MedicationRequest[];
  readonly answers: readonly MedicationAdministration[];
  readonly knowledge: DrugKnowledge | undefined;
  readonly onDose: (dose: OpenedDose) => void;
  /** In the round of a ward: the wristband was scanned before this patient opened. */
  readonly isSure?: boolean;
  /** A wristband of another was scanned while no package waits to be given: whether the round goes on to that patient. */
  readonly onOther?: (number: string) => boolean;
};

/**
 * At the bed: what is due now as large rows. The wristband is scanned, then each package, and each dose is given by one press; or a
 * reason is chosen why it was made sure of by hand. A reader types like a keyboard and ends with Enter.
 */
export function Round({
  patient,
  requests,
  answers,
  knowledge,
  onDose,
  isSure = false,
  onOther = () => false,
}: RoundProps) {
  const say = useText();
  const language = useLanguage();
  const now = useNow();
  const [began] = useState(now);
  const [text, setText] = useState('');
  const [isPatientSure, setPatientSure] = useState(isSure);
  const [packages, setPackages] = useState<ReadonlyMap<string, string>>(new Map());
  const [wrong, setWrong] = useState<string>();
  const [byHand, setByHand] = useState<string>();
  const [reason, setReason] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const [person] = ofType(usePart(patient, 'person').data?.resources, 'Patient');
  // What is given in this round stays in its row: nothing moves under the hand.
  const doses = roundDoses(requests, answers, began, now);
  const open = doses.filter(({ answer }) => answer === undefined);

  function scan() {
    const code = scannedCode(text);
    setText('');
    setWrong(undefined);
    if (code === '') return undefined;
    if ((person?.identifier ?? []).some(({ value }) => isSameCode(code, value ?? '')))
      return setPatientSure(true);
    const fitting = open.filter(
      (dose) => productOf(dose.request, code, knowledge) !== undefined || isLabel(dose, code),
    );
    if (fitting.length > 0)
      return setPackages(new Map([...packages, ...fitting.map((dose) => [nameOf(dose), code] as const)]));
    if (isPersonalNumber(code)) {
      const isWaiting = open.some((dose) => packages.has(nameOf(dose)));
      if (!isWaiting && onOther(code)) return undefined;
      setPatientSure(false);
      return setWrong(say('round.otherPatient'));
    }
    return setWrong(say('round.unknownPackage', { code }));
  }

  return (
    <div className="round">
      <form
        className="scan"
        onSubmit={(event) => {
          event.preventDefault();
          scan();
          field.current?.focus();
        }}
      >
        <label className="field">
          <span>{say('round.scan')}</span>
          <input
            ref={field}
            className="input"
            // It stands there because the reader types into it.
            // oxlint-disable-next-line jsx-a11y/no-autofocus
            autoFocus
            autoComplete="off"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        </label>
        <output className="scan-state">
          {isPatientSure ? (
            <span>
              <span className="tick">✓</span> {say('round.patientSure')}
            </span>
          ) : (
            <Tag kind="abn">{say('round.patientNotSure')}</Tag>
          )}
        </output>
        <PrintLabels patient={patient} doses={open} />
      </form>
      <div role="alert">{wrong !== undefined && <p className="error stop">{wrong}</p>}</div>
      {doses.length === 0 && <Nothing text={say('round.nothing')} />}
      <ul className="round-doses">
        {doses.map((dose) => {
          const name = nameOf(dose);
          const code = packages.get(name);
          const product = code === undefined ? undefined : productOf(dose.request, code, knowledge);
          const isScanned = isPatientSure && code !== undefined;
          const amount = dose.step?.amount;
          const opened: OpenedDose = { request: dose.request, planned: dose.at, answer: dose.answer };
          return (
            <li key={name} className="round-dose" aria-label={drugNameOf(dose.request).generic}>
              <div className={`round-sign ${dose.state}`}>
                <Sign sign={doseSigns[dose.state]} meaning={say(doseTexts[dose.state])} />
                <b>{showMoment(dose.at, language, now)}</b>
              </div>
              <div className="grow">
                <DrugLine request={dose.request} />
                {product?.strength !== undefined && amount !== undefined && (
                  <p className="handed">{handedText(amount, product.strength, language)}</p>
                )}
                {code !== undefined && (
                  <p>
                    <span className="tick">✓</span>{' '}
                    {isLabel(dose, code)
                      ? say('round.labelSure')
                      : say('round.packageSure', { text: product?.text ?? code })}
                  </p>
                )}
                {dose.answer === undefined && (isScanned || byHand === name) && (
                  <div className="round-give">
                    {!isScanned && (
                      <ReasonPick
                        label={say('round.whyByHand')}
                        ready={byHandReasons.map((key) => say(key))}
                        value={reason}
                        onChange={setReason}
                      />
                    )}
                    {(isScanned || isReason(reason)) && (
                      <GiveForm
                        key={isScanned ? 'scan' : 'hand'}
                        patient={patient}
                        dose={opened}
                        given={[]}
                        isPart={false}
                        isHighRisk={isHighRisk(dose.request, knowledge)}
                        confirmed={
                          !isScanned ? reason.trim() : isLabel(dose, code) ? say('round.byLabel') : 'scan'
                        }
                        onDone={() => {
                          setByHand(undefined);
                          setReason('');
                          field.current?.focus();
                        }}
                      />
                    )}
                  </div>
                )}
              </div>
              <div className="round-buttons">
                {dose.answer === undefined && !isScanned && (
                  <Button
                    expanded={byHand === name}
                    onPress={() => setByHand(byHand === name ? undefined : name)}
                  >
                    {say('round.byHand')}
                  </Button>
                )}
                <Button onPress={() => onDose(opened)}>
                  {dose.answer === undefined ? say('round.otherwise') : say('round.details')}
                </Button>
              </div>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

/** The label of the prepared dose was scanned, and not its package. */
const isLabel = (dose: Dose, code: string | undefined): boolean =>
  code?.toUpperCase() === labelCode(dose.request.id, dose.at);

const nameOf = (dose: Dose): string => doseName(dose.request.id, dose.at);

export function isHighRisk(request: MedicationRequest, knowledge: DrugKnowledge | undefined): boolean {
  return knowledge?.substances.get(orderOf(request).atc ?? '')?.isHighRisk === true;
}

/** The package of this code, when it holds what is ordered: the ordered package itself, or another of the same substance. */
function productOf(
  request: MedicationRequest,
  code: string,
  knowledge: DrugKnowledge | undefined,
): Pick<Product, 'text' | 'strength'> | undefined {
  const { atc, drug } = orderOf(request);
  const known = knowledge?.products.find(({ packages }) => packages.some((one) => isSameCode(code, one)));
  if (known !== undefined) return known.atc === atc ? known : undefined;
  const isOrdered =
    request.medicationCodeableConcept?.coding?.some((one) => isSameCode(code, one.code ?? '')) === true;
  return isOrdered ? { text: drug, strength: undefined } : undefined;
}
