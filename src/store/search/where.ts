/** Each kind of filter as a condition on the record `r`. */
import type { Filter, NumberOf } from '#fhir/search-conditions.ts';
import { fold } from '#fhir/search-forms.ts';
import { pathNumber } from '#fhir/search-values.ts';
import { noPiece, piece, type Piece } from '../statement.ts';
import { cut, noDate } from '../index-rows.ts';
import { isIdentifier, type KnownPlan } from './known-plan.ts';
import { tokenHashes } from '../token-hash.ts';
import { allSeen, type Seen } from './seen.ts';
import { whereInstant, whereNumber, whereSpan } from './compare.ts';

type Of<K extends Filter['by']> = Extract<Filter, { readonly by: K }>;

/** All filters of a search of which it is known what answers it, each begun with `and`: see known-plan.ts. */
export function whereKnown(plan: KnownPlan, filters: readonly Filter[]): Piece {
  return filters.reduce<Piece>(
    (every, filter) => piece`${every} and ${whereOfColumns(plan, filter)}`,
    noPiece,
  );
}

function whereOfColumns(plan: KnownPlan, filter: Filter): Piece {
  if (plan === 'identifier' && isIdentifier(filter) && filter.by === 'token')
    // Held apart by "offset 0": found first, however many the planner expects.
    return piece`r.rid in (select p.rid from record p where p.tokens @> ${hashes(filter.keys)} offset 0)`;
  if (filter.by === 'string')
    // By the row, whatever its texts: planned while there were few, it would else go through all who are called the same.
    return piece`(select true from record_string s where s.rid = r.rid and (${isOneOf(piece`s.path`, filter.paths)}
      and ${any(filter.texts.map((text) => whereText(filter.match, text)))}) is true limit 1)`;
  const isDriven =
    filter.by === 'patient' || filter.by === 'updated' || (plan === 'birthDate' && filter.by === 'mainDate');
  // "is true" fits no index.
  return isDriven
    ? whereFilter(filter, undefined, allSeen)
    : piece`(${whereFilter(filter, undefined, allSeen)}) is true`;
}

/** All filters of a search, each begun with `and`. */
export function whereFilters(filters: readonly Filter[], type: string | undefined, seen: Seen): Piece {
  return filters.reduce<Piece>(
    (every, filter) => piece`${every} and ${whereFilter(filter, type, seen)}`,
    noPiece,
  );
}

