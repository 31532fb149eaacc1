import { createPortal } from 'react-dom';
import { handedText, stepWords } from '#fhir/dose/text.ts';
import { strengthOfText } from '#fhir/medication/knowledge.ts';
import { Barcode } from '../../parts/barcode.tsx';
import { Button } from '../../parts/button.tsx';
import { showDate, showDayAndTime } from '../../parts/format/date.ts';
import { useLanguage, useText } from '../../parts/text.tsx';
import { usePrint } from '../orders/use-print.ts';
import { doseRoute, drugNameOf } from '../record/dose.ts';
import { orderOf, type Dose } from '../record/next-dose.ts';
import { showCpr } from '../record/person.ts';
import { usePatientFacts } from '../record/use-patient.ts';
import { labelCode } from './dose-label.ts';
import { doseName } from './unsent.ts';
import './labels.css';

/** A label for each dose that is prepared for the round: who, what, how much, when, and bars that the round knows. */
export function PrintLabels({
  patient,
  doses,
}: {
  readonly patient: string;
  readonly doses: readonly Dose[];
}) {
  const say = useText();
  const [printed, print] = usePrint<readonly Dose[]>();
  const { person } = usePatientFacts(patient);
  return (
    <>
      <Button
        disabledBecause={
          person === undefined ? say('panel.loading') : doses.length === 0 ? say('round.nothing') : undefined
        }
        onPress={() => print(doses)}
      >
        {say('round.labels', { count: doses.length })}
      </Button>
      {printed !== undefined &&
        // Beside the page, which is not printed with them.
        createPortal(
          <ul className="labels dose-labels print-only" aria-hidden="true">
            {printed.map((dose) => (
              <DoseLabel key={doseName(dose.request.id, dose.at)} patient={patient} dose={dose} />
            ))}
          </ul>,
          document.body,
        )}
    </>
  );
}

function DoseLabel({ patient, dose }: { readonly patient: string; readonly dose: Dose }) {
  const say = useText();
  const language = useLanguage();
  const { person, stay } = usePatientFacts(patient);
  const { request, step, at } = dose;
  const { generic, rest } = drugNameOf(request);
  const strength = strengthOfText(orderOf(request).drug);
  const amount = step === undefined ? undefined : stepWords(step, language).amount;
  const handed =
    step?.amount === undefined || strength === undefined
      ? undefined
      : handedText(step.amount, strength, language);
  return (
    <li className="label">
      <span className="identity">
        <b>{person?.cpr === undefined ? showDate(person?.birthDate, language) : showCpr(person.cpr)}</b>
        <span>{person?.name}</span>
        <span>{[stay?.ward?.name, stay?.bed?.name].filter(Boolean).join(' · ')}</span>
      </span>
      <span className="dose-label-drug">
        <b>{generic}</b> {rest}
      </span>
      <span className="dose-label-drug">
        {say('dose.label')} <b>{handed ?? amount}</b> {doseRoute(request)} ·{' '}
        <b>{showDayAndTime(at, language)}</b>
      </span>
      <Barcode text={labelCode(request.id, at)} />
    </li>
  );
}
