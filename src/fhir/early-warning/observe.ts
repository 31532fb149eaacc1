/** Early-warning facts as Observations (docs/how/clinical-shapes.md): reading the measurements of any source, and the names of ours. */
import { isObject, type Json } from '../json.ts';
import { consciousnessLetters, type Consciousness, type Counted, type Measured } from './table.ts';
import type { Plausible } from './plausible.ts';

export const loinc = 'http://loinc.org';
export const scoreSystem = 'http://snomed.info/sct';
export const scoreCode = '1104051000000101';
/** `Observation.method.coding` of a score: code = a table's id, version = its version. */
export const tableSystem = 'https://holdfast.dk/fhir/early-warning-table';
/** Codes of ours beside a score: `single-three` (interpretation), `concern`, `saturation-scale-2`, `interval`. */
export const ownSystem = 'https://holdfast.dk/fhir/early-warning';
export const nextDueUrl = 'https://holdfast.dk/fhir/next-due';

const kindsByCode: Readonly<Record<string, Plausible | 'consciousness'>> = {
  '9279-1': 'respiration',
  '59408-5': 'saturation',
  '2708-6': 'saturation',
  '3151-8': 'oxygen',
  '8480-6': 'systolic',
  '8462-4': 'diastolic',
  '8867-4': 'pulse',
  '8310-5': 'temperature',
  '67775-7': 'consciousness',
  '29463-7': 'weight',
  '8302-2': 'height',
};
const pressureCodes = ['85354-9', '55284-4'];

/** The LOINC code that we write of each. */
export const codeOf: Readonly<Record<Counted | 'consciousness' | 'pressure' | 'diastolic', string>> = {
  respiration: '9279-1',
  saturation: '59408-5',
  oxygen: '3151-8',
  pressure: '85354-9',
  systolic: '8480-6',
  diastolic: '8462-4',
  pulse: '8867-4',
  consciousness: '67775-7',
  temperature: '8310-5',
};

const unitsByKind: Readonly<Record<Plausible, readonly string[]>> = {
  respiration: ['/min', '{breaths}/min', 'breaths/min'],
  saturation: ['%'],
  oxygen: ['L/min', 'l/min'],
  systolic: ['mm[Hg]', 'mmHg'],
  diastolic: ['mm[Hg]', 'mmHg'],
  pulse: ['/min', '{beats}/min', 'beats/min'],
  temperature: ['Cel', '°C', 'C'],
  weight: ['kg'],
  height: ['cm'],
};

export type Reading =
  | { readonly kind: Plausible; readonly value: number; readonly at: string }
  | { readonly kind: 'consciousness'; readonly value: Consciousness; readonly at: string };

export interface Readings {
  readonly readings: readonly Reading[];
  /** What was meant as a measurement and cannot be read as one: another unit, another letter. */
  readonly unread: readonly { readonly at: string; readonly text: string }[];
}

/** Whether it is one of the vital signs that are read here. Cheap: it is asked of every Observation that is written. */
export function isVitalSign(observation: Json): boolean {
  return codesOf(observation['code'], loinc).some(
    (code) => kindsByCode[code] !== undefined || pressureCodes.includes(code),
  );
}

export function isScore(observation: Json): boolean {
  return codesOf(observation['code'], scoreSystem).includes(scoreCode);
}

/** All of a measurement that is read here; nothing of other Observations. */
export function readingsOf(observation: Json): Readings {
  const found: { readings: Reading[]; unread: { at: string; text: string }[] } = { readings: [], unread: [] };
  read(observation, '', found);
  for (const [index, component] of list(observation['component']).entries())
    read(component, `component[${index}].`, found);
  return found;
}

/** The measurements of a set; of two of one kind the first. */
export function measuredIn(readings: readonly Reading[]): Measured {
  const measured: Record<string, number | string> = {};
  for (const { kind, value } of readings) measured[kind] ??= value;
  return measured as Measured;
}

function read(
  part: Json,
  prefix: string,
  found: { readings: Reading[]; unread: { at: string; text: string }[] },
): void {
  const kind = codesOf(part['code'], loinc)
    .map((code) => kindsByCode[code])
    .find((one) => one !== undefined);
  if (kind === undefined) return;
  if (kind === 'consciousness') {
    const value = part['valueCodeableConcept'];
    const said = isObject(value) ? [value['text'], ...list(value['coding']).map(({ code }) => code)] : [];
    const letter = consciousnessLetters.find((one) => said.includes(one));
    const at = `${prefix}valueCodeableConcept`;
    if (letter !== undefined) found.readings.push({ kind, value: letter, at });
    else if (value !== undefined)
      found.unread.push({ at, text: `is not one of ${consciousnessLetters.join(', ')} as text or code` });
    return;
  }
  const quantity = part['valueQuantity'];
  if (!isObject(quantity) || typeof quantity['value'] !== 'number') return;
  const { code, unit: written } = quantity;
  const unit = typeof code === 'string' ? code : typeof written === 'string' ? written : '';
  const at = `${prefix}valueQuantity`;
  if (quantity['comparator'] !== undefined)
    found.unread.push({ at, text: 'has a comparator; expected a measured value' });
  else if (!unitsByKind[kind].includes(unit))
    found.unread.push({ at, text: `is in '${unit}'; expected ${unitsByKind[kind][0]}` });
  else found.readings.push({ kind, value: quantity['value'], at });
}

/** Codes of a concept in a system. */
export function codesOf(concept: unknown, system: string): string[] {
  if (!isObject(concept)) return [];
  return list(concept['coding']).flatMap(({ system: of, code }) =>
    of === system && typeof code === 'string' ? [code] : [],
  );
}

export function list(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** A condition that says so: ICD-10 chapter XV (pregnancy, birth, the weeks after it) and Z33–Z35, as SKS writes them. */
export function saysPregnant(condition: Json): boolean {
  const clinical = list(isObject(condition['clinicalStatus']) ? condition['clinicalStatus']['coding'] : []);
  if (clinical.some(({ code }) => code === 'inactive' || code === 'resolved' || code === 'remission'))
    return false;
  const verification = condition['verificationStatus'];
  const refuted = list(isObject(verification) ? verification['coding'] : []);
  if (refuted.some(({ code }) => code === 'entered-in-error' || code === 'refuted')) return false;
  const { code: concept } = condition;
  const codings = list(isObject(concept) ? concept['coding'] : []);
  return codings.some(({ system, code }) => {
    if (typeof code !== 'string') return false;
    if (system === sks) return /^D(O|Z3[345])/.test(code);
    return system === 'http://hl7.org/fhir/sid/icd-10' && /^(O|Z3[345])/.test(code);
  });
}
const sks = 'urn:oid:1.2.208.176.2.4.12';

/** Whole years on a day of the calendar of UTC: a table's limit by age is in years. */
export function yearsAt(birthDate: unknown, at: number): number | undefined {
  const born = typeof birthDate === 'string' ? /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?/.exec(birthDate) : null;
  if (born === null) return undefined;
  const day = new Date(at).toISOString().slice(0, 10);
  const years = Number(day.slice(0, 4)) - Number(born[1]);
  return day.slice(5) < `${born[2] ?? '01'}-${born[3] ?? '01'}` ? years - 1 : years;
}
