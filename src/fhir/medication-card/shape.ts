/**
 * The card's lines as FHIR, and an order as a line of the card (docs/how/clinical-shapes.md, "line of the medication card"). A dose that
 * FMK's structure cannot say (a taper, an infusion, an interval of hours) goes as words alone, never as something near it.
 */
import { isObject, type Json } from '../json.ts';
import { compare, decimalOf, spell } from '../dose/decimal.ts';
import { readDose, statusChangedUrl, writeDose } from '../dose/dose.ts';
import { doseText } from '../dose/text.ts';
import type { Dose, Step, When } from '../dose/step.ts';
import { atcSystem, listOf, wordsOf } from '../medication/order.ts';
import type { Dosage, DosageStructure, DrugMedication, DrugMedicationContent } from './card.ts';
import { differencesOf, type CardLine } from './differences.ts';

/** Identifier of a line of the card, on the MedicationRequest that is its copy. */
export const drugMedicationSystem = 'https://holdfast.dk/fhir/fmk-drug-medication';
/** `valueInteger`: of which version of the line the copy is. */
const lineVersionUrl = 'https://holdfast.dk/fhir/fmk-version';
const categorySystem = 'http://terminology.hl7.org/CodeSystem/medicationrequest-category';
const statusOf = { active: 'active', paused: 'on-hold', withdrawn: 'stopped' } as const;

export const communityCategory = {
  coding: [{ system: categorySystem, code: 'community' }],
  text: 'Hjemmemedicin',
} as const;
/** Beside `community`: what is taken at home after this stay. */
export const dischargeCategory = {
  coding: [{ system: categorySystem, code: 'discharge' }],
  text: 'Udskrivningsmedicin',
} as const;

/** The copy of a line. `patient` is `Patient/…`. */
export function copyOf(line: DrugMedication, patient: string): Json {
  return {
    resourceType: 'MedicationRequest',
    extension: [{ url: lineVersionUrl, valueInteger: line.version }],
    identifier: [{ system: drugMedicationSystem, value: line.identifier }],
    status: statusOf[line.status],
    ...(line.reason === undefined ? {} : { statusReason: { text: line.reason } }),
    intent: 'plan',
    category: [communityCategory],
    ...fhirOf(line),
    subject: { reference: patient },
    authoredOn: line.begin,
    requester: { display: line.by },
  };
}

/** Drug, indication and dose of a line as elements of a MedicationRequest. */
export function fhirOf({ drug, route, indication, dosage }: DrugMedicationContent): Json {
  const dose = doseOf(dosage, route);
  return {
    medicationCodeableConcept: {
      coding: [{ system: atcSystem, code: drug.atcCode, display: drug.atcText }],
      text: [drug.atcText, drug.name, drug.form, drug.strength].filter((part) => part !== '').join(', '),
    },
    ...(indication === '' ? {} : { reasonCode: [{ text: indication }] }),
    dosageInstruction:
      dose.steps.length === 0 ? [{ text: dosage.text, route: { text: route } }] : writeDose(dose),
  };
}

/** What a line of the card would say of this MedicationRequest. */
export function contentOf(request: Json): DrugMedicationContent {
  const concept = isObject(request['medicationCodeableConcept']) ? request['medicationCodeableConcept'] : {};
  const atc = listOf(concept['coding']).find(({ system }) => system === atcSystem);
  const dose = readDose(request);
  return {
    drug: {
      atcCode: typeof atc?.['code'] === 'string' ? atc['code'] : '',
      atcText: typeof atc?.['display'] === 'string' ? atc['display'] : wordsOf(concept),
      ...partsOf(wordsOf(concept)),
    },
    route: dose.route,
    indication: listOf(request['reasonCode']).map(wordsOf).join(', '),
    dosage: dosageOf(dose),
  };
}

/** generic, BRAND, form, strength; a brand is written in capitals, and may be missing. */
function partsOf(text: string): { name: string; form: string; strength: string } {
  const [, ...rest] = text.split(', ');
  const name = rest.length >= 3 ? (rest[0] ?? '') : '';
  const [form = '', ...strength] = rest.length >= 3 ? rest.slice(1) : rest;
  return { name, form, strength: strength.join(', ') };
}

/** The identifier of the card's line that this is a copy of, or comes from. */
export function lineIdOf(request: unknown): string | undefined {
  if (!isObject(request)) return undefined;
  const found = listOf(request['identifier']).find(({ system }) => system === drugMedicationSystem);
  return typeof found?.['value'] === 'string' ? found['value'] : undefined;
}

export function lineVersionOf(request: unknown): number | undefined {
  if (!isObject(request)) return undefined;
  const found = listOf(request['extension']).find(({ url }) => url === lineVersionUrl)?.['valueInteger'];
  return typeof found === 'number' ? found : undefined;
}

export function isDischarge(request: unknown): boolean {
  return (
    isObject(request) &&
    listOf(request['category']).some((one) => listOf(one['coding']).some(({ code }) => code === 'discharge'))
  );
}

export function dosageOf(dose: Dose): Dosage {
  const text = dose.steps.length === 0 ? dose.text : doseText({ ...dose, route: '' }, 'da');
  const structure = structureOf(dose);
  return { text, ...(structure === undefined ? {} : { structure }) };
}

