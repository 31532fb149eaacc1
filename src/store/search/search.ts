/** A search is one statement: the filters as conditions, the order, the page. */
import { resourceTypes } from '#fhir/definitions/tables.ts';
import type { Filter } from '#fhir/search-conditions.ts';
import type { SearchQuery } from '#fhir/search-query.ts';
import { show, type Restriction } from '../access.ts';
import type { CurrentVersion } from '../reader.ts';
import type { Sql } from '../sql.ts';
import { nameOf, noPiece, piece, run, type Piece } from '../statement.ts';
import {
  afterCursor,
  orderBy,
  readSearchCursor,
  sortExpressions,
  writeSearchCursor,
  type CursorValue,
} from './order.ts';
import { lookedUp } from './look-up.ts';
import { readSeenOf, type Seen } from './seen.ts';
import { whereFilters, whereKnown } from './where.ts';
import { knownPlan } from './known-plan.ts';

export interface Hit extends CurrentVersion {
  readonly body: string;
}
export interface Page {
  readonly hits: readonly Hit[];
  /** The cursor of the next page; undefined on the last. */
  readonly next: string | undefined;
}

/** One page of a search. */
export async function search(sql: Sql, sees: Restriction, query: SearchQuery): Promise<Page> {
  const { statement, keys } = await pageOf(sql, sees, query);
  const rows = await run<Hit & Record<string, CursorValue>>(sql, statement);
  const hits = rows.slice(0, query.count);
  show(sees, hits);
  const last = hits.at(-1);
  const isMore = rows.length > query.count && last !== undefined;
  return { hits, next: isMore ? writeSearchCursor(keys.map((key) => last[key] ?? '')) : undefined };
}

export interface EntriesPage {
  /** The entries of a searchset with their commas, as they stand in the Bundle; empty when nothing matches. */
  readonly entries: string;
  readonly count: number;
  readonly next: string | undefined;
  /** How many match in all, when that was asked for. */
  readonly total: number | undefined;
}

export interface EntriesAsked {
  /** The address that full urls begin with. */
  readonly base: string;
  /** With the total, in the same statement. */
  readonly isCounted: boolean;
}

/** What an entry begins with; the type and the id of its resource come next. */
export function entriesBefore({ base }: EntriesAsked): string {
  return `{"fullUrl":${JSON.stringify(`${base}/`).slice(0, -1)}`;
}

/**
 * One page of a search as the text it is sent as. PostgreSQL puts the entries together: their texts then come as one, and
 * nothing here looks at them.
 */
export async function searchEntries(
  sql: Sql,
  sees: Restriction,
  query: SearchQuery,
  asked: EntriesAsked,
): Promise<EntriesPage> {
  const { statement, keys, where } = await pageOf(sql, sees, query);
  const before = entriesBefore(asked);
  const [page] = await run<
    { entries: string | null; found: number; total?: number } & Listed & Record<string, CursorValue>
  >(
    sql,
    piece`
    select string_agg(${before}::text || type || '/' || id || '","resource":' || body || ',"search":{"mode":"match"}}', ',')
        filter (where n <= ${query.count}) as entries,
      count(*)::integer as found${shownColumns(sees, query)}
      ${asked.isCounted ? piece`, (select count(*) from record r where ${where}) as total` : noPiece}
      ${keys.reduce((all, key) => piece`${all}, max(${nameOf(key)}) filter (where n = ${query.count}) as ${nameOf(key)}`, noPiece)}
    from (select *, row_number() over () as n from (${statement}) as found) as page`,
  );
  const found = page?.found ?? 0;
  if (page) showListed(sees, page);
  const isMore = page !== undefined && found > query.count;
  return {
    entries: page?.entries ?? '',
    count: Math.min(found, query.count),
    next: isMore ? writeSearchCursor(keys.map((key) => page[key] ?? '')) : undefined,
    total: page?.total,
  };
}

/** What a page shows, as lists with commas. */
interface Listed {
  readonly rids?: string | null;
  readonly patients?: string | null;
}

function shownColumns({ shown }: Restriction, { count }: SearchQuery): Piece {
  return shown
    ? piece`, string_agg(rid::text, ',') filter (where n <= ${count}) as rids, string_agg(patient, ',') filter (where n <= ${count}) as patients`
    : noPiece;
}

export function showListed({ shown }: Restriction, { rids, patients }: Listed): void {
  if (!shown || !rids) return;
  for (const rid of rids.split(',')) shown.rids.push(Number(rid));
  for (const patient of patients?.split(',') ?? []) shown.patients.add(patient);
}

