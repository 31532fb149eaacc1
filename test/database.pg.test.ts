import { afterAll, expect, test } from 'vitest';
import { connect } from '#store/sql.ts';
import { testDatabase } from './database.ts';

const one = await testDatabase();
const other = await testDatabase();
const here = connect(one.to, { max: 1 });
const there = connect(other.to, { max: 1 });

afterAll(async () => {
  await Promise.all([here.end(), there.end()]);
  await Promise.all([one.drop(), other.drop()]);
});

test('a test database has the schema', async () => {
  const rows = await here`select name from migration`;
  expect(rows.length).toBeGreaterThan(0);
});

test('what one test file writes, another does not see', async () => {
  await here`create table only_here (n int)`;
  const [row] = await there`select to_regclass('only_here') as found`;
  expect(row?.['found']).toBeNull();
});
