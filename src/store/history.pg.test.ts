import { afterAll, expect, test } from 'vitest';
import { actOf, changeTo, patient, put, remove } from '../../test/acts.ts';
import { testDatabase } from '../../test/database.ts';
import { countHistory, readHistory } from './history.ts';
import { seesEverything } from './access.ts';
import { readAct, readKnownActs, readNewest, readPlaces, readSeveral, readVersion } from './reader.ts';
import { openStore } from './store.ts';
import { writeActs } from './writer.ts';
import { newActId } from '#base/id.ts';

const database = await testDatabase();
const store = openStore(database.to, { poolSize: 4, node: 'region' });
const { sql } = store;

afterAll(async () => {
  await store.close();
  await database.drop();
});

test('the history is in the order of writing, although the wall clock went back ten days', async () => {
  const times = [
    Date.UTC(2026, 2, 29, 1),
    Date.UTC(2026, 2, 19),
    Date.UTC(2099, 0, 1),
    Date.UTC(2026, 2, 29, 0, 30),
  ];
  let rid: number | undefined;
  for (const [n, updated] of times.entries()) {
    const change = {
      ...changeTo(patient('clock'), rid === undefined ? undefined : { rid, version: n }),
      updated,
    };
    await writeActs(sql, store, [actOf([change])]);
    rid = (await readNewest(sql, seesEverything, 'Patient', 'clock'))?.rid;
  }
  for (const query of [{ type: 'Patient', id: 'clock' }, { type: 'Patient' }, {}]) {
    const rows = await readHistory(sql, seesEverything, { ...query, count: 10 });
    expect(rows.map(({ version }) => version)).toEqual([4, 3, 2, 1]);
    expect(rows.map(({ updated }) => updated)).toEqual(times.toReversed());
  }
});

test('pages go on where the one before ended, and new versions between two pages move nothing', async () => {
  for (let n = 0; n < 7; n++) await put(store, patient('paged', `n${n}`));
  const own = { type: 'Patient', id: 'paged', count: 3 };
  const first = await readHistory(sql, seesEverything, own);
  await put(store, patient('paged', 'later'));
  const second = await readHistory(sql, seesEverything, { ...own, before: first.at(-1)?.version ?? 0 });
  expect([...first, ...second].map(({ version }) => version)).toEqual([7, 6, 5, 4, 3, 2]);
  const all = await readHistory(sql, seesEverything, { type: 'Patient', count: 3 });
  const rest = await readHistory(sql, seesEverything, {
    type: 'Patient',
    count: 100,
    before: all.at(-1)?.seq ?? 0,
  });
  expect(all.length + rest.length).toBe(
    await countHistory(sql, seesEverything, { type: 'Patient', count: 0 }),
  );
});

test('a deletion is a version without a text', async () => {
  await put(store, patient('deleted'));
  await remove(store, { type: 'Patient', id: 'deleted' });
  const rows = await readHistory(sql, seesEverything, { type: 'Patient', id: 'deleted', count: 5 });
  expect(rows.map(({ body }) => body === undefined)).toEqual([true, false]);
});

test('since is by the time that the versions carry', async () => {
  const since = Date.UTC(2099, 0, 1);
  expect(
    (await readHistory(sql, seesEverything, { count: 10, since })).map(({ id, version }) => [id, version]),
  ).toEqual([['clock', 3]]);
  expect(await countHistory(sql, seesEverything, { count: 10, since })).toBe(1);
});

test('what never was is nothing', async () => {
  expect(await readNewest(sql, seesEverything, 'Patient', 'never')).toBeUndefined();
  expect(await readVersion(sql, seesEverything, 'Patient', 'paged', 99)).toBeUndefined();
  expect(await readAct(sql, newActId())).toBeUndefined();
  expect(await readSeveral(sql, seesEverything, [])).toEqual([]);
  expect(await readPlaces(sql, [{ type: 'Patient', id: 'never' }])).toEqual([]);
});

test('several are read at once, by type and id together, whatever the letters of an id', async () => {
  await put(store, patient('A'), patient('a'), { resourceType: 'Location', id: 'a' });
  const targets = [
    { type: 'Patient', id: 'a' },
    { type: 'Location', id: 'a' },
    { type: 'Location', id: 'A' },
    { type: 'Patient', id: '{"\\,}' },
  ];
  const found = (rows: readonly { type: string; id: string }[]) =>
    rows.map(({ type, id }) => `${type}/${id}`).toSorted();
  expect(found(await readSeveral(sql, seesEverything, targets))).toEqual(['Location/a', 'Patient/a']);
  expect(found(await readPlaces(sql, targets))).toEqual(['Location/a', 'Patient/a']);
});

test('of many acts it is known which are stored', async () => {
  const acts = [await put(store, patient('known-1')), await put(store, patient('known-2'))];
  const ids = acts.map(({ id }) => id);
  expect(await readKnownActs(sql, [...ids, newActId()])).toEqual(new Set(ids));
  expect(await readKnownActs(sql, [])).toEqual(new Set());
  expect(await readAct(sql, acts[0]?.id ?? newActId())).toMatchObject({
    author: 'Practitioner/anne',
    answers: acts[0]?.answers,
  });
});
