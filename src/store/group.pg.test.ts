import fc from 'fast-check';
import { searchValues } from '#fhir/search-values.ts';
import { afterAll, describe, expect, test } from 'vitest';
import { actOf, changeTo, patient, put } from '../../test/acts.ts';
import { testDatabase } from '../../test/database.ts';
import { until } from '../../test/until.ts';
import type { Act } from './act.ts';
import { createGather } from './gather.ts';
import { createGroup } from './group.ts';
import { indexRows } from './index-rows.ts';
import { seesEverything, seesNothing } from './access.ts';
import { readNewest } from './reader.ts';
import { errorCode, violatedConstraint, type Sql } from './sql.ts';
import { openStore } from './store.ts';
import { verify } from './verify.ts';

const database = await testDatabase();
const store = openStore(database.to, { poolSize: 6, node: 'region' });
afterAll(async () => {
  await store.close();
  await database.drop();
});

/** The store's connections, counting the statements that go through them. */
function counted(): { sql: Sql; statements: () => number } {
  let statements = 0;
  const count = (target: Sql, _self: unknown, args: [TemplateStringsArray, ...unknown[]]): unknown => {
    statements++;
    return Reflect.apply(target, undefined, args);
  };
  const sql = new Proxy(store.sql, {
    apply: count,
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      return name === 'unsafe' && typeof member === 'function'
        ? (...args: unknown[]): unknown => {
            statements++;
            return Reflect.apply(member, target, args);
          }
        : member;
    },
  });
  return { sql, statements: () => statements };
}
const noValues = searchValues('Patient', { resourceType: 'Patient' });
const actIn = async (id: string) => (await store.sql`select from act where id = ${id}`).length === 1;
const failure = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );
let made = 0;
const fresh = () => `g${++made}`;

