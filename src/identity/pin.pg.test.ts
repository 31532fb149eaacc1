import fc from 'fast-check';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { testDatabase } from '../../test/database.ts';
import { connect } from '#store/sql.ts';
import { hasBadge, readBadge, removeBadge, setBadge } from './badge.ts';
import { addPerson, hashPassword, type Person } from './person.ts';
import { checkPin, hasPin, removePin, setPin, whyNotPin } from './pin.ts';
import {
  agentOf,
  forgetElsewhere,
  forgetHere,
  makeScreenSecret,
  readKnownHere,
  readScreensOf,
  rememberHere,
  screenKey,
} from './screen.ts';
import { createSessions } from './session.ts';

const database = await testDatabase();
const sql = connect(database.to, { max: 3 });
const hoursMax = 12;
let nowMs = 1000;
const sessions = createSessions(sql, { idleMinutes: 15, hoursMax }, () => nowMs);
const person = (user: string): Person => ({
  user,
  name: `Name of ${user}`,
  role: 'nurse',
  practitioner: null,
  ward: null,
});
let people = 0;

beforeAll(() => sessions.tick());
afterAll(async () => {
  sessions.stop();
  await sql.end();
  await database.drop();
});

/** Someone with the PIN 2580, known at a screen of their own. */
async function someoneKnown() {
  const user = `person-${++people}`;
  await addPerson(sql, person(user), await hashPassword('x'));
  await setPin(sql, user, '2580');
  const screen = screenKey(makeScreenSecret());
  await rememberHere(sql, screen, user, 'Chrome, Windows');
  return {
    user,
    screen,
    check: (pin: string, at = screen) => checkPin(sql, { screen: at, user, pin, hoursMax }),
  };
}

async function pass(hours: number) {
  nowMs += hours * 3_600_000;
  await sessions.tick();
}

test('a PIN opens at the screen where its person has proven themselves, and nowhere else', async () => {
  const { user, check } = await someoneKnown();
  expect(await check('2580')).toEqual({ person: person(user), knownS: 0 });
  expect(await check('2581')).toBeUndefined();
  expect(await check('2580', screenKey(makeScreenSecret()))).toBeUndefined();
});

test('whoever tries PINs at a strange screen uses up nobody’s tries', async () => {
  const { check } = await someoneKnown();
  const strange = screenKey(makeScreenSecret());
  for (let n = 0; n < 6; n++) expect(await check('0000', strange)).toBeUndefined();
  expect(await check('2580')).toBeDefined();
});

test('after five wrong PINs not even the right one opens, until the password was right', async () => {
  const { user, screen, check } = await someoneKnown();
  for (let n = 0; n < 4; n++) await check('0000');
  expect(await check('2580')).toBeDefined();
  for (let n = 0; n < 5; n++) await check('0000');
  expect(await check('2580')).toBeUndefined();
  expect(await readKnownHere(sql, screen, hoursMax)).toMatchObject([{ user, pin: false }]);
  await rememberHere(sql, screen, user, '');
  expect(await check('2580')).toBeDefined();
});

test('guesses at the same moment are no way around the five', async () => {
  const { user, check } = await someoneKnown();
  await Promise.all(Array.from({ length: 12 }, () => check('0000')));
  const [row] = await sql<{ wrong: number }[]>`select wrong from pin where "user" = ${user}`;
  expect(row?.wrong).toBe(5);
});

test('a person is known for twelve hours that passed, whatever wall clocks say', async () => {
  const { user, screen, check } = await someoneKnown();
  vi.useFakeTimers({ toFake: ['Date'] });
  for (const at of ['1999-01-01', '2099-01-01']) {
    vi.setSystemTime(new Date(at));
    expect(await check('2580')).toBeDefined();
  }
  vi.useRealTimers();
  await pass(11.9);
  expect((await check('2580'))?.knownS).toBe(11.9 * 3600);
  expect(await readScreensOf(sql, user, hoursMax)).toMatchObject([
    { ageS: 11.9 * 3600, agent: 'Chrome, Windows' },
  ]);
  await pass(0.1);
  expect(await check('2580')).toBeUndefined();
  expect(await readKnownHere(sql, screen, hoursMax)).toEqual([]);
});

