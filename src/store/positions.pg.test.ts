import { afterAll, expect, test } from 'vitest';
import { testDatabase } from '../../test/database.ts';
import { createPositions } from './positions.ts';
import { connect } from './sql.ts';

const database = await testDatabase();
const sql = connect(database.to, { max: 2 });

afterAll(async () => {
  await sql.end();
  await database.drop();
});

test('no position is given twice, however many take at once from several programs', async () => {
  const programs = [1, 2, 3].map(() => createPositions(sql));
  const wanted = Array.from({ length: 300 }, (_, n) => (n * 7) % 19);
  const taken = await Promise.all(wanted.map(async (count, n) => programs[n % 3]?.take(count)));
  expect(taken.map((list) => list?.length)).toEqual(wanted);
  const all = taken.flatMap((list) => list ?? []);
  expect(new Set(all).size).toBe(all.length);
});

test('each taker gets rising positions, also across the end of a block and more than a block at once', async () => {
  const positions = createPositions(sql);
  for (const count of [1, 255, 256, 257, 1000, 0, 3]) {
    const list = await positions.take(count);
    expect(list).toHaveLength(count);
    expect(list).toEqual(list.toSorted((a, b) => a - b));
  }
});

test('one program alone gets positions that rise from act to act', async () => {
  const positions = createPositions(sql);
  const list = (await Promise.all(Array.from({ length: 600 }, () => positions.take(1)))).flat();
  expect(list).toEqual(list.toSorted((a, b) => a - b));
});

test('a database that is away for a moment costs the taker an error and nothing else', async () => {
  const positions = createPositions(sql);
  await positions.take(1);
  await sql`alter sequence position rename to position_away`;
  await expect(positions.take(300)).rejects.toThrow('position');
  await sql`alter sequence position_away rename to position`;
  expect(await positions.take(300)).toHaveLength(300);
});
