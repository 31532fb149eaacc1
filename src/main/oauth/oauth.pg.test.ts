// Other programs ask for access, against the real program.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  assertionOf,
  claimsIn,
  makeClientKeys,
  makePkce,
  sendForm,
  withAssertion,
} from '../../../test/oauth-client.ts';
import { appRedirect, personWithApp, type Asked } from '../../../test/person-with-app.ts';
import { startProgram, type Program } from '../../../test/program.ts';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { until } from '../../../test/until.ts';
import { issueOf, visitor } from '../../../test/visitor.ts';

let program: Program;
let url = '';
let issuer = '';
let password = '';
const folder = temporaryFolder();
const keys = makeClientKeys();

beforeAll(async () => {
  program = await startProgram();
  url = program.url;
  issuer = url.replace('127.0.0.1', 'localhost');
  const added = await program.command('user', 'add', 'anne', '--name', 'Anne Lund', '--role', 'doctor');
  [, password = ''] = added.stdout.trim().split('  ');
  const anne = visitor(url, await program.token('anne'));
  for (const id of ['karen', 'bo']) {
    const subject = { reference: `Patient/${id}` };
    const value = {
      resourceType: 'Observation',
      id: `${id}-o`,
      status: 'final',
      code: { text: 'x' },
      subject,
    };
    await anne.send('PUT', `/fhir/Patient/${id}`, { resourceType: 'Patient', id });
    expect((await anne.send('PUT', `/fhir/Observation/${id}-o`, value)).status).toBe(201);
  }
  const jwks = join(folder.path, 'jwks.json');
  writeFileSync(jwks, JSON.stringify(keys.jwks));
  for (const [id, kind, scope, ...more] of [
    [
      'growth',
      'public',
      'openid fhirUser profile launch/patient offline_access patient/*.rs user/Patient.rs',
    ],
    ['portal', 'confidential', 'openid patient/*.rs offline_access launch/patient', '--jwks', jwks],
    ['nightly', 'backend', 'system/*.rs', '--jwks', jwks],
    ['other', 'backend', 'system/*.rs', '--jwks', jwks],
  ] as const) {
    const redirects = kind === 'backend' ? [] : ['--redirect', appRedirect];
    const { code, stderr } = await program.command(
      'client',
      'add',
      id,
      '--name',
      `The ${id} app`,
      '--kind',
      kind,
      '--scope',
      scope,
      ...redirects,
      ...more,
    );
    expect([code, stderr]).toEqual([0, '']);
  }
});
afterAll(async () => {
  await program.stop();
  folder.remove();
});

const { authorize, loggedIn, consent, exchangeCode, launched } = personWithApp(() => ({
  url,
  issuer,
  password,
}));
const backend = (id = 'nightly', more: { audience?: string; skewS?: number; more?: object } = {}) =>
  withAssertion(assertionOf(keys, { id, audience: `${issuer}/oauth/token`, ...more }));
const reads = async (token: string) => (await visitor(url, token).send('GET', '/fhir/Patient/karen')).status;

test('where to ask is told without a log-in, three times the same', async () => {
  const stranger = visitor(url);
  const smart = (await stranger.send('GET', '/fhir/.well-known/smart-configuration')).json;
  const open = (await stranger.send('GET', '/.well-known/openid-configuration')).json;
  expect(smart).toMatchObject({ issuer, code_challenge_methods_supported: ['S256'] });
  expect(open).toMatchObject({ issuer, id_token_signing_alg_values_supported: ['ES256'] });
  expect(open?.['registration_endpoint']).toBeUndefined();
  const metadata = JSON.stringify((await stranger.send('GET', '/fhir/metadata')).json?.['rest']);
  for (const name of [
    'authorization_endpoint',
    'token_endpoint',
    'revocation_endpoint',
    'introspection_endpoint',
  ]) {
    const path = String(smart?.[name]).replace(issuer, '');
    expect([name, path]).toEqual([name, String(open?.[name]).replace(/^http:\/\/[^/]+/, '')]);
    expect(metadata).toContain(path);
  }
  const published = JSON.stringify((await stranger.send('GET', '/oauth/keys')).json);
  expect(published).toContain('"kty":"EC"');
  expect(published).not.toContain('"d"');
});

