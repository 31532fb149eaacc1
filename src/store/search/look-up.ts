/**
 * What is looked up before the search itself, so that the planner knows how much each condition finds: tokens that are
 * asked for by a text of theirs, the targets of chains and what points at them, and the rows of tokens that are not common.
 * Of those PostgreSQL's statistics only say that they are not common: of two of them it expects enough among a million
 * resources to walk through a whole type instead.
 */
import { Refusal } from '#base/refusal.ts';
import type { ChainLink, Filter, ReverseLink } from '#fhir/search-conditions.ts';
import { tokenKey } from '#fhir/search-forms.ts';
import type { Sql } from '../sql.ts';
import { noPiece, piece, run, type Piece } from '../statement.ts';
import { tokenHash } from '../token-hash.ts';
import { selectsByDate } from './dates.ts';
import type { Seen } from './seen.ts';
import { whereFilter } from './where.ts';

type TokenText = Extract<Filter, { readonly by: 'tokenText' }>;
type TokenHashes = Extract<Filter, { readonly by: 'hash' }>;

/** A text that so many different tokens have finds too much to be of use. */
const tokensMax = 10_000;
/** U+10FFFF sorts after every text. */
const last = '\u{10ffff}';

/** So many rows or more are better found on a walk through the type. */
const rowsMax = 5000;
/** So many rows of a date or more likewise: the walk then looks at a thousandth of the type for each that it finds. */
const datedMax = 1000;
/** So many targets of a chain or more are not listed. */
const targetsMax = 1000;
/** So many resources or more that point at something are not read for what they point at. */
const pointingMax = 2000;

/**
 * The same filters, those that find few as the rows they find, and none `tokenText`. `type`: the one that is searched.
 * @throws Refusal `invalid` when a text leads to too many tokens.
 */
export async function lookedUp(
  sql: Sql,
  filters: readonly Filter[],
  type: string | undefined,
  seen: Seen,
): Promise<readonly Filter[]> {
  const found = await withTokens(sql, filters, seen);
  if (type === undefined || found.some(isFew)) return found;
  return Promise.all(found.map((filter) => withDates(sql, filter, type)));
}

/** What another condition finds among few, PostgreSQL finds by itself. */
function isFew({ by }: Filter): boolean {
  return by === 'rid' || by === 'id' || by === 'patient';
}

async function withTokens(sql: Sql, filters: readonly Filter[], seen: Seen): Promise<readonly Filter[]> {
  return filters.some(needsLook)
    ? Promise.all(filters.map((filter) => resolved(sql, filter, seen)))
    : filters;
}

/** The rows whose date fits, when they are few. */
async function withDates(sql: Sql, filter: Filter, type: string): Promise<Filter> {
  const selects = selectsByDate(filter, type, datedMax + 1);
  if (!selects) return filter;
  const all = selects.map((one) => piece`(${one})`).reduce((every, one) => piece`${every} union all ${one}`);
  const rows = await run<{ rid: number }>(
    sql,
    piece`select rid from (${all}) as found limit ${datedMax + 1}`,
  );
  return rows.length > datedMax ? filter : { by: 'rid', rids: [...new Set(rows.map(({ rid }) => rid))] };
}

function needsLook(filter: Filter): boolean {
  switch (filter.by) {
    case 'tokenText':
    case 'hash':
      return true;
    case 'token':
      return !filter.not && filter.keys.length > 0;
    case 'any':
    case 'all':
      return filter.filters.some(needsLook);
    case 'chain':
      return filter.links.some((link) => !link.byPatient || needsLook(link.filter));
    case 'has':
      return !filter.link.byPatient || needsLook(filter.link.filter);
    case 'perType':
      return filter.types.some(([, one]) => needsLook(one));
    case 'id':
    case 'patient':
    case 'rid':
    case 'string':
    case 'date':
    case 'mainDate':
    case 'updated':
    case 'number':
    case 'numberPair':
    case 'present':
    case 'words':
    case 'list':
      return false;
  }
}

async function resolved(sql: Sql, filter: Filter, seen: Seen): Promise<Filter> {
  switch (filter.by) {
    case 'tokenText':
      return byRows(sql, { by: 'hash', hashes: await readTokens(sql, filter) });
    case 'hash':
      return byRows(sql, filter);
    case 'token':
      return needsLook(filter) ? byRows(sql, { by: 'hash', hashes: filter.keys.map(tokenHash) }) : filter;
    case 'any':
    case 'all':
      return { ...filter, filters: await withTokens(sql, filter.filters, seen) };
    case 'chain':
      return resolvedChain(sql, filter, seen);
    case 'has':
      return resolvedHas(
        sql,
        { ...filter.link, filter: await resolved(sql, filter.link.filter, seen) },
        seen,
      );
    case 'perType': {
      const types = filter.types.map(async ([type, one]) => [type, await resolved(sql, one, seen)] as const);
      return { ...filter, types: await Promise.all(types) };
    }
    case 'id':
    case 'patient':
    case 'rid':
    case 'string':
    case 'date':
    case 'mainDate':
    case 'updated':
    case 'number':
    case 'numberPair':
    case 'present':
    case 'words':
    case 'list':
      return filter;
  }
}

