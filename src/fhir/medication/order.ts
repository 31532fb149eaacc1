/** What of a MedicationRequest decides when it holds: read alike by the guards and by the screens. */
import { isObject, type Json } from '../json.ts';
import { instantOf } from '../place-time.ts';
import { referenceTarget } from '../search-forms.ts';
import { readDose, statusChangedUrl } from '../dose/dose.ts';
import type { Dose } from '../dose/step.ts';
import { plannedIn, type Planned } from '../dose/times.ts';

export const atcSystem = 'http://www.whocc.no/atc';

export interface Order {
  readonly id: string;
  readonly status: string;
  /** From when the status holds; undefined when nobody said. */
  readonly changedAt: number | undefined;
  readonly ordered: number | undefined;
  readonly dose: Dose;
  /** `Patient/…` */
  readonly patient: string | undefined;
  /** `MedicationRequest/…` that this one came in the place of. */
  readonly prior: string | undefined;
  readonly atc: string | undefined;
  /** Generic name, brand, form, strength, as they were written. */
  readonly drug: string;
  /** Given here, not taken at home. */
  readonly isInpatient: boolean;
}

/** Over for good: it is not taken up again, a new order is written. */
const endedStatuses = new Set(['stopped', 'cancelled', 'completed', 'entered-in-error']);

export function readOrder(request: unknown): Order {
  const json: Json = isObject(request) ? request : {};
  const concept = isObject(json['medicationCodeableConcept']) ? json['medicationCodeableConcept'] : {};
  const codings = listOf(concept['coding']);
  const atc = codings.find(({ system }) => system === atcSystem)?.['code'];
  const changed = listOf(json['extension']).find(({ url }) => url === statusChangedUrl);
  return {
    id: typeof json['id'] === 'string' ? json['id'] : '',
    status: typeof json['status'] === 'string' ? json['status'] : '',
    changedAt: instantOf(changed?.['valueDateTime']),
    ordered: instantOf(json['authoredOn']),
    dose: readDose(json),
    patient: targetOf(json['subject']),
    prior: targetOf(json['priorPrescription']),
    atc: typeof atc === 'string' ? atc : undefined,
    drug: drugText(concept, codings),
    isInpatient: listOf(json['category']).some((one) =>
      listOf(one['coding']).some(({ code }) => code === 'inpatient'),
    ),
  };
}

export function isEnded({ status }: Pick<Order, 'status'>): boolean {
  return endedStatuses.has(status);
}

/** The planned doses within [from, to]: of an order that is over, those of the time when it held. */
export function plannedOf(order: Order, from: number, to: number): readonly Planned[] {
  if (order.status === 'entered-in-error') return [];
  const end = isEnded(order) && order.changedAt !== undefined ? Math.min(to, order.changedAt - 1) : to;
  return plannedIn(order.dose, order.ordered, from, end);
}

/** Whether the order is paused at this moment: a pause does not reach back before it began. */
export function isPausedAt({ status, changedAt }: Order, at: number): boolean {
  return status === 'on-hold' && at >= (changedAt ?? -Infinity);
}

/** Whether a dose may be given by this order at this moment, without saying why. */
export function holdsAt(order: Order, at: number): boolean {
  if (
    order.dose.steps.length > 0 &&
    order.dose.steps.every(({ until }) => until !== undefined && until <= at)
  ) {
    // What was planned for its last hour may be given a little after; a day later it is another decision.
    const last = Math.max(...order.dose.steps.map(({ until }) => until ?? Infinity));
    if (at > last + runOutMs) return false;
  }
  if (order.status === 'active') return true;
  return order.changedAt !== undefined && at < order.changedAt && order.status !== 'entered-in-error';
}
const runOutMs = 12 * 3_600_000;

/** The order and those it came in the place of, newest first. A circle in the data ends it. */
export function chainOf<One extends { readonly id?: string | undefined }>(
  newest: One,
  byId: ReadonlyMap<string, One>,
): readonly One[] {
  const chain: One[] = [];
  let one: One | undefined = newest;
  while (one !== undefined && !chain.includes(one)) {
    chain.push(one);
    const prior: string | undefined = readOrder(one).prior;
    one = prior === undefined ? undefined : byId.get(prior.replace('MedicationRequest/', ''));
  }
  return chain;
}

/** Same substance, by ATC's fifth level; an order without a whole code is compared with none. */
export function isSameSubstance(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && a.length === 7 && a === b;
}

/** Same chemical group, by ATC's fourth level. */
export function isSameGroup(a: string | undefined, b: string | undefined): boolean {
  return (
    a !== undefined && b !== undefined && a.length >= 5 && b.length >= 5 && a.slice(0, 5) === b.slice(0, 5)
  );
}

export function targetOf(reference: unknown): string | undefined {
  return isObject(reference) ? referenceTarget(reference['reference']) : undefined;
}

export function listOf(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

export function wordsOf(concept: unknown): string {
  if (!isObject(concept)) return '';
  if (typeof concept['text'] === 'string') return concept['text'];
  return codingWords(listOf(concept['coding']));
}

function codingWords(codings: readonly Json[]): string {
  const found =
    codings.find(({ display }) => typeof display === 'string')?.['display'] ?? codings[0]?.['code'];
  return typeof found === 'string' ? found : '';
}

function drugText(concept: Json, codings: readonly Json[]): string {
  return typeof concept['text'] === 'string' ? concept['text'] : codingWords(codings);
}
