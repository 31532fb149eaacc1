/** Conversions (http://hl7.org/fhirpath/N1/#conversion): what does not convert gives nothing. */
import { quantityOf } from './compare.ts';
import { plain } from './function-rule.ts';
import type { FunctionRule } from './functions.ts';
import { boolean, integer, no, nothing, text, yes, type Collection, type Item } from './item.ts';
import { momentOf } from './moment.ts';
import { single, textOfValue } from './operators.ts';
import { isObject } from '../json.ts';

type Convert = (item: Item) => Collection;

const toBoolean: Convert = ({ value }) => {
  if (typeof value === 'boolean') return value ? yes : no;
  const known = String(value).toLowerCase();
  if (['true', 't', 'yes', 'y', '1', '1.0'].includes(known)) return yes;
  return ['false', 'f', 'no', 'n', '0', '0.0'].includes(known) ? no : nothing;
};
const toInteger: Convert = ({ value }) => {
  if (typeof value === 'boolean') return integer(value ? 1 : 0);
  if (typeof value === 'number') return Number.isInteger(value) ? integer(value) : nothing;
  return typeof value === 'string' && /^[+-]?\d{1,15}$/.test(value) ? integer(Number(value)) : nothing;
};
const toDecimal: Convert = ({ value }) => {
  const found =
    typeof value === 'boolean'
      ? Number(value)
      : typeof value === 'number' || (typeof value === 'string' && /^[+-]?\d+(?:\.\d+)?$/.test(value))
        ? Number(value)
        : undefined;
  return found === undefined ? nothing : [{ value: found, type: 'System.Decimal', shadow: undefined }];
};
const toText: Convert = (item) => {
  const { value } = item;
  if (isObject(value)) {
    const quantity = quantityOf(item);
    return quantity ? text(`${quantity.value} '${quantity.unit}'`) : nothing;
  }
  return value === undefined ? nothing : text(textOfValue(value));
};
const toDate: Convert = ({ value }) => {
  if (typeof value !== 'string' || momentOf(value)?.kind !== 'date') return nothing;
  return [{ value: value.replace(/T.*$/, ''), type: 'System.Date', shadow: undefined }];
};
const toDateTime: Convert = ({ value }) =>
  typeof value === 'string' && momentOf(value)?.kind === 'date'
    ? [{ value, type: 'System.DateTime', shadow: undefined }]
    : nothing;
const toTime: Convert = ({ value }) =>
  typeof value === 'string' && momentOf(value)?.kind === 'time'
    ? [{ value: value.replace(/^T/, ''), type: 'System.Time', shadow: undefined }]
    : nothing;
const toQuantity: Convert = (item) => {
  if (typeof item.value === 'string') {
    const [, value, unit, calendar] =
      /^([+-]?\d+(?:\.\d+)?)\s*(?:'([^']+)'|([a-z]+))?$/.exec(item.value) ?? [];
    if (value === undefined) return nothing;
    return [
      {
        value: { value: Number(value), unit: unit ?? calendar ?? '1' },
        type: 'System.Quantity',
        shadow: undefined,
      },
    ];
  }
  const quantity =
    typeof item.value === 'boolean' ? { value: Number(item.value), unit: '1' } : quantityOf(item);
  return quantity ? [{ value: quantity, type: 'System.Quantity', shadow: undefined }] : nothing;
};

const conversions: Readonly<Record<string, Convert>> = {
  Boolean: toBoolean,
  Integer: toInteger,
  Decimal: toDecimal,
  String: toText,
  Date: toDate,
  DateTime: toDateTime,
  Time: toTime,
  Quantity: toQuantity,
};

export const conversionFunctions: Readonly<Record<string, FunctionRule>> = Object.fromEntries(
  Object.entries(conversions).flatMap(([name, convert]): [string, FunctionRule][] => [
    [
      `to${name}`,
      plain(0, 1, (items) => {
        const item = single(items, `to${name}()`);
        return item ? convert(item) : nothing;
      }),
    ],
    [
      `convertsTo${name}`,
      plain(0, 1, (items) => {
        const item = single(items, `convertsTo${name}()`);
        return item ? boolean(convert(item).length > 0) : nothing;
      }),
    ],
  ]),
);