function structureOf({ steps }: Dose): DosageStructure | undefined {
  const parts = steps.map(partOf);
  const [first] = parts;
  if (first === undefined) return undefined;
  const fits = parts.every(
    (one) => one !== undefined && one.unit === first.unit && one.iterationDays === first.iterationDays,
  );
  // Several that hold at once, morning and evening; in sequence they are a taper.
  if (!fits || (steps.length > 1 && steps.some(({ until }) => until !== undefined))) return undefined;
  return { ...first, doses: parts.flatMap((one) => one?.doses ?? []) };
}

function partOf({ amount, upTo, rate, when, most, until }: Step): DosageStructure | undefined {
  if (amount === undefined || upTo !== undefined || rate !== undefined || until !== undefined)
    return undefined;
  const quantity = spell(amount.value);
  const often = (count: number) => Array.from({ length: count }, () => ({ quantity }));
  const said = (iterationDays: number, doses: DosageStructure['doses']) => ({
    unit: amount.unit,
    iterationDays,
    doses,
  });
  switch (when.kind) {
    case 'clock':
      return when.weekdays.length > 0
        ? undefined
        : said(
            when.everyDays,
            when.times.map((time) => ({ time, quantity })),
          );
    case 'count': {
      const days = when.unit === 'd' ? when.period : when.unit === 'wk' ? when.period * 7 : undefined;
      return days === undefined || !Number.isInteger(days) ? undefined : said(days, often(when.count));
    }
    case 'needed': {
      if (when.times === undefined || when.minutesBetween !== undefined || when.reason !== '')
        return undefined;
      if (most !== undefined && !isTimes(most, amount, when.times)) return undefined;
      return said(
        1,
        often(when.times).map((dose) => ({ ...dose, accordingToNeed: true as const })),
      );
    }
    case 'interval':
    case 'once':
    case 'continuous':
    case 'unknown':
      return undefined;
  }
}

/** The most in a day is what so many doses are: the structure says no more. */
function isTimes(
  most: NonNullable<Step['most']>,
  amount: NonNullable<Step['amount']>,
  times: number,
): boolean {
  const all = { digits: amount.value.digits * BigInt(times), scale: amount.value.scale };
  return most.unit === amount.unit && compare(most.value, all) === 0;
}

/** Without structure: its words. */
export function doseOf({ text, structure }: Dosage, route: string): Dose {
  if (structure === undefined) return { steps: [], route, text };
  const steps = [...Map.groupBy(structure.doses, (dose) => groupOf(dose)).values()].flatMap(
    (doses): Step[] => {
      const value = decimalOf(doses[0]?.quantity);
      if (value === undefined) return [];
      const amount = { value, unit: structure.unit };
      return [
        {
          amount,
          upTo: undefined,
          rate: undefined,
          most: undefined,
          from: undefined,
          until: undefined,
          when: whenOf(doses, structure.iterationDays),
        },
      ];
    },
  );
  return { steps, route, text };
}

function groupOf({ quantity, time, accordingToNeed }: DosageStructure['doses'][number]): string {
  return `${spell(decimalOf(quantity) ?? { digits: 0n, scale: 0 })} ${accordingToNeed === true} ${time === undefined}`;
}

function whenOf(doses: DosageStructure['doses'], days: number): When {
  if (doses[0]?.accordingToNeed === true)
    return { kind: 'needed', times: doses.length, minutesBetween: undefined, reason: '' };
  const times = doses.flatMap(({ time }) => time ?? []);
  if (times.length === doses.length) return { kind: 'clock', times, everyDays: days, weekdays: [] };
  return days % 7 === 0
    ? { kind: 'count', count: doses.length, period: days / 7, unit: 'wk' }
    : { kind: 'count', count: doses.length, period: days, unit: 'd' };
}

/** From when the status holds: kept from the copy before while the status is the same. */
export function withStatusTime(copy: Json, before: Json | undefined, at: string): Json {
  if (copy['status'] === 'active') return copy;
  const kept =
    before?.['status'] === copy['status']
      ? listOf(before?.['extension']).find(({ url }) => url === statusChangedUrl)
      : undefined;
  return {
    ...copy,
    extension: [...listOf(copy['extension']), kept ?? { url: statusChangedUrl, valueDateTime: at }],
  };
}

/** A MedicationRequest as a line that can be compared. */
export function lineOf(request: Json): CardLine {
  const { drug } = contentOf(request);
  const status = request['status'];
  return {
    id: typeof request['id'] === 'string' ? request['id'] : '',
    atc: drug.atcCode,
    generic: drug.atcText,
    form: drug.form,
    strength: drug.strength,
    dose: readDose(request),
    state: status === 'active' ? 'active' : status === 'on-hold' ? 'paused' : 'stopped',
  };
}

/** The same drug at the same dose: whether the card says what was asked. */
export function isSameContent(a: DrugMedicationContent, b: DrugMedicationContent): boolean {
  const [one, other] = [a, b].map((content) => lineOf({ ...fhirOf(content), status: 'active' }));
  return (
    one !== undefined &&
    other !== undefined &&
    a.drug.atcCode === b.drug.atcCode &&
    differencesOf(one, other).length === 0
  );
}

/** The lines that stand of the medicine after this stay, as they were signed; empty: nobody has. */
export function standingAfter<Request>(
  requests: readonly Request[],
  stay: string | undefined,
): readonly Request[] {
  return requests.filter((one) => {
    const request: unknown = one;
    return (
      stay !== undefined &&
      isObject(request) &&
      isDischarge(request) &&
      request['status'] !== 'cancelled' &&
      request['status'] !== 'entered-in-error' &&
      isObject(request['encounter']) &&
      request['encounter']['reference'] === `Encounter/${stay}`
    );
  });
}
