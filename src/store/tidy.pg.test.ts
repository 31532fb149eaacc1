import { afterAll, expect, test } from 'vitest';
import { patient, put } from '../../test/acts.ts';
import { testDatabase } from '../../test/database.ts';
import { until } from '../../test/until.ts';
import { openStore } from './store.ts';

const database = await testDatabase();
const store = openStore(database.to, { poolSize: 4, node: 'region' });
afterAll(async () => {
  await store.close();
  await database.drop();
});

test('what waits before the index of tokens is merged by itself after a write', async () => {
  await store.sql`create extension pageinspect`;
  const waiting = async () => {
    const [row] = await store.sql<{ pages: number }[]>`
      select n_pending_pages as pages from gin_metapage_info(get_raw_page('record_by_token', 0))`;
    return row?.pages ?? 0;
  };
  await put(store, patient('waits'));
  expect(await waiting()).toBe(1);
  store.committed.notify();
  await until('nothing waits', async () => (await waiting()) === 0 || undefined);
});
