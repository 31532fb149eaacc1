/** Dates and numbers compared in SQL, by the prefixes of http://hl7.org/fhir/R4/search.html#prefix. */
import type { TimeSpan } from '#fhir/date.ts';
import { approximatelyMs } from '#fhir/match.ts';
import type { NumberFilter, Prefix } from '#fhir/search-conditions.ts';
import { nameOf, noPiece, piece, type Piece } from '../statement.ts';

/** Between the record's span [l, h) and the search's [low, high). */
export function whereSpan(l: Piece, h: Piece, prefix: Prefix, { low, high }: TimeSpan): Piece {
  switch (prefix) {
    case 'eq':
      return piece`(${l} >= ${low} and ${l} < ${high} and ${h} <= ${high})`;
    case 'ne':
      return piece`not (${l} >= ${low} and ${h} <= ${high})`;
    case 'gt':
      return piece`${h} > ${high}`;
    case 'ge':
      return piece`(${h} > ${high} or (${l} >= ${low} and ${h} <= ${high}))`;
    case 'lt':
      return piece`${l} < ${low}`;
    case 'le':
      return piece`(${l} < ${low} or (${l} >= ${low} and ${h} <= ${high}))`;
    case 'sa':
      return piece`${l} >= ${high}`;
    case 'eb':
      return piece`${h} <= ${low}`;
    case 'ap':
      return piece`(${l} < ${high + approximatelyMs} and ${h} > ${low - approximatelyMs})`;
  }
}

/** The same for an instant, where begin and end are one: the column stands alone in each comparison, so an index serves it. */
export function whereInstant(at: Piece, prefix: Prefix, { low, high }: TimeSpan): Piece {
  switch (prefix) {
    case 'eq':
      return piece`(${at} >= ${low} and ${at} < ${high})`;
    case 'ne':
      return piece`not (${at} >= ${low} and ${at} < ${high})`;
    case 'gt':
    case 'sa':
      return piece`${at} >= ${high}`;
    case 'ge':
      return piece`${at} >= ${low}`;
    case 'lt':
    case 'eb':
      return piece`${at} < ${low}`;
    case 'le':
      return piece`${at} < ${high}`;
    case 'ap':
      return whereSpan(at, at, prefix, { low, high });
  }
}

/** A number of `record_number` under this alias, in its own unit or, where the search's is known, in base units. */
export function whereNumber(alias: 'n' | 'm', filter: NumberFilter): Piece {
  const column = (name: string) => nameOf(`${alias}.${name}`);
  if (filter.base) {
    return piece`(${column('base')} = ${filter.base.unit} and ${whereAmount(column('base_low'), column('base_high'), filter.prefix, filter.base)})`;
  }
  const { system, unit } = filter;
  return piece`(${whereAmount(column('low'), column('high'), filter.prefix, filter)}
    ${system === undefined ? noPiece : piece`and ${column('system')} = ${system}`}
    ${unit === undefined ? noPiece : piece`and ${column('unit')} = ${unit}`})`;
}

function whereAmount(
  l: Piece,
  h: Piece,
  prefix: Prefix,
  { value, low, high }: { readonly value: number; readonly low: number; readonly high: number },
): Piece {
  switch (prefix) {
    case 'eq':
    case 'ap':
      return piece`${l} >= ${low} and ${l} < ${high} and ${h} < ${high}`;
    case 'ne':
      return piece`not (${l} >= ${low} and ${h} < ${high})`;
    // Nearly all numbers are points, and for those the index by the low end serves; ranges have one by the high end.
    case 'gt':
      return piece`(${l} > ${value} or (${l} < ${h} and ${h} > ${value}))`;
    case 'sa':
      return piece`${l} > ${value}`;
    case 'lt':
      return piece`${l} < ${value}`;
    case 'eb':
      return piece`${l} < ${value} and ${h} < ${value}`;
    case 'ge':
      return piece`(${l} >= ${value} or (${l} < ${h} and ${h} >= ${value}))`;
    case 'le':
      return piece`${l} <= ${value}`;
  }
}
