/** Each kind of filter as a condition on the record `r`. */
import type { Filter, NumberOf } from '#fhir/search-conditions.ts';
import { fold } from '#fhir/search-forms.ts';
import { pathNumber } from '#fhir/search-values.ts';
import type { Fragment, Sql, Transaction } from '../sql.ts';
import { cut, noDate } from '../index-rows.ts';
import { tokenHashes } from '../token-hash.ts';
import { whereInstant, whereNumber, whereSpan } from './compare.ts';

type Any = Sql | Transaction;
type Of<K extends Filter['by']> = Extract<Filter, { readonly by: K }>;

/** All filters of a search, each begun with `and`. */
export function whereFilters(sql: Any, filters: readonly Filter[], type: string | undefined): Fragment {
  return filters.reduce<Fragment>(
    (every, filter) => sql`${every} and ${whereFilter(sql, filter, type)}`,
    sql``,
  );
}

/** `type`: of `r`, when it is one. */
export function whereFilter(sql: Any, filter: Filter, type: string | undefined): Fragment {
  switch (filter.by) {
    case 'id':
      return isOneOf(sql, sql`r.id`, filter.ids);
    case 'patient':
      return isOneOf(sql, sql`r.patient`, filter.ids);
    case 'token':
      return filter.not ? sql`not (${whereTokens(sql, filter.keys)})` : whereTokens(sql, filter.keys);
    case 'hash':
      return sql`r.tokens && ${bigints(sql, `{${filter.hashes.join(',')}}`)}`;
    case 'rid':
      return sql`r.rid = any(${bigints(sql, `{${filter.rids.join(',')}}`)})`;
    case 'tokenText':
      throw new Error('texts of tokens are looked up before the search (look-up.ts)');
    case 'string':
      return sql`r.rid in (select s.rid from record_string s where ${isOneOf(sql, sql`s.path`, filter.paths)}
        and ${any(
          sql,
          filter.texts.map((text) => whereText(sql, filter.match, text)),
        )})`;
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
      return sql`r.rid in (select d.rid from record_date d where ${isOneOf(sql, sql`d.path`, filter.paths)}
        and ${any(
          sql,
          filter.spans.map(({ prefix, span }) => whereSpan(sql, sql`d.low`, sql`d.high`, prefix, span)),
        )})`;
    case 'number':
      return sql`r.rid in (select n.rid from record_number n where ${isOneOf(sql, sql`n.path`, filter.paths)}
        and ${any(
          sql,
          filter.values.map((value) => whereNumber(sql, 'n', value)),
        )}
        ${filter.beside ? sql`and n.beside && ${hashes(sql, filter.beside)}` : sql``})`;
    case 'numberPair':
      return whereNumberPair(sql, filter.numbers);
    case 'present': {
      const held = sql`r.present && ${`{${filter.paths.map(pathNumber).join(',')}}`}::text::integer[]`;
      return filter.not ? sql`not (${held})` : held;
    }
    case 'words':
      return whereWords(sql, filter);
    case 'chain':
      return whereChain(sql, filter, type);
    case 'has':
      return whereHas(sql, filter);
    case 'list':
      return sql`r.id in (select split_part(item, '/', 2)
        from record l join version w on w.seq = l.seq
        cross join lateral texts_at(w.body, array['lax $.entry.item.reference']::jsonpath[]) as item
        where l.type = 'List' and not l.deleted and ${isOneOf(sql, sql`l.id`, filter.ids)}
          and split_part(item, '/', 1) = ${filter.type})`;
    case 'any':
      return anyOf(
        sql,
        type,
        filter.filters.every(isSimple),
        filter.filters.map((one) => whereFilter(sql, one, type)),
      );
    case 'all':
      return all(
        sql,
        filter.filters.map((one) => whereFilter(sql, one, type)),
      );
    case 'perType':
      return wherePerType(sql, filter);
  }
}

/** Whether the condition is on columns of the record alone. */
function isSimple(filter: Filter): boolean {
  switch (filter.by) {
    case 'id':
    case 'patient':
    case 'token':
    case 'hash':
    case 'rid':
    case 'mainDate':
    case 'updated':
    case 'present':
      return true;
    case 'any':
    case 'all':
      return filter.filters.every(isSimple);
    case 'perType':
      return filter.types.every(([, one]) => isSimple(one));
    case 'tokenText':
    case 'string':
    case 'date':
    case 'number':
    case 'numberPair':
    case 'words':
    case 'chain':
    case 'has':
    case 'list':
      return false;
  }
}

/** Of alternatives that look into other tables PostgreSQL would ask each row; apart, each is answered by its index. */
function anyOf(
  sql: Any,
  type: string | undefined,
  simple: boolean,
  conditions: readonly Fragment[],
): Fragment {
  return simple || type === undefined || conditions.length < 2
    ? any(sql, conditions)
    : apart(
        sql,
        conditions.map((condition) => [type, condition]),
      );
}

function wherePerType(sql: Any, { types }: Of<'perType'>): Fragment {
  const conditions = types.map(([own, one]) => [own, whereFilter(sql, one, own)] as const);
  return types.every(([, one]) => isSimple(one))
    ? any(
        sql,
        conditions.map(([own, condition]) => sql`(r.type = ${own} and ${condition})`),
      )
    : apart(sql, conditions);
}

