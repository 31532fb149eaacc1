/**
 * Kidney function against a drug: the newest eGFR beside what a loaded table says of the substance (docs/how/clinical-shapes.md, "what is
 * known of a substance"). No limit stands here.
 */
import { isObject, type Json } from '../json.ts';
import { instantOf } from '../place-time.ts';
import { listOf } from './order.ts';

/** eGFR by creatinine: Danish NPU code, and LOINC (CKD-EPI). */
export const egfrCodes = [
  { system: 'urn:oid:1.2.208.176.2.1', code: 'DNK35302' },
  { system: 'http://loinc.org', code: '62238-1' },
] as const;
/** An older one says little of a patient in hospital, and is told as such (thresholds.md). */
export const egfrDaysMax = 90;
const dayMs = 86_400_000;
/** The formula is of grown-ups. */
const yearsMin = 18;

/** Below this eGFR (mL/min/1.73 m²) this is done. */
export interface RenalLimit {
  readonly below: number;
  readonly action: string;
}

/** An eGFR as it was answered; `comparator` of `>90`. */
export interface Egfr {
  readonly value: number;
  readonly comparator: '<' | '>' | undefined;
  /** When the sample was taken. */
  readonly at: number;
}

export type RenalAnswer =
  /** Nothing is to be said: the eGFR is above all limits, or there is none. */
  | { readonly is: 'fine' }
  | { readonly is: 'below'; readonly egfr: Egfr; readonly limit: RenalLimit }
  | {
      readonly is: 'unchecked';
      readonly why: 'no eGFR' | 'eGFR too old' | 'a child' | 'age unknown' | 'the eGFR cannot be compared';
    };

/** `limits`: of the substance. `at`: when the order begins. */
export function renalAnswer(
  limits: readonly RenalLimit[],
  egfr: Egfr | undefined,
  ageYears: number | undefined,
  at: number | undefined,
): RenalAnswer {
  if (limits.length === 0) return { is: 'fine' };
  if (ageYears === undefined) return { is: 'unchecked', why: 'age unknown' };
  if (ageYears < yearsMin) return { is: 'unchecked', why: 'a child' };
  if (egfr === undefined) return { is: 'unchecked', why: 'no eGFR' };
  if (at !== undefined && egfr.at < at - egfrDaysMax * dayMs) return { is: 'unchecked', why: 'eGFR too old' };
  const { value, comparator } = egfr;
  // Of `<15` it is known that it is below 15 and 30, and of nothing below 15.
  const isBelow = ({ below }: RenalLimit): boolean | undefined =>
    comparator === '<'
      ? value <= below || undefined
      : comparator === '>'
        ? value >= below
          ? false
          : undefined
        : value < below;
  const judged = limits.toSorted((a, b) => a.below - b.below).map((limit) => ({ limit, is: isBelow(limit) }));
  const first = judged.find(({ is }) => is !== false);
  if (first === undefined) return { is: 'fine' };
  return first.is === undefined
    ? { is: 'unchecked', why: 'the eGFR cannot be compared' }
    : { is: 'below', egfr, limit: first.limit };
}

/** undefined: no eGFR, or one without a number, a time or a unit that is known. */
export function readEgfr(observation: Json): Egfr | undefined {
  const concept = isObject(observation['code']) ? observation['code'] : {};
  const isEgfr = listOf(concept['coding']).some(({ system, code }) =>
    egfrCodes.some((one) => one.system === system && one.code === code),
  );
  const quantity = isObject(observation['valueQuantity']) ? observation['valueQuantity'] : {};
  const { value, comparator, unit, code } = quantity;
  const at = instantOf(observation['effectiveDateTime']);
  const written = typeof code === 'string' ? code : unit;
  const isKnown = typeof written === 'string' && /^ml\/min/i.test(written);
  const isWrong = ['entered-in-error', 'cancelled'].includes(String(observation['status']));
  if (!isEgfr || isWrong || !isKnown || typeof value !== 'number' || at === undefined) return undefined;
  const sign = typeof comparator === 'string' ? comparator[0] : undefined;
  return { value, comparator: sign === '<' || sign === '>' ? sign : undefined, at };
}
