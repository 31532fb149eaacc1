/** Equality, equivalence and order of items (http://hl7.org/fhirpath/N1/#equality). Undefined: it is not known. */
import { isObject, type Json } from '../json.ts';
import type { Collection, Item } from './item.ts';
import { compareMoments, momentKey, momentOf } from './moment.ts';

const dates = new Set([
  'date',
  'dateTime',
  'instant',
  'time',
  'System.Date',
  'System.DateTime',
  'System.Time',
]);
const quantities = new Set([
  'Quantity',
  'Age',
  'Count',
  'Distance',
  'Duration',
  'MoneyQuantity',
  'SimpleQuantity',
  'System.Quantity',
]);

export function isMoment(item: Item): boolean {
  return dates.has(item.type);
}
export function isQuantity(item: Item): boolean {
  return quantities.has(item.type);
}

/** Two collections: in the same order, of the same items. */
export function equals(left: Collection, right: Collection): boolean | undefined {
  if (left.length === 0 || right.length === 0) return undefined;
  if (left.length !== right.length) return false;
  let all: boolean | undefined = true;
  for (let n = 0; n < left.length; n++) {
    const [one, other] = [left[n], right[n]];
    const same = one && other ? itemsEqual(one, other) : false;
    if (same === false) return false;
    if (same === undefined) all = undefined;
  }
  return all;
}

function itemsEqual(one: Item, other: Item): boolean | undefined {
  if (isMoment(one) || isMoment(other)) {
    const [left, right] = [momentIn(one), momentIn(other)];
    if (!left || !right) return one.value === other.value;
    if (left.kind !== right.kind) return false;
    const order = compareMoments(left, right);
    return order === undefined ? undefined : order === 0;
  }
  if (isQuantity(one) && isQuantity(other)) {
    const order = compareQuantities(one, other);
    return order === undefined ? undefined : order === 0;
  }
  if (isObject(one.value) && isObject(other.value)) return keyOf(one) === keyOf(other);
  return one.value === other.value && one.value !== undefined;
}

/** A text that equal items share, so that sets of items need no comparison of each with each. */
export function keyOf(item: Item): string {
  const { value } = item;
  if (typeof value === 'string') {
    const moment = isMoment(item) ? momentOf(value) : undefined;
    return moment ? `@${momentKey(moment)}` : `'${value}`;
  }
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (isObject(value))
    return item.type === 'System.Quantity' || isQuantity(item) ? quantityKey(item, value) : sorted(value);
  return item.shadow ? sorted(item.shadow) : '';
}
function quantityKey(item: Item, value: Json): string {
  const quantity = quantityOf(item);
  return quantity ? `q${quantity.value} ${quantity.unit}` : sorted(value);
}

/** JSON with members in order of their names. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    isObject(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );
}

/** Equal but for order, case, blanks and precision. */
export function equivalent(left: Collection, right: Collection): boolean {
  if (left.length !== right.length) return false;
  const keys = (items: Collection) => items.map(looseKey).sort();
  const [one, other] = [keys(left), keys(right)];
  if (left.length === 1 && typeof left[0]?.value === 'number' && typeof right[0]?.value === 'number') {
    const digits = Math.min(
      ...[left[0].value, right[0].value].map((n) => (String(n).split('.')[1] ?? '').length),
    );
    return left[0].value.toFixed(Math.min(digits, 20)) === right[0].value.toFixed(Math.min(digits, 20));
  }
  return one.every((key, n) => key === other[n]);
}
function looseKey(item: Item): string {
  if (typeof item.value === 'string' && !isMoment(item))
    return `'${item.value.trim().toLowerCase().replace(/\s+/g, ' ')}`;
  return keyOf(item);
}

/** Below 0, 0, above 0; undefined when not comparable or not known. */
export function order(one: Item, other: Item): number | undefined {
  const [left, right] = [one.value, other.value];
  if (isMoment(one) || isMoment(other)) {
    const [first, second] = [momentIn(one), momentIn(other)];
    return first && second ? compareMoments(first, second) : undefined;
  }
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  if (typeof left === 'string' && typeof right === 'string')
    return left < right ? -1 : left === right ? 0 : 1;
  return isQuantity(one) || isQuantity(other) ? compareQuantities(one, other) : undefined;
}

function momentIn(item: Item) {
  return typeof item.value === 'string' ? momentOf(item.value) : undefined;
}

// ---------------------------------------------------------------- quantities

/** Calendar units and the UCUM codes that mean the same for durations of seconds and below, or by equivalence. */
const ucumOfCalendar: Readonly<Record<string, string>> = {
  year: 'a',
  month: 'mo',
  week: 'wk',
  day: 'd',
  hour: 'h',
  minute: 'min',
  second: 's',
  millisecond: 'ms',
};

interface Quantity {
  readonly value: number;
  readonly unit: string;
}

/** A quantity of FHIR or of FHIRPath, or a number as a quantity without a unit. */
export function quantityOf(item: Item): Quantity | undefined {
  if (typeof item.value === 'number') return { value: item.value, unit: '1' };
  if (!isObject(item.value)) return undefined;
  const { value, unit, code } = item.value;
  if (typeof value !== 'number') return undefined;
  const named = typeof code === 'string' ? code : typeof unit === 'string' ? unit : '1';
  const bare = named.replace(/s$/, '');
  return { value, unit: (Object.hasOwn(ucumOfCalendar, bare) ? ucumOfCalendar[bare] : undefined) ?? named };
}

function compareQuantities(one: Item, other: Item): number | undefined {
  const [left, right] = [quantityOf(one), quantityOf(other)];
  if (!left || !right) return undefined;
  if (left.unit === right.unit) return left.value - right.value;
  const [first, second] = [inBaseUnit(left), inBaseUnit(right)];
  return first && second && first.unit === second.unit ? first.value - second.value : undefined;
}

/** Units that a factor makes of one another: those of time, and what takes a metric prefix. Months and years have no length. */
const baseUnits: Readonly<Record<string, readonly [string, number]>> = {
  ms: ['s', 0.001],
  min: ['s', 60],
  h: ['s', 3600],
  d: ['s', 86_400],
  wk: ['s', 604_800],
};
const prefixes: Readonly<Record<string, number>> = {
  k: 1e3,
  h: 1e2,
  da: 10,
  d: 0.1,
  c: 0.01,
  m: 1e-3,
  u: 1e-6,
  n: 1e-9,
  p: 1e-12,
  f: 1e-15,
};
const prefixed = /^(k|h|da|d|c|m|u|n|p|f)?(g|m|l|L|s|mol|Pa|J|U|eq|\[iU\])$/;

function inBaseUnit({ value, unit }: Quantity): Quantity | undefined {
  const known = Object.hasOwn(baseUnits, unit) ? baseUnits[unit] : undefined;
  const [, prefix, bare] = known ? [] : (prefixed.exec(unit) ?? []);
  const [base, factor] = known ?? [
    bare === 'l' ? 'L' : bare,
    prefix === undefined ? 1 : (prefixes[prefix] ?? 1),
  ];
  return base === undefined ? undefined : { value: Number((value * factor).toPrecision(15)), unit: base };
}
