/**
 * What is to be known before an order is signed: CAVE, double orders, the most that may be given, interactions. Pure: the guard brings
 * what the record says. What could not be checked is an answer too, never silence.
 */
import type { Json } from '../json.ts';
import { convert, compareAmounts, ofForm, showAmount, type Amount } from '../dose/amount.ts';
import { decimalOf, multiply } from '../dose/decimal.ts';
import { amountOfDay, sumOf } from '../dose/times.ts';
import { caveAgainst } from './cave.ts';
import { strengthOfText, type Limit, type Substance } from './knowledge.ts';
import { isSameGroup, isSameSubstance, type Order } from './order.ts';
import { fhirMoment } from '../place-time.ts';
import { renalAnswer, type Egfr } from './renal.ts';

export const alertSystem = 'https://holdfast.dk/fhir/alert';

/** Those in the first list stop the order until a person has answered them; the others are marks in the line. */
export const interrupting = ['cave', 'above-maximum', 'duplicate-high-risk'] as const;
export type AlertCode =
  | (typeof interrupting)[number]
  | 'duplicate'
  | 'same-group'
  | 'at-maximum'
  | 'interaction'
  | 'renal'
  | 'cave-unasked'
  | 'not-checked';

export interface Alert {
  readonly code: AlertCode;
  /** `Type/id` of what it is about. */
  readonly about: readonly string[];
  /** In English, with the facts after the last colon: screens say the rest in their own language. */
  readonly text: string;
}

export interface Known {
  readonly order: Order;
  readonly generic: string;
  /** Other orders of the patient that hold, here in hospital. */
  readonly others: readonly Order[];
  readonly allergies: readonly Json[];
  readonly substances: ReadonlyMap<string, Substance>;
  readonly ageYears: number | undefined;
  readonly weightKg: number | undefined;
  /** The newest. */
  readonly egfr: Egfr | undefined;
}

export function checkOrder(known: Known): readonly Alert[] {
  const { order, others } = known;
  const substance = order.atc === undefined ? undefined : known.substances.get(order.atc);
  return [
    ...caveAlerts(known),
    ...doubleAlerts(order, others, substance),
    ...limitAlerts(known, substance),
    ...interactionAlerts(known, substance),
    ...renalAlerts(known, substance),
    ...(substance?.covers.has('risk') === true ? [] : [notChecked('high risk')]),
  ];
}

function caveAlerts({ order, generic, allergies }: Known): Alert[] {
  const { against, unclear, unasked } = caveAgainst({ ...order, generic }, allergies);
  return [
    ...against.map((one): Alert => ({
      code: 'cave',
      about: [one],
      text: `the patient has reacted to it or to its class: ${one}`,
    })),
    ...unclear.map((one): Alert => notChecked('CAVE', one)),
    ...(unasked
      ? [{ code: 'cave-unasked' as const, about: [], text: 'nobody has asked the patient about CAVE' }]
      : []),
  ];
}

function doubleAlerts(order: Order, others: readonly Order[], substance: Substance | undefined): Alert[] {
  if (order.atc === undefined) return [notChecked('double orders')];
  return others.flatMap((other): Alert[] => {
    const about = [`MedicationRequest/${other.id}`];
    if (isSameSubstance(order.atc, other.atc))
      return [
        {
          code: substance?.isHighRisk === true ? 'duplicate-high-risk' : 'duplicate',
          about,
          text: `the same substance is ordered already: ${about[0]}`,
        },
      ];
    if (isSameGroup(order.atc, other.atc))
      return [
        { code: 'same-group', about, text: `a drug of the same group is ordered already: ${about[0]}` },
      ];
    return [];
  });
}

function limitAlerts(
  { order, others, ageYears, weightKg }: Known,
  substance: Substance | undefined,
): Alert[] {
  if (substance?.covers.has('limits') !== true) return [notChecked('largest dose')];
  if (ageYears === undefined && substance.limits.some(isOfAge))
    return [notChecked('largest dose', 'age unknown')];
  const fitting = substance.limits.filter(
    ({ fromYears, untilYears }) => (ageYears ?? 0) >= fromYears && (ageYears ?? 0) < untilYears,
  );
  if (fitting.length === 0) return [notChecked('largest dose', 'no limit for this age')];
  const same = [order, ...others.filter((other) => isSameSubstance(order.atc, other.atc))];
  const alerts = fitting.flatMap((limit): Alert[] => {
    if (limit.perKg && weightKg === undefined) return [notChecked('largest dose', 'weight unknown')];
    const times = (amount: Amount | undefined) => (limit.perKg ? byWeight(amount, weightKg) : amount);
    return [
      ...compared('24 h', dayOf(same, limit), times(limit.perDay), substance.source),
      ...compared('1', doseOf(order, limit), times(limit.perDose), substance.source),
    ];
  });
  // One alert of a kind: the same sentence twice is read by nobody.
  return alerts.filter(
    ({ code, text }, index) => alerts.findIndex((one) => one.code === code && one.text === text) === index,
  );
}

