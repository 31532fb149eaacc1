import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { newActId, type ActId } from '#base/id.ts';
import { Refusal } from '#base/refusal.ts';
import { actOf, changeTo, patient, put } from '../../test/acts.ts';
import { testDatabase } from '../../test/database.ts';
import { until } from '../../test/until.ts';
import { perform, type Intent, type Plan } from './perform.ts';
import { seesEverything } from './access.ts';
import { readNewest } from './reader.ts';
import { connect } from './sql.ts';
import { openStore } from './store.ts';
import { createTransactions } from './transactions.ts';
import { verify } from './verify.ts';

const database = await testDatabase();
const store = openStore(database.to, { poolSize: 8, node: 'region' });
const { sql } = store;
// A connection that none of the store's faults reaches.
const hand = connect(database.to, { max: 2, name: 'hand' });
const handTransactions = createTransactions(database.to, 1);

afterAll(async () => {
  await store.close();
  await Promise.all([hand.end(), handTransactions.end(1)]);
  await database.drop();
});

function intent(more: Partial<Intent> = {}): Intent {
  return {
    id: newActId(),
    author: 'Practitioner/anne',
    node: 'region',
    repeatable: true,
    fingerprint: Buffer.from('same'),
    locks: [],
    ...more,
  };
}

/** Adds one to the length of the patient's name: two who do so at once must both count. */
const countUp =
  (id: string): Plan =>
  async (tx) => {
    const before = await readNewest(tx, seesEverything, 'Patient', id);
    const { changes, answers } = actOf([
      changeTo(patient(id, 'x'.repeat((before?.version ?? 0) + 1)), before),
    ]);
    return { changes, answers };
  };

async function versionOf(id: string): Promise<number> {
  return (await readNewest(sql, seesEverything, 'Patient', id))?.version ?? 0;
}

async function refusalOf(work: Promise<unknown>): Promise<Refusal> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof Refusal ? error : expect.unreachable(`no refusal but ${String(error)}`);
}

test('an act that arrives twenty times at the same moment is stored once, and all are answered alike', async () => {
  const same = intent();
  const outcomes = await Promise.all(Array.from({ length: 20 }, () => perform(store, same, countUp('same'))));
  for (const { answers } of outcomes) expect(answers).toEqual(outcomes[0]?.answers);
  expect(outcomes.filter(({ changes }) => changes.length > 0)).toHaveLength(1);
  expect(await versionOf('same')).toBe(1);
});

test('an act that comes again later gets the stored answer, although the resource has moved on', async () => {
  const first = intent();
  const { answers } = await perform(store, first, countUp('later'));
  await perform(store, intent(), countUp('later'));
  expect(await perform(store, first, countUp('later'))).toEqual({ act: first.id, answers, changes: [] });
  expect(await versionOf('later')).toBe(2);
});

test('the id of another request, or of another author, is refused', async () => {
  const first = intent();
  await perform(store, first, countUp('other'));
  for (const other of [{ fingerprint: Buffer.from('other') }, { author: 'Practitioner/mette' }]) {
    const refusal = await refusalOf(perform(store, { ...first, ...other }, countUp('other')));
    expect(refusal.kind).toBe('unprocessable');
    expect(refusal.message).toContain(first.id);
  }
  expect(await versionOf('other')).toBe(1);
});

test('writers of one resource at once: each plan runs again until it is true, and none is lost', async () => {
  const writers = 24;
  await Promise.all(
    Array.from({ length: writers }, () => perform(store, intent({ repeatable: false }), countUp('busy'))),
  );
  expect(await versionOf('busy')).toBe(writers);
});

test('whoever looks before writing waits for the one who looks for the same: one creates, the others find', async () => {
  const ids = Array.from({ length: 20 }, (_, n) => `conditional-${n}`);
  const createUnlessThere =
    (id: string): Plan =>
    async (tx) => {
      const there = await tx<
        { id: string }[]
      >`select id from record where type = 'Patient' and id like 'conditional-%'`;
      const { changes, answers } = actOf(there.length > 0 ? [] : [changeTo(patient(id))]);
      return { changes, answers };
    };
  const locks = ['Patient?identifier=1', 'Patient?name=a'];
  await Promise.all(
    ids.map((id, n) =>
      perform(
        store,
        intent({ repeatable: false, locks: n % 2 ? locks : locks.toReversed() }),
        createUnlessThere(id),
      ),
    ),
  );
  const [row] = await sql`select count(*) as there from record where id like 'conditional-%'`;
  expect(row?.['there']).toBe(1);
});

test('a refusal of the plan is passed on, and nothing is written', async () => {
  const one = intent();
  const refusal = await refusalOf(
    perform(store, one, async () => Promise.reject(new Refusal('stale', 'at version 2'))),
  );
  expect(refusal.kind).toBe('stale');
  expect(await sql`select from act where id = ${one.id}`).toHaveLength(0);
});