/** `type`: of `r`, when it is one. `seen`: of what the filter leads to, nothing else counts. */
export function whereFilter(filter: Filter, type: string | undefined, seen: Seen): Piece {
  switch (filter.by) {
    case 'id':
      return isOneOf(piece`r.id`, filter.ids);
    case 'patient':
      return isOneOf(piece`r.patient`, filter.ids);
    case 'token':
      return filter.not ? piece`not (${whereTokens(filter.keys)})` : whereTokens(filter.keys);
    case 'hash':
      return piece`r.tokens && ${bigints(`{${filter.hashes.join(',')}}`)}`;
    case 'rid':
      return piece`r.rid = any(${bigints(`{${filter.rids.join(',')}}`)})`;
    case 'tokenText':
      throw new Error('texts of tokens are looked up before the search (look-up.ts)');
    case 'string':
      return piece`r.rid in (select s.rid from record_string s where ${isOneOf(piece`s.path`, filter.paths)}
        and ${any(filter.texts.map((text) => whereText(filter.match, text)))})`;
    case 'mainDate':
      return any(
        filter.spans.map(
          ({ prefix, span }) =>
            piece`(r.low <> ${noDate} and ${whereSpan(piece`r.low`, piece`r.high`, prefix, span)})`,
        ),
      );
    case 'updated':
      return any(filter.spans.map(({ prefix, span }) => whereInstant(piece`r.updated`, prefix, span)));
    case 'date':
      return piece`r.rid in (select d.rid from record_date d where ${isOneOf(piece`d.path`, filter.paths)}
        and ${any(
          filter.spans.map(({ prefix, span }) => whereSpan(piece`d.low`, piece`d.high`, prefix, span)),
        )})`;
    case 'number':
      return piece`r.rid in (select n.rid from record_number n where ${isOneOf(piece`n.path`, filter.paths)}
        and ${any(filter.values.map((value) => whereNumber('n', value)))}
        ${filter.beside ? piece`and n.beside && ${hashes(filter.beside)}` : noPiece})`;
    case 'numberPair':
      return whereNumberPair(filter.numbers);
    case 'present': {
      const held = piece`r.present && ${`{${filter.paths.map(pathNumber).join(',')}}`}::text::integer[]`;
      return filter.not ? piece`not (${held})` : held;
    }
    case 'words':
      return whereWords(filter);
    case 'chain':
      return whereChain(filter, type, seen);
    case 'has':
      return whereHas(filter, seen);
    case 'list':
      return piece`r.id in (select split_part(item, '/', 2)
        from record r join version w on w.seq = r.seq
        cross join lateral texts_at(w.body, array['lax $.entry.item.reference']::jsonpath[]) as item
        where r.type = 'List' and not r.deleted and ${seen('List')} and ${isOneOf(piece`r.id`, filter.ids)}
          and split_part(item, '/', 1) = ${filter.type})`;
    case 'any':
      return anyOf(
        type,
        filter.filters.every(isSimple),
        filter.filters.map((one) => whereFilter(one, type, seen)),
      );
    case 'all':
      return all(filter.filters.map((one) => whereFilter(one, type, seen)));
    case 'perType':
      return wherePerType(filter, seen);
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
function anyOf(type: string | undefined, simple: boolean, conditions: readonly Piece[]): Piece {
  return simple || type === undefined || conditions.length < 2
    ? any(conditions)
    : apart(conditions.map((condition) => [type, condition]));
}

function wherePerType({ types }: Of<'perType'>, seen: Seen): Piece {
  const conditions = types.map(([own, one]) => [own, whereFilter(one, own, seen)] as const);
  return types.every(([, one]) => isSimple(one))
    ? any(conditions.map(([own, condition]) => piece`(r.type = ${own} and ${condition})`))
    : apart(conditions);
}

function apart(conditions: readonly (readonly [type: string, condition: Piece])[]): Piece {
  const union = conditions.reduce<Piece>((all, [type, condition], n) => {
    const found = piece`select r.rid from record r where r.type = ${type} and not r.deleted and ${condition}`;
    return n === 0 ? found : piece`${all} union all ${found}`;
  }, noPiece);
  return piece`r.rid in (${union})`;
}

function any(conditions: readonly Piece[]): Piece {
  const [first, ...rest] = conditions;
  if (!first) return piece`false`;
  return rest.length === 0
    ? first
    : piece`(${rest.reduce<Piece>((some, one) => piece`${some} or ${one}`, first)})`;
}

function all(conditions: readonly Piece[]): Piece {
  const [first, ...rest] = conditions;
  if (!first) return piece`true`;
  return rest.length === 0
    ? first
    : piece`(${rest.reduce<Piece>((some, one) => piece`${some} and ${one}`, first)})`;
}

/** One value and a list of them are two shapes of statement, whatever the list's length. */
function isOneOf(column: Piece, values: readonly string[]): Piece {
  const [first, ...others] = values;
  return first !== undefined && others.length === 0
    ? piece`${column} = ${first}`
    : piece`${column} = any(${values}::text[])`;
}

/** Keys as the index has them, as one list that travels as a parameter. */
function hashes(keys: readonly string[]): Piece {
  return bigints(tokenHashes(keys));
}
function bigints(literal: string): Piece {
  return piece`${literal}::bigint[]`;
}

function whereTokens(keys: readonly string[]): Piece {
  return keys.length === 1
    ? piece`r.tokens @> ${hashes(keys)}`
    : piece`r.tokens && ${hashes([...new Set(keys)])}`;
}

/** U+10FFFF sorts after every text. */
const last = '\u{10ffff}';

const likeEscaped = (text: string) => text.replace(/[\\%_]/g, '\\$&');

function whereText(match: 'start' | 'exact' | 'contains', text: string): Piece {
  const folded = cut(fold(text));
  if (match === 'exact') return piece`(s.folded = ${folded} and s.value = ${cut(text)})`;
  if (match === 'contains') return piece`s.folded like ${`%${likeEscaped(folded)}%`}`;
  // As a range rather than LIKE, so that a prepared statement uses the index for every text.
  return piece`(s.folded >= ${folded} and s.folded < ${`${folded}${last}`})`;
}

function whereNumberPair([first, second]: readonly [NumberOf, NumberOf]): Piece {
  return piece`r.rid in (select n.rid from record_number n join record_number m on m.rid = n.rid and m.element = n.element
    where n.path = ${first.path} and ${whereNumber('n', first.value)}
      and m.path = ${second.path} and ${whereNumber('m', second.value)})`;
}

/** By the words' stems, in Danish or in English; all of them must be there. */
function whereWords({ text, narrative }: Of<'words'>): Piece {
  const words = fold(text);
  return piece`r.rid in (select rids_by_words(
    websearch_to_tsquery('danish', ${words}) || websearch_to_tsquery('english', ${words}), ${narrative}))`;
}

function whereChain({ links }: Of<'chain'>, type: string | undefined, seen: Seen): Piece {
  const conditions = links.map((link) => {
    const found = piece`select r.id from record r where r.type = ${link.type} and not r.deleted and ${seen(link.type)} and ${whereFilter(link.filter, link.type, seen)}`;
    // By one target after the other, held apart by "offset 0", and gathered in a list: the planner expects far more
    // than are found by the tokens of targets that it cannot know.
    return link.byPatient
      ? piece`r.patient in (${found})`
      : piece`r.rid = any(array(select pointing.rid
          from (${found}) as target cross join unnest(${link.paths}::text[]) as path
          cross join lateral (select p.rid from record p
            where p.tokens @> array[hashtextextended(path || '#' || ${link.type}::text || '/' || target.id, 0)] offset 0) as pointing))`;
  });
  return anyOf(type, false, conditions);
}

/** Whether one of those that match points here: by the patient's column, or each resource by the token of a reference to it. */
function whereHas({ link }: Of<'has'>, seen: Seen): Piece {
  const found = piece`r.type = ${link.type} and not r.deleted and ${seen(link.type)} and ${whereFilter(link.filter, link.type, seen)}`;
  if (link.byPatient) return piece`r.id in (select r.patient from record r where ${found})`;
  // The name is made before another "r" comes. Held apart by "offset 0": by the index of tokens, however many are expected.
  return piece`(with target as (select ${link.target}::text || '/' || r.id as name)
    select true from target cross join unnest(${link.paths}::text[]) as path
      cross join lateral (select p.rid from record p where p.tokens @> array[hashtextextended(path || '#' || target.name, 0)] offset 0) as pointing
      join record r on r.rid = pointing.rid
    where ${found} limit 1)`;
}
