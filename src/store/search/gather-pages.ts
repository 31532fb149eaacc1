/**
 * Searches of one patient that come at the same moment are asked in one statement, as readings by name are (gather.ts):
 * an open chart is eight of them, and eight statements cost several times what they find. The statement has one fixed text
 * and is planned once: each search is a row of its parameters, answered by the index of patients. What does not fit into
 * such a row is asked by itself.
 */
import type { SearchQuery } from '#fhir/search-query.ts';
import { refuseClosed, refuseType, type Restriction } from '../access.ts';
import { isConnectionLost, type Sql } from '../sql.ts';
import { createTogether } from '../together.ts';
import { tokenHashes } from '../token-hash.ts';
import { knownPlan } from './known-plan.ts';
import { writeSearchCursor } from './order.ts';
import { entriesBefore, searchEntries, showListed, type EntriesAsked, type EntriesPage } from './search.ts';

/** One page of a search, as `searchEntries`; the query's known plan must be 'patient'. */
export type GatherPages = (
  sees: Restriction,
  query: SearchQuery,
  asked: EntriesAsked,
) => Promise<EntriesPage>;

/** A statement for more would keep the first of them waiting for the last. */
const togetherMax = 64;
/** How long the pages of one statement may be together: what PostgreSQL and we hold of them at once. */
const rowsMax = 4000;
/** Whoever asks for a longer page waits for it alone. */
const pageMax = 100;

/** A search as a row of the statement's parameters. */
interface Row {
  readonly type: string;
  readonly patient: string;
  /** All of these tokens, and one of those: hashes as array literals. '' when there are none to choose from. */
  readonly every: string;
  readonly some: string;
  readonly byDate: boolean;
}

interface Asked {
  readonly sees: Restriction;
  readonly query: SearchQuery;
  readonly asked: EntriesAsked;
  readonly row: Row;
  readonly found: (page: EntriesPage) => void;
  readonly failed: (error: unknown) => void;
}

export function createGatherPages(sql: Sql): GatherPages {
  const add = createTogether<Asked>({ choose, run: (taken) => answerTogether(sql, taken) });
  return async (sees, query, asked) => {
    const row = rowOf(query);
    if (!row) return searchEntries(sql, sees, query, asked);
    refuseType(sees, row.type);
    await refuseClosed(sql, sees, row.type, row.patient);
    return new Promise((found, failed) => add({ sees, query, asked, row, found, failed }));
  };
}

function choose(waiting: readonly Asked[]): { taken: Asked[]; left: Asked[] } {
  const [taken, left]: [Asked[], Asked[]] = [[], []];
  let rows = 0;
  for (const one of waiting) {
    const fits = taken.length < togetherMax && rows + one.query.count <= rowsMax;
    (fits ? taken : left).push(one);
    if (fits) rows += one.query.count;
  }
  return { taken, left };
}

/** Undefined when the search must be asked by itself. */
function rowOf(query: SearchQuery): Row | undefined {
  const { type, filters, sort, count } = query;
  const [key, ...others] = sort;
  const byDate = key?.by === 'mainDate' && key.descending;
  if (type === undefined || count > pageMax || query.cursor !== undefined) return undefined;
  if (others.length > 0 || (key !== undefined && !byDate) || knownPlan(query) !== 'patient') return undefined;
  let patient: string | undefined;
  let some = '';
  const every: string[] = [];
  for (const filter of filters) {
    if (filter.by === 'patient' && filter.ids.length === 1 && patient === undefined) [patient] = filter.ids;
    else if (filter.by === 'token' && !filter.not && filter.keys.length === 1) every.push(...filter.keys);
    else if (filter.by === 'token' && !filter.not && some === '') some = tokenHashes(filter.keys);
    else return undefined;
  }
  return patient === undefined ? undefined : { type, patient, every: tokenHashes(every), some, byDate };
}

/** Never rejects: each who asked is told. */
async function answerTogether(sql: Sql, taken: readonly Asked[]): Promise<void> {
  const [first] = taken;
  if (!first) return;
  try {
    if (taken.length === 1)
      return first.found(await searchEntries(sql, { shown: first.sees.shown }, first.query, first.asked));
    const pages = await readPages(sql, taken);
    taken.forEach(({ found }, n) => found(pages[n] ?? nothing));
  } catch (error) {
    if (taken.length === 1 || isConnectionLost(error)) {
      for (const { failed } of taken) failed(error);
      return;
    }
    // Only one of them may be at fault: by itself, each learns its own.
    await Promise.all(taken.map((one) => answerTogether(sql, [one])));
  }
}

