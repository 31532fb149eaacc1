import {
  fetuses,
  howLikely,
  measures,
  type Fetus,
  type LabourFact,
  type Liquor,
  type MeasureKind,
} from '../../../src/fhir/partogram/observe.ts';
import { readField, readMoment, type SetValues } from '../vitals/set-fields.ts';

// What is typed of one examination, field by field in the order in which it is done, and how it is read. An empty field says nothing.

export const lookFields = [
  'heartA',
  'heartB',
  'contractions',
  'contraction-duration',
  'dilatation',
  'station',
  'liquor',
  'caput',
  'moulding',
  'oxytocin',
  'pulse',
  'pressure',
  'temperature',
] as const;
export type LookField = (typeof lookFields)[number];

/** Times of the clock at which something happened, and words. */
export const moreFields = ['ruptured', 'epidural', 'event'] as const;
export type MoreField = (typeof moreFields)[number];

export type LookFault =
  | { readonly kind: 'number' | 'pressure' | 'pressureForm' | 'letter' | 'time' }
  | { readonly kind: 'impossible'; readonly least: number; readonly most: number }
  | { readonly kind: 'step'; readonly step: number };

export type ReadLook = {
  readonly facts: readonly LabourFact[];
  /** Of the mother. */
  readonly values: SetValues;
  /** What happened at another moment than that of the examination. */
  readonly happened: readonly { readonly kind: 'membranes-ruptured' | 'epidural'; readonly at: number }[];
  readonly faults: Readonly<Partial<Record<LookField | MoreField, LookFault>>>;
  readonly unusual: ReadonlySet<string>;
};

const kindOf: Readonly<Partial<Record<LookField, MeasureKind>>> = {
  heartA: 'heart-rate',
  heartB: 'heart-rate',
  contractions: 'contractions',
  'contraction-duration': 'contraction-duration',
  dilatation: 'dilatation',
  station: 'station',
  caput: 'caput',
  moulding: 'moulding',
  oxytocin: 'oxytocin',
};
const letters: Readonly<Record<string, Liquor>> = { K: 'clear', M: 'meconium', B: 'blood', I: 'absent' };

/** @param twins Two hearts are told apart; of one alone nobody asks which. @param now For times of the clock. */
export function readLook(fields: Readonly<Record<string, string>>, twins: boolean, now: number): ReadLook {
  const facts: LabourFact[] = [];
  const faults: Partial<Record<LookField | MoreField, LookFault>> = {};
  const unusual = new Set<string>();
  let values: SetValues = {};
  for (const field of lookFields) {
    const text = (fields[field] ?? '').trim();
    if (text === '' || (field === 'heartB' && !twins)) continue;
    const kind = kindOf[field];
    if (kind !== undefined) {
      const read = readMeasure(kind, text);
      if (typeof read !== 'number') faults[field] = read;
      else {
        facts.push({ kind, value: read, fetus: fetusOf(field, twins) });
        if (howLikely(kind, read) === 'unusual') unusual.add(field);
      }
    } else if (field === 'liquor') {
      const value = letters[text.toUpperCase()];
      if (value === undefined) faults[field] = { kind: 'letter' };
      else facts.push({ kind: 'liquor', value });
    } else if (field === 'pulse' || field === 'pressure' || field === 'temperature') {
      const read = readField(field, text, 'da', '');
      if (read.fault === undefined) values = { ...values, ...read.values };
      else
        faults[field] =
          read.fault.kind === 'unread'
            ? { kind: field === 'pressure' ? 'pressureForm' : 'number' }
            : read.fault;
      if (read.unusual === true) unusual.add(field);
    }
  }
  const event = (fields['event'] ?? '').trim();
  if (event !== '') facts.push({ kind: 'event', value: event });
  const happened = (['ruptured', 'epidural'] as const).flatMap((field) => {
    const text = (fields[field] ?? '').trim();
    if (text === '') return [];
    const at = readMoment(text, now);
    if (at !== undefined)
      return [{ kind: field === 'ruptured' ? ('membranes-ruptured' as const) : field, at }];
    faults[field] = { kind: 'time' };
    return [];
  });
  return { facts, values, happened, faults, unusual };
}

/** `+2`, `-1`, `4,5`: whole, or in the steps in which it is told. */
function readMeasure(kind: MeasureKind, text: string): number | LookFault {
  const { least, most, step } = measures[kind];
  if (!/^[+\-−]?\d{1,4}(?:[,.]\d)?$/.test(text)) return { kind: 'number' };
  const value = Number(text.replace(',', '.').replace('−', '-'));
  if (value < least || value > most) return { kind: 'impossible', least, most };
  return howLikely(kind, value) === 'impossible' ? { kind: 'step', step } : value;
}

function fetusOf(field: LookField, twins: boolean): Fetus | undefined {
  if (!twins) return undefined;
  return field === 'heartA' ? fetuses[0] : field === 'heartB' ? fetuses[1] : undefined;
}
