/** Functions of numbers (http://hl7.org/fhirpath/N1/#math), and the limits of what a rounded value may mean. */
import { isQuantity, quantityOf } from './compare.ts';
import { plain } from './function-rule.ts';
import type { FunctionRule } from './functions.ts';
import { decimal, integer, nothing, type Collection, type Item } from './item.ts';
import { boundary } from './moment.ts';
import { single } from './operators.ts';
import { isObject } from '../json.ts';

function onNumber(
  least: number,
  most: number,
  work: (value: number, parameter: number | undefined) => Collection,
): FunctionRule {
  return plain(least, most, (items, [one]) => {
    const item = single(items, 'a function of a number');
    const parameter = single(one ?? nothing, 'a parameter')?.value;
    return typeof item?.value === 'number'
      ? work(item.value, typeof parameter === 'number' ? parameter : undefined)
      : nothing;
  });
}

export const numberFunctions: Readonly<Record<string, FunctionRule>> = {
  abs: plain(0, 0, (items) => {
    const item = single(items, 'abs()');
    if (typeof item?.value === 'number') return [{ ...item, value: Math.abs(item.value) }];
    const quantity = item && quantityOf(item);
    return quantity
      ? [
          {
            value: { ...quantity, value: Math.abs(quantity.value) },
            type: 'System.Quantity',
            shadow: undefined,
          },
        ]
      : nothing;
  }),
  ceiling: onNumber(0, 0, (value) => integer(Math.ceil(value))),
  floor: onNumber(0, 0, (value) => integer(Math.floor(value))),
  truncate: onNumber(0, 0, (value) => integer(Math.trunc(value))),
  round: onNumber(0, 1, (value, digits = 0) =>
    decimal(Number(`${Math.round(Number(`${value}e${digits}`))}e-${digits}`)),
  ),
  exp: onNumber(0, 0, (value) => decimal(Math.exp(value))),
  ln: onNumber(0, 0, (value) => decimal(Math.log(value))),
  log: onNumber(1, 1, (value, base) =>
    base === undefined ? nothing : decimal(Math.log(value) / Math.log(base)),
  ),
  power: onNumber(1, 1, (value, by) => {
    if (by === undefined) return nothing;
    const result = value ** by;
    return Number.isInteger(value) && Number.isInteger(by) && by >= 0 ? integer(result) : decimal(result);
  }),
  sqrt: onNumber(0, 0, (value) => decimal(Math.sqrt(value))),
  sum: plain(0, 0, (items) => {
    const values = items.map(({ value }) => value).filter((value) => typeof value === 'number');
    const total = values.reduce((sum, value) => sum + value, 0);
    return items.length === 0 ? nothing : Number.isInteger(total) ? integer(total) : decimal(total);
  }),
  min: plain(0, 0, (items) => extreme(items, (a, b) => a < b)),
  max: plain(0, 0, (items) => extreme(items, (a, b) => a > b)),
  avg: plain(0, 0, (items) => {
    const values = items.map(({ value }) => value).filter((value) => typeof value === 'number');
    return values.length === 0
      ? nothing
      : decimal(values.reduce((sum, value) => sum + value, 0) / values.length);
  }),
  lowBoundary: plain(0, 1, (items, [digits]) => bound(single(items, 'lowBoundary()'), false, digits)),
  highBoundary: plain(0, 1, (items, [digits]) => bound(single(items, 'highBoundary()'), true, digits)),
};

function extreme(items: Collection, before: (a: string | number, b: string | number) => boolean): Collection {
  let found: { item: Item; value: string | number } | undefined;
  for (const item of items) {
    const { value } = item;
    if (typeof value !== 'number' && typeof value !== 'string') continue;
    if (!found || (typeof value === typeof found.value && before(value, found.value)))
      found = { item, value };
  }
  return found ? [found.item] : nothing;
}

function bound(item: Item | undefined, high: boolean, given: Collection | undefined): Collection {
  const digits = given?.[0]?.value;
  const wanted = typeof digits === 'number' ? digits : undefined;
  if (typeof item?.value === 'number') {
    const found = boundOfNumber(item.value, high, wanted);
    return found === undefined ? nothing : decimal(found);
  }
  if (typeof item?.value === 'string') {
    const bare = item.type.replace(/^System\./, '').toLowerCase();
    const found = boundary(item.value, bare === 'instant' ? 'datetime' : bare, high, wanted);
    return found === undefined ? nothing : [{ value: found, type: item.type, shadow: undefined }];
  }
  if (item && isQuantity(item) && isObject(item.value) && typeof item.value['value'] === 'number') {
    const found = boundOfNumber(item.value['value'], high, wanted);
    return found === undefined ? nothing : [{ ...item, value: { ...item.value, value: found } }];
  }
  return nothing;
}

/** Half of the last digit to each side. A tree holds numbers, so `1.0` is 1 here: its last digit is that of whole numbers. */
function boundOfNumber(value: number, high: boolean, digits = 8): number | undefined {
  if (digits < 0 || digits > 28) return undefined;
  const written = (String(value).split('.')[1] ?? '').length;
  const exact = value + (high ? 0.5 : -0.5) * 10 ** -written;
  const scale = 10 ** Math.min(digits, 15);
  const scaled = Number((exact * scale).toPrecision(15));
  return (high ? Math.ceil(scaled) : Math.floor(scaled)) / scale;
}
