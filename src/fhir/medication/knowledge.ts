/**
 * What is known of drugs, as it was loaded: rows of MedicationKnowledge (docs/how/clinical-shapes.md). A row says of itself which
 * checks it covers and where it comes from; what no row covers is *not checked*, and whoever asks says so.
 */
import { isObject, type Json } from '../json.ts';
import { strengthOf, type Amount, type Strength } from '../dose/amount.ts';
import { amountOf } from '../dose/dose.ts';
import { atcSystem, listOf, wordsOf } from './order.ts';
import type { RenalLimit } from './renal.ts';

export const drugKnowledgeSystem = 'https://holdfast.dk/fhir/drug-knowledge';

export type Covered = 'limits' | 'interactions' | 'risk' | 'renal';

/** Of one substance, by its ATC code. */
export interface Substance {
  readonly atc: string;
  /** Which table says it; shown with every answer. */
  readonly source: string;
  readonly covers: ReadonlySet<Covered>;
  /** Two people sign for each dose. */
  readonly isHighRisk: boolean;
  readonly limits: readonly Limit[];
  readonly interactions: readonly Interaction[];
  readonly renal: readonly RenalLimit[];
}

/** Most that may be given, to patients of an age; by weight when `perKg`. */
export interface Limit {
  readonly perDay: Amount | undefined;
  readonly perDose: Amount | undefined;
  readonly perKg: boolean;
  readonly fromYears: number;
  /** The first age at which it does not hold any more. */
  readonly untilYears: number;
}

export interface Interaction {
  /** ATC code or the beginning of one. */
  readonly with: string;
  readonly severity: string;
  readonly text: string;
}

/** One package that can be ordered, with the doses it is usually ordered in. */
export interface Product {
  readonly id: string;
  readonly atc: string;
  readonly generic: string;
  /** generic, BRAND, form, strength */
  readonly text: string;
  readonly form: string;
  readonly strength: Strength | undefined;
  readonly route: string;
  readonly indication: string;
  /** What is printed on the package, as a scanner reads it. */
  readonly packages: readonly string[];
  /** Codes of the package beside its ATC code, as an order repeats them. */
  readonly codings: readonly { readonly system: string; readonly code: string; readonly display: string }[];
  /** `dosageInstruction` each. */
  readonly templates: readonly (readonly Json[])[];
}

/** undefined: not a row about a substance. */
export function readSubstance(row: Json): Substance | undefined {
  const classes = classesOf(row);
  const atc = codeOf(row, atcSystem);
  if (!classes.has('substance') || atc === undefined || row['status'] === 'entered-in-error')
    return undefined;
  const contained = new Map(listOf(row['contained']).map((one) => [`#${String(one['id'])}`, one]));
  return {
    atc,
    source: sourceOf(row),
    covers: new Set(
      (['limits', 'interactions', 'risk', 'renal'] as const).filter((one) => classes.has(`covers-${one}`)),
    ),
    isHighRisk: classes.has('high-risk'),
    limits: listOf(row['administrationGuidelines']).flatMap(limitsOf),
    interactions: listOf(row['contraindication']).flatMap(({ reference }) => {
      const issue = contained.get(String(reference));
      return issue === undefined ? [] : interactionsOf(issue);
    }),
    renal: listOf(row['administrationGuidelines']).flatMap(renalOf),
  };
}

/** undefined: not a row about a package. */
export function readProduct(row: Json): Product | undefined {
  const atc = codeOf(row, atcSystem);
  if (!classesOf(row).has('product') || atc === undefined || row['status'] !== 'active') return undefined;
  const code = isObject(row['code']) ? row['code'] : {};
  const form = wordsOf(row['doseForm']);
  const strong = listOf(row['drugCharacteristic']).find(({ type }) => wordsOf(type) === 'strength')?.[
    'valueString'
  ];
  const guidelines = listOf(row['administrationGuidelines']);
  return {
    id: String(row['id']),
    atc,
    generic: textIn(listOf(code['coding']).find(({ system }) => system === atcSystem)?.['display']),
    text: wordsOf(code),
    form,
    strength: typeof strong === 'string' ? strengthOf(form, strong) : undefined,
    route: wordsOf(listOf(row['intendedRoute'])[0]),
    indication: wordsOf(guidelines[0]?.['indicationCodeableConcept']),
    packages: listOf(code['coding']).flatMap(({ system, code: printed }) =>
      system !== atcSystem && typeof printed === 'string' ? [printed] : [],
    ),
    codings: listOf(code['coding'])
      .filter(({ system }) => system !== atcSystem)
      .map(({ system, code: printed, display }) => ({
        system: String(system),
        code: String(printed),
        display: textIn(display),
      })),
    templates: guidelines.flatMap((guideline) =>
      listOf(guideline['dosage'])
        .filter(({ type }) => hasCode(type, 'template'))
        .map(({ dosage }) => listOf(dosage)),
    ),
  };
}

