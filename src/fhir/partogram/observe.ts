/**
 * What is seen of a birth, as Observations (docs/how/clinical-shapes.md): names, units, outer limits, and reading them. The mother's
 * own pulse, pressure and temperature are vital signs as everybody's (`fhir/early-warning`).
 */
import { isObject, type Json } from '../json.ts';

/** Codes of ours, where no code is known to us for sure; `Observation.category` of all of them is `labour`. */
export const partogramSystem = 'https://holdfast.dk/fhir/partogram';
export const labourCategory = 'labour';
/** Which child, when there are several: `valueCode` A, B or C by who lies first. */
export const fetusUrl = 'https://holdfast.dk/fhir/fetus';
export const fetuses = ['A', 'B', 'C'] as const;
export type Fetus = (typeof fetuses)[number];

export interface Measure {
  readonly unit: string;
  readonly ucum: string;
  /** Outside: no body has it. */
  readonly least: number;
  readonly most: number;
  /** Outside: unusual. */
  readonly low: number;
  readonly high: number;
  /** The smallest difference that is told. */
  readonly step: number;
}

/** The limits are beyond what bodies have, so that no real value is refused; docs/clinical-safety/thresholds.md. */
export const measures = {
  dilatation: { unit: 'cm', ucum: 'cm', least: 0, most: 10, low: 0, high: 10, step: 0.5 },
  station: { unit: 'cm', ucum: 'cm', least: -5, most: 5, low: -3, high: 3, step: 1 },
  contractions: { unit: '/10 min', ucum: '/(10.min)', least: 0, most: 20, low: 0, high: 7, step: 1 },
  'contraction-duration': { unit: 's', ucum: 's', least: 0, most: 900, low: 10, high: 120, step: 1 },
  'heart-rate': { unit: '/min', ucum: '/min', least: 0, most: 300, low: 80, high: 200, step: 1 },
  caput: { unit: '', ucum: '1', least: 0, most: 3, low: 0, high: 3, step: 1 },
  moulding: { unit: '', ucum: '1', least: 0, most: 3, low: 0, high: 3, step: 1 },
  oxytocin: { unit: 'ml/time', ucum: 'mL/h', least: 0, most: 1000, low: 0, high: 300, step: 0.1 },
} as const satisfies Readonly<Record<string, Measure>>;
export type MeasureKind = keyof typeof measures;

const liquors = ['clear', 'meconium', 'blood', 'absent'] as const;
export type Liquor = (typeof liquors)[number];

/** What happened at a moment and has no value: `effectiveDateTime` says when. */
const moments = ['membranes-ruptured', 'epidural', 'birth'] as const;
export type MomentKind = (typeof moments)[number];

export type LabourFact =
  | { readonly kind: MeasureKind; readonly value: number; readonly fetus: Fetus | undefined }
  | { readonly kind: 'liquor'; readonly value: Liquor }
  | { readonly kind: MomentKind }
  | { readonly kind: 'event'; readonly value: string };
export type LabourKind = LabourFact['kind'];

/** LOINC beside ours, of those that we are sure of. */
export const loincOf: Partial<Record<LabourKind, string>> = { 'heart-rate': '55283-6' };

/** Cheap: it is asked of every Observation that is written. */
export function isLabour(observation: Json | undefined): boolean {
  return list(observation?.['category']).some((one) => codeOf(one) === labourCategory);
}

/** What one says; a sentence about what is wrong when it cannot be read as any of them. */
export function labourFactOf(observation: Json): LabourFact | { readonly unread: string } {
  const kind = codeOf(observation['code']);
  if (kind === undefined) return { unread: `has no code of ${partogramSystem}` };
  if (isMeasure(kind)) {
    const { ucum } = measures[kind];
    const quantity = observation['valueQuantity'];
    if (!isObject(quantity) || typeof quantity['value'] !== 'number')
      return { unread: 'has no valueQuantity' };
    if (quantity['comparator'] !== undefined)
      return { unread: 'has a comparator; expected a measured value' };
    if (quantity['code'] !== ucum)
      return { unread: `is in '${String(quantity['code'])}'; expected the UCUM code ${ucum}` };
    const fetus = list(observation['extension']).find(({ url }) => url === fetusUrl)?.['valueCode'];
    const known = fetuses.find((one) => one === fetus);
    if (fetus !== undefined && known === undefined)
      return { unread: `is of another fetus than ${fetuses.join(', ')}` };
    return { kind, value: quantity['value'], fetus: known };
  }
  if (kind === 'liquor') {
    const code = codeOf(observation['valueCodeableConcept']);
    const value = liquors.find((one) => one === code);
    return value === undefined
      ? { unread: `is not one of ${liquors.join(', ')} of ${partogramSystem}` }
      : { kind, value };
  }
  if (kind === 'event') {
    const text = observation['valueString'];
    return typeof text === 'string' && text.trim() !== ''
      ? { kind, value: text }
      : { unread: 'has no valueString' };
  }
  const moment = moments.find((one) => one === kind);
  return moment === undefined
    ? { unread: `has the unknown code '${kind}' of ${partogramSystem}` }
    : { kind: moment };
}

function isMeasure(kind: string): kind is MeasureKind {
  return Object.hasOwn(measures, kind);
}

/** undefined: neither. */
export function howLikely(kind: MeasureKind, value: number): 'impossible' | 'unusual' | undefined {
  const { least, most, low, high, step } = measures[kind];
  const steps = value / step;
  if (value < least || value > most || Math.abs(steps - Math.round(steps)) > 1e-6) return 'impossible';
  return value < low || value > high ? 'unusual' : undefined;
}

function codeOf(concept: unknown): string | undefined {
  if (!isObject(concept)) return undefined;
  const code = list(concept['coding']).find(({ system }) => system === partogramSystem)?.['code'];
  return typeof code === 'string' ? code : undefined;
}

function list(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
