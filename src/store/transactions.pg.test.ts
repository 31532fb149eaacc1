import { afterAll, expect, test } from 'vitest';
import { testDatabase } from '../../test/database.ts';
import { until } from '../../test/until.ts';
import { connect, errorCode } from './sql.ts';
import { createTransactions } from './transactions.ts';

const database = await testDatabase();
const transactions = createTransactions(database.to, 3);
const hand = connect(database.to, { max: 1, name: 'hand' });
await hand`create table written (n int)`;

afterAll(async () => {
  await transactions.end(1);
  await hand.end();
  await database.drop();
});

const written = async () => (await hand<{ n: number }[]>`select n from written order by n`).map(({ n }) => n);
const killAll = async () =>
  hand`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'holdfast'`;

test('what the work did is committed, or rolled back when it throws', async () => {
  expect(
    await transactions.run(async (sql) => (await sql`insert into written values (1) returning n`)[0]?.['n']),
  ).toBe(1);
  const failing = transactions.run(async (sql) => {
    await sql`insert into written values (2)`;
    throw new Error('changed my mind');
  });
  await expect(failing).rejects.toThrow('changed my mind');
  await expect(transactions.run(async (sql) => sql`insert into nowhere values (3)`)).rejects.toThrow(
    'nowhere',
  );
  expect(await written()).toEqual([1]);
});

test('more than there are connections wait for their turn', async () => {
  await Promise.all(
    Array.from({ length: 30 }, async (_, n) =>
      transactions.run(async (sql) => sql`insert into written values (${100 + n})`),
    ),
  );
  expect((await written()).filter((n) => n >= 100)).toHaveLength(30);
});

test('when its connection breaks, nothing of it is stored and nothing more of it is sent', async () => {
  const broken = transactions.run(async (sql) => {
    await sql`insert into written values (200)`;
    await killAll();
    await until('the end is noticed', async () =>
      sql`select 1`.then(
        () => undefined,
        () => true,
      ),
    );
    await sql`insert into written values (201)`;
  });
  const code = await broken.then(
    () => 'committed',
    (error: unknown) => errorCode(error),
  );
  expect(code).not.toBe('committed');
  expect((await written()).filter((n) => n >= 200)).toEqual([]);
  // The other connections were cut as well, and each may notice it only when it is used.
  await until('it works again', async () =>
    transactions.run(async (sql) => sql`insert into written values (300)`).catch(() => undefined),
  );
  expect(await written()).toContain(300);
});

test('connections killed at any moment: each transaction is answered, and is stored whole or not at all', async () => {
  const committed: number[] = [];
  let ending = false;
  const working = [1, 2, 3, 4, 5].map(async (w) => {
    for (let n = w * 1_000_000; !ending; n += 2) {
      await transactions
        .run(async (sql) => {
          await sql`insert into written values (${n})`;
          await sql`insert into written values (${n + 1})`;
        })
        .then(
          () => committed.push(n),
          () => undefined,
        );
    }
  });
  for (let kills = 0; kills < 40; kills++) {
    const before = committed.length;
    await until('work goes on', () => committed.length > before + 2 || undefined);
    await killAll();
  }
  ending = true;
  await Promise.all(working);
  const stored = new Set((await written()).filter((n) => n >= 1_000_000));
  expect(committed.filter((n) => !stored.has(n))).toEqual([]);
  expect([...stored].filter((n) => !stored.has(n % 2 === 0 ? n + 1 : n - 1))).toEqual([]);
});