/** Form and strength of an order's text, as our own orders write it: generic, BRAND, form, strength. */
export function strengthOfText(drug: string): Strength | undefined {
  const parts = drug.split(', ');
  return parts.length < 3 ? undefined : strengthOf(parts.slice(2, -1).join(', '), parts.at(-1) ?? '');
}

function limitsOf(guideline: Json): Limit[] {
  const characteristics = listOf(guideline['patientCharacteristics']);
  const age = characteristics.find(({ characteristicCodeableConcept: kind }) => hasCode(kind, '30525-0'))?.[
    'value'
  ];
  const [from, until] = Array.isArray(age) ? age.map(Number) : [];
  return listOf(guideline['dosage'])
    .filter(({ type }) => hasCode(type, 'maximum'))
    .flatMap(({ dosage }) => listOf(dosage))
    .map((dosage) => {
      const period = dosage['maxDosePerPeriod'];
      const perDay = amountOf(isObject(period) ? period['numerator'] : undefined);
      const perDose = amountOf(dosage['maxDosePerAdministration']);
      return {
        perDay: withoutWeight(perDay),
        perDose: withoutWeight(perDose),
        perKg: [perDay, perDose].some((each) => each?.unit.endsWith('/kg')),
        fromYears: from ?? 0,
        untilYears: until === undefined || Number.isNaN(until) ? Infinity : until,
      };
    });
}

/** The eGFR below which something is done, as `patientCharacteristics`, and what in the words of the dose. */
function renalOf(guideline: Json): RenalLimit[] {
  const below = listOf(guideline['patientCharacteristics']).find(({ characteristicCodeableConcept: kind }) =>
    hasCode(kind, 'egfr-below'),
  )?.['value'];
  const [limit] = Array.isArray(below) ? below.map(Number) : [];
  if (limit === undefined || !Number.isFinite(limit)) return [];
  return listOf(guideline['dosage'])
    .filter(({ type }) => hasCode(type, 'renal'))
    .flatMap(({ dosage }) => listOf(dosage))
    .map(({ text }) => ({ below: limit, action: textIn(text) }));
}

function withoutWeight(amount: Amount | undefined): Amount | undefined {
  return amount === undefined ? undefined : { ...amount, unit: amount.unit.replace(/\/kg$/, '') };
}

function interactionsOf(issue: Json): Interaction[] {
  return listOf(issue['implicated']).flatMap(({ identifier }) => {
    const atc = isObject(identifier) && identifier['system'] === atcSystem ? identifier['value'] : undefined;
    if (typeof atc !== 'string') return [];
    return [{ with: atc, severity: textIn(issue['severity']), text: textIn(issue['detail']) }];
  });
}

function classesOf(row: Json): ReadonlySet<string> {
  return new Set(
    listOf(row['medicineClassification'])
      .flatMap(({ classification }) => listOf(classification))
      .flatMap(({ coding }) => listOf(coding))
      .filter(({ system }) => system === drugKnowledgeSystem)
      .map(({ code }) => String(code)),
  );
}

/** The table that a row is of: `monograph.source.display`. */
function sourceOf(row: Json): string {
  const display = listOf(row['monograph'])
    .map(({ source }) => (isObject(source) ? source['display'] : undefined))
    .find((one) => typeof one === 'string');
  return typeof display === 'string' ? display : `MedicationKnowledge/${String(row['id'])}`;
}

function codeOf(row: Json, system: string): string | undefined {
  const code = isObject(row['code'])
    ? listOf(row['code']['coding']).find((one) => one['system'] === system)?.['code']
    : undefined;
  return typeof code === 'string' ? code : undefined;
}

function hasCode(concept: unknown, code: string): boolean {
  return isObject(concept) && listOf(concept['coding']).some((one) => one['code'] === code);
}

function textIn(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