/** The links whose targets are few become the tokens of references to them. */
async function resolvedChain(
  sql: Sql,
  { links }: Extract<Filter, { by: 'chain' }>,
  seen: Seen,
): Promise<Filter> {
  const keys: string[] = [];
  const left: ChainLink[] = [];
  for (const link of links) {
    const own = { ...link, filter: await resolved(sql, link.filter, seen) };
    const targets = link.byPatient ? undefined : await readTargets(sql, own, seen);
    if (!targets) left.push(own);
    else
      for (const id of targets) keys.push(...link.paths.map((path) => tokenKey(path, `${link.type}/${id}`)));
  }
  const filters: Filter[] = [];
  if (left.length > 0) filters.push({ by: 'chain', links: left });
  if (keys.length > 0) filters.push(await resolved(sql, { by: 'token', keys, not: false }, seen));
  const [only] = filters;
  return filters.length === 1 && only ? only : { by: 'any', filters };
}

/** The ids of what a link may lead to; undefined when they are many. */
async function readTargets(sql: Sql, { type, filter }: ChainLink, seen: Seen): Promise<string[] | undefined> {
  const rows = await run<{ id: string }>(
    sql,
    piece`
    select r.id from record r
    where r.type = ${type} and not r.deleted and ${seen(type)} and ${whereFilter(filter, type, seen)} limit ${targetsMax + 1}`,
  );
  return rows.length > targetsMax ? undefined : rows.map(({ id }) => id);
}

/** Few that point here are read for what they point at; of many each resource is asked whether one points at it. */
async function resolvedHas(sql: Sql, link: ReverseLink, seen: Seen): Promise<Filter> {
  if (link.byPatient) return { by: 'has', link };
  const rows = await run<{ count: number; id: string | null }>(
    sql,
    piece`
    with pointing as materialized (
      select r.seq from record r
      where r.type = ${link.type} and not r.deleted and ${seen(link.type)} and ${whereFilter(link.filter, link.type, seen)} limit ${pointingMax + 1}),
    counted as (select count(*) as count from pointing)
    select distinct counted.count, split_part(target.reference, '/', 2) as id
    from counted left join lateral (
      select reference from pointing join version w on w.seq = pointing.seq
        cross join lateral texts_at(w.body, ${link.places}::text[]::jsonpath[]) as reference
      where split_part(reference, '/', 1) = ${link.target} and counted.count <= ${pointingMax}) as target on true`,
  );
  return (rows[0]?.count ?? 0) > pointingMax
    ? { by: 'has', link }
    : { by: 'id', ids: rows.flatMap(({ id }) => id ?? []) };
}

/** The rows that hold one of these tokens, when none of them is common and the rows are few; else the tokens. */
async function byRows(sql: Sql, tokens: TokenHashes): Promise<Filter> {
  const keys = `{${tokens.hashes.join(',')}}`;
  const rows = await run<{ isCommon: boolean; rid: number | null }>(
    sql,
    piece`
    select known."isCommon", held.rid
    from (select exists (select from pg_stats where schemaname = current_schema and tablename = 'record' and attname = 'tokens'
      and most_common_elems::text::bigint[] && ${keys}::bigint[]) as "isCommon") as known
    left join lateral (
      select p.rid from unnest(${keys}::bigint[]) as key
        cross join lateral (select p.rid from record p where p.tokens @> array[key] offset 0) as p
      where not known."isCommon" limit ${rowsMax + 1}) as held on true`,
  );
  if (rows[0]?.isCommon === true || rows.length > rowsMax) return tokens;
  return { by: 'rid', rids: [...new Set(rows.flatMap(({ rid }) => rid ?? []))] };
}

async function readTokens(sql: Sql, filter: TokenText): Promise<string[]> {
  const found = filter.texts.flatMap((text) => rangesOf(filter.match, text));
  const conditions = found.reduce<Piece>((all, one, n) => (n === 0 ? one : piece`${all} or ${one}`), noPiece);
  const rows = await run<{ key: string }>(
    sql,
    piece`
    select distinct t.key::text as key from token_text t
    where t.path = any(${filter.paths}::text[]) and (${conditions}) limit ${tokensMax + 1}`,
  );
  if (rows.length > tokensMax)
    throw new Refusal('invalid', `the text fits more than ${tokensMax} different codes; say more of it`, {
      code: 'too-costly',
    });
  return rows.map(({ key }) => key);
}

function rangesOf(match: TokenText['match'], text: string): Piece[] {
  if (match === 'starts') return [piece`(t.text >= ${text} and t.text < ${`${text}${last}`})`];
  const folder = text.endsWith('/') ? text : `${text}/`;
  return [piece`t.text = ${text}`, piece`(t.text >= ${folder} and t.text < ${`${folder}${last}`})`];
}
