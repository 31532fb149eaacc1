// The searches of every screen are answered from indexes. What PostgreSQL did is read from its own counters after each
// statement ran: scans of whole tables, and how many rows it touched.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseSearch } from '#fhir/search-query.ts';
import { actOf, changeTo, observation, patient } from '../../../test/acts.ts';
import { testDatabase } from '../../../test/database.ts';
import { readNewest, seesEverything } from '../reader.ts';
import type { Sql } from '../sql.ts';
import { openStore } from '../store.ts';
import { writeActs } from '../writer.ts';
import { readCompartment } from './compartment.ts';
import { search } from './search.ts';

const database = await testDatabase();
const store = openStore(database.to, { poolSize: 4, node: 'region' });
const patients = 2000;
const observationsOfEach = 24;
const records = patients * (1 + observationsOfEach);
const families = ['Holm', 'Lund', 'Krogh', 'Østergaard', 'Åby', 'Skov', 'Bæk', 'Dahl'];

beforeAll(async () => {
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

function chartOf(n: number) {
  const id = `p${n}`;
  const born = new Date(Date.UTC(1930, 0, 1 + n * 13)).toISOString().slice(0, 10);
  const person = patient(id, `${families[n % families.length]} ${n % 97}`, {
    birthDate: born,
    identifier: [{ system: 'urn:oid:1.2.208.176.1.2', value: `cpr-${n}` }],
  });
  const observations = Array.from({ length: observationsOfEach }, (_, k) =>
    observation(`${id}-o${k}`, id, 90 + (k % 10), {
      effectiveDateTime: new Date(Date.UTC(2026, 0, 1 + k, n % 24)).toISOString(),
      code: { coding: [{ system: 'urn:iso:std:iso:11073:10101', code: `code-${k % 6}` }] },
      identifier: [{ value: `sample-${n}-${k}` }],
    }),
  );
  return [person, ...observations];
}

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

const find = (type: string, query: string) => async (sql: Sql) => {
  const asked = parseSearch(type, [...new URLSearchParams(query)], {
    strict: true,
    pageDefault: 20,
    pageMax: 1000,
    base: 'http://test/fhir',
  });
  return (await search(sql, seesEverything, asked)).hits;
};

// How many rows each may touch: some of the page and of what the filters must look at, never the whole.
const shapes: readonly (readonly [type: string, query: string, hits: number, rowsMax: number])[] = [
  ['Observation', 'patient=p77', 20, 100],
  ['Observation', 'patient=Patient/p77&_count=100', observationsOfEach, 100],
  ['Observation', 'patient=p77&code=code-3&_sort=-date', 4, 100],
  ['Observation', 'patient=p77&_sort=-date&_count=5', 5, 100],
  ['Observation', 'patient=p77&date=ge2026-01-10', 15, 100],
  ['Observation', 'identifier=sample-77-3', 1, 20],
  ['Patient', 'identifier=urn:oid:1.2.208.176.1.2|cpr-1234', 1, 20],
  ['Observation', 'identifier=sample-77-3,sample-78-4', 2, 40],
  ['Patient', 'family=holm%208', 20, 500],
  ['Patient', 'family=holm%208&birthdate=1930-04-15', 1, 500],
  ['Patient', '_id=p1500', 1, 20],
  ['Observation', '_lastUpdated=ge2100-01-01', 0, 20],
  ['Observation', '_lastUpdated=ge2020-01-01&_sort=-_lastUpdated&_count=10', 10, 300],
  ['Observation', '_sort=-date&_count=10', 10, 200],
  ['Observation', 'patient.identifier=cpr-1234', 20, 200],
  ['Observation', 'subject:Patient.family=holm%208&_count=10', 10, 3000],
];
test.each(shapes)('%s?%s reads no table from end to end', async (type, query, hits, rowsMax) => {
  expect(records).toBeGreaterThanOrEqual(50_000);
  expect(await find(type, query)(store.sql)).toHaveLength(hits);
  const work = await workOf(find(type, query));
  expect(work).toEqual({ wholeTables: [], rowsTouched: expect.any(Number) });
  expect(work.rowsTouched).toBeLessThanOrEqual(rowsMax);
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
  expect(work.rowsTouched).toBeLessThanOrEqual(5 * (1 + observationsOfEach));
});

test('the counters see a table that is read from end to end', async () => {
  const work = await workOf((sql) => sql`select count(*) from record where updated % 2 = 0`);
  expect(work.wholeTables).toEqual(['record']);
});
