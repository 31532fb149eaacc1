import { afterAll, expect, test } from 'vitest';
import { patient, put } from '../../test/acts.ts';
import { testDatabase } from '../../test/database.ts';
import { until } from '../../test/until.ts';
import { createFollower } from './follow.ts';
import { connect } from './sql.ts';
import { openStore } from './store.ts';

const database = await testDatabase();
const store = openStore(database.to, { poolSize: 4, node: 'region' });
const other = openStore(database.to, { poolSize: 4, node: 'region-2' });
const follower = createFollower(store);
const hand = connect(database.to, { max: 1, name: 'hand' });

afterAll(async () => {
  follower.stop();
  await Promise.all([store.close(), other.close(), hand.end()]);
  await database.drop();
});

async function listener() {
  const ids: string[] = [];
  const { stop, from } = await follower.follow((act) => ids.push(act.id));
  return {
    ids,
    stop,
    from,
    has: (count: number) => until(`${count} acts`, () => ids.length >= count || undefined),
  };
}

/** Writes `count` acts through both programs, all at once. */
async function writeMany(count: number, name: string): Promise<string[]> {
  const acts = await Promise.all(
    Array.from({ length: count }, (_, n) => put(n % 2 ? store : other, patient(`${name}-${n}`))),
  );
  return acts.map(({ id }) => id);
}

test('a hundred listeners hear each act once and in the same order, from this program and from another', async () => {
  const listeners = await Promise.all(Array.from({ length: 100 }, listener));
  const written = await writeMany(60, 'hundred');
  await Promise.all(listeners.map(({ has }) => has(60)));
  const [first] = listeners;
  expect(first?.ids.toSorted()).toEqual(written.toSorted());
  for (const { ids } of listeners) expect(ids).toEqual(first?.ids);
  for (const { stop } of listeners) stop();
});

test('whoever begins while acts pour in hears every act that is written after they began', async () => {
  let pouring = true;
  const pour = (async () => {
    for (let n = 0; pouring; n++) await put(n % 2 ? store : other, patient(`pour-${n}`));
  })();
  const begun: { ids: string[]; after: string; stop: () => void }[] = [];
  for (let n = 0; n < 20; n++) {
    // Two at once: the second must not move the place at which the first began.
    const pair = await Promise.all([listener(), listener()]);
    const [after = ''] = await writeMany(1, `pour-mark-${n}`);
    for (const one of pair) begun.push({ ...one, after });
    if (n % 3 === 0) for (const { stop } of begun) stop();
  }
  await until('each heard the act after its beginning or had left', () => {
    const still = begun.filter((_, index) => Math.floor(index / 2) > 18);
    return still.every(({ ids, after }) => ids.includes(after)) || undefined;
  });
  pouring = false;
  await pour;
  for (const { ids, stop } of begun) {
    expect(new Set(ids).size).toBe(ids.length);
    stop();
  }
});

test('whoever left hears nothing, and whoever comes later hears what is written from then on', async () => {
  const early = await listener();
  early.stop();
  await writeMany(3, 'between');
  const late = await listener();
  const written = await writeMany(2, 'after');
  await until('both are heard', () => written.every((id) => late.ids.includes(id)) || undefined);
  expect(early.ids).toEqual([]);
  late.stop();
});

test('connections that are cut delay the acts and lose none', async () => {
  const one = await listener();
  const ids: string[] = [];
  for (let n = 0; n < 10; n++) {
    await hand`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'holdfast'`;
    const act = await until('a write gets through', () =>
      put(other, patient(`cut-${n}`)).catch(() => undefined),
    );
    ids.push(act.id);
  }
  await until('all are heard', () => ids.every((id) => one.ids.includes(id)) || undefined);
  expect(new Set(one.ids).size).toBe(one.ids.length);
  one.stop();
});
