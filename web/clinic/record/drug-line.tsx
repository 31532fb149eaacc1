import type { MedicationRequest } from '@medplum/fhirtypes';
import { useLanguage, useText } from '../../parts/text.tsx';
import { doseAmount, doseFreeText, doseFrequency, doseRoute, drugNameOf } from './dose.ts';

/** generic name BRAND form strength — DOSE amount — route — frequency. Wraps; is never cut. */
export function DrugLine({
  request,
  struck = false,
}: {
  readonly request: MedicationRequest;
  readonly struck?: boolean;
}) {
  const say = useText();
  const language = useLanguage();
  const name = drugNameOf(request);
  const amount = doseAmount(request, language);
  const parts = [doseRoute(request), doseFrequency(request, language)].filter((part) => part !== '');
  const free = amount === undefined && parts.length === 0 ? doseFreeText(request) : '';
  return (
    <span className={struck ? 'drug-line struck' : 'drug-line'}>
      <span>
        <b>{name.generic}</b>
        {name.rest !== '' && ` ${name.rest}`}
      </span>
      {(amount !== undefined || parts.length > 0 || free !== '') && (
        <span className="dose-line">
          {amount !== undefined && (
            <>
              <small>{say('dose.label')}</small> <b className="nowrap">{amount}</b>
            </>
          )}
          {parts.map((part, index) => (
            <span key={part}>
              {(index > 0 || amount !== undefined) && ' — '}
              {part}
            </span>
          ))}
          {free}
        </span>
      )}
    </span>
  );
}
