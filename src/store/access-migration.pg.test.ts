// A record from before there were access rules: what opens it is made from what it says.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { patient, put, type TestResource } from '../../test/acts.ts';
import { testDatabase } from '../../test/database.ts';
import { runReindex } from './reindex.ts';
import { openStore } from './store.ts';
import { verify } from './verify.ts';

const database = await testDatabase();
const store = openStore(database.to, { poolSize: 4, node: 'region' });
afterAll(async () => {
  await store.close();
  await database.drop();
});

test('an older record gets its relations and who registered its patients, and equals the journal again', async () => {
  const stay: TestResource = {
    resourceType: 'Encounter',
    id: 'e1',
    status: 'in-progress',
    subject: { reference: 'Patient/p1' },
    serviceProvider: { reference: 'Organization/b12' },
  };
  await put(store, patient('p1'), stay);
  const relations = () =>
    store.sql`select actor, patient, registered from record_relation order by registered, actor`.then(
      (rows) => [...rows],
    );
  const made = await relations();
  expect(made).toHaveLength(2);
  // As it was before: without the tables and columns of this migration.
  await store.sql.unsafe(
    `drop table record_relation; drop table glass; alter table person drop column own, drop column kin`,
  );
  await store.sql.unsafe(readFileSync(join(import.meta.dirname, 'migrations/0015-access.sql'), 'utf8'));
  await runReindex(store, { settleMs: 0 });
  expect(await relations()).toEqual(made);
  expect((await verify(store.sql)).differences).toEqual([]);
});