test('an app sees the one patient it was let see, the types of its scopes, and writes nothing beyond them', async () => {
  const { access } = await launched();
  const app = visitor(url, access);
  const status = async (method: string, path: string, body?: object) =>
    (await app.send(method, `/fhir/${path}`, body)).status;
  const found = async (path: string) => (await app.send('GET', `/fhir/${path}`)).text;
  expect(await status('GET', 'Observation/karen-o')).toBe(200);
  expect(await status('GET', 'Observation?patient=karen')).toBe(200);
  expect(await found('Observation?_count=50')).toContain('karen-o');
  // Anne may see Bo, and this app may not.
  expect(await found('Observation?_count=50')).not.toContain('bo-o');
  expect(await status('GET', 'Observation/bo-o')).toBe(403);
  expect(await status('GET', 'Observation?patient=bo')).toBe(403);
  expect(await status('GET', 'Patient/bo')).toBe(403);
  expect(await found('Observation?_include=Observation:subject')).not.toContain('Patient/bo"');
  // patient/Patient.r reads and does not search; nothing writes; other types are not there.
  expect(await status('GET', 'Patient?_count=1')).toBe(403);
  expect(await status('GET', 'Condition?patient=karen')).toBe(403);
  expect(await status('DELETE', 'Observation/karen-o')).toBe(403);
  const parameter = [{ name: 'reason', valueString: 'Skal bruges nu' }];
  expect(await status('POST', 'Patient/bo/$break-glass', { resourceType: 'Parameters', parameter })).toBe(
    403,
  );
  const entry = [{ request: { method: 'GET', url: 'Observation/bo-o' } }];
  expect(await found('metadata')).toContain('CapabilityStatement');
  const batch = await app.send('POST', '/fhir', { resourceType: 'Bundle', type: 'batch', entry });
  expect(batch.text).toContain('403');
});

test('an app of a person launches: consent, code, tokens, and FHIR with them', async () => {
  const browser = await loggedIn();
  const { verifier, to } = await authorize(browser);
  expect(to).toMatch(/^\/grant\/[\w-]+$/);
  expect((await browser.send('GET', `${to}/asked`)).json).toEqual({
    client: { id: 'growth', name: 'The growth app' },
    scopes: [
      'openid',
      'fhirUser',
      'launch/patient',
      'offline_access',
      'patient/Observation.rs',
      'patient/Patient.r',
    ],
    needsPatient: true,
  });
  const { query } = await consent(browser, to, { answer: 'allow', patient: 'karen' });
  expect([query.get('state'), query.get('iss')]).toEqual(['s1', issuer]);
  const { status, json, headers } = await exchangeCode(query.get('code'), verifier);
  expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
  expect(json).toMatchObject({
    token_type: 'Bearer',
    expires_in: 300,
    patient: 'karen',
    scope: 'openid fhirUser launch/patient offline_access patient/Observation.rs patient/Patient.r',
  });
  expect(claimsIn(json?.['id_token'])).toMatchObject({
    iss: issuer,
    aud: 'growth',
    sub: 'anne',
    nonce: 'n1',
  });
  const access = String(json?.['access_token']);
  expect(claimsIn(access)).toMatchObject({ aud: `${issuer}/fhir`, sub: 'anne', patient: 'karen' });
  expect(await reads(access)).toBe(200);
  const refreshed = await sendForm(visitor(url), '/oauth/token', {
    grant_type: 'refresh_token',
    refresh_token: String(json?.['refresh_token']),
    client_id: 'growth',
  });
  expect(refreshed.json).toMatchObject({ patient: 'karen', expires_in: 300 });
  expect(await reads(String(refreshed.json?.['access_token']))).toBe(200);
});

test('a code is good once, for who asked and with the right verifier', async () => {
  const browser = await loggedIn();
  const once = await authorize(browser);
  const { query } = await consent(browser, once.to, { answer: 'allow', patient: 'karen' });
  const code = query.get('code');
  expect((await exchangeCode(code, makePkce().verifier)).json).toMatchObject({ error: 'invalid_grant' });
  expect(
    (await exchangeCode(code, once.verifier, { redirect_uri: 'https://app.example/other' })).json,
  ).toMatchObject({
    error: 'invalid_grant',
  });
  const stolen = await sendForm(visitor(url), '/oauth/token', {
    ...withAssertion(assertionOf(keys, { id: 'portal', audience: issuer })),
    grant_type: 'authorization_code',
    code: code ?? '',
    redirect_uri: appRedirect,
    code_verifier: once.verifier,
  });
  expect(stolen.json).toMatchObject({ error: 'invalid_grant' });
  const good = await exchangeCode(code, once.verifier);
  expect(good.status).toBe(200);
  expect((await exchangeCode(code, once.verifier)).json).toMatchObject({ error: 'invalid_grant' });
  // Whoever shows a used code has stolen it, or was stolen from: what it gave is over.
  await until('the tokens of the code are over', async () =>
    (await reads(String(good.json?.['access_token']))) === 401 ? true : undefined,
  );
}, 90_000);

