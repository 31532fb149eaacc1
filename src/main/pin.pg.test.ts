// PINs and badges over HTTP, against the real program.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startProgram, type Program } from '../../test/program.ts';
import { until } from '../../test/until.ts';
import { visitor, type Answered } from '../../test/visitor.ts';

let program: Program;
let url = '';
let password = '';

beforeAll(async () => {
  program = await startProgram();
  url = program.url;
  password = program.adminPassword ?? '';
});
afterAll(() => program.stop());

async function newPerson(user: string) {
  const { stdout } = await program.command('user', 'add', user, '--name', `N ${user}`, '--role', 'nurse');
  return { user, password: stdout.trim().split('  ')[1] ?? '' };
}
async function withPin(user: string, pin = '2580') {
  const person = await newPerson(user);
  const screen = visitor(url);
  await screen.logIn(person.user, person.password);
  expect((await screen.send('POST', '/session/own/pin', { password: person.password, pin })).status).toBe(
    204,
  );
  return { ...person, screen };
}
const detailOf = ({ json }: Answered) =>
  JSON.stringify(json).match(
    /"code":"(wrong-pin|password-needed|unknown-badge|pin-\w+|badge-\w+|wrong-password)"/,
  )?.[1];

test('two people share a screen: each comes back with a PIN, and the one before is out meanwhile', async () => {
  const anne = await withPin('anne');
  const { screen } = anne;
  const bo = await newPerson('bo');
  await screen.logIn(bo.user, bo.password);
  await screen.send('POST', '/session/own/pin', { password: bo.password, pin: '8520' });
  const asBo = screen.cookie;
  expect((await screen.send('GET', '/session/screen')).json).toMatchObject({
    people: [
      { user: 'anne', pin: true },
      { user: 'bo', pin: true },
    ],
  });
  expect((await screen.send('POST', '/session/pin', { user: 'anne', pin: '2580' })).json).toMatchObject({
    user: 'anne',
    locked: false,
  });
  expect((await screen.send('GET', '/session')).json).toMatchObject({ user: 'anne' });
  expect((await visitor(url).send('GET', '/session', undefined, { cookie: asBo })).status).toBe(401);
  expect((await screen.send('POST', '/session/pin', { user: 'bo', pin: '8520' })).json).toMatchObject({
    user: 'bo',
  });
});

test('a PIN opens nothing at a screen where its person is not known, nor with the cookie of another screen made up', async () => {
  const { screen } = await withPin('carl');
  for (const headers of [
    {},
    { cookie: 'holdfast-screen=made-up' },
    { cookie: screen.cookie.split(';')[0] ?? '' },
  ]) {
    const refused = await visitor(url).send('POST', '/session/pin', { user: 'carl', pin: '2580' }, headers);
    expect([refused.status, detailOf(refused)]).toEqual([401, 'password-needed']);
    expect(refused.headers.get('set-cookie')).toBeNull();
  }
});

test('five wrong PINs, and the password is needed; who guesses is also slowed', async () => {
  const dorte = await withPin('dorte');
  await dorte.screen.send('POST', '/session/lock');
  const guess = () => dorte.screen.send('POST', '/session/pin', { user: 'dorte', pin: '0001' });
  const told = [];
  for (let n = 0; n < 5; n++) told.push(detailOf(await guess()));
  expect(told).toEqual(['wrong-pin', 'wrong-pin', 'wrong-pin', 'wrong-pin', 'password-needed']);
  expect((await guess()).status).toBe(429);
  const refused = await until('the wait is over', async () => {
    const answer = await dorte.screen.send('POST', '/session/pin', { user: 'dorte', pin: '2580' });
    return answer.status === 429 ? undefined : answer;
  });
  expect([refused.status, detailOf(refused)]).toEqual([401, 'password-needed']);
  // The password is not slowed by guesses at the PIN.
  expect((await dorte.screen.send('POST', '/session/unlock', { password: dorte.password })).status).toBe(200);
});

