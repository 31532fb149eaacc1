import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
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
    ...more,
  };
}

/** Adds one to the length of the patient's name: two who do so at once must both count. */
const countUp =
  (id: string): Plan =>
  async () => {
    const before = await readNewest(sql, seesEverything, 'Patient', id);
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
    async () => {
      const there = await sql<
        { id: string }[]
      >`select id from record where type = 'Patient' and id like 'conditional-%'`;
      const { changes, answers } = actOf(there.length > 0 ? [] : [changeTo(patient(id))]);
      return { changes, answers };
    };
  const claims = ['Patient?identifier=1', 'Patient?name=a'];
  await Promise.all(
    ids.map((id, n) =>
      perform(
        store,
        intent({ repeatable: false, claims: n % 2 ? claims : claims.toReversed() }),
        createUnlessThere(id),
      ),
    ),
  );
  const [row] = await sql`select count(*) as there from record where id like 'conditional-%'`;
  expect(row?.['there']).toBe(1);
});

describe('what a plan finds that it claims', () => {
  // Of another program: it shares nothing with the first but the database.
  const other = openStore(database.to, { poolSize: 4, node: 'region' });
  afterAll(() => other.close());

  /** Makes one more of these: each must see all that were there before it, or two are called the same. */
  const oneMore =
    (kind: string, meanwhile: () => Promise<unknown> = async () => {}): Plan =>
    async () => {
      const rows = await sql`select from record where type = 'Patient' and id like ${`${kind}-%`}`;
      await meanwhile();
      const { changes, answers } = actOf([
        changeTo(patient(`${kind}-${newActId()}`, `number-${rows.length}`)),
      ]);
      return { changes, answers, claims: [`more of ${kind}`, `${kind} ${Math.random()}`] };
    };
  const numbersOf = async (kind: string): Promise<string[]> => {
    const rows = await sql<{ body: string }[]>`
      select v.body from record r join version v using (seq) where r.type = 'Patient' and r.id like ${`${kind}-%`}`;
    return rows.flatMap(({ body }) => /number-\d+/.exec(body) ?? []).sort();
  };
  const upTo = (count: number) => Array.from({ length: count }, (_, n) => `number-${n}`).sort();

  test('is judged by all that was done for it before, whoever did it and however many at once', async () => {
    await Promise.all(
      Array.from({ length: 60 }, (_, n) =>
        perform(n % 2 ? store : other, intent({ repeatable: false }), oneMore('crowd')),
      ),
    );
    expect(await numbersOf('crowd')).toEqual(upTo(60));
  });

  test('is judged again when another program was first between looking and writing', async () => {
    let runs = 0;
    await perform(
      store,
      intent(),
      oneMore('between', async () => {
        runs += 1;
        if (runs === 1) await perform(other, intent(), oneMore('between'));
      }),
    );
    expect(runs).toBe(2);
    expect(await numbersOf('between')).toEqual(upTo(2));
  });

  test('does not keep those from each other who claim other things', async () => {
    let runs = 0;
    await perform(
      store,
      intent(),
      oneMore('left', async () => {
        runs += 1;
        await perform(other, intent(), oneMore('right'));
      }),
    );
    expect(runs).toBe(1);
  });

  test('is free again in a journal that was restored and numbers its transactions anew', async () => {
    await perform(store, intent(), oneMore('restored'));
    // As a restored journal finds it: claimed by a transaction that is yet to come.
    await hand`update claim set xid = '9000000000000000000'`;
    await hand`update epoch set id = gen_random_uuid()`;
    await perform(store, intent(), oneMore('restored'));
    expect(await numbersOf('restored')).toEqual(upTo(2));
  });
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
  const createOnly: Plan = async () => {
    if (await readNewest(sql, seesEverything, 'Patient', 'once'))
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
      // Half of them claim the same, so that whoever waits for another is cut as well.
      const claims = n % 2 ? ['Patient?kill'] : [];
      await perform(store, { ...one, claims }, countUp(id)).then(
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
