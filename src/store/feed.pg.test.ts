import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { actOf, changeTo, patient, put, remove } from '../../test/acts.ts';
import { testDatabase } from '../../test/database.ts';
import { until } from '../../test/until.ts';
import { feedEnd, feedStart, readCursor, readFeed, writeCursor, type Cursor, type FeedAct } from './feed.ts';
import { openStore } from './store.ts';
import { connect } from './sql.ts';
import { writeActs } from './writer.ts';

const database = await testDatabase();
// Three programs on one database, each with positions of its own, as region nodes have.
const nodes = ['north', 'south', 'east'].map((node) => openStore(database.to, { poolSize: 4, node }));
const [north = openStore(database.to, { poolSize: 1, node: 'north' }), south = north, east = north] = nodes;
const sql = connect(database.to, { max: 3, name: 'reader' });

afterAll(async () => {
  await Promise.all(nodes.map((node) => node.close()));
  await sql.end();
  await database.drop();
});

/** These acts as the feed has them, once it has them all: transactions of other databases on the server hold it back too. */
async function actsOf(from: Cursor, ids: readonly string[]): Promise<FeedAct[]> {
  return until('the feed has the acts', async () => {
    const acts = (await readFeed(sql, from, 1000)).filter(({ id }) => ids.includes(id));
    return acts.length === ids.length ? acts : undefined;
  });
}

/** Reads on from a cursor until `wanted` are there. */
function followByFeed(
  from: Cursor,
  wanted: () => number,
): { readonly acts: FeedAct[]; readonly done: Promise<void> } {
  const acts: FeedAct[] = [];
  const follow = async () => {
    let at = from;
    await until('the feed gives every act', async () => {
      for (const act of await readFeed(sql, at, 7)) {
        acts.push(act);
        at = readCursor(act.cursor) ?? at;
      }
      return acts.length >= wanted() || undefined;
    });
  };
  return { acts, done: follow() };
}

test('it misses nothing under slow transactions that commit in another order, where a bare sequence does miss', async () => {
  const from = await feedEnd(sql);
  const written: string[] = [];
  let writing = true;
  const feed = followByFeed(from, () => (writing ? Infinity : written.length));
  const again = followByFeed(from, () => (writing ? Infinity : written.length));

  // The follower that one would write first: "all above the last number I saw".
  const bySequence: string[] = [];
  let lastSeq = (await sql<{ last: number }[]>`select coalesce(max(seq), 0) as last from act`)[0]?.last ?? 0;
  const bare = (async () => {
    for (;;) {
      const ending = !writing;
      const rows = await sql<
        { id: string; seq: number }[]
      >`select id, seq from act where seq > ${lastSeq} order by seq`;
      for (const { id, seq } of rows) {
        bySequence.push(id);
        lastSeq = seq;
      }
      if (ending) return;
      await pause(2);
    }
  })();

  const writer = async (store: typeof north, name: string) => {
    for (let n = 0; n < 25; n++) {
      const act = actOf([changeTo(patient(`${name}-${n}`))]);
      await store.transactions.run(async (tx) => {
        await writeActs(tx, store, [act]);
        // Position and transaction number are drawn; others commit while this one waits.
        if (n % 3 === 0) await pause(Math.random() * 40);
      });
      written.push(act.id);
    }
  };
  await Promise.all([
    writer(north, 'n1'),
    writer(north, 'n2'),
    writer(south, 's1'),
    writer(south, 's2'),
    writer(east, 'e1'),
    writer(east, 'e2'),
  ]);
  writing = false;
  await Promise.all([feed.done, again.done, bare]);

  expect(feed.acts.map(({ id }) => id).toSorted()).toEqual(written.toSorted());
  expect(new Set(feed.acts.map(({ cursor }) => cursor)).size).toBe(written.length);
  // One order for all: two followers, and one who comes later.
  const order = feed.acts.map(({ id }) => id);
  expect(again.acts.map(({ id }) => id)).toEqual(order);
  expect((await actsOf(from, written)).map(({ id }) => id)).toEqual(order);
  // This proves that the test is a test: the sequence alone loses acts here.
  expect(written.filter((id) => !bySequence.includes(id)).length).toBeGreaterThan(0);
});