const nothing: EntriesPage = { entries: '', count: 0, next: undefined, total: undefined };

interface PageRow {
  /** Which of the searches, from 1. */
  readonly place: number;
  readonly entries: string | null;
  readonly found: number;
  readonly id: string | null;
  readonly low: number | null;
  readonly total: number | null;
  /** With commas between. */
  readonly rids: string | null;
}

/** The pages in the order of those who asked. */
async function readPages(sql: Sql, taken: readonly Asked[]): Promise<EntriesPage[]> {
  const list = (of: (one: Asked) => string) => sql.typed.texts(taken.map(of));
  // The literals are read once for each search, not for each row that it looks at. "case" fits no index, so that of patients
  // is the only one; and the planner takes it for a half, where it would expect next to nothing of two lists that it does
  // not see, and would sort all by date. Each order is a part of its own: a page by date stops in the index when it is full.
  const rows = await sql<PageRow[]>`
    with wanted as materialized (
      select place, type collate "C" as type, patient collate "C" as patient, every::bigint[] as every,
        nullif(one_of, '')::bigint[] as one_of, by_date = 't' as by_date, count::integer as count, counted = 't' as counted, before, shown = 't' as shown
      from unnest(${list(({ row }) => row.type)}::text[], ${list(({ row }) => row.patient)}::text[],
        ${list(({ row }) => row.every)}::text[], ${list(({ row }) => row.some)}::text[],
        ${list(({ row }) => (row.byDate ? 't' : 'f'))}::text[], ${list(({ query }) => String(query.count))}::text[],
        ${list(({ asked }) => (asked.isCounted ? 't' : 'f'))}::text[], ${list(({ asked }) => entriesBefore(asked))}::text[], ${list(({ sees }) => (sees.shown ? 't' : 'f'))}::text[])
        with ordinality as listed (type, patient, every, one_of, by_date, count, counted, before, shown, place))
    select place, entries, found, id, low, rids, case when counted and found > count then (
        select count(*) from record r where r.type = wanted.type and r.patient = wanted.patient and not r.deleted
          and case when r.tokens @> wanted.every then wanted.one_of is null or r.tokens && wanted.one_of else false end
      ) end as total
    from wanted cross join lateral (
      select string_agg(before || type || '/' || page.id || '","resource":' || body || ',"search":{"mode":"match"}}', ',')
          filter (where n <= count) as entries,
        string_agg(rid::text, ',') filter (where n <= count and shown) as rids,
        count(*)::integer as found, max(page.id) filter (where n = count) as id, max(page.low) filter (where n = count) as low
      from (
        select r.rid, r.id, r.low, v.body, row_number() over () as n from (
          (select r.rid, r.id, r.low, r.seq from record r
            where wanted.by_date and r.type = wanted.type and r.patient = wanted.patient and not r.deleted
              and case when r.tokens @> wanted.every then wanted.one_of is null or r.tokens && wanted.one_of else false end
            order by r.low desc, r.id limit wanted.count + 1)
          union all
          (select r.rid, r.id, r.low, r.seq from record r
            where not wanted.by_date and r.type = wanted.type and r.patient = wanted.patient and not r.deleted
              and case when r.tokens @> wanted.every then wanted.one_of is null or r.tokens && wanted.one_of else false end
            order by r.id limit wanted.count + 1)
        ) as r cross join lateral (select v.body from version v where v.seq = r.seq offset 0) as v
      ) as page
    ) as answered`;
  const pages: EntriesPage[] = [];
  for (const { place, entries, found, id, low, total, rids } of rows) {
    const one = taken[place - 1];
    if (!one) continue;
    const { count } = one.query;
    showListed(one.sees, { rids, patients: one.row.patient });
    const keys = one.row.byDate ? [low ?? 0, id ?? ''] : [id ?? ''];
    pages[place - 1] = {
      entries: entries ?? '',
      count: Math.min(found, count),
      next: found > count ? writeSearchCursor(keys) : undefined,
      // Not counted again where the page has all.
      total: one.asked.isCounted ? (total ?? found) : undefined,
    };
  }
  return pages;
}
