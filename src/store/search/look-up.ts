/**
 * What is looked up before the search itself, so that the planner knows how much each condition finds: tokens that are
 * asked for by a text of theirs, the targets of chains, and what many tokens find together. Of tokens that are rare it only knows that they are
 * not common, and of fifty of them it expects enough to walk through the whole type instead.
 */
import { Refusal } from '#base/refusal.ts';
import type { ChainLink, Filter } from '#fhir/search-conditions.ts';
import { tokenKey } from '#fhir/search-forms.ts';
import type { Sql, Transaction } from '../sql.ts';
import { noPiece, piece, run, type Piece } from '../statement.ts';
import { tokenHash } from '../token-hash.ts';
import { whereFilter } from './where.ts';

type TokenText = Extract<Filter, { readonly by: 'tokenText' }>;

/** A text that so many different tokens have finds too much to be of use. */
const tokensMax = 10_000;
/** U+10FFFF sorts after every text. */
const last = '\u{10ffff}';

/** So many rows or more are better found on a walk through the type. */
const rowsMax = 5000;
/** So many targets of a chain or more are not listed. */
const targetsMax = 1000;
/** Up to so many tokens the planner's guess is good enough. */
const tokensGuessed = 12;

/** The same filters, without any `tokenText`. @throws Refusal `invalid` when a text leads to too many tokens. */
export async function withTokens(
  sql: Sql | Transaction,
  filters: readonly Filter[],
): Promise<readonly Filter[]> {
  return filters.some(needsLook) ? Promise.all(filters.map((filter) => resolved(sql, filter))) : filters;
}

function needsLook(filter: Filter): boolean {
  switch (filter.by) {
    case 'tokenText':
      return true;
    case 'token':
      return !filter.not && filter.keys.length > tokensGuessed;
    case 'any':
    case 'all':
      return filter.filters.some(needsLook);
    case 'chain':
      return filter.links.some((link) => !link.byPatient || needsLook(link.filter));
    case 'has':
      return needsLook(filter.link.filter);
    case 'perType':
      return filter.types.some(([, one]) => needsLook(one));
    case 'id':
    case 'patient':
    case 'hash':
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

async function resolved(sql: Sql | Transaction, filter: Filter): Promise<Filter> {
  switch (filter.by) {
    case 'tokenText':
      return byRows(sql, { by: 'hash', hashes: await readTokens(sql, filter) });
    case 'token':
      return needsLook(filter) ? byRows(sql, { by: 'hash', hashes: filter.keys.map(tokenHash) }) : filter;
    case 'any':
    case 'all':
      return { ...filter, filters: await withTokens(sql, filter.filters) };
    case 'chain':
      return resolvedChain(sql, filter);
    case 'has':
      return { ...filter, link: { ...filter.link, filter: await resolved(sql, filter.link.filter) } };
    case 'perType': {
      const types = filter.types.map(async ([type, one]) => [type, await resolved(sql, one)] as const);
      return { ...filter, types: await Promise.all(types) };
    }
    case 'id':
    case 'patient':
    case 'hash':
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
  sql: Sql | Transaction,
  { links }: Extract<Filter, { by: 'chain' }>,
): Promise<Filter> {
  const keys: string[] = [];
  const left: ChainLink[] = [];
  for (const link of links) {
    const own = { ...link, filter: await resolved(sql, link.filter) };
    const targets = link.byPatient ? undefined : await readTargets(sql, own);
    if (!targets) left.push(own);
    else
      for (const id of targets) keys.push(...link.paths.map((path) => tokenKey(path, `${link.type}/${id}`)));
  }
  const filters: Filter[] = [];
  if (left.length > 0) filters.push({ by: 'chain', links: left });
  if (keys.length > 0) filters.push(await resolved(sql, { by: 'token', keys, not: false }));
  const [only] = filters;
  return filters.length === 1 && only ? only : { by: 'any', filters };
}

/** The ids of what a link may lead to; undefined when they are many. */
async function readTargets(
  sql: Sql | Transaction,
  { type, filter }: ChainLink,
): Promise<string[] | undefined> {
  const rows = await run<{ id: string }>(
    sql,
    piece`
    select r.id from record r
    where r.type = ${type} and not r.deleted and ${whereFilter(filter, type)} limit ${targetsMax + 1}`,
  );
  return rows.length > targetsMax ? undefined : rows.map(({ id }) => id);
}

/** The rows that hold one of these tokens, when they are few; else the tokens. */
async function byRows(
  sql: Sql | Transaction,
  tokens: Extract<Filter, { readonly by: 'hash' }>,
): Promise<Filter> {
  if (tokens.hashes.length <= tokensGuessed) return tokens;
  const rows = await run<{ rid: number }>(
    sql,
    piece`
    select held.rid from unnest(${`{${tokens.hashes.join(',')}}`}::bigint[]) as key
      cross join lateral (select p.rid from record p where p.tokens @> array[key] offset 0) as held
    limit ${rowsMax + 1}`,
  );
  return rows.length > rowsMax ? tokens : { by: 'rid', rids: [...new Set(rows.map(({ rid }) => rid))] };
}

async function readTokens(sql: Sql | Transaction, filter: TokenText): Promise<string[]> {
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
