import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { testDatabase } from '../../test/database.ts';
import { migrate } from './migrate.ts';
import { describeSchema } from '../../test/schema.ts';
import { connect, type Sql } from './sql.ts';

const files = readdirSync(join(import.meta.dirname, 'migrations')).sort();
const undo: (() => Promise<unknown>)[] = [];

afterAll(async () => {
  for (const step of undo.reverse()) await step();
});

async function database({ empty }: { readonly empty: boolean }): Promise<Sql> {
  const { to, drop } = await testDatabase();
  const sql = connect(to, { max: 3 });
  undo.push(drop, () => sql.end());
  if (empty) await sql.unsafe('drop schema public cascade; create schema public');
  return sql;
}

test('the files are numbered without a gap', () => {
  expect(files.map((name) => name.slice(0, 4))).toEqual(files.map((_, n) => String(n + 1).padStart(4, '0')));
});

test('an empty database gets every file once, and the next start finds nothing to do', async () => {
  const sql = await database({ empty: true });
  expect(await migrate(sql)).toEqual(files);
  expect(await migrate(sql)).toEqual([]);
});

test('programs that start at the same moment migrate once between them', async () => {
  const sql = await database({ empty: true });
  const ran = await Promise.all([migrate(sql), migrate(sql), migrate(sql)]);
  expect(ran.flat().sort()).toEqual(files);
});

test('a file that fails leaves nothing of itself behind', async () => {
  const sql = await database({ empty: true });
  // In the way of the first file's last table.
  await sql`create table epoch (id int)`;
  await expect(migrate(sql)).rejects.toThrow('relation "epoch" already exists');
  const [row] = await sql`select to_regclass('act') as act, (select count(*) from migration) as ran`;
  expect(row).toEqual({ act: null, ran: 0 });
  await sql`drop table epoch`;
  expect(await migrate(sql)).toEqual(files);
});

test('the schema is the one in schema.sql, on every PostgreSQL', async () => {
  const sql = await database({ empty: false });
  await expect(await describeSchema(sql)).toMatchFileSnapshot('schema.sql');
});
