/** A search is one statement: the filters as conditions, the order, the page. */
import { patientCompartment, searchParameters } from '#fhir/definitions/tables.ts';
import type { SearchQuery } from '#fhir/search-query.ts';
import { patientPath, tokenKey } from '#fhir/search-values.ts';
import type { CurrentVersion, Restriction } from '../reader.ts';
import type { Sql, Transaction } from '../sql.ts';
import {
  afterCursor,
  orderBy,
  readSearchCursor,
  sortExpressions,
  writeSearchCursor,
  type CursorValue,
} from './order.ts';
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
  const keys = sortExpressions(sql, query.sort);
  const rows = await sql<(Hit & Record<string, CursorValue>)[]>`
    select r.rid, r.type, r.id, r.version, r.updated, v.body
      ${keys.reduce((all, { value }, n) => sql`${all}, ${value} as ${sql(`key${n}`)}`, sql``)}
    from record r join version v on v.seq = r.seq
    where r.type = ${query.type} and not r.deleted
      ${whereFilters(sql, query.filters)}
      ${afterCursor(sql, query.sort, cursor)}
    ${orderBy(sql, query.sort)}
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

/** How many resources match: exact. */
export async function countMatches(
  sql: Sql | Transaction,
  _sees: Restriction,
  query: Pick<SearchQuery, 'type' | 'filters'>,
): Promise<number> {
  const [row] = await sql<{ total: number }[]>`
    select count(*) as total from record r where r.type = ${query.type} and not r.deleted ${whereFilters(sql, query.filters)}`;
  return row?.total ?? 0;
}

/** For conditional interactions: the first two matches tell none, one and many apart; a delete may ask for more. */
export async function firstMatches(
  sql: Sql | Transaction,
  _sees: Restriction,
  query: Pick<SearchQuery, 'type' | 'filters'>,
  countMax = 2,
): Promise<CurrentVersion[]> {
  return sql<CurrentVersion[]>`
    select r.rid, r.type, r.id, r.version, r.updated, v.body
    from record r join version v on v.seq = r.seq
    where r.type = ${query.type} and not r.deleted ${whereFilters(sql, query.filters)}
    limit ${countMax}`;
}

/** The token keys by which a resource that may have several patients is in this patient's compartment. */
function compartmentKeys(patientId: string): string[] {
  return Object.entries(patientCompartment).flatMap(([type, names]) => {
    const column = patientPath(type);
    const paths = new Set(
      names.flatMap((name) => searchParameters[type]?.[name]?.paths.map((path) => path.name) ?? []),
    );
    return [...paths].filter((path) => path !== column).map((path) => tokenKey(path, `Patient/${patientId}`));
  });
}

export interface CompartmentQuery {
  readonly types?: readonly string[];
  readonly since?: number;
  readonly count: number;
  /** Go on after this (type, id). */
  readonly after?: readonly [string, string];
}

/** What is in a patient's compartment (R4 compartmentdefinition-patient), the patient first, then by type and id. */
export async function readCompartment(
  sql: Sql,
  _sees: Restriction,
  patientId: string,
  query: CompartmentQuery,
): Promise<Hit[]> {
  // The patient sorts before all: its rank is the empty text.
  const [afterType, afterId] = query.after ?? ['', ''];
  return sql<Hit[]>`
    with member as (
      select rid from record where patient = ${patientId}
      union
      -- One by one, held apart by "offset 0": the planner expects far too many and would read whole tables instead.
      select rid from unnest(${compartmentKeys(patientId)}::text[]) as key
        cross join lateral (select rid from record where tokens @> array[hashtextextended(key, 0)] offset 0) as found)
    select r.rid, r.type, r.id, r.version, r.updated, r.body
    from member cross join lateral (
      select r.*, v.body from record r join version v on v.seq = r.seq where r.rid = member.rid offset 0) as r
    where not r.deleted
      ${query.types ? sql`and r.type = any(${query.types as string[]}::text[])` : sql``}
      ${query.since === undefined ? sql`` : sql`and r.updated >= ${query.since}`}
      and (case when r.type = 'Patient' then ' ' else r.type end collate "C", r.id) > (${afterType}::text collate "C", ${afterId}::text)
    order by case when r.type = 'Patient' then ' ' else r.type end collate "C", r.id
    limit ${query.count}`;
}
