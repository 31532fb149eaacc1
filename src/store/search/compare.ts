/** Dates and numbers compared in SQL, by the prefixes of http://hl7.org/fhir/R4/search.html#prefix. */
import type { TimeSpan } from '#fhir/date.ts';
import { approximatelyMs } from '#fhir/match.ts';
import type { NumberFilter, Prefix } from '#fhir/search-conditions.ts';
import type { Fragment, Sql, Transaction } from '../sql.ts';

type Any = Sql | Transaction;

/** Between the record's span [l, h) and the search's [low, high). */
export function whereSpan(
  sql: Any,
  l: Fragment,
  h: Fragment,
  prefix: Prefix,
  { low, high }: TimeSpan,
): Fragment {
  switch (prefix) {
    case 'eq':
      return sql`(${l} >= ${low} and ${l} < ${high} and ${h} <= ${high})`;
    case 'ne':
      return sql`not (${l} >= ${low} and ${h} <= ${high})`;
    case 'gt':
      return sql`${h} > ${high}`;
    case 'ge':
      return sql`(${h} > ${high} or (${l} >= ${low} and ${h} <= ${high}))`;
    case 'lt':
      return sql`${l} < ${low}`;
    case 'le':
      return sql`(${l} < ${low} or (${l} >= ${low} and ${h} <= ${high}))`;
    case 'sa':
      return sql`${l} >= ${high}`;
    case 'eb':
      return sql`${h} <= ${low}`;
    case 'ap':
      return sql`(${l} < ${high + approximatelyMs} and ${h} > ${low - approximatelyMs})`;
  }
}

/** The same for an instant, where begin and end are one: the column stands alone in each comparison, so an index serves it. */
export function whereInstant(sql: Any, at: Fragment, prefix: Prefix, { low, high }: TimeSpan): Fragment {
  switch (prefix) {
    case 'eq':
      return sql`(${at} >= ${low} and ${at} < ${high})`;
    case 'ne':
      return sql`not (${at} >= ${low} and ${at} < ${high})`;
    case 'gt':
    case 'sa':
      return sql`${at} >= ${high}`;
    case 'ge':
      return sql`${at} >= ${low}`;
    case 'lt':
    case 'eb':
      return sql`${at} < ${low}`;
    case 'le':
      return sql`${at} < ${high}`;
    case 'ap':
      return whereSpan(sql, at, at, prefix, { low, high });
  }
}

/** A number of `record_number` under this alias, in its own unit or, where the search's is known, in base units. */
export function whereNumber(sql: Any, alias: 'n' | 'm', filter: NumberFilter): Fragment {
  const column = (name: string) => sql`${sql(alias)}.${sql(name)}`;
  if (filter.base) {
    return sql`(${column('base')} = ${filter.base.unit} and ${whereAmount(sql, column('base_low'), column('base_high'), filter.prefix, filter.base)})`;
  }
  const { system, unit } = filter;
  return sql`(${whereAmount(sql, column('low'), column('high'), filter.prefix, filter)}
    ${system === undefined ? sql`` : sql`and ${column('system')} = ${system}`}
    ${unit === undefined ? sql`` : sql`and ${column('unit')} = ${unit}`})`;
}

function whereAmount(
  sql: Any,
  l: Fragment,
  h: Fragment,
  prefix: Prefix,
  { value, low, high }: { readonly value: number; readonly low: number; readonly high: number },
): Fragment {
  switch (prefix) {
    case 'eq':
    case 'ap':
      return sql`${l} >= ${low} and ${l} < ${high} and ${h} < ${high}`;
    case 'ne':
      return sql`not (${l} >= ${low} and ${h} < ${high})`;
    // Nearly all numbers are points, and for those the index by the low end serves; ranges have one by the high end.
    case 'gt':
      return sql`(${l} > ${value} or (${l} < ${h} and ${h} > ${value}))`;
    case 'sa':
      return sql`${l} > ${value}`;
    case 'lt':
      return sql`${l} < ${value}`;
    case 'eb':
      return sql`${l} < ${value} and ${h} < ${value}`;
    case 'ge':
      return sql`(${l} >= ${value} or (${l} < ${h} and ${h} >= ${value}))`;
    case 'le':
      return sql`${l} <= ${value}`;
  }
}