function apart(sql: Any, conditions: readonly (readonly [type: string, condition: Fragment])[]): Fragment {
  const union = conditions.reduce<Fragment>(
    (all, [type, condition], n) => {
      const found = sql`select r.rid from record r where r.type = ${type} and not r.deleted and ${condition}`;
      return n === 0 ? found : sql`${all} union all ${found}`;
    },
    sql``,
  );
  return sql`r.rid in (${union})`;
}

function any(sql: Any, conditions: readonly Fragment[]): Fragment {
  const [first, ...rest] = conditions;
  if (!first) return sql`false`;
  return rest.length === 0
    ? first
    : sql`(${rest.reduce<Fragment>((some, one) => sql`${some} or ${one}`, first)})`;
}

function all(sql: Any, conditions: readonly Fragment[]): Fragment {
  const [first, ...rest] = conditions;
  if (!first) return sql`true`;
  return rest.length === 0
    ? first
    : sql`(${rest.reduce<Fragment>((some, one) => sql`${some} and ${one}`, first)})`;
}

/** One value and a list of them are two shapes of statement, whatever the list's length. */
function isOneOf(sql: Any, column: Fragment, values: readonly string[]): Fragment {
  const [first, ...others] = values;
  return first !== undefined && others.length === 0
    ? sql`${column} = ${first}`
    : sql`${column} = any(${sql.typed.texts(values)}::text[])`;
}

/** Keys as the index has them, as one list that travels as a parameter. */
function hashes(sql: Any, keys: readonly string[]): Fragment {
  return bigints(sql, tokenHashes(keys));
}
function bigints(sql: Any, literal: string): Fragment {
  return sql`${sql.typed.bigints(literal)}::bigint[]`;
}

function whereTokens(sql: Any, keys: readonly string[]): Fragment {
  return keys.length === 1
    ? sql`r.tokens @> ${hashes(sql, keys)}`
    : sql`r.tokens && ${hashes(sql, [...new Set(keys)])}`;
}

/** U+10FFFF sorts after every text. */
const last = '\u{10ffff}';

const likeEscaped = (text: string) => text.replace(/[\\%_]/g, '\\$&');

function whereText(sql: Any, match: 'start' | 'exact' | 'contains', text: string): Fragment {
  const folded = cut(fold(text));
  if (match === 'exact') return sql`(s.folded = ${folded} and s.value = ${cut(text)})`;
  if (match === 'contains') return sql`s.folded like ${`%${likeEscaped(folded)}%`}`;
  // As a range rather than LIKE, so that a prepared statement uses the index for every text.
  return sql`(s.folded >= ${folded} and s.folded < ${`${folded}${last}`})`;
}

function whereNumberPair(sql: Any, [first, second]: readonly [NumberOf, NumberOf]): Fragment {
  return sql`r.rid in (select n.rid from record_number n join record_number m on m.rid = n.rid and m.element = n.element
    where n.path = ${first.path} and ${whereNumber(sql, 'n', first.value)}
      and m.path = ${second.path} and ${whereNumber(sql, 'm', second.value)})`;
}

/** By the words' stems, in Danish or in English; all of them must be there. */
function whereWords(sql: Any, { text, narrative }: Of<'words'>): Fragment {
  const words = fold(text);
  return sql`r.rid in (select rids_by_words(
    websearch_to_tsquery('danish', ${words}) || websearch_to_tsquery('english', ${words}), ${narrative}))`;
}

function whereChain(sql: Any, { links }: Of<'chain'>, type: string | undefined): Fragment {
  const conditions = links.map((link) => {
    const found = sql`select r.id from record r where r.type = ${link.type} and not r.deleted and ${whereFilter(sql, link.filter, link.type)}`;
    // By one target after the other, held apart by "offset 0", and gathered in a list: the planner expects far more
    // than are found by the tokens of targets that it cannot know.
    return link.byPatient
      ? sql`r.patient in (${found})`
      : sql`r.rid = any(array(select pointing.rid
          from (${found}) as target cross join unnest(${sql.typed.texts(link.paths)}::text[]) as path
          cross join lateral (select p.rid from record p
            where p.tokens @> array[hashtextextended(path || '#' || ${link.type}::text || '/' || target.id, 0)] offset 0) as pointing))`;
  });
  return anyOf(sql, type, false, conditions);
}

/** From what points here to what it points at: the index has only hashes of references, so they are read from the text. */
function whereHas(sql: Any, { link }: Of<'has'>): Fragment {
  const found = sql`r.type = ${link.type} and not r.deleted and ${whereFilter(sql, link.filter, link.type)}`;
  if (link.byPatient) return sql`r.id in (select r.patient from record r where ${found})`;
  return sql`r.id in (select split_part(reference, '/', 2)
    from record r join version w on w.seq = r.seq
    cross join lateral texts_at(w.body, ${sql.typed.texts(link.places)}::text[]::jsonpath[]) as reference
    where ${found} and split_part(reference, '/', 1) = ${link.target})`;
}