function compared(
  per: string,
  given: Amount | 'unknown' | undefined,
  most: Amount | undefined,
  source: string,
): Alert[] {
  if (most === undefined || given === undefined) return [];
  const difference = given === 'unknown' ? undefined : compareAmounts(given, most);
  if (given === 'unknown' || difference === undefined)
    return [notChecked('largest dose', 'the dose cannot be compared')];
  const facts = `${showAmount(given, 'da')} / ${per} > ${showAmount(most, 'da')} / ${per} (${source})`;
  if (difference > 0) return [{ code: 'above-maximum', about: [], text: `more than may be given: ${facts}` }];
  // A single dose is often the largest one: that is no news.
  return difference === 0 && per !== '1'
    ? [{ code: 'at-maximum', about: [], text: `the most that may be given: ${facts.replace(' > ', ' = ')}` }]
    : [];
}

/** All that is given of a substance in 24 hours. */
function dayOf(orders: readonly Order[], { perDay }: Limit): Amount | 'unknown' | undefined {
  if (perDay === undefined) return undefined;
  const days = orders.map((order) => largest(order, perDay.unit, amountOfDay));
  if (days.some((day) => day === undefined)) return 'unknown';
  return sumOf(days.filter((day) => day !== undefined)) ?? 'unknown';
}

function doseOf(order: Order, { perDose }: Limit): Amount | 'unknown' | undefined {
  if (perDose === undefined) return undefined;
  return largest(order, perDose.unit, ({ amount, upTo }) => upTo ?? amount) ?? 'unknown';
}

/** The largest of an order's steps, in this unit; undefined when one of them cannot be told in it. */
function largest(
  { dose, drug }: Order,
  unit: string,
  amountIn: (step: Order['dose']['steps'][number]) => Amount | undefined,
): Amount | undefined {
  const strength = strengthOfText(drug);
  let most: Amount | undefined;
  for (const step of dose.steps) {
    const amount = amountIn(step);
    const drugAmount =
      amount === undefined
        ? undefined
        : (convert(amount, unit) ??
          (strength === undefined ? undefined : within(ofForm(amount, strength), unit)));
    if (drugAmount === undefined) return undefined;
    if (most === undefined || (compareAmounts(drugAmount, most) ?? 0) > 0) most = drugAmount;
  }
  return most;
}

const within = (amount: Amount | undefined, unit: string) =>
  amount === undefined ? undefined : convert(amount, unit);

function byWeight(amount: Amount | undefined, weightKg: number | undefined): Amount | undefined {
  const weight = decimalOf(weightKg);
  return amount === undefined || weight === undefined
    ? undefined
    : { ...amount, value: multiply(amount.value, weight) };
}

function interactionAlerts({ order, others, substances }: Known, own: Substance | undefined): Alert[] {
  const unchecked: string[] = [];
  const alerts = others.flatMap((other): Alert[] => {
    if (isSameSubstance(order.atc, other.atc)) return [];
    const theirs = other.atc === undefined ? undefined : substances.get(other.atc);
    const about = `MedicationRequest/${other.id}`;
    const found = [...between(own, other.atc), ...between(theirs, order.atc)];
    if (
      found.length === 0 &&
      (own?.covers.has('interactions') !== true || theirs?.covers.has('interactions') !== true)
    )
      unchecked.push(about);
    return found.slice(0, 1).map(({ text, source }) => ({
      code: 'interaction',
      about: [about],
      text: `does not go well with another order: ${about}, ${text} (${source})`,
    }));
  });
  return unchecked.length === 0 ? alerts : [...alerts, notChecked('interactions', ...unchecked)];
}

function renalAlerts({ order, egfr, ageYears }: Known, substance: Substance | undefined): Alert[] {
  if (substance?.covers.has('renal') !== true) return [notChecked('kidney function', 'no table')];
  const answer = renalAnswer(substance.renal, egfr, ageYears, order.ordered);
  if (answer.is === 'fine') return [];
  if (answer.is === 'unchecked') return [notChecked('kidney function', answer.why)];
  const { comparator = '', value, at } = answer.egfr;
  return [
    {
      code: 'renal',
      about: [],
      text: `reduced kidney function: eGFR ${comparator}${value} ml/min, ${fhirMoment(at)} (< ${answer.limit.below}), ${answer.limit.action} (${substance.source})`,
    },
  ];
}

function between(substance: Substance | undefined, atc: string | undefined) {
  if (substance === undefined || atc === undefined) return [];
  return substance.interactions
    .filter((one) => atc.startsWith(one.with))
    .map(({ text }) => ({ text, source: substance.source }));
}

function isOfAge({ fromYears, untilYears }: Limit): boolean {
  return fromYears > 0 || untilYears < Infinity;
}

/** `what` was not checked, and what it would have been checked against or why not. */
function notChecked(what: string, ...more: readonly string[]): Alert {
  const about = more.filter((one) => /^[A-Z][A-Za-z]+\//.test(one));
  return { code: 'not-checked', about, text: `not checked: ${[what, ...more].join(', ')}` };
}
