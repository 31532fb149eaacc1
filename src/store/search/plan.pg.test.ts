// The searches of every screen are answered from indexes. What PostgreSQL did is read from its own counters after each
// statement ran: scans of whole tables, and how many rows it touched.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseSearch } from '#fhir/search-query.ts';
import { resourceTypes } from '#fhir/definitions/tables.ts';
import { actOf, changeTo } from '../../../test/acts.ts';
import { testDatabase } from '../../../test/database.ts';
import {
  chartOf,
  commonResources,
  resourcesOfEach,
  searchShapes,
  type SearchShape,
} from '../../../test/search-shapes.ts';
import { readNewest, seesEverything } from '../reader.ts';
import type { Sql } from '../sql.ts';
import { openStore } from '../store.ts';
import { writeActs } from '../writer.ts';
import { readCompartment } from './compartment.ts';
import { knownPlan } from './known-plan.ts';
import { search } from './search.ts';

const database = await testDatabase();
const store = openStore(database.to, { poolSize: 4, node: 'region' });
const patients = 2000;
const records = patients * resourcesOfEach;

beforeAll(async () => {
  await writeActs(store.sql, store, [actOf(commonResources().map((resource) => changeTo(resource)))]);
  for (let from = 0; from < patients; from += 50) {
    const acts = Array.from({ length: 50 }, (_, n) =>
      actOf(chartOf(from + n).map((resource) => changeTo(resource))),
    );
    await writeActs(store.sql, store, acts);
  }
  await store.sql`analyze`;
});
afterAll(async () => {
  await store.close();
  await database.drop();
});

interface Work {
  /** Tables of the record that were read from end to end. */
  readonly wholeTables: readonly string[];
  readonly rowsTouched: number;
}

async function countersOf(sql: Sql): Promise<Map<string, { whole: number; touched: number }>> {
  const rows = await sql<{ name: string; whole: number; touched: number }[]>`
    select relname as name, coalesce(seq_scan, 0) as whole, coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) as touched
    from pg_stat_xact_user_tables where relname ~ '^(record|version)'`;
  return new Map(rows.map(({ name, ...counters }) => [name, counters]));
}

async function workOf(statement: (sql: Sql) => Promise<unknown>): Promise<Work> {
  // From the sixth time on PostgreSQL may use a plan that knows no values.
  for (let n = 0; n < 7; n++) await store.transactions.run(statement);
  return store.transactions.run(async (sql) => {
    const before = await countersOf(sql);
    await statement(sql);
    const after = await countersOf(sql);
    const grown = (name: string, what: 'whole' | 'touched') =>
      (after.get(name)?.[what] ?? 0) - (before.get(name)?.[what] ?? 0);
    const names = [...after.keys()];
    return {
      wholeTables: names.filter((name) => grown(name, 'whole') > 0),
      rowsTouched: names.reduce((sum, name) => sum + grown(name, 'touched'), 0),
    };
  });
}

const askedBy = ({ type, query }: SearchShape) =>
  parseSearch(type === '' ? resourceTypes : type, [...new URLSearchParams(query)], {
    strict: true,
    pageDefault: 20,
    pageMax: 1000,
    base: 'http://test/fhir',
  });
const find = (shape: SearchShape) => {
  const asked = askedBy(shape);
  return async (sql: Sql) => {
    // As on the connections that such a search goes to: planned once, for values that nobody knows.
    if (knownPlan(asked) && sql !== store.sql) await sql`set local plan_cache_mode = force_generic_plan`;
    return (await search(sql, seesEverything, asked)).hits;
  };
};

test.each(searchShapes(patients))('$type?$query reads no table from end to end', async (shape) => {
  expect(records).toBeGreaterThanOrEqual(50_000);
  const found = find(shape);
  expect(await found(store.sql)).toHaveLength(shape.hits);
  const work = await workOf(found);
  expect(work).toEqual({ wholeTables: [], rowsTouched: expect.any(Number) });
  expect(work.rowsTouched).toBeLessThanOrEqual(shape.rowsMax);
});

test('searches of a patient, of a birth date and by an identifier are planned once, and some of the shapes are such', () => {
  const plans = searchShapes(patients).map((shape) => knownPlan(askedBy(shape)));
  expect(new Set(plans)).toEqual(new Set(['patient', 'birthDate', 'identifier', undefined]));
});

test('a read by id touches its two rows', async () => {
  expect(await workOf((sql) => readNewest(sql, seesEverything, 'Observation', 'p77-o3'))).toEqual({
    wholeTables: [],
    rowsTouched: 2,
  });
});

test('a chart touches what is in it', async () => {
  const work = await workOf((sql) => readCompartment(sql, seesEverything, 'Patient', 'p77', { count: 100 }));
  expect(work.wholeTables).toEqual([]);
  expect(work.rowsTouched).toBeLessThanOrEqual(5 * resourcesOfEach);
});

test('the counters see a table that is read from end to end', async () => {
  const work = await workOf((sql) => sql`select count(*) from record where updated % 2 = 0`);
  expect(work.wholeTables).toEqual(['record']);
});
