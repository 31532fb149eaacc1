import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDevice } from '../../test/authenticator.ts';
import { testDatabase } from '../../test/database.ts';
import { connect } from '#store/sql.ts';
import {
  addPasskey,
  askNewPasskey,
  askPasskey,
  checkPasskey,
  readPasskeys,
  removePasskey,
} from './passkey.ts';
import { addPerson, hashPassword, type Person } from './person.ts';
import { createSessions } from './session.ts';

const database = await testDatabase();
const sql = connect(database.to, { max: 3 });
let nowMs = 1000;
const sessions = createSessions(sql, { idleMinutes: 15, hoursMax: 12 }, () => nowMs);
const site = { origin: 'https://record.region.dk', rpId: 'record.region.dk' };
type Asked = { challenge: string };
let people = 0;

beforeAll(() => sessions.tick());
afterAll(async () => {
  sessions.stop();
  await sql.end();
  await database.drop();
});

async function someone(): Promise<Person> {
  const person: Person = { user: `p${++people}`, name: 'P', role: 'doctor', practitioner: null, ward: null };
  await addPerson(sql, person, await hashPassword('x'));
  return person;
}
const askNew = async (person: Person) => (await askNewPasskey(sql, site, person)) as Asked;
const ask = async () => (await askPasskey(sql, site)) as Asked;

async function withPasskey() {
  const person = await someone();
  const device = createDevice(site);
  const answer = device.register(await askNew(person));
  expect(await addPasskey(sql, site, { person, name: 'Phone', answer })).toBe(true);
  return { person, device };
}

test('a device that was registered logs its person in without a name', async () => {
  const { person, device } = await withPasskey();
  expect(await checkPasskey(sql, site, device.logIn(await ask()))).toEqual(person);
  expect(await readPasskeys(sql, person.user)).toMatchObject([{ id: device.id, name: 'Phone' }]);
});

test('an answer is good once, whether it is to a log-in or to a registration', async () => {
  const { device } = await withPasskey();
  const answer = device.logIn(await ask());
  expect(await checkPasskey(sql, site, answer)).toBeDefined();
  expect(await checkPasskey(sql, site, answer)).toBeUndefined();
  const person = await someone();
  const other = createDevice(site);
  const registration = other.register(await askNew(person));
  expect(await addPasskey(sql, site, { person, name: '', answer: registration })).toBe(true);
  await removePasskey(sql, person.user, other.id);
  expect(await addPasskey(sql, site, { person, name: '', answer: registration })).toBe(false);
});

test('of many who send one answer at the same moment, one is let in', async () => {
  const { device } = await withPasskey();
  const answer = device.logIn(await ask());
  const found = await Promise.all(Array.from({ length: 8 }, () => checkPasskey(sql, site, answer)));
  expect(found.filter((one) => one !== undefined)).toHaveLength(1);
});

test('a challenge is good for two minutes that passed', async () => {
  const { device } = await withPasskey();
  const [early, late] = [await ask(), await ask()];
  nowMs += 105_000;
  await sessions.tick();
  expect(await checkPasskey(sql, site, device.logIn(early))).toBeDefined();
  nowMs += 30_000;
  await sessions.tick();
  expect(await checkPasskey(sql, site, device.logIn(late))).toBeUndefined();
});

test('a page of another site, a key for another site, and a device that recognised nobody open nothing', async () => {
  const { device } = await withPasskey();
  for (const place of [
    { origin: 'https://record.region.dk.evil.example' },
    { origin: 'http://record.region.dk' },
    { rpId: 'evil.example' },
    { verified: false },
  ])
    expect([place, await checkPasskey(sql, site, device.logIn(await ask(), place))]).toEqual([
      place,
      undefined,
    ]);
});

test('a counter that does not rise is a copy of the key, which opens nothing', async () => {
  const { device } = await withPasskey();
  device.counter = 5;
  expect(await checkPasskey(sql, site, device.logIn(await ask()))).toBeDefined();
  device.counter = 3;
  expect(await checkPasskey(sql, site, device.logIn(await ask()))).toBeUndefined();
});

test('a challenge of one purpose or person serves no other', async () => {
  const [one, other] = [await someone(), await someone()];
  const device = createDevice(site);
  const asked = await askNew(one);
  expect(await addPasskey(sql, site, { person: other, name: '', answer: device.register(asked) })).toBe(
    false,
  );
  expect(await addPasskey(sql, site, { person: one, name: '', answer: device.register(asked) })).toBe(false);
  expect(await addPasskey(sql, site, { person: one, name: '', answer: device.register(await ask()) })).toBe(
    false,
  );
  const registered = await withPasskey();
  expect(await checkPasskey(sql, site, registered.device.logIn(await askNew(one)))).toBeUndefined();
});

test('a stranger’s key, a removed one and a disabled person’s open nothing; nobody removes another’s', async () => {
  expect(await checkPasskey(sql, site, createDevice(site).logIn(await ask()))).toBeUndefined();
  const { person, device } = await withPasskey();
  await removePasskey(sql, 'someone-else', device.id);
  expect(await checkPasskey(sql, site, device.logIn(await ask()))).toBeDefined();
  await removePasskey(sql, person.user, device.id);
  expect(await checkPasskey(sql, site, device.logIn(await ask()))).toBeUndefined();
  const disabled = await withPasskey();
  await sql`update person set disabled = true where "user" = ${disabled.person.user}`;
  expect(await checkPasskey(sql, site, disabled.device.logIn(await ask()))).toBeUndefined();
});

test('what is no answer at all is refused and breaks nothing', async () => {
  const clientDataJSON = Buffer.from(JSON.stringify({ challenge: (await ask()).challenge })).toString(
    'base64url',
  );
  for (const answer of [
    undefined,
    null,
    1,
    'x',
    {},
    { response: {} },
    { response: { clientDataJSON: 'x' } },
    { id: 1, response: { clientDataJSON } },
  ])
    expect(await checkPasskey(sql, site, answer)).toBeUndefined();
});
