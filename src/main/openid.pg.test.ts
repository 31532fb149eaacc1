// Log-in through another OpenID provider, which runs in this test.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Provider } from 'oidc-provider';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startProgram, type Program } from '../../test/program.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { visitor, type Visitor } from '../../test/visitor.ts';

const folder = temporaryFolder();
let program: Program;
let elsewhere: Server;
let url = '';
/** Who logs in there next. */
let whoThere = 'anne.lund';

beforeAll(async () => {
  elsewhere = createServer();
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
  const { port } = elsewhere.address() as AddressInfo;
  const issuer = `http://127.0.0.1:${port}`;
  writeFileSync(join(folder.path, 'secret'), 'a secret between the two\n');
  program = await startProgram({
    env: {
      HOLDFAST_OPENID_ISSUER: issuer,
      HOLDFAST_OPENID_SECRET_FILE: join(folder.path, 'secret'),
    },
  });
  url = program.url;
  await program.command('user', 'add', 'anne.lund', '--name', 'Anne Lund', '--role', 'doctor');
  const provider = regionProvider(issuer, `${url.replace('127.0.0.1', 'localhost')}/openid`);
  const answer = provider.callback();
  elsewhere.on('request', (request, response) => {
    if (request.url?.startsWith('/agree/') !== true) return void answer(request, response);
    // Whoever comes is logged in, and agrees.
    void (async () => {
      const { params } = await provider.interactionDetails(request, response);
      const grant = new provider.Grant({ accountId: whoThere, clientId: String(params['client_id']) });
      grant.addOIDCScope('openid profile');
      const grantId = await grant.save();
      await provider.interactionFinished(request, response, {
        login: { accountId: whoThere, remember: false },
        consent: { grantId },
      });
    })();
  });
});
afterAll(async () => {
  await program.stop();
  elsewhere.closeAllConnections();
  elsewhere.close();
  folder.remove();
});

function regionProvider(issuer: string, back: string): Provider {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return new Provider(issuer, {
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'region', use: 'sig' }] as never },
    cookies: { keys: ['test'] },
    clients: [
      {
        client_id: 'holdfast',
        client_secret: 'a secret between the two',
        token_endpoint_auth_method: 'client_secret_post',
        redirect_uris: [back],
        application_type: 'native',
      },
    ],
    claims: { profile: ['preferred_username'] },
    conformIdTokenClaims: false,
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_ctx, { uid }) => `/agree/${uid}` },
    findAccount: (_ctx, user) => ({
      accountId: user,
      claims: () => ({ sub: user, preferred_username: user }),
    }),
  });
}

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
  whoThere = 'stranger';
  const browser = visitor(url);
  const refused = await browser.send('POST', '/session/openid', { search: await thereAndBack(browser) });
  whoThere = 'anne.lund';
  expect([refused.status, refused.text.includes('you have no user here')]).toEqual([401, true]);
  expect(browser.cookieNamed('holdfast')).toBeUndefined();
});

test('a page of another site begins nothing', async () => {
  const foreign = { 'sec-fetch-site': 'cross-site' };
  for (const path of ['/session/openid/begin', '/session/openid'])
    expect((await visitor(url).send('POST', path, { search: '' }, foreign)).status).toBe(403);
});