test('of many who show one code at the same moment, one gets tokens', async () => {
  const browser = await loggedIn();
  const { verifier, to } = await authorize(browser);
  const { query } = await consent(browser, to, { answer: 'allow', patient: 'karen' });
  const answers = await Promise.all(
    Array.from({ length: 6 }, () => exchangeCode(query.get('code'), verifier)),
  );
  expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1);
});

test('what an app may not ask is refused before anybody is asked', async () => {
  const browser = await loggedIn();
  const refused = async (asked: Asked) => {
    const { answer, to } = await authorize(browser, asked);
    return to === '' ? `${answer.status} ${answer.text.split(':')[0]}` : /[?#&]error=(\w+)/.exec(to)?.[1];
  };
  expect(await refused({ client_id: 'nobody' })).toBe('400 invalid_client');
  expect(await refused({ redirect_uri: 'https://evil.example/done' })).toBe('400 invalid_redirect_uri');
  expect(await refused({ code_challenge: undefined, code_challenge_method: undefined })).toBe(
    'invalid_request',
  );
  expect(await refused({ code_challenge_method: 'plain' })).toBe('invalid_request');
  expect(await refused({ response_type: 'token' })).toBe('unsupported_response_type');
  expect(await refused({ aud: 'https://other.example/fhir' })).toBe('invalid_target');
  expect(await refused({ scope: 'openid patient/Observation.rs?category=laboratory' })).toBe('invalid_scope');
});

test('an app gets no more than it was registered for', async () => {
  const { json } = await launched({
    scope: 'openid launch/patient patient/Observation.cruds patient/Patient.rs',
  });
  expect(json?.['scope']).toBe('openid launch/patient patient/Patient.rs');
  expect(json?.['refresh_token']).toBeUndefined();
});

test('nobody agrees but the person at the screen, in the browser that was asked', async () => {
  const browser = await loggedIn();
  const { to } = await authorize(browser);
  const allow = { answer: 'allow', patient: 'karen' };
  expect((await consent(visitor(url), to, allow)).status).toBe(401);
  expect((await consent(await loggedIn(), to, allow)).status).toBe(404);
  const foreign = await browser.send('POST', `${to}/answer`, allow, { 'sec-fetch-site': 'cross-site' });
  expect(foreign.status).toBe(403);
  const others = visitor(url, await program.token('anne'));
  expect((await others.send('GET', `${to}/asked`)).status).toBe(403);
  expect((await consent(browser, to, { answer: 'allow', patient: '' })).status).toBe(400);
  await browser.send('POST', '/session/lock');
  expect((await consent(browser, to, allow)).status).toBe(401);
  await browser.send('POST', '/session/unlock', { password });
  const { query } = await consent(browser, to, { answer: 'deny', patient: '' });
  expect([query.get('error'), query.get('code')]).toEqual(['access_denied', null]);
  expect((await consent(browser, to, allow)).status).toBe(404);
});

test('an app’s token opens the FHIR API and nothing else', async () => {
  const { access } = await launched();
  const app = visitor(url, access);
  for (const path of ['/session', '/events', '/session/own'])
    expect([path, (await app.send('GET', path)).status]).toEqual([path, 403]);
  const tampered = access.replace(
    /\.[^.]+\./,
    (body) =>
      `.${Buffer.from(JSON.stringify({ ...claimsIn(access), sub: 'root' })).toString('base64url')}.${body.slice(0, 0)}`,
  );
  for (const token of [tampered, `${access}x`, access.split('.').slice(0, 2).join('.').concat('.'), 'a.b.c'])
    expect(await reads(token)).toBe(401);
});

test('a backend proves itself with its key, whatever its clock says, and each proof is good once', async () => {
  const ask = (fields: Readonly<Record<string, string>>) =>
    sendForm(visitor(url), '/oauth/token', {
      grant_type: 'client_credentials',
      scope: 'system/Patient.rs',
      ...fields,
    });
  const proof = backend();
  const first = await ask(proof);
  expect(first.json).toMatchObject({ scope: 'system/Patient.rs', expires_in: 300 });
  expect(await reads(String(first.json?.['access_token']))).toBe(200);
  expect((await ask(proof)).json).toMatchObject({ error: 'invalid_client' });
  const atOnce = backend();
  const answers = await Promise.all(Array.from({ length: 5 }, () => ask(atOnce)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  for (const years of [-3, 3])
    expect((await ask(backend('nightly', { skewS: years * 365 * 86_400 }))).status).toBe(200);
  const strange = makeClientKeys();
  for (const fields of [
    withAssertion(assertionOf(strange, { id: 'nightly', audience: issuer })),
    withAssertion(assertionOf(keys, { id: 'nobody', audience: issuer })),
    withAssertion(assertionOf(keys, { id: 'growth', audience: issuer })),
    backend('nightly', { audience: 'https://other.example/token' }),
    { client_id: 'nightly' },
  ])
    expect((await ask(fields)).status).toBeGreaterThanOrEqual(400);
});

test('a revoked token is over, as are those of a consent whose refresh token is revoked; introspection tells', async () => {
  const token = async () =>
    String(
      (
        await sendForm(visitor(url), '/oauth/token', {
          grant_type: 'client_credentials',
          scope: 'system/*.rs',
          ...backend(),
        })
      ).json?.['access_token'],
    );
  const [mine, kept] = [await token(), await token()];
  const introspect = async (text: string, id = 'nightly') =>
    (await sendForm(visitor(url), '/oauth/introspect', { token: text, ...backend(id) })).json;
  expect(await introspect(mine)).toMatchObject({ active: true, client_id: 'nightly', scope: 'system/*.rs' });
  expect(await introspect('made.up.token')).toEqual({ active: false });
  // Another client's wish is heard politely, and changes nothing.
  expect((await sendForm(visitor(url), '/oauth/revoke', { token: mine, ...backend('other') })).status).toBe(
    200,
  );
  expect((await sendForm(visitor(url), '/oauth/revoke', { token: mine, client_id: 'nightly' })).status).toBe(
    401,
  );
  expect((await sendForm(visitor(url), '/oauth/revoke', { token: mine, ...backend() })).status).toBe(200);
  const { access, refresh } = await launched();
  await sendForm(visitor(url), '/oauth/revoke', { token: refresh, client_id: 'growth' });
  await until('both are over', async () =>
    (await reads(mine)) === 401 && (await reads(access)) === 401 ? true : undefined,
  );
  expect(await reads(kept)).toBe(200);
  expect(await introspect(mine)).toEqual({ active: false });
  const again = await sendForm(visitor(url), '/oauth/token', {
    grant_type: 'refresh_token',
    refresh_token: refresh,
    client_id: 'growth',
  });
  expect(again.json).toMatchObject({ error: 'invalid_grant' });
});

test('a public app’s refresh token is good once; shown again it ends the consent', async () => {
  const { refresh } = await launched();
  const renew = (text: string) =>
    sendForm(visitor(url), '/oauth/token', {
      grant_type: 'refresh_token',
      refresh_token: text,
      client_id: 'growth',
    });
  const next = (await renew(refresh)).json;
  expect(next?.['refresh_token']).not.toBe(refresh);
  expect((await renew(refresh)).json).toMatchObject({ error: 'invalid_grant' });
  expect((await renew(String(next?.['refresh_token']))).json).toMatchObject({ error: 'invalid_grant' });
});

test('a client that is removed is nobody, and what it had is over', async () => {
  const { json } = await sendForm(visitor(url), '/oauth/token', {
    grant_type: 'client_credentials',
    scope: 'system/*.rs',
    ...backend('other'),
  });
  const token = String(json?.['access_token']);
  expect(await reads(token)).toBe(200);
  expect((await program.command('client', 'remove', 'other')).code).toBe(0);
  await until('its token is over', async () => ((await reads(token)) === 401 ? true : undefined));
  expect(
    (await sendForm(visitor(url), '/oauth/token', { grant_type: 'client_credentials', ...backend('other') }))
      .status,
  ).toBe(401);
  expect((await program.command('client', 'list')).stdout).not.toContain('other');
});

test('a client is registered only as it can be', async () => {
  for (const args of [
    ['x', '--name', 'X', '--kind', 'public', '--scope', 'system/*.rs', '--redirect', appRedirect],
    [
      'x',
      '--name',
      'X',
      '--kind',
      'public',
      '--scope',
      'patient/*.rs',
      '--redirect',
      'http://app.example/done',
    ],
    ['x', '--name', 'X', '--kind', 'backend', '--scope', 'system/*.rs'],
    ['x', '--name', 'X', '--kind', 'public', '--scope', 'patient/Thing.rs', '--redirect', appRedirect],
    ['growth', '--name', 'X', '--kind', 'public', '--scope', 'openid', '--redirect', appRedirect],
    ['bad id', '--name', 'X', '--kind', 'public', '--scope', 'openid', '--redirect', appRedirect],
  ])
    expect([args.join(' '), (await program.command('client', 'add', ...args)).code]).toEqual([
      args.join(' '),
      2,
    ]);
});

test('no program registers itself', async () => {
  const answer = await visitor(url).send('POST', '/oauth/reg', { redirect_uris: [appRedirect] });
  expect(answer.status).toBe(404);
  expect(issueOf(answer)).toBeUndefined();
});