test('log-out forgets who was here: the PIN opens nothing, and the name is offered no more', async () => {
  const { screen } = await withPin('erik');
  await screen.send('DELETE', '/session');
  expect((await screen.send('GET', '/session/screen')).json).toMatchObject({ people: [] });
  expect((await screen.send('POST', '/session/pin', { user: 'erik', pin: '2580' })).status).toBe(401);
});

test('a way in is added only by who knows the password, and never at a locked screen', async () => {
  const { screen, password: own } = await withPin('fie');
  for (const [path, body] of [
    ['/session/own/pin', { pin: '1379' }],
    ['/session/own/badge', { number: '0412345678' }],
  ] as const) {
    const refused = await screen.send('POST', path, { ...body, password: 'wrong' });
    expect([path, refused.status, detailOf(refused)]).toEqual([path, 401, 'wrong-password']);
  }
  const easy = await screen.send('POST', '/session/own/pin', { password: own, pin: '1234' });
  expect([easy.status, detailOf(easy)]).toEqual([400, 'pin-easy']);
  await screen.send('POST', '/session/lock');
  for (const [method, path] of [
    ['GET', '/session/own'],
    ['POST', '/session/own/pin'],
    ['DELETE', '/session/own/screens'],
  ] as const)
    expect([path, (await screen.send(method, path, method === 'POST' ? '{}' : undefined)).status]).toEqual([
      path,
      401,
    ]);
});

test('a badge names its person everywhere, and alone opens nothing', async () => {
  const { screen, password: own } = await withPin('gry');
  const number = '0412345678';
  expect((await screen.send('POST', '/session/own/badge', { password: own, number })).status).toBe(204);
  expect((await screen.send('POST', '/session/badge', { number })).json).toEqual({
    user: 'gry',
    name: 'N gry',
    role: 'nurse',
    practitioner: null,
    pin: true,
  });
  const elsewhere = visitor(url);
  const named = await elsewhere.send('POST', '/session/badge', { number });
  expect([named.json?.['pin'], named.headers.get('set-cookie')]).toEqual([false, null]);
  expect((await elsewhere.send('GET', '/session')).status).toBe(401);
  expect((await elsewhere.send('POST', '/session/pin', { user: 'gry', pin: '2580' })).status).toBe(401);
  expect(detailOf(await elsewhere.send('POST', '/session/badge', { number: '0499999999' }))).toBe(
    'unknown-badge',
  );
});

test('whoever tries out badge numbers is slowed', async () => {
  const guesser = visitor(url);
  let n = 0;
  const slowed = await until('a number is refused unheard', async () => {
    const answer = await guesser.send('POST', '/session/badge', {
      number: `09${(n++).toString().padStart(8, '0')}`,
    });
    return answer.status === 429 ? answer : undefined;
  });
  expect(Number(slowed.headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await visitor(url).logIn('admin', password)).status).toBe(200);
});

test('a person sees where they are logged in, and logs out elsewhere', async () => {
  const { screen, password: own } = await withPin('helle');
  const other = visitor(url);
  await other.logIn('helle', own);
  const seen = await screen.send('GET', '/session/own');
  expect(seen.json).toMatchObject({ pin: true, badge: false });
  const screens = seen.json?.['screens'] as readonly { here: boolean }[];
  expect([screens.length, screens.filter(({ here }) => here).length]).toEqual([2, 1]);
  await screen.send('DELETE', '/session/own/screens');
  expect((await other.send('POST', '/session/pin', { user: 'helle', pin: '2580' })).status).toBe(401);
  await until('the other screen is out', async () =>
    (await other.send('GET', '/session')).status === 401 ? true : undefined,
  );
  expect((await screen.send('GET', '/session')).status).toBe(200);
});

test('a page of another site tries no PIN and names nobody', async () => {
  const { screen } = await withPin('ida');
  for (const [path, body] of [
    ['/session/pin', { user: 'ida', pin: '2580' }],
    ['/session/badge', { number: '0412345678' }],
  ] as const)
    expect((await screen.send('POST', path, body, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
});