test('a repeat that the first has made refusable gets the first one’s answer', async () => {
  const one = intent();
  const createOnly: Plan = async (tx) => {
    if (await readNewest(tx, seesEverything, 'Patient', 'once'))
      throw new Refusal('stale', 'it is there already');
    const { changes, answers } = actOf([changeTo(patient('once'))]);
    return { changes, answers };
  };
  const outcomes = await Promise.all(Array.from({ length: 10 }, () => perform(store, one, createOnly)));
  expect(outcomes.map(({ answers }) => answers)).toEqual(
    outcomes.map(() => [{ status: 201, type: 'Patient', id: 'once', version: 1 }]),
  );
});

test('a fault of the plan is not tried again', async () => {
  let runs = 0;
  const broken: Plan = async () => {
    runs += 1;
    return Promise.reject(new TypeError('a bug'));
  };
  await expect(perform(store, intent(), broken)).rejects.toThrow('a bug');
  expect(runs).toBe(1);
});

test('what changes nothing is an act only for whoever may ask again', async () => {
  const nothing: Plan = async () => ({ changes: [], answers: [{ status: 204 }] });
  const [asked, silent] = [intent(), intent({ repeatable: false })];
  await perform(store, asked, nothing);
  await perform(store, silent, nothing);
  const rows = await sql<{ id: string }[]>`select id from act where id in (${asked.id}, ${silent.id})`;
  expect(rows.map(({ id }) => id)).toEqual([asked.id]);
});

test('connections killed under load: every acknowledged act is stored once, and so is each that was repeated', async () => {
  const writers = 8;
  const acknowledged: ActId[] = [];
  const refused: unknown[] = [];
  let killed = 0;
  let ending = false;
  const write = async (writer: number): Promise<void> => {
    for (let n = 0; !ending; n++) {
      const one = intent();
      const id = `kill-${writer}-${n % 5}`;
      // Half of them share a lock, so that a transaction of several statements is cut as well.
      const locks = n % 2 ? ['Patient?kill'] : [];
      await perform(store, { ...one, locks }, countUp(id)).then(
        () => acknowledged.push(one.id),
        (error: unknown) => refused.push(error),
      );
    }
  };
  const working = Array.from({ length: writers }, (_, n) => write(n));
  while (killed < 60) {
    await pause(Math.random() * 20);
    const [victim] = await hand<{ ended: boolean }[]>`
      select pg_terminate_backend(pid) as ended from pg_stat_activity
      where datname = current_database() and application_name like 'holdfast%' order by random() limit 1`;
    if (victim?.ended) killed += 1;
  }
  const enough = acknowledged.length + 50;
  await until('writing goes on afterwards', () => acknowledged.length >= enough || undefined);
  ending = true;
  await Promise.all(working);
  expect(refused).toEqual([]);
  const rows = await hand<{ id: ActId }[]>`select id from act where id = any(${acknowledged}::uuid[])`;
  expect(new Set(rows.map(({ id }) => id))).toEqual(new Set(acknowledged));
  const [doubled] = await hand`
    select count(*) as acts, count(distinct v.act) as written from act join version v on v.act = act.seq where v.id like 'kill-%'`;
  expect(doubled?.['acts']).toBe(doubled?.['written']);
  // One version for each act: an act that was stored twice would have left two.
  const [versions] = await hand`select count(*) as all from version where id like 'kill-%'`;
  expect(versions?.['all']).toBe(acknowledged.length);
  expect((await verify(hand)).differences).toEqual([]);
});

test('a commit that waits is never cancelled, and its act is stored when the wait ends', async () => {
  const one = intent();
  const release = await holdLock('act');
  const writing = perform(store, one, countUp('slow'));
  await until('the write waits', async () => {
    const rows =
      await hand`select from pg_stat_activity where wait_event_type = 'Lock' and query ilike '%insert into act%' and datname = current_database()`;
    return rows.length > 0 || undefined;
  });
  await release();
  expect((await writing).answers).toEqual([{ status: 201, type: 'Patient', id: 'slow', version: 1 }]);
});

async function holdLock(table: string): Promise<() => Promise<void>> {
  let let_go = () => {};
  const released = new Promise<void>((resolve) => (let_go = resolve));
  let locked = () => {};
  const isLocked = new Promise<void>((resolve) => (locked = resolve));
  const holding = handTransactions.run(async (tx) => {
    await tx`lock table ${tx(table)} in exclusive mode`;
    locked();
    await released;
  });
  await isLocked;
  return async () => {
    let_go();
    await holding;
  };
}

test('the plan reads what its own store wrote', async () => {
  await put(store, patient('own'));
  await perform(store, intent(), countUp('own'));
  expect(await versionOf('own')).toBe(2);
});
