/** Each kind of filter as a condition on the record `r`. */
import type { Filter, NumberFilter, Prefix } from '#fhir/search-filter.ts';
import { fold } from '#fhir/search-values.ts';
import type { TimeSpan } from '#fhir/date.ts';
import type { Fragment, Sql, Transaction } from '../sql.ts';
import { cut, noDate } from '../index-rows.ts';

type Any = Sql | Transaction;

/** All filters of a search, each begun with `and`. */
export function whereFilters(sql: Any, filters: readonly Filter[]): Fragment {
  return filters.reduce<Fragment>((all, filter) => sql`${all} and ${whereFilter(sql, filter)}`, sql``);
}

function whereFilter(sql: Any, filter: Filter): Fragment {
  switch (filter.by) {
    case 'id':
      return filter.ids.length === 1
        ? sql`r.id = ${filter.ids[0] ?? ''}`
        : sql`r.id = any(${filter.ids as string[]}::text[])`;
    case 'patient':
      return filter.ids.length === 1
        ? sql`r.patient = ${filter.ids[0] ?? ''}`
        : sql`r.patient = any(${filter.ids as string[]}::text[])`;
    case 'token': {
      // One condition for each key: of a list made while it runs, the planner does not know that it is short.
      const held = any(
        sql,
        filter.keys.map((key) => sql`r.tokens @> array[hashtextextended(${key}, 0)]`),
      );
      return filter.not ? sql`not (${held})` : held;
    }
    case 'string':
      return sql`r.rid in (select s.rid from record_string s where s.path = any(${filter.paths as string[]}::text[])
        and (${any(
          sql,
          filter.texts.map((text) => whereText(sql, filter.match, text)),
        )}))`;
    case 'mainDate':
      return any(
        sql,
        filter.spans.map(
          ({ prefix, span }) =>
            sql`(r.low <> ${noDate} and ${whereSpan(sql, sql`r.low`, sql`r.high`, prefix, span)})`,
        ),
      );
    case 'updated':
      return any(
        sql,
        filter.spans.map(({ prefix, span }) => whereInstant(sql, sql`r.updated`, prefix, span)),
      );
    case 'date':
      return sql`r.rid in (select d.rid from record_date d where d.path = ${filter.path}
        and (${any(
          sql,
          filter.spans.map(({ prefix, span }) => whereSpan(sql, sql`d.low`, sql`d.high`, prefix, span)),
        )}))`;
    case 'number':
      return sql`r.rid in (select n.rid from record_number n where n.path = any(${filter.paths as string[]}::text[])
        and (${any(
          sql,
          filter.values.map((value) => whereNumber(sql, value)),
        )}))`;
    case 'chain':
      return any(
        sql,
        filter.links.map((link) => {
          const found = sql`from record r where r.type = ${link.type} and not r.deleted and ${whereFilter(sql, link.filter)}`;
          return link.byPatient
            ? sql`r.patient in (select r.id ${found})`
            : sql`r.tokens && array(select hashtextextended(path || '#' || ${link.type}::text || '/' || target.id, 0)
              from (select r.id ${found}) as target, unnest(${link.paths as string[]}::text[]) as path)`;
        }),
      );
  }
}

function any(sql: Any, conditions: readonly Fragment[]): Fragment {
  const [first, ...rest] = conditions;
  if (!first) return sql`false`;
  return rest.length === 0
    ? first
    : sql`(${rest.reduce<Fragment>((all, one) => sql`${all} or ${one}`, first)})`;
}

const likeEscaped = (text: string) => text.replace(/[\\%_]/g, '\\$&');

function whereText(sql: Any, match: 'start' | 'exact' | 'contains', text: string): Fragment {
  const folded = cut(fold(text));
  if (match === 'exact') return sql`(s.folded = ${folded} and s.value = ${cut(text)})`;
  if (match === 'contains') return sql`s.folded like ${`%${likeEscaped(folded)}%`}`;
  // As a range rather than LIKE, so that a prepared statement uses the index for every text. U+10FFFF sorts after all.
  return sql`(s.folded >= ${folded} and s.folded < ${`${folded}\u{10ffff}`})`;
}

/** The prefixes of http://hl7.org/fhir/R4/search.html#prefix between the record's span [l, h) and the search's [low, high). */
function whereSpan(sql: Any, l: Fragment, h: Fragment, prefix: Prefix, { low, high }: TimeSpan): Fragment {
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
    case 'ap': {
      // A tenth of the distance to now, as the standard suggests, would make the answer depend on the clock: a day each way.
      const margin = 86_400_000;
      return sql`(${l} < ${high + margin} and ${h} > ${low - margin})`;
    }
  }
}

/** The same for an instant, where begin and end are one: the column stands alone in each comparison, so an index serves it. */
function whereInstant(sql: Any, at: Fragment, prefix: Prefix, { low, high }: TimeSpan): Fragment {
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

function whereNumber(sql: Any, { prefix, value, low, high, system, unit }: NumberFilter): Fragment {
  const amount = () => {
    switch (prefix) {
      case 'eq':
      case 'ap':
        return sql`n.low >= ${low} and n.low < ${high} and n.high < ${high}`;
      case 'ne':
        return sql`not (n.low >= ${low} and n.high < ${high})`;
      case 'gt':
      case 'sa':
        return prefix === 'gt' ? sql`n.high > ${value}` : sql`n.low > ${value}`;
      case 'lt':
      case 'eb':
        return prefix === 'lt' ? sql`n.low < ${value}` : sql`n.high < ${value}`;
      case 'ge':
        return sql`n.high >= ${value}`;
      case 'le':
        return sql`n.low <= ${value}`;
    }
  };
  return sql`(${amount()}
    ${system === undefined ? sql`` : sql`and n.system = ${system}`}
    ${unit === undefined ? sql`` : sql`and n.unit = ${unit}`})`;
}
