/** A search is one statement: the filters as conditions, the order, the page. */
import { resourceTypes } from '#fhir/definitions/tables.ts';
import type { SearchQuery } from '#fhir/search-query.ts';
import type { CurrentVersion, Restriction } from '../reader.ts';
import type { Fragment, Sql, Transaction } from '../sql.ts';
import {
  afterCursor,
  orderBy,
  readSearchCursor,
  sortExpressions,
  writeSearchCursor,
  type CursorValue,
} from './order.ts';
import { withTokens } from './look-up.ts';
import { whereFilters } from './where.ts';

export interface Hit extends CurrentVersion {
  readonly body: string;
}
export interface Page {
  readonly hits: readonly Hit[];
  /** The cursor of the next page; undefined on the last. */
  readonly next: string | undefined;
}

/** One page of a search. */
export async function search(sql: Sql | Transaction, _sees: Restriction, query: SearchQuery): Promise<Page> {
  const cursor = query.cursor === undefined ? undefined : readSearchCursor(query.cursor);
  const order = { sort: query.sort, severalTypes: query.type === undefined };
  const keys = sortExpressions(sql, order);
  const { where } = await conditionOf(sql, query);
  const rows = await sql<(Hit & Record<string, CursorValue>)[]>`
    select r.rid, r.type, r.id, r.version, r.updated, v.body
      ${keys.reduce((all, { value }, n) => sql`${all}, ${value} as ${sql(`key${n}`)}`, sql``)}
    from record r join version v on v.seq = r.seq
    where ${where}
      ${afterCursor(sql, order, cursor)}
    ${orderBy(sql, order)}
    limit ${query.count + 1}`;
  const hits = rows.slice(0, query.count);
  const last = hits.at(-1);
  return {
    hits,
    next:
      rows.length > query.count && last
        ? writeSearchCursor(keys.map((_, n) => last[`key${n}`] ?? ''))
        : undefined,
  };
}

/** What is searched, without order and page. */
export type Matching = Pick<SearchQuery, 'type' | 'filters'> & Partial<Pick<SearchQuery, 'types'>>;

/** The condition of a search. A value of its own, since a fragment that is awaited is sent as a statement. */
export async function conditionOf(
  sql: Sql | Transaction,
  matching: Matching,
): Promise<{ readonly where: Fragment }> {
  const filters = await withTokens(sql, matching.filters);
  return { where: whereMatches(sql, { ...matching, filters }) };
}

function whereMatches(sql: Sql | Transaction, { type, types, filters }: Matching): Fragment {
  const typed =
    type !== undefined
      ? sql`r.type = ${type} and`
      : types === undefined || types.length === resourceTypes.length
        ? sql``
        : sql`r.type = any(${sql.typed.texts(types)}::text[]) and`;
  return sql`${typed} not r.deleted ${whereFilters(sql, filters, type)}`;
}

/** How many resources match: exact. */
export async function countMatches(
  sql: Sql | Transaction,
  _sees: Restriction,
  query: Matching,
): Promise<number> {
  const { where } = await conditionOf(sql, query);
  const [row] = await sql<{ total: number }[]>`select count(*) as total from record r where ${where}`;
  return row?.total ?? 0;
}

// Up to here counting costs less than it would save.
const countedMax = 10_000;

/** About how many match: exact up to 10,000, beyond that what PostgreSQL's statistics say. */
export async function estimateMatches(
  sql: Sql | Transaction,
  _sees: Restriction,
  query: Matching,
): Promise<number> {
  const { where } = await conditionOf(sql, query);
  const [row] = await sql<{ total: number }[]>`
    select count(*) as total from (select from record r where ${where} limit ${countedMax + 1}) as counted`;
  if ((row?.total ?? 0) <= countedMax) return row?.total ?? 0;
  const [plan] = await sql<
    { 'QUERY PLAN': readonly { readonly Plan: { readonly 'Plan Rows': number } }[] }[]
  >`
    explain (format json) select from record r where ${where}`;
  return Math.max(countedMax + 1, Math.round(plan?.['QUERY PLAN'][0]?.Plan['Plan Rows'] ?? 0));
}

/** For conditional interactions: the first two matches tell none, one and many apart; a delete may ask for more. */
export async function firstMatches(
  sql: Sql | Transaction,
  _sees: Restriction,
  query: Matching,
  countMax = 2,
): Promise<CurrentVersion[]> {
  const { where } = await conditionOf(sql, query);
  return sql<CurrentVersion[]>`
    select r.rid, r.type, r.id, r.version, r.updated, v.body
    from record r join version v on v.seq = r.seq
    where ${where}
    limit ${countMax}`;
}
