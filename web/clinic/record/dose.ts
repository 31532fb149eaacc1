import type { MedicationRequest, Resource, TimingRepeat } from '@medplum/fhirtypes';
import { showDose, showDoseAmount } from '../../parts/format/quantity.ts';
import type { Say } from '../../parts/text.tsx';
import type { Language } from '../../parts/settings.ts';
import { anyHasCode, wordsOf } from './coding.ts';

// The line of a drug: generic name, BRAND, form, strength — DOSE amount — route — frequency — indication. It wraps and is
// never cut short: half a dose text is a wrong dose text.

export type DrugName = { readonly generic: string; readonly rest: string };

export function drugNameOf(request: MedicationRequest): DrugName {
  const concept = request.medicationCodeableConcept ?? containedMedication(request);
  const whole = concept?.text ?? request.medicationReference?.display ?? wordsOf(concept);
  const generic = concept?.coding?.find((coding) => coding.display !== undefined)?.display;
  if (generic === undefined || generic === whole) return { generic: whole, rest: '' };
  // Only a whole word: morfin is not the first half of morfinhydrochlorid.
  const after = whole.slice(generic.length);
  if (whole.toLowerCase().startsWith(generic.toLowerCase()) && !/^[\p{L}\p{N}]/u.test(after))
    return { generic: whole.slice(0, generic.length), rest: tidy(after) };
  return { generic, rest: tidy(whole) };
}

/** No comma or blank at its beginning, and none before a comma: sources put names together in many ways. */
const tidy = (rest: string): string => rest.replace(/^[\s,]+/, '').replace(/\s+,/g, ',');

function containedMedication(request: MedicationRequest) {
  const wanted = request.medicationReference?.reference?.replace('#', '');
  const found = request.contained?.find((each: Resource) => each.id === wanted);
  return found?.resourceType === 'Medication' ? found.code : undefined;
}

export function doseAmount(request: MedicationRequest, language: Language): string | undefined {
  const dose = request.dosageInstruction?.[0]?.doseAndRate?.[0];
  if (dose?.doseQuantity !== undefined) return showDose(dose.doseQuantity, language);
  if (dose?.doseRange?.low !== undefined && dose.doseRange.high !== undefined) {
    return `${showDoseAmount(dose.doseRange.low, language)}–${showDose(dose.doseRange.high, language)}`;
  }
  if (dose?.rateQuantity !== undefined) return showDose(dose.rateQuantity, language);
  return undefined;
}

export const doseRoute = (request: MedicationRequest): string =>
  wordsOf(request.dosageInstruction?.[0]?.route);

/** kl. 08, 14 og 22 · 3 gange dagligt · hver 8. time · p.n., højst 4 g i døgnet */
export function doseFrequency(request: MedicationRequest, say: Say, language: Language): string {
  const dosage = request.dosageInstruction?.[0];
  const repeat = dosage?.timing?.repeat;
  const parts: string[] = [];
  const maximum = dosage?.maxDosePerPeriod?.numerator;
  // "Four times a day as needed" means: at most four times.
  const most =
    isAsNeeded(request) && repeat?.periodUnit === 'd' && repeat.period === 1 ? repeat.frequency : undefined;
  if (isAsNeeded(request)) parts.push(say('dose.asNeeded'));
  if (most !== undefined) {
    parts.push(
      maximum === undefined
        ? say('dose.maxTimes', { count: most })
        : say('dose.maxTimesAndDose', { count: most, dose: showDose(maximum, language) }),
    );
    return parts.join(', ');
  }
  const often = repeat === undefined ? '' : repeatWords(repeat, say);
  if (often !== '') parts.push(often);
  if (maximum !== undefined) parts.push(say('dose.maxPerDay', { dose: showDose(maximum, language) }));
  if (parts.length === 0) parts.push(dosage?.timing?.code === undefined ? '' : wordsOf(dosage.timing.code));
  return parts.filter((part) => part !== '').join(', ');
}

function repeatWords(repeat: TimingRepeat, say: Say): string {
  const times = clockTimes(repeat);
  if (times.length > 0)
    return say('dose.atTimes', {
      count: times.length,
      times: times.map((time) => time.replace(/:00$/, '')).join(', '),
    });
  const { frequency = 1, period, periodUnit } = repeat;
  if (period === undefined || periodUnit === undefined) return '';
  if (periodUnit === 'd' && period === 1) return say('dose.timesDaily', { count: frequency });
  if (periodUnit === 'h') return say('dose.everyHours', { hours: period / frequency });
  if (periodUnit === 'wk' && period === 1) return say('dose.timesWeekly', { count: frequency });
  return say('dose.timesPer', { count: frequency, period, unit: periodUnit });
}

/** 08:00, without seconds. */
export const clockTimes = (repeat: TimingRepeat | undefined): readonly string[] =>
  (repeat?.timeOfDay ?? []).map((time) => time.slice(0, 5));

/** The free text, when there is no structure to make a text from. */
export const doseFreeText = (request: MedicationRequest): string =>
  request.dosageInstruction?.[0]?.text ?? '';

export function isAsNeeded(request: MedicationRequest): boolean {
  const dosage = request.dosageInstruction?.[0];
  return dosage?.asNeededBoolean === true || dosage?.asNeededCodeableConcept !== undefined;
}

function isInfusion(request: MedicationRequest): boolean {
  const dose = request.dosageInstruction?.[0]?.doseAndRate?.[0];
  return dose?.rateQuantity !== undefined || dose?.rateRatio !== undefined;
}

export const isCommunity = (request: MedicationRequest): boolean => anyHasCode(request.category, 'community');

export type DrugGroup = 'fixed' | 'asNeeded' | 'infusion' | 'paused' | 'ended';

export function drugGroup(request: MedicationRequest): DrugGroup {
  if (request.status === 'on-hold') return 'paused';
  if (request.status !== 'active') return 'ended';
  if (isInfusion(request)) return 'infusion';
  return isAsNeeded(request) ? 'asNeeded' : 'fixed';
}

/** The dose of a day, when every dose is the same and scheduled. */
export function doseOfDay(request: MedicationRequest, language: Language): string {
  const quantity = request.dosageInstruction?.[0]?.doseAndRate?.[0]?.doseQuantity;
  const repeat = request.dosageInstruction?.[0]?.timing?.repeat;
  const times =
    clockTimes(repeat).length ||
    (repeat?.periodUnit === 'd' && repeat.period === 1 ? (repeat.frequency ?? 0) : 0);
  if (quantity?.value === undefined || times === 0 || isAsNeeded(request)) return '';
  // Sums of decimals must not show the binary's noise: 0.1 × 3 is 0.3.
  return showDose(
    {
      value: Number((quantity.value * times).toPrecision(12)),
      ...(quantity.unit !== undefined && { unit: quantity.unit }),
    },
    language,
  );
}
