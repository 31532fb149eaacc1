/** Each kind of filter as a condition on the record `r`. */
import type { Filter, NumberOf } from '#fhir/search-conditions.ts';
import { fold } from '#fhir/search-forms.ts';
import { pathNumber } from '#fhir/search-values.ts';
import type { Fragment, Sql, Transaction } from '../sql.ts';
import { cut, noDate } from '../index-rows.ts';
import { whereInstant, whereNumber, whereSpan } from './compare.ts';

type Any = Sql | Transaction;
type Of<K extends Filter['by']> = Extract<Filter, { readonly by: K }>;

/** All filters of a search, each begun with `and`. */
export function whereFilters(sql: Any, filters: readonly Filter[]): Fragment {
  return filters.reduce<Fragment>((all, filter) => sql`${all} and ${whereFilter(sql, filter)}`, sql``);
}

function whereFilter(sql: Any, filter: Filter): Fragment {
  switch (filter.by) {
    case 'id':
      return isOneOf(sql, sql`r.id`, filter.ids);
    case 'patient':
      return isOneOf(sql, sql`r.patient`, filter.ids);
    case 'token':
      return filter.not ? sql`not (${whereTokens(sql, filter.keys)})` : whereTokens(sql, filter.keys);
    case 'tokenText':
      return whereTokenText(sql, filter);
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
      return whereChain(sql, filter);
    case 'has':
      return whereHas(sql, filter);
    case 'list':
      return sql`r.id in (select split_part(item, '/', 2)
        from record l join version w on w.seq = l.seq
        cross join lateral texts_at(w.body, array['lax $.entry.item.reference']::jsonpath[]) as item
        where l.type = 'List' and not l.deleted and ${isOneOf(sql, sql`l.id`, filter.ids)}
          and split_part(item, '/', 1) = ${filter.type})`;
    case 'any':
      return any(
        sql,
        filter.filters.map((one) => whereFilter(sql, one)),
      );
    case 'all':
      return all(
        sql,
        filter.filters.map((one) => whereFilter(sql, one)),
      );
    case 'perType':
      return any(
        sql,
        filter.types.map(([type, one]) => sql`(r.type = ${type} and ${whereFilter(sql, one)})`),
      );
  }
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

/** Keys as PostgreSQL hashes them, as one list that travels as a parameter. */
function hashes(sql: Any, keys: readonly string[]): Fragment {
  return sql`array(select hashtextextended(key, 0) from unnest(${sql.typed.texts(keys)}::text[]) as key)`;
}

// Past so many a condition for each key would be a statement as long as the list.
const keysApart = 12;

function whereTokens(sql: Any, keys: readonly string[]): Fragment {
  if (keys.length > keysApart) return sql`r.tokens && ${hashes(sql, keys)}`;
  // One condition for each key: of a list made while it runs, the planner does not know that it is short.
  return any(
    sql,
    keys.map((key) => sql`r.tokens @> array[hashtextextended(${key}, 0)]`),
  );
}

/** U+10FFFF sorts after every text. */
const last = '\u{10ffff}';

/** The texts lead to tokens, and those to resources: a display is kept once for its code, not for each resource. */
function whereTokenText(sql: Any, { paths, texts, match }: Of<'tokenText'>): Fragment {
  const found = texts.flatMap((text) => {
    if (match === 'starts') return [sql`(t.text >= ${text} and t.text < ${`${text}${last}`})`];
    const folder = text.endsWith('/') ? text : `${text}/`;
    return [sql`t.text = ${text}`, sql`(t.text >= ${folder} and t.text < ${`${folder}${last}`})`];
  });
  return sql`r.tokens && array(select t.key from token_text t where ${isOneOf(sql, sql`t.path`, paths)} and ${any(sql, found)})`;
}

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
  const found = sql`w.words @@ (websearch_to_tsquery('danish', ${words}) || websearch_to_tsquery('english', ${words}))`;
  return sql`r.rid in (select w.rid from record_words w where ${found}
    ${narrative ? sql`and ts_filter(w.words, '{a}') @@ (websearch_to_tsquery('danish', ${words}) || websearch_to_tsquery('english', ${words}))` : sql``})`;
}

function whereChain(sql: Any, { links }: Of<'chain'>): Fragment {
  return any(
    sql,
    links.map((link) => {
      const found = sql`from record r where r.type = ${link.type} and not r.deleted and ${whereFilter(sql, link.filter)}`;
      return link.byPatient
        ? sql`r.patient in (select r.id ${found})`
        : sql`r.tokens && array(select hashtextextended(path || '#' || ${link.type}::text || '/' || target.id, 0)
          from (select r.id ${found}) as target, unnest(${sql.typed.texts(link.paths)}::text[]) as path)`;
    }),
  );
}

/** From what points here to what it points at: the index has only hashes of references, so they are read from the text. */
function whereHas(sql: Any, { link }: Of<'has'>): Fragment {
  const found = sql`r.type = ${link.type} and not r.deleted and ${whereFilter(sql, link.filter)}`;
  if (link.byPatient) return sql`r.id in (select r.patient from record r where ${found})`;
  return sql`r.id in (select split_part(reference, '/', 2)
    from record r join version w on w.seq = r.seq
    cross join lateral texts_at(w.body, ${sql.typed.texts(link.places)}::text[]::jsonpath[]) as reference
    where ${found} and split_part(reference, '/', 1) = ${link.target})`;
}
