/**
 * What goes in and comes out, as Observations (docs/how/clinical-shapes.md). Kinds are data: an id that is our code, the side it counts
 * on, the LOINC code of the same where there is one, and the amount in ml above which one entry is unusual. Amounts are counted in
 * thousandths of a ml, which are whole numbers: no sum of them is ever off.
 */
import { codesOf, loinc } from '../early-warning/observe.ts';
import { decimalOf, shift } from '../dose/decimal.ts';
import { isObject, type Json } from '../json.ts';
import { instantOf } from '../place-time.ts';
import json from './kinds.json' with { type: 'json' };

export const fluidSystem = 'https://holdfast.dk/fhir/fluid';
export const observationCategorySystem = 'https://holdfast.dk/fhir/observation-category';
export const fluidCategory = 'fluid-balance';

export interface FluidKind {
  readonly id: string;
  readonly side: 'in' | 'out';
  readonly loinc?: string;
  readonly danish: string;
  /** ml; more in one entry is asked about. */
  readonly unusual: number;
}
export const fluidKinds: readonly FluidKind[] = json.map((kind) => ({
  ...kind,
  side: kind.side === 'in' ? 'in' : 'out',
}));

/** ml in one entry that no patient takes or gives. */
export const entryMostMl = 10_000;

export interface FluidEntry {
  readonly id: string;
  readonly kind: FluidKind;
  /** Thousandths of a ml. */
  readonly milli: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export type FluidReading =
  | { readonly entry: FluidEntry }
  /** Which element cannot be read, and what was expected. */
  | { readonly at: string; readonly detail: string; readonly text: string };

/** Whether it is part of a fluid balance. Cheap: it is asked of every Observation that is written. */
export function isFluid(observation: Json): boolean {
  const categories = Array.isArray(observation['category']) ? observation['category'] : [];
  return categories.some((one) => codesOf(one, observationCategorySystem).includes(fluidCategory));
}

/** One entry as it counts. */
export function readFluid(observation: Json): FluidReading {
  const own = codesOf(observation['code'], fluidSystem);
  const named = codesOf(observation['code'], loinc);
  const kind =
    fluidKinds.find(({ id }) => own.includes(id)) ??
    fluidKinds.find((one) => one.loinc !== undefined && named.includes(one.loinc));
  if (kind === undefined)
    return {
      at: 'code',
      detail: 'unknown-kind',
      text: `expected a code of ${fluidSystem}: ${fluidKinds.map(({ id }) => id).join(', ')}`,
    };
  const at = instantOf(observation['effectiveDateTime']);
  if (at === undefined || !String(observation['effectiveDateTime']).includes('T'))
    return { at: 'effectiveDateTime', detail: 'no-time', text: 'expected the moment with its time' };
  const quantity = observation['valueQuantity'];
  if (!isObject(quantity))
    return { at: 'valueQuantity', detail: 'no-amount', text: 'expected an amount in ml' };
  const unit = quantity['code'] ?? quantity['unit'];
  if (unit !== 'mL' && unit !== 'ml')
    return { at: 'valueQuantity', detail: 'unit', text: `is in '${String(unit)}'; expected ml` };
  const milli = milliOf(quantity['$value'] ?? quantity['value']);
  if (milli === undefined || milli < 0 || quantity['comparator'] !== undefined)
    return {
      at: 'valueQuantity.value',
      detail: 'impossible',
      text: 'expected an amount from 0, with at most three decimals',
    };
  return { entry: { id: typeof observation['id'] === 'string' ? observation['id'] : '', kind, milli, at } };
}

/** Thousandths of a ml in a number of ml; undefined when it is none, or finer than that. */
export function milliOf(value: unknown): number | undefined {
  const decimal = decimalOf(value);
  if (decimal === undefined) return undefined;
  const { digits, scale } = shift(decimal, 3);
  return scale === 0 ? Number(digits) : undefined;
}
