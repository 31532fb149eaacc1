import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { testDatabase } from '../../test/database.ts';
import { connect } from '#store/sql.ts';
import { addPerson, checkPassword, hashPassword, makePassword, readPerson, type Person } from './person.ts';
import { createSessions } from './session.ts';

const database = await testDatabase();
const sql = connect(database.to, { max: 3 });
const anne: Person = {
  user: 'anne',
  name: 'Anne Lund',
  role: 'doctor',
  practitioner: 'Practitioner/anne',
  ward: 'Location/b12',
};
const limits = { idleMinutes: 15, hoursMax: 12 };
const stop: (() => void)[] = [];

beforeAll(async () => {
  await addPerson(sql, anne, await hashPassword('rødgrød med fløde'));
});
afterAll(async () => {
  for (const one of stop) one();
  await sql.end();
  await database.drop();
});

/** A program with a clock of its own, on the one database. */
function program() {
  let nowMs = 1000;
  const sessions = createSessions(sql, limits, () => nowMs);
  stop.push(() => sessions.stop());
  return {
    sessions,
    pass: (seconds: number) => (nowMs += seconds * 1000),
    /** Time as it passes: a tick every 15 s. */
    async live(seconds: number, each: () => Promise<unknown> = async () => {}) {
      for (let left = seconds; left > 0; left -= 15) {
        nowMs += 15_000;
        await each();
        await sessions.tick();
      }
    },
  };
}

async function ageOf(count = 1): Promise<number[]> {
  const rows = await sql<
    { age: number }[]
  >`select age_s as age from session order by made_at desc limit ${count}`;
  return rows.map(({ age }) => age);
}
async function whoCounts(): Promise<string | undefined> {
  const [row] = await sql<{ program: string }[]>`select program from session_clock`;
  return row?.program;
}
async function freshClock(): Promise<void> {
  await sql`delete from session`;
  await sql`update session_clock set program = null, beats = 0`;
}

test('a password fits in any spelling of its letters, and only to its user', async () => {
  const composed = 'rødgrød med flöde'.normalize('NFC');
  await addPerson(sql, { ...anne, user: 'bo' }, await hashPassword(composed));
  expect(await checkPassword(sql, 'bo', composed.normalize('NFD'))).toMatchObject({ user: 'bo' });
  expect(await checkPassword(sql, 'anne', 'rødgrød med fløde')).toEqual(anne);
  for (const [user, password] of [
    ['anne', composed],
    ['anne', ''],
    ['anne', 'RØDGRØD MED FLØDE'],
    ['nobody', 'rødgrød med fløde'],
    ["anne' or true--", ''],
  ] as const) {
    expect(await checkPassword(sql, user, password)).toBeUndefined();
  }
});

test('a stored password is argon2id with a salt of its own, and a person never carries it', async () => {
  const [one, other] = await Promise.all([hashPassword('same'), hashPassword('same')]);
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(one).not.toBe(other);
  expect(JSON.stringify(await readPerson(sql, 'anne'))).not.toContain('argon2');
});

test('first passwords differ, and can be read aloud', () => {
  const made = new Set(Array.from({ length: 200 }, makePassword));
  expect(made.size).toBe(200);
  for (const one of made) expect(one).toMatch(/^[a-hjkmnp-z2-9]{5}(-[a-hjkmnp-z2-9]{5}){2}$/);
});

test('a name that is taken is left as it is', async () => {
  expect(await addPerson(sql, { ...anne, name: 'Another' }, await hashPassword('other'))).toBe(false);
  expect(await checkPassword(sql, 'anne', 'other')).toBeUndefined();
  expect((await readPerson(sql, 'anne'))?.name).toBe('Anne Lund');
});

test('a session is found by its secret, and the database holds only the hash of it', async () => {
  const { sessions } = program();
  const secret = await sessions.open(anne, 'browser');
  expect(await sessions.find(secret)).toEqual({ person: anne, kind: 'browser', locked: false });
  expect(await sessions.find(`${secret}x`)).toBeUndefined();
  const [row] =
    await sql`select encode(secret_hash, 'escape') as stored from session order by made_at desc limit 1`;
  expect(row?.['stored']).not.toContain(secret);
});

test('locking and closing are true at once here, and within two seconds in another program', async () => {
  const [here, there] = [program(), program()];
  const secret = await here.sessions.open(anne, 'browser');
  expect((await there.sessions.find(secret))?.locked).toBe(false);
  await here.sessions.lock(secret, true);
  expect((await here.sessions.find(secret))?.locked).toBe(true);
  there.pass(2);
  expect((await there.sessions.find(secret))?.locked).toBe(true);
  await here.sessions.lock(secret, false);
  expect((await here.sessions.find(secret))?.locked).toBe(false);
  await here.sessions.close(secret);
  expect(await here.sessions.find(secret)).toBeUndefined();
  there.pass(2);
  expect(await there.sessions.find(secret)).toBeUndefined();
});