/** A page and one more, with the values that the next page goes on from, by their names. */
async function pageOf(
  sql: Sql,
  sees: Restriction,
  query: SearchQuery,
): Promise<{ readonly statement: Piece; readonly keys: readonly string[]; readonly where: Piece }> {
  const cursor = query.cursor === undefined ? undefined : readSearchCursor(query.cursor);
  const order = { sort: query.sort, severalTypes: query.type === undefined };
  const keys = sortExpressions(order);
  const { where } = await conditionOf(sql, sees, query);
  const columns = piece`r.rid, r.type, r.id, r.version, r.updated, r.patient
      ${keys.reduce((all, { value }, n) => piece`${all}, ${value} as ${nameOf(`key${n}`)}`, noPiece)}`;
  const page = piece`
    where ${where}
      ${afterCursor(order, cursor)}
    ${orderBy(order)}
    limit ${query.count + 1}`;
  // What is sorted is sorted without its texts, which are read for the page alone.
  const statement =
    query.sort.length > 0 && query.sort.every(({ by }) => by !== 'text') && !knownPlan(query)
      ? piece`
    select found.*, v.body
    from (select *, row_number() over () as place from (select ${columns}, r.seq from record r ${page}) as sorted) as found
      join version v on v.seq = found.seq
    order by place`
      : piece`select ${columns}, v.body from record r join version v on v.seq = r.seq ${page}`;
  return { statement, keys: keys.map((_, n) => `key${n}`), where };
}

/** What is searched, without order and page. */
export type Matching = Pick<SearchQuery, 'type' | 'filters'> & Partial<Pick<SearchQuery, 'types'>>;

/** The condition of a search. A value of its own, since a fragment that is awaited is sent as a statement. */
export async function conditionOf(
  sql: Sql,
  sees: Restriction,
  matching: Matching,
): Promise<{ readonly where: Piece }> {
  const { type } = matching;
  const { matches, alternatives, linked } = await readSeenOf(sql, sees, type, matching.filters);
  const plan = knownPlan(matching);
  if (plan)
    return {
      // "is true" fits no index.
      where: piece`r.type = ${type ?? ''} and not r.deleted ${whereKnown(plan, matching.filters)} and (${matches}) is true`,
    };
  const filters = await lookedUp(sql, matching.filters, type, linked);
  const where = whereMatches({ ...matching, filters }, linked);
  // Among several types each alternative finds its few by its own index; together they would be asked of each row.
  return alternatives.length > 1 && filters.some(isSelective)
    ? {
        where: piece`r.rid = any(array(${alternatives.map((one) => piece`select r.rid from record r where ${where} and ${one}`).reduce((some, one) => piece`${some} union all ${one}`)}))`,
      }
    : { where: piece`${where} and ${matches}` };
}

/** Whether a filter finds less than nearly everything, as far as its kind tells. */
function isSelective({ by }: Filter): boolean {
  return by !== 'updated' && by !== 'present';
}

function whereMatches({ type, types = resourceTypes, filters }: Matching, seen: Seen): Piece {
  // The indexes of ids and of times are by type first, and before 18 PostgreSQL must be told all types to go down them.
  const isTyped =
    types.length < resourceTypes.length || filters.some(({ by }) => by === 'updated' || by === 'id');
  const typed =
    type !== undefined
      ? piece`r.type = ${type} and`
      : isTyped
        ? piece`r.type = any(${types}::text[]) and`
        : noPiece;
  return piece`${typed} not r.deleted ${whereFilters(filters, type, seen)}`;
}

/** How many resources match: exact. */
export async function countMatches(sql: Sql, sees: Restriction, query: Matching): Promise<number> {
  const { where } = await conditionOf(sql, sees, query);
  const [row] = await run<{ total: number }>(
    sql,
    piece`select count(*) as total from record r where ${where}`,
  );
  return row?.total ?? 0;
}

// Up to here counting costs less than it would save.
const countedMax = 10_000;

/** About how many match: exact up to 10,000, beyond that what PostgreSQL's statistics say. */
export async function estimateMatches(sql: Sql, sees: Restriction, query: Matching): Promise<number> {
  const { where } = await conditionOf(sql, sees, query);
  const [row] = await run<{ total: number }>(
    sql,
    piece`
    select count(*) as total from (select from record r where ${where} limit ${countedMax + 1}) as counted`,
  );
  if ((row?.total ?? 0) <= countedMax) return row?.total ?? 0;
  const [plan] = await run<{ 'QUERY PLAN': readonly { readonly Plan: { readonly 'Plan Rows': number } }[] }>(
    sql,
    piece`explain (format json) select from record r where ${where}`,
  );
  return Math.max(countedMax + 1, Math.round(plan?.['QUERY PLAN'][0]?.Plan['Plan Rows'] ?? 0));
}

/** For conditional interactions: the first two matches tell none, one and many apart; a delete may ask for more. */
export async function firstMatches(
  sql: Sql,
  sees: Restriction,
  query: Matching,
  countMax = 2,
): Promise<CurrentVersion[]> {
  const { where } = await conditionOf(sql, sees, query);
  const rows = await run<CurrentVersion>(
    sql,
    piece`
    select r.rid, r.type, r.id, r.version, r.updated, r.patient, v.body
    from record r join version v on v.seq = r.seq
    where ${where}
    limit ${countMax}`,
  );
  show(sees, rows);
  return rows;
}
