// Searches are answered from indexes, however much there is. What PostgreSQL did is read from its own counters after each
// statement ran: scans of whole tables, how many rows it touched and how many pages it looked at.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Refusal } from '#base/refusal.ts';
import { compartmentFilter, compartmentTypes } from '#fhir/compartment.ts';
import { resourceTypes } from '#fhir/definitions/tables.ts';
import type { Filter } from '#fhir/search-conditions.ts';
import { parseSearch, type SearchQuery } from '#fhir/search-query.ts';
import { testDatabase } from '../../../test/database.ts';
import { fillRecord } from '../../../test/large-record.ts';
import { resourcesOfEach, searchShapes, type SearchShape } from '../../../test/search-shapes.ts';
import { countHistory, readHistory, type HistoryQuery } from '../history.ts';
import { seesEverything, type Sight } from '../access.ts';
import { readNewest, readSeveral } from '../reader.ts';
import type { Sql } from '../sql.ts';
import { openStore } from '../store.ts';
import { readCompartment } from './compartment.ts';
import { knownPlan } from './known-plan.ts';
import { countMatches, estimateMatches, firstMatches, search } from './search.ts';
import { walkMatches } from './walk.ts';

const database = await testDatabase();
const store = openStore(database.to, { poolSize: 4, node: 'region' });
/** With 27 resources each these are a million. */
const patients = 37_100;
/** So many charts are the writer's own, the observations of the others are copied within PostgreSQL. */
const written = 2000;
/** Long after everything. */
const later = Date.UTC(2100, 0);

// Two such files at once on a slow disk.
beforeAll(async () => fillRecord(store, patients, written), 600_000);
afterAll(async () => {
  await store.close();
  await database.drop();
});

interface Work {
  /** Tables of the record that were read from end to end. */
  readonly wholeTables: readonly string[];
  readonly rowsTouched: number;
  /** Of tables and indexes: what an index alone answers touches no row. */
  readonly pages: number;
}
interface Counters {
  readonly whole: number;
  readonly touched: number;
  readonly pages: number;
}

async function countersOf(sql: Sql): Promise<Map<string, Counters>> {
  const rows = await sql<(Counters & { name: string })[]>`
    select relname as name, coalesce(seq_scan, 0) as whole, coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) as touched,
      pg_stat_get_xact_blocks_fetched(relid) + (
        select coalesce(sum(pg_stat_get_xact_blocks_fetched(indexrelid)), 0) from pg_index where indrelid = relid)::bigint as pages
    from pg_stat_xact_user_tables where relname ~ '^(record|version|token_text)'`;
  return new Map(rows.map(({ name, ...counters }) => [name, counters]));
}

async function workOf(statement: (sql: Sql) => Promise<unknown>): Promise<Work> {
  const all = async (sql: Sql) => {
    // A plan for several processes is kept, but run by one: the others would count for themselves.
    await sql`set local max_parallel_workers = 0`;
    await statement(sql);
  };
  // From the sixth time on PostgreSQL may use a plan that knows no values.
  for (let n = 0; n < 7; n++) await store.transactions.run(all);
  return store.transactions.run(async (sql) => {
    const before = await countersOf(sql);
    await all(sql);
    const after = await countersOf(sql);
    const grown = (name: string, what: keyof Counters) =>
      (after.get(name)?.[what] ?? 0) - (before.get(name)?.[what] ?? 0);
    const names = [...after.keys()];
    const sum = (what: keyof Counters) => names.reduce((total, name) => total + grown(name, what), 0);
    return {
      wholeTables: names.filter((name) => grown(name, 'whole') > 0),
      rowsTouched: sum('touched'),
      pages: sum('pages'),
    };
  });
}

async function expectLittleWork(rowsMax: number, statement: (sql: Sql) => Promise<unknown>): Promise<void> {
  const work = await workOf(statement);
  expect(work).toEqual({ wholeTables: [], rowsTouched: expect.any(Number), pages: expect.any(Number) });
  expect(work.rowsTouched).toBeLessThanOrEqual(rowsMax);
  // The way down an index is three or four pages, and even nothing at all is looked for in each index that is asked.
  expect(work.pages).toBeLessThanOrEqual(200 + 4 * rowsMax);
}

/** Value sets and hierarchies, as terminology would answer. */
const system = 'urn:iso:std:iso:11073:10101';
const codeLists = {
  expand: () => [1, 2, 3].map((n) => ({ system, code: `code-${n}` })),
  subsumed: () => ['code-3', 'code-unknown'],
};