test('a look that is under way while the screen is locked is not believed afterwards', async () => {
  const { sessions } = program();
  const secret = await sessions.open(anne, 'browser');
  for (let n = 0; n < 20; n++) {
    await Promise.all([sessions.find(secret), sessions.lock(secret, true), sessions.find(secret)]);
    expect((await sessions.find(secret))?.locked).toBe(true);
    await sessions.lock(secret, false);
  }
});

test('whoever is disabled is out within two seconds', async () => {
  const { sessions, pass } = program();
  await addPerson(sql, { ...anne, user: 'gone' }, await hashPassword('x'));
  const secret = await sessions.open({ ...anne, user: 'gone' }, 'token');
  await sql`update person set disabled = true where "user" = 'gone'`;
  pass(2);
  expect(await sessions.find(secret)).toBeUndefined();
  expect(await checkPassword(sql, 'gone', 'x')).toBeUndefined();
});

test('a wall clock that jumps neither ends a session nor prolongs it', async () => {
  await freshClock();
  const one = program();
  const secret = await one.sessions.open(anne, 'browser');
  vi.useFakeTimers({ toFake: ['Date'] });
  for (const at of ['1999-01-01', '2099-01-01', '2026-03-29T01:59:59Z']) {
    vi.setSystemTime(new Date(at));
    await one.live(60, () => one.sessions.find(secret));
    expect(await one.sessions.find(secret)).toBeDefined();
  }
  vi.useRealTimers();
  expect(await ageOf()).toEqual([180]);
});

test('a login ends after its hours, however busy it is; a token lasts ninety days', async () => {
  await freshClock();
  const one = program();
  const [browser, token] = [await one.sessions.open(anne, 'browser'), await one.sessions.open(anne, 'token')];
  one.pass(12 * 3600 - 60);
  await one.sessions.tick();
  expect(await one.sessions.find(browser)).toBeDefined();
  await one.live(90, () => one.sessions.find(browser));
  one.pass(2);
  expect(await one.sessions.find(browser)).toBeUndefined();
  expect(await one.sessions.find(token)).toBeDefined();
  one.pass(90 * 86_400);
  await one.sessions.tick();
  expect(await one.sessions.find(token)).toBeUndefined();
});

test('a browser that nobody touches is locked; looking at it is not touching', async () => {
  await freshClock();
  const one = program();
  const [used, watched, token] = [
    await one.sessions.open(anne, 'browser'),
    await one.sessions.open(anne, 'browser'),
    await one.sessions.open(anne, 'token'),
  ];
  await one.live(46 * 60, async () => {
    await one.sessions.find(used);
    await one.sessions.find(watched, { isUse: false });
  });
  one.pass(2);
  const locked = await Promise.all(
    [used, watched, token].map(async (secret) => (await one.sessions.find(secret))?.locked),
  );
  expect(locked).toEqual([false, true, false]);
});

test('several programs on one database count each second once, and one goes on when the counting one is gone', async () => {
  await freshClock();
  const programs = [program(), program(), program()];
  await programs[0]?.sessions.open(anne, 'browser');
  const live = async (seconds: number, alive: typeof programs) => {
    for (let left = seconds; left > 0; left -= 15) {
      for (const { pass } of alive) pass(15);
      await Promise.all(alive.map(({ sessions }) => sessions.tick()));
    }
  };
  await live(600, programs);
  expect(await ageOf()).toEqual([600]);
  const counting = await whoCounts();
  // The one that counts ends: found by which of them makes the age rise alone.
  let alive = programs;
  for (const one of programs) {
    one.pass(15);
    await one.sessions.tick();
    if ((await ageOf())[0] === 615) {
      alive = programs.filter((other) => other !== one);
      break;
    }
  }
  expect(alive).toHaveLength(2);
  const [before = 0] = await ageOf();
  await live(600, alive);
  const [after = 0] = await ageOf();
  // The successor looks on for 45 s before it believes it, and then counts those as well; 15 s may be its own.
  expect(after - before).toBeGreaterThanOrEqual(585);
  expect(after - before).toBeLessThanOrEqual(630);
  expect(await whoCounts()).not.toBe(counting);
});

test('what a tick could not tell the database is told by the next', async () => {
  await freshClock();
  const one = program();
  const secret = await one.sessions.open(anne, 'browser');
  one.pass(30);
  await sql`alter table session rename to session_away`;
  await expect(one.sessions.tick()).rejects.toThrow('session');
  await sql`alter table session_away rename to session`;
  one.pass(30);
  await one.sessions.find(secret);
  await one.sessions.tick();
  expect(await ageOf()).toEqual([60]);
});