describe('acts that arrive together', () => {
  test('go in few statements, and each is durable when its writer is told', async () => {
    const { sql, statements } = counted();
    const group = createGroup(sql, store);
    const acts = Array.from({ length: 100 }, () => actOf([changeTo(patient(fresh()))]));
    await Promise.all(
      acts.map(async (act) => {
        await group.write(act);
        expect(await actIn(act.id)).toBe(true);
      }),
    );
    expect(statements()).toBeGreaterThan(0);
    expect(statements()).toBeLessThanOrEqual(4);
  });

  test('share nothing of each other’s fate: who is refused is refused alone, and told why', async () => {
    const taken = fresh();
    await store.group.write(actOf([changeTo(patient(taken))]));
    const known = actOf([changeTo(patient(fresh()))]);
    await store.group.write(known);
    const good = Array.from({ length: 20 }, () => actOf([changeTo(patient(fresh()))]));
    const late = actOf([changeTo(patient(fresh())), changeTo(patient(taken))]);
    const again: Act = { ...known, changes: [changeTo(patient(fresh()))] };
    const ends = await Promise.all([...good, late, again].map((act) => failure(store.group.write(act))));
    expect(ends.slice(0, 20)).toEqual(good.map(() => undefined));
    expect(violatedConstraint(ends[20])).toMatch(/^(?:version|record)_once$/);
    expect(violatedConstraint(ends[21])).toBe('act_once');
    for (const act of good) expect(await actIn(act.id)).toBe(true);
    expect(await actIn(late.id)).toBe(false);
    // Nothing of an act that was refused is there.
    expect(await readNewest(store.sql, seesEverything, 'Patient', late.changes[0]?.id ?? '')).toBeUndefined();
  });

  test('share no fault of PostgreSQL either: what one of them cannot be stored for, the others never hear of', async () => {
    const good = Array.from({ length: 5 }, () => actOf([changeTo(patient(fresh()))]));
    const change = changeTo(patient(fresh()));
    const index = indexRows({ ...noValues, strings: [['Patient.name', 'a\u0000b']] });
    const bad = actOf([{ ...change, index }]);
    const ends = await Promise.all([...good, bad].map((act) => failure(store.group.write(act))));
    expect(ends.slice(0, 5)).toEqual(good.map(() => undefined));
    expect(errorCode(ends[5])).toBe('22021');
    for (const act of good) expect(await actIn(act.id)).toBe(true);
    expect(await actIn(bad.id)).toBe(false);
  });

  test('and mean the same resource, win one after the other: exactly one builds on each version', async () => {
    const id = fresh();
    await store.group.write(actOf([changeTo(patient(id))]));
    const before = await readNewest(store.sql, seesEverything, 'Patient', id);
    const rivals = Array.from({ length: 12 }, () => actOf([changeTo(patient(id), before)]));
    const ends = await Promise.all(rivals.map((act) => failure(store.group.write(act))));
    expect(ends.filter((end) => end === undefined)).toHaveLength(1);
    expect(ends.map(violatedConstraint).filter((name) => name !== undefined)).toEqual(
      Array.from({ length: 11 }, () => 'version_once'),
    );
  });

  test('whatever they hold and however they collide, end as if each had been alone', async () => {
    const act = fc.uniqueArray(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 12 }), async (lists) => {
        const name = fresh();
        const acts = lists.map((own) => actOf(own.map((n) => changeTo(patient(`${name}-${n}`)))));
        const ends = await Promise.all(acts.map((one) => failure(store.group.write(one))));
        const written = acts.filter((_, n) => ends[n] === undefined);
        const ids = written.flatMap(({ changes }) => changes.map(({ id }) => id));
        // No resource was made twice, and who was refused met one that is there.
        expect(new Set(ids).size).toBe(ids.length);
        acts.forEach(({ changes }, n) => {
          if (ends[n] !== undefined) expect(changes.some(({ id }) => ids.includes(id))).toBe(true);
        });
        for (const { id } of acts)
          expect(await actIn(id)).toBe(ends[acts.findIndex((a) => a.id === id)] === undefined);
      }),
      { numRuns: 30 },
    );
  });

  test('are not held up by one that waits for a lock', async () => {
    const id = fresh();
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    let holding = false;
    const holder = store.transactions.run(async (tx) => {
      await tx`lock table record_date in exclusive mode`;
      holding = true;
      await held;
    });
    await until('the lock is held', () => holding || undefined);
    // It has a date to write, so it waits; the others have none.
    const stuck = store.group.write(
      actOf([changeTo(patient(id, 'Lund', { birthDate: '1950-01-01', deceasedDateTime: '2020-01-01' }))]),
    );
    await until('it waits', async () => {
      const [row] =
        await store.sql`select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
      return row;
    });
    await store.group.write(actOf([changeTo(patient(fresh()))]));
    release();
    await Promise.all([holder, stuck]);
  });
});

describe('readings by name that come together', () => {
  test('go in few statements and find what each asked for', async () => {
    const ids = Array.from({ length: 80 }, fresh);
    await store.group.write(actOf(ids.map((id) => changeTo(patient(id)))));
    const { sql, statements } = counted();
    const gather = createGather(sql);
    const asked = [...ids, 'nobody', ...ids.slice(0, 10)];
    const found = await Promise.all(asked.map((id) => gather(seesEverything, 'Patient', id)));
    expect(found.map((one) => one?.id)).toEqual(asked.map((id) => (id === 'nobody' ? undefined : id)));
    expect(statements()).toBeLessThanOrEqual(2);
  });

  test('share a statement with those who see other things, and each is given what they may see', async () => {
    await put(store, patient('shared'));
    const { sql, statements } = counted();
    const gather = createGather(sql);
    const asked = [seesEverything, seesNothing, seesEverything].map((sees) =>
      gather(sees, 'Patient', 'shared'),
    );
    const answers = await Promise.allSettled(asked);
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    // The first goes alone, the others came while it was under way.
    expect(statements()).toBeLessThanOrEqual(2);
  });
});

test('the record equals the journal after all this', async () => {
  expect((await verify(store.sql)).differences).toEqual([]);
});