function askedBy({ type, query }: Pick<SearchShape, 'type' | 'query'>, cursor?: string): SearchQuery {
  const [where = '', id, within] = type.split('/');
  const types =
    within === undefined ? where || resourceTypes : within === '*' ? (compartmentTypes(where) ?? []) : within;
  const parameters = [...new URLSearchParams(query)];
  const asked = parseSearch(types, cursor === undefined ? parameters : [...parameters, ['_cursor', cursor]], {
    strict: true,
    pageDefault: 20,
    pageMax: 1000,
    base: 'http://test/fhir',
    codeLists,
  });
  return id === undefined
    ? asked
    : { ...asked, filters: [compartmentFilter(where, id, asked.types), ...asked.filters] };
}

const find = (asked: SearchQuery) => async (sql: Sql) => {
  // As on the connections that such a search goes to: planned once, for values that nobody knows.
  if (knownPlan(asked) && sql !== store.sql) await sql`set local plan_cache_mode = force_generic_plan`;
  return search(sql, seesEverything, asked);
};

test('there are a million resources', async () => {
  const [row] = await store.sql<{ records: number; versions: number }[]>`
    select (select count(*) from record) as records, (select count(*) from version) as versions`;
  expect(row?.records).toBeGreaterThanOrEqual(1_000_000);
  expect(row?.versions).toBe(row?.records);
});

test.each(searchShapes(patients))('$type?$query reads no table from end to end', async (shape) => {
  const asked = askedBy(shape);
  const page = await find(asked)(store.sql);
  expect(page.hits).toHaveLength(shape.hits);
  await expectLittleWork(shape.rowsMax, find(asked));
  if (page.next !== undefined) await expectLittleWork(shape.rowsMax, find(askedBy(shape, page.next)));
});

/** What a search may touch for a person who has forty patients, beside what it touches for who sees all: their charts. */
const chartsOfWard = 40 * resourcesOfEach;

describe('for a person of a ward with forty patients', () => {
  const sees = {
    access: {
      user: 'anne',
      actors: ['Organization/b12'],
      sights: new Map<string, Sight>(
        resourceTypes.map((type) => [
          type,
          /^(Practitioner|ValueSet)$/.test(type) ? 'all' : type === 'Patient' ? 'name' : 'chart',
        ]),
      ),
      own: [],
      kin: [],
      relationDays: 90,
      reasons: new Map(),
      remembered: new Map(),
    },
  };
  beforeAll(async () => {
    await store.sql`
      insert into record_relation (rid, actor, patient, ended)
      select rid, 'Organization/b12', id, 9000000000000000 from record
      where type = 'Patient' and id = any(${Array.from({ length: 40 }, (_, n) => `p${77 + n * 900}`)}::text[])`;
    await store.sql`analyze record_relation`;
  });

  test.each(searchShapes(patients))('$type?$query looks at their patients and no further', async (shape) => {
    const asked = askedBy(shape);
    const findSeen = async (sql: Sql) => {
      if (knownPlan(asked) && sql !== store.sql) await sql`set local plan_cache_mode = force_generic_plan`;
      sees.access.remembered.clear();
      return search(sql, sees, asked).catch((error: unknown) => {
        if (error instanceof Refusal && error.kind === 'forbidden') return undefined;
        throw error;
      });
    };
    // Of several types at once, all of a colleague's are looked at to find the ward's among them.
    const ofColleague = shape.type.startsWith('Practitioner/') ? patients : 0;
    await expectLittleWork(shape.rowsMax + 3 * chartsOfWard + 2 * ofColleague, findSeen);
  });
});

test('searches of a patient, of a birth date and by an identifier are planned once, and some of the shapes are such', () => {
  const plans = searchShapes(patients).map((shape) => knownPlan(askedBy(shape)));
  expect(new Set(plans)).toEqual(new Set(['patient', 'birthDate', 'identifier', undefined]));
});

describe('what few match', () => {
  const few = [
    ['Observation', 'patient=p77', 24],
    ['Observation', 'identifier=sample-77-3,sample-78-4', 2],
    ['Observation', 'encounter=p77-e&code=code-3', 4],
    ['Observation', 'date=gt2100', 0],
    ['Patient', 'identifier=urn:oid:1.2.208.176.1.2|cpr-1234', 1],
    ['Practitioner', '_has:Observation:performer:identifier=sample-77-3', 1],
  ] as const;
  test.each(few)('%s?%s is counted from indexes', async (type, query, total) => {
    const asked = askedBy({ type, query });
    expect(await countMatches(store.sql, seesEverything, asked)).toBe(total);
    await expectLittleWork(100, (sql) => countMatches(sql, seesEverything, asked));
    await expectLittleWork(100, (sql) => estimateMatches(sql, seesEverything, asked));
  });
  test.each(few)('%s?%s is found from indexes by a conditional write', async (type, query, total) => {
    const asked = askedBy({ type, query });
    expect(await firstMatches(store.sql, seesEverything, asked)).toHaveLength(Math.min(2, total));
    await expectLittleWork(100, (sql) => firstMatches(sql, seesEverything, asked));
  });
  test.each(few)('%s?%s is exported from indexes', async (type, query, total) => {
    const walked = async (sql: Sql) => {
      let count = 0;
      const asked = { ...askedBy({ type, query }), type };
      for await (const rows of walkMatches(sql, seesEverything, asked, true)) count += rows.length;
      return count;
    };
    expect(await walked(store.sql)).toBe(total);
    await expectLittleWork(200, walked);
  });
});