test('a transaction that is still open holds the feed back, and tears it not', async () => {
  const from = await feedEnd(sql);
  const [slow, quick] = [actOf([changeTo(patient('slow'))]), actOf([changeTo(patient('quick'))])];
  let commit = () => {};
  const told = new Promise<void>((resolve) => (commit = resolve));
  let sent = () => {};
  const isSent = new Promise<void>((resolve) => (sent = resolve));
  const open = north.transactions.run(async (tx) => {
    await writeActs(tx, north, [slow]);
    sent();
    await told;
  });
  await isSent;
  await writeActs(south.sql, south, [quick]);
  const early = await readFeed(sql, from, 1000);
  expect(early.filter(({ id }) => id === slow.id || id === quick.id)).toEqual([]);
  commit();
  await open;
  const acts = await actsOf(from, [slow.id, quick.id]);
  expect(acts.map(({ id }) => id)).toEqual([slow.id, quick.id]);
});

test('a transaction that is rolled back leaves no trace in the feed', async () => {
  const from = await feedEnd(sql);
  const lost = actOf([changeTo(patient('lost'))]);
  const rolledBack = north.transactions.run(async (tx) => {
    await writeActs(tx, north, [lost]);
    throw new Error('changed my mind');
  });
  await expect(rolledBack).rejects.toThrow('changed my mind');
  const kept = await put(north, patient('kept'));
  await actsOf(from, [kept.id]);
  expect((await readFeed(sql, from, 1000)).map(({ id }) => id)).not.toContain(lost.id);
});

test('an act tells what it changed, whose it is and what it deleted, but not what it says', async () => {
  await put(north, patient('told'));
  const from = await feedEnd(sql);
  const removal = await remove(north, { type: 'Patient', id: 'told' });
  const observation = {
    resourceType: 'Observation',
    id: 'told-1',
    status: 'final',
    code: { text: 'secret' },
    subject: { reference: 'Patient/told' },
  };
  const act = await put(south, observation, patient('told-2'));
  const acts = await actsOf(from, [removal.id, act.id]);
  expect(acts.map(({ changes }) => changes)).toEqual([
    [{ type: 'Patient', id: 'told', version: 2, deleted: true, patient: 'told' }],
    [
      { type: 'Observation', id: 'told-1', version: 1, deleted: false, patient: 'told' },
      { type: 'Patient', id: 'told-2', version: 1, deleted: false, patient: 'told-2' },
    ],
  ]);
  expect(acts[1]).toMatchObject({ id: act.id, author: 'Practitioner/anne' });
  expect(JSON.stringify(acts)).not.toContain('secret');
});

test('acts that were written together come in the order they were given', async () => {
  const from = await feedEnd(sql);
  const acts = Array.from({ length: 40 }, (_, n) => actOf([changeTo(patient(`together-${n}`))]));
  await writeActs(north.sql, north, acts);
  const ids = acts.map(({ id }) => id);
  expect((await actsOf(from, ids)).map(({ id }) => id)).toEqual(ids);
});

test('from its start the feed has every act, portion by portion', async () => {
  const [row] = await sql<{ acts: number }[]>`select count(*) as acts from act`;
  let at = await feedStart(sql);
  let count = 0;
  await until('all are there', async () => {
    const acts = await readFeed(sql, at, 13);
    count += acts.length;
    at = readCursor(acts.at(-1)?.cursor ?? '') ?? at;
    return count >= (row?.acts ?? 0) || undefined;
  });
  expect(count).toBe(row?.acts);
});

test('a cursor survives being written down, and what is none is not taken for one', async () => {
  const cursor = { ...(await feedEnd(sql)), xid: '18446744073709551615', seq: 2 ** 53 - 1 };
  expect(readCursor(writeCursor(cursor))).toEqual(cursor);
  expect(await readFeed(sql, cursor, 1)).toEqual([]);
  const none = [
    '',
    '1.2',
    `${cursor.epoch}.1`,
    `${cursor.epoch}.-1.1`,
    `${cursor.epoch}.18446744073709551616.1`,
    `x${cursor.epoch}.1.1`,
    `${cursor.epoch}.1.1;`,
  ];
  for (const text of none) expect(readCursor(text)).toBeUndefined();
});