test('who is disabled, logs out, or logs out elsewhere is no longer known', async () => {
  const [gone, left, moved] = [await someoneKnown(), await someoneKnown(), await someoneKnown()];
  await sql`update person set disabled = true where "user" = ${gone.user}`;
  expect(await gone.check('2580')).toBeUndefined();
  await forgetHere(sql, left.screen, left.user);
  expect(await left.check('2580')).toBeUndefined();
  const other = screenKey(makeScreenSecret());
  await rememberHere(sql, other, moved.user, '');
  const there = await sessions.open(person(moved.user), 'browser', { screen: moved.screen });
  const here = await sessions.open(person(moved.user), 'browser', { screen: other });
  const token = await sessions.open(person(moved.user), 'token');
  await forgetElsewhere(sql, other, moved.user);
  expect(await moved.check('2580')).toBeUndefined();
  expect(await moved.check('2580', other)).toBeDefined();
  expect(await sessions.find(there)).toBeUndefined();
  expect(await sessions.find(here)).toBeDefined();
  expect(await sessions.find(token)).toBeDefined();
});

test('a PIN that was taken away opens nothing, and a new one replaces the old', async () => {
  const { user, check } = await someoneKnown();
  await setPin(sql, user, '97531');
  expect(await check('2580')).toBeUndefined();
  expect(await check('97531')).toBeDefined();
  await removePin(sql, user);
  expect([await check('97531'), await hasPin(sql, user)]).toEqual([undefined, false]);
});

test('a PIN is four to eight digits and none of those that are tried first', () => {
  for (const pin of ['', '123', '123456789', '12a4', '１２３４', ' 2580'])
    expect(whyNotPin(pin)).toBe('form');
  for (const pin of ['0000', '1234', '98765', '7890', '02468', '11111111'])
    expect(whyNotPin(pin)).toBe('easy');
  fc.assert(
    fc.property(fc.stringMatching(/^\d{4,8}$/), (pin) => {
      const digits = Array.from(pin, Number);
      const steps = digits.slice(1).map((digit, at) => (digit - (digits[at] ?? 0) + 10) % 10);
      return (whyNotPin(pin) === undefined) === steps.some((step) => step !== steps[0]);
    }),
  );
});

test('a badge names one person in any case of its letters; the database holds no number', async () => {
  const [one, other] = [await someoneKnown(), await someoneKnown()];
  expect(await setBadge(sql, one.user, '04A1B2C3D4')).toBe(true);
  expect(await readBadge(sql, '04a1b2c3d4')).toEqual({
    user: one.user,
    name: person(one.user).name,
    role: 'nurse',
    practitioner: person(one.user).practitioner,
  });
  expect(await setBadge(sql, other.user, '04a1b2c3d4')).toBe(false);
  expect(await setBadge(sql, one.user, '0987654321')).toBe(true);
  expect(await readBadge(sql, '04A1B2C3D4')).toBeUndefined();
  const [row] = await sql<{ text: string }[]>`select json_agg(badge)::text as text from badge`;
  expect(row?.text).not.toContain(Buffer.from('0987654321').toString('hex'));
  await removeBadge(sql, one.user);
  expect([await readBadge(sql, '0987654321'), await hasBadge(sql, one.user)]).toEqual([undefined, false]);
});

test('screens are told apart by what their browsers say', () => {
  const windows = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36';
  expect(agentOf(windows)).toBe('Chrome, Windows');
  expect(agentOf(`${windows} Edg/140.0`)).toBe('Edge, Windows');
  expect(agentOf(undefined)).toBe('Browser');
});
