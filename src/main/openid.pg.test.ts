// Log-in through another OpenID provider, which runs in this test.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startProgram, type Program } from '../../test/program.ts';
import { startRegionLogIn, type RegionLogIn } from '../../test/region-log-in.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { visitor, type Visitor } from '../../test/visitor.ts';

const folder = temporaryFolder();
let program: Program;
let region: RegionLogIn;
let url = '';

beforeAll(async () => {
  region = await startRegionLogIn();
  writeFileSync(join(folder.path, 'secret'), `${region.secret}\n`);
  program = await startProgram({
    env: {
      HOLDFAST_OPENID_ISSUER: region.issuer,
      HOLDFAST_OPENID_SECRET_FILE: join(folder.path, 'secret'),
    },
  });
  url = program.url;
  await program.command('user', 'add', 'anne.lund', '--name', 'Anne Lund', '--role', 'doctor');
  region.sendBackTo(`${url.replace('127.0.0.1', 'localhost')}/openid`);
});
afterAll(async () => {
  await program.stop();
  region.stop();
  folder.remove();
});

/** The browser goes there and comes back; returns what stands behind `/openid`. */
async function thereAndBack(browser: Visitor): Promise<string> {
  const { json, status } = await browser.send('POST', '/session/openid/begin', {});
  expect(status).toBe(200);
  const there = visitor('');
  let at = String(json?.['to']);
  for (let hops = 0; hops < 8 && !at.includes('/openid?'); hops++) {
    const { headers } = await there.send('GET', at);
    at = new URL(headers.get('location') ?? '', at).href;
  }
  return new URL(at).search;
}

test('whoever the other provider knows by a user’s name is logged in, and known at the screen', async () => {
  const browser = visitor(url);
  expect((await browser.send('GET', '/session/screen')).json).toMatchObject({
    openid: expect.stringMatching(/^127/),
  });
  const search = await thereAndBack(browser);
  expect((await browser.send('POST', '/session/openid', { search })).json).toMatchObject({
    user: 'anne.lund',
  });
  expect((await browser.send('GET', '/session')).json).toMatchObject({ name: 'Anne Lund' });
  expect((await browser.send('GET', '/session/screen')).json).toMatchObject({
    people: [{ user: 'anne.lund' }],
  });
});

test('an answer is good once, and in the browser that asked only', async () => {
  const browser = visitor(url);
  const search = await thereAndBack(browser);
  expect((await visitor(url).send('POST', '/session/openid', { search })).status).toBe(401);
  const { cookie } = browser;
  expect((await browser.send('POST', '/session/openid', { search })).status).toBe(200);
  expect((await visitor(url).send('POST', '/session/openid', { search }, { cookie })).status).toBe(401);
});

test('what was changed on its way, or is another’s, opens nothing', async () => {
  for (const change of [
    (search: string) => search.replace(/code=[^&]+/, 'code=made-up'),
    (search: string) => search.replace(/state=[^&]+/, 'state=made-up'),
    (search: string) => search.replace(/iss=[^&]+/, 'iss=https%3A%2F%2Fevil.example'),
    () => '?error=access_denied',
    () => '',
  ]) {
    const browser = visitor(url);
    const search = change(await thereAndBack(browser));
    const refused = await browser.send('POST', '/session/openid', { search });
    expect([search, refused.status]).toEqual([search, 401]);
    expect((await browser.send('GET', '/session')).status).toBe(401);
  }
});

test('who has no user here is told so in a clear sentence', async () => {
  region.who = 'stranger';
  const browser = visitor(url);
  const refused = await browser.send('POST', '/session/openid', { search: await thereAndBack(browser) });
  region.who = 'anne.lund';
  expect([refused.status, refused.text.includes('you have no user here')]).toEqual([401, true]);
  expect(browser.cookieNamed('holdfast')).toBeUndefined();
});

test('a page of another site begins nothing', async () => {
  const foreign = { 'sec-fetch-site': 'cross-site' };
  for (const path of ['/session/openid/begin', '/session/openid'])
    expect((await visitor(url).send('POST', path, { search: '' }, foreign)).status).toBe(403);
});
