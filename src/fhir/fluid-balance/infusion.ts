/**
 * What infusions gave: each given dose in ml whose rate is known runs by that rate from when it was begun until its volume is in, its
 * order is stopped or paused, or now. Parts of it are differences of one running total, so that they add up to the whole. What is given
 * into a vein otherwise (no rate, another unit) is not counted, and is told.
 */
import { isObject, type Json } from '../json.ts';
import { isEnded, listOf, readOrder, wordsOf, type Order } from '../medication/order.ts';
import { instantOf } from '../place-time.ts';
import { referenceTarget } from '../search-forms.ts';
import type { Span } from './balance.ts';
import { milliOf } from './kinds.ts';

const hourMs = 3_600_000;

export interface Infused {
  /** The dose, `MedicationAdministration.id`. */
  readonly id: string;
  readonly drug: string;
  readonly from: number;
  readonly until: number;
  /** Thousandths of a ml that ran within a span; undefined when none of it is in the span. */
  readonly within: (span: Span) => number | undefined;
}

export interface Infusions {
  readonly counted: readonly Infused[];
  /** Doses into a vein of which no volume over time is known. */
  readonly uncounted: readonly { readonly id: string; readonly drug: string; readonly at: number }[];
}

/** @param now What is to come is not counted. */
export function infusionsOf(
  administrations: readonly Json[],
  requests: readonly Json[],
  now: number,
): Infusions {
  const orders = new Map<string, Json>(
    requests.map((request) => [`MedicationRequest/${String(request['id'])}`, request]),
  );
  const starts = startsOf(administrations);
  const counted: Infused[] = [];
  const uncounted: { id: string; drug: string; at: number }[] = [];
  for (const given of administrations) {
    if (!isGiven(given)) continue;
    const request = orders.get(requestOf(given));
    const instruction = listOf(request?.['dosageInstruction'])[0];
    const dosage = isObject(given['dosage']) ? given['dosage'] : {};
    const route = wordsOf(dosage['route']) || wordsOf(instruction?.['route']);
    if (!/^i\.?v\.?$/i.test(route.trim())) continue;
    const id = String(given['id']);
    const drug = wordsOf(given['medicationCodeableConcept'] ?? request?.['medicationCodeableConcept']);
    const period = periodOf(given);
    const at = beginningOf(given);
    if (at === undefined) continue;
    const volume = mlOf(dosage['dose'], ['ml', 'mL']);
    const rate = mlOf(rateOf(dosage) ?? rateOf(listOf(instruction?.['doseAndRate'])[0]), perHour);
    if (volume === undefined || rate === undefined || rate <= 0) {
      uncounted.push({ id, drug, at });
      continue;
    }
    const order = request === undefined ? undefined : readOrder(request);
    // The next bag of an order takes the place of the one that runs.
    const next = (starts.get(requestOf(given)) ?? []).find((one) => one > at) ?? Infinity;
    const stopped = Math.min(now, next, instantOf(period['end']) ?? Infinity, stopOf(order));
    const until = Math.max(at, Math.min(at + Math.ceil((volume * hourMs) / rate), stopped));
    counted.push({
      id,
      drug,
      from: at,
      until,
      within: (span) => {
        if (span.until <= at || span.from >= until) return undefined;
        const total = (ms: number) =>
          Math.min(
            volume,
            Math.floor((rate * (Math.max(at, Math.min(ms, until)) - at)) / hourMs / whole) * whole,
          );
        return total(span.until) - total(span.from);
      },
    });
  }
  return { counted, uncounted };
}

function isGiven({ status }: Json): boolean {
  return status === 'completed' || status === 'in-progress';
}

/** `MedicationRequest/…`; nothing without one. */
function requestOf({ request }: Json): string {
  return (isObject(request) ? referenceTarget(request['reference']) : undefined) ?? '';
}

function periodOf({ effectivePeriod }: Json): Json {
  return isObject(effectivePeriod) ? effectivePeriod : {};
}

function beginningOf(given: Json): number | undefined {
  return instantOf(given['effectiveDateTime'] ?? periodOf(given)['start']);
}

/** When doses of each order were begun, in order. */
function startsOf(administrations: readonly Json[]): ReadonlyMap<string, readonly number[]> {
  const starts = new Map<string, number[]>();
  for (const given of administrations) {
    const [request, at] = [requestOf(given), beginningOf(given)];
    if (request === '' || at === undefined || !isGiven(given)) continue;
    starts.set(
      request,
      [...(starts.get(request) ?? []), at].toSorted((a, b) => a - b),
    );
  }
  return starts;
}

const perHour = ['ml/time', 'ml/t', 'ml/h', 'mL/h'];
// What is computed is told in whole ml.
const whole = 1000;

function rateOf(part: Json | undefined): unknown {
  return part?.['rateQuantity'];
}

/** Thousandths of a ml, of a quantity in one of these units. */
function mlOf(quantity: unknown, units: readonly string[]): number | undefined {
  if (!isObject(quantity)) return undefined;
  const unit = quantity['unit'] ?? quantity['code'];
  return typeof unit === 'string' && units.includes(unit)
    ? milliOf(quantity['$value'] ?? quantity['value'])
    : undefined;
}

/** When its order ended or was paused. */
function stopOf(order: Order | undefined): number {
  if (order === undefined || order.changedAt === undefined) return Infinity;
  return isEnded(order) || order.status === 'on-hold' ? order.changedAt : Infinity;
}
