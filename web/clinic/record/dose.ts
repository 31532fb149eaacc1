import type { MedicationRequest, Resource } from '@medplum/fhirtypes';
import { showAmount } from '#fhir/dose/amount.ts';
import { readDose } from '#fhir/dose/dose.ts';
import { isInfusion, stepAt, type Dose } from '#fhir/dose/step.ts';
import { amountWords, frequencyWords } from '#fhir/dose/text.ts';
import { amountOfDay } from '#fhir/dose/times.ts';
import { now } from '../../parts/clock.ts';
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

const doses = new WeakMap<MedicationRequest, Dose>();

/** The structure of an order's dose: read once, since grids ask for it on every tick of the clock. */
export function doseOf(request: MedicationRequest): Dose {
  const known = doses.get(request);
  if (known !== undefined) return known;
  const dose = readDose(request);
  doses.set(request, dose);
  return dose;
}

/** The amount that holds now, of a dose that changes by steps. */
export function doseAmount(request: MedicationRequest, language: Language): string | undefined {
  const step = stepAt(doseOf(request), now());
  const words = step === undefined ? '' : amountWords(step, language);
  return words === '' ? undefined : words;
}

export const doseRoute = (request: MedicationRequest): string => doseOf(request).route;

/** kl. 08, 14 og 22 · 3 gange dagligt · hver 8. time · p.n., højst 4 g i døgnet */
export function doseFrequency(request: MedicationRequest, language: Language): string {
  const step = stepAt(doseOf(request), now());
  const words = step === undefined ? '' : frequencyWords(step, language);
  return words === '' ? wordsOf(request.dosageInstruction?.[0]?.timing?.code) : words;
}

/** The free text, when there is no structure to make a text from. */
export const doseFreeText = (request: MedicationRequest): string => doseOf(request).text;

export function isAsNeeded(request: MedicationRequest): boolean {
  const dosage = request.dosageInstruction?.[0];
  return dosage?.asNeededBoolean === true || dosage?.asNeededCodeableConcept !== undefined;
}

export const isCommunity = (request: MedicationRequest): boolean => anyHasCode(request.category, 'community');

export type DrugGroup = 'fixed' | 'asNeeded' | 'infusion' | 'paused' | 'ended';

export function drugGroup(request: MedicationRequest): DrugGroup {
  if (request.status === 'on-hold') return 'paused';
  if (request.status !== 'active') return 'ended';
  if (isInfusion(doseOf(request))) return 'infusion';
  return isAsNeeded(request) ? 'asNeeded' : 'fixed';
}

/** The dose of a day that holds now; nothing of what is given when needed. */
export function doseOfDay(request: MedicationRequest, language: Language): string {
  const step = stepAt(doseOf(request), now());
  if (step === undefined || isAsNeeded(request) || step.when.kind === 'once') return '';
  const amount = amountOfDay(step);
  return amount === undefined ? '' : showAmount(amount, language);
}