test('what belongs to the matches of a page is found from indexes', async () => {
  const ids = Array.from({ length: 20 }, (_, n) => `p${n}`);
  const pointing = (type: string, filter: Filter) => async (sql: Sql) =>
    search(sql, seesEverything, { ...askedBy({ type, query: '' }), filters: [filter], count: 10_001 });
  const byPatient = pointing('Observation', { by: 'patient', ids });
  expect((await byPatient(store.sql)).hits).toHaveLength(480);
  await expectLittleWork(1000, byPatient);
  const keys = ids.map((id) => `Observation.encounter#Encounter/${id}-e`);
  const byEncounter = pointing('Observation', { by: 'token', not: false, keys });
  expect((await byEncounter(store.sql)).hits).toHaveLength(480);
  await expectLittleWork(1500, byEncounter);
  const targets = ids.map((id) => ({ type: 'Patient', id }));
  expect(await readSeveral(store.sql, seesEverything, targets)).toHaveLength(20);
  await expectLittleWork(40, (sql) => readSeveral(sql, seesEverything, targets));
});

test('a read by id touches its two rows', async () => {
  expect(await workOf((sql) => readNewest(sql, seesEverything, 'Observation', 'p77-o3'))).toMatchObject({
    wholeTables: [],
    rowsTouched: 2,
  });
});

test.each([
  ['Patient', 'p77', resourcesOfEach],
  ['Patient', `p${patients - 1}`, resourcesOfEach],
  ['Encounter', 'p77-e', resourcesOfEach - 2],
])('everything of %s/%s touches what is in it', async (type, id, count) => {
  expect(await readCompartment(store.sql, seesEverything, type, id, { count: 100 })).toHaveLength(count);
  await expectLittleWork(5 * resourcesOfEach, (sql) =>
    readCompartment(sql, seesEverything, type, id, { count: 100 }),
  );
});

test.each<[string, HistoryQuery, number]>([
  ['of a resource', { type: 'Observation', id: 'p77-o3', count: 20 }, 1],
  ['of a type', { type: 'Observation', count: 20 }, 20],
  ['of a type that is rare', { type: 'List', count: 20 }, 1],
  ['of everything', { count: 20 }, 20],
  ['of everything from a position on', { count: 20, before: 100_000 }, 20],
  ['of a resource since a moment', { type: 'Observation', id: 'p77-o3', since: later, count: 20 }, 0],
  ['of a type since a moment', { type: 'Observation', since: later, count: 20 }, 0],
  ['of everything since a moment', { since: later, count: 20 }, 0],
  ['of everything since long ago', { since: 0, count: 20 }, 20],
  ['of everything before there was anything', { at: { low: 0, high: 1 }, count: 20 }, 0],
  ['of everything as it is now', { at: { low: later, high: later + 1 }, count: 20 }, 20],
])('the history %s touches its page', async (_name, query, count) => {
  expect(await readHistory(store.sql, seesEverything, query)).toHaveLength(count);
  await expectLittleWork(200, (sql) => readHistory(sql, seesEverything, query));
});

test('the history since a moment is counted from indexes', async () => {
  expect(await countHistory(store.sql, seesEverything, { since: later, count: 20 })).toBe(0);
  await expectLittleWork(200, (sql) => countHistory(sql, seesEverything, { since: later, count: 20 }));
});

test('no plan is compiled, which PostgreSQL would do for the rows that it expects and that do not come', async () => {
  const compiles = async (sql: Sql) => (await sql<{ jit: string }[]>`show jit`)[0]?.jit;
  expect(await Promise.all([compiles(store.sql), compiles(store.planned)])).toEqual(['off', 'off']);
  expect(await store.transactions.run(compiles)).toBe('off');
});

test('the counters see a table that is read from end to end', async () => {
  const work = await workOf((sql) => sql`select count(*) from record where not deleted`);
  expect(work.wholeTables).toEqual(['record']);
  expect(work.rowsTouched).toBeGreaterThanOrEqual(1_000_000);
});

test('the counters see an index that is read from end to end', async () => {
  const work = await workOf(
    (sql) => sql`select count(*) from (select type from record order by type, low offset 0) as all_of_it`,
  );
  expect(work.pages).toBeGreaterThan(500);
});
