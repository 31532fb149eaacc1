// Who may come in, over HTTP, against the real program.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { routes } from '#rest/routes.ts';
import { startProgram, type Program } from '../../test/program.ts';
import { until } from '../../test/until.ts';
import { issueOf, visitor } from '../../test/visitor.ts';

let program: Program;
let url = '';
let password = '';

beforeAll(async () => {
  program = await startProgram({ env: { HOLDFAST_BODY_BYTES_MAX: '100000' } });
  url = program.url;
  const added = await program.command('user', 'add', 'anne', '--name', 'Anne Lund', '--role', 'doctor');
  [, password = ''] = added.stdout.trim().split('  ');
});
afterAll(async () => {
  await program.stop();
});

async function loggedIn() {
  const someone = visitor(url);
  expect((await someone.logIn('anne', password)).status).toBe(200);
  return someone;
}

test('without a log-in nothing answers but the page, the state of the system and the capability statement', async () => {
  const stranger = visitor(url);
  const open = ['/', '/status', '/status.json', '/healthz', '/readyz', '/fhir/metadata'];
  for (const path of open) expect([path, (await stranger.send('GET', path)).status]).toEqual([path, 200]);
  const filled = routes.map(
    ([method, path]) =>
      [
        method,
        `/fhir/${path.replace(':type', 'Patient').replace(':id', '1').replace(':version', '1')}`,
      ] as const,
  );
  const closed = [
    ...filled,
    ['GET', '/events'],
    ['GET', '/session'],
    ['DELETE', '/session'],
    ['POST', '/session/lock'],
    ['POST', '/session/unlock'],
    ['GET', '/session/own'],
    ['POST', '/session/own/pin'],
    ['DELETE', '/session/own/pin'],
    ['POST', '/session/own/badge'],
    ['DELETE', '/session/own/badge'],
    ['DELETE', '/session/own/screens'],
    ['POST', '/session/own/passkeys'],
    ['POST', '/session/own/passkeys/challenge'],
    ['DELETE', '/session/own/passkeys/x'],
  ] as const;
  expect(closed.length).toBeGreaterThan(15);
  for (const [method, path] of closed) {
    if (path === '/fhir/metadata') continue;
    const answer = await stranger.send(
      method,
      path,
      method === 'GET' || method === 'DELETE' ? undefined : '{}',
    );
    expect([method, path, answer.status, issueOf(answer)?.code]).toEqual([method, path, 401, 'login']);
    expect(answer.headers.get('www-authenticate')).toContain('Bearer');
  }
});

test('no spelling of an address opens it', async () => {
  const stranger = visitor(url);
  const spellings = [
    '/%66hir/Patient',
    '/fhir/%50atient',
    '/f%68ir/',
    '/%65vents',
    '/%73ession',
    '/fhir//Patient',
    '/fhir/metadata/../Patient',
    '/fhir/metadata/x',
    '/fhir/',
    '/fhir?x=/status',
    '/./fhir/Patient',
    '/status/../fhir/Patient',
    '/fhir/Patient#/status',
  ];
  for (const path of spellings) {
    const answer = await stranger.send('GET', path);
    expect([path, answer.status]).toEqual([path, 401]);
  }
  for (const path of [
    '//fhir/Patient',
    '/FHIR/Patient',
    '/fhir;/Patient',
    '/status%2f..%2ffhir/Patient',
    '/fhir%2fPatient',
    '/%2566hir/Patient',
  ]) {
    const answer = await stranger.send('GET', path);
    expect([path, answer.text.includes('Bundle')]).toEqual([path, false]);
  }
  for (const method of ['HEAD', 'OPTIONS', 'PROPFIND', 'TRACE'].filter((one) => one !== 'TRACE')) {
    const answer = await stranger.send(method, '/fhir/Patient');
    expect([method, answer.status >= 400]).toEqual([method, true]);
  }
});

test('made-up secrets are nobody’s', async () => {
  for (const headers of [
    { authorization: 'Bearer x' },
    { authorization: `Bearer ${'a'.repeat(43)}` },
    { authorization: 'Basic YWRtaW46eA==' },
    { cookie: 'holdfast=x' },
    { cookie: 'holdfast=' },
    { authorization: 'Bearer' },
    { cookie: `holdfast=${'é'.normalize('NFC')}`.replace('é', '%00') },
  ]) {
    expect((await visitor(url).send('GET', '/fhir/Patient', undefined, headers)).status).toBe(401);
  }
});

test('the right password opens a session in a cookie that no script reads and no foreign site sends', async () => {
  const someone = visitor(url);
  const answer = await someone.logIn('Anne ', password);
  expect(answer.json).toMatchObject({ user: 'anne', role: 'doctor', locked: false });
  expect(answer.text).not.toContain('argon2');
  const [cookie, screen] = answer.headers.getSetCookie();
  expect(cookie).toMatch(/^holdfast=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
  expect(screen).toMatch(
    /^holdfast-screen=[\w-]{43}; Path=\/session; HttpOnly; SameSite=Strict; Max-Age=34560000$/,
  );
  expect((await someone.send('GET', '/fhir/Patient')).status).toBe(200);
  expect((await someone.send('GET', '/session')).json).toMatchObject({ user: 'anne' });
});

test('a wrong password, an unknown user and a password too much are told apart by nobody', async () => {
  const wrong = [
    await visitor(url).logIn('anne', 'wrong'),
    await visitor(url).logIn('nobody-here', 'wrong'),
    await visitor(url).logIn('anne', ''),
  ];
  expect(wrong.map(({ status }) => status)).toEqual([401, 401, 401]);
  expect(wrong[0]?.text).toBe(wrong[1]?.text);
  for (const body of [
    '',
    '{',
    '[]',
    '{"user":"admin"}',
    '{"user":1,"password":2}',
    `{"user":"admin","password":"${'x'.repeat(1001)}"}`,
  ]) {
    expect((await visitor(url).send('POST', '/session', body)).status).toBe(400);
  }
});

test('after log-out the secret opens nothing, here and in a copy of the cookie', async () => {
  const someone = await loggedIn();
  const { cookie } = someone;
  expect((await someone.send('DELETE', '/session')).status).toBe(204);
  expect(someone.cookieNamed('holdfast')).toBeUndefined();
  expect((await visitor(url).send('GET', '/fhir/Patient', undefined, { cookie })).status).toBe(401);
});

test('a locked screen shows nothing and writes nothing until the same person unlocks it', async () => {
  const someone = await loggedIn();
  await someone.send('POST', '/session/lock');
  const refused = await someone.send('GET', '/fhir/Patient');
  expect([refused.status, issueOf(refused)?.text]).toEqual([401, 'the screen is locked: unlock it first']);
  expect((await someone.send('POST', '/fhir/Patient', { resourceType: 'Patient' })).status).toBe(401);
  expect((await someone.send('GET', '/events')).status).toBe(401);
  expect((await someone.send('GET', '/session')).json).toMatchObject({ user: 'anne', locked: true });
  expect((await someone.send('POST', '/session/unlock', { password: 'wrong' })).status).toBe(401);
  expect((await someone.send('GET', '/fhir/Patient')).status).toBe(401);
  expect((await someone.send('POST', '/session/unlock', { password })).json).toMatchObject({ locked: false });
  expect((await someone.send('GET', '/fhir/Patient')).status).toBe(200);
});

test('another user at the same screen ends the session of the one before', async () => {
  const { stdout } = await program.command(
    'user',
    'add',
    'mette.krogh',
    '--name',
    'Mette Krogh',
    '--role',
    'nurse',
  );
  const [user = '', first = ''] = stdout.trim().split('  ');
  const someone = await loggedIn();
  const before = someone.cookie;
  expect((await someone.logIn(user, first)).json).toMatchObject({ user: 'mette.krogh', role: 'nurse' });
  expect(someone.cookie).not.toBe(before);
  expect((await visitor(url).send('GET', '/session', undefined, { cookie: before })).status).toBe(401);
  expect((await someone.send('GET', '/session')).json).toMatchObject({ user: 'mette.krogh' });
});

test('a page of another site acts for nobody, and logs nobody in', async () => {
  const someone = await loggedIn();
  for (const site of ['cross-site', 'same-site']) {
    const foreign = { 'sec-fetch-site': site };
    expect((await someone.send('GET', '/fhir/Patient', undefined, foreign)).status).toBe(403);
    expect((await someone.send('POST', '/fhir/Patient', { resourceType: 'Patient' }, foreign)).status).toBe(
      403,
    );
    expect((await visitor(url).send('POST', '/session', { user: 'anne', password }, foreign)).status).toBe(
      403,
    );
  }
  for (const site of ['same-origin', 'none'])
    expect((await someone.send('GET', '/fhir/Patient', undefined, { 'sec-fetch-site': site })).status).toBe(
      200,
    );
});

test('an app on a page of another site speaks to the API with its token, and is told so beforehand', async () => {
  const page = { origin: 'https://app.example', 'sec-fetch-site': 'cross-site' };
  const asked = await visitor(url).send('OPTIONS', '/fhir/Patient/1', undefined, {
    ...page,
    'access-control-request-method': 'PUT',
    'access-control-request-headers': 'authorization,if-match',
  });
  expect([asked.status, asked.headers.get('access-control-allow-origin')]).toEqual([204, '*']);
  expect(asked.headers.get('access-control-allow-methods')).toContain('PUT');
  expect(asked.headers.get('access-control-allow-headers')).toMatch(/Authorization.*If-Match/);
  expect(asked.headers.get('access-control-allow-credentials')).toBeNull();

  const app = visitor(url, await program.tokenOf('integration'));
  const made = await app.send('POST', '/fhir/Patient', { resourceType: 'Patient' }, page);
  expect([made.status, made.headers.get('access-control-allow-origin')]).toEqual([201, '*']);
  expect(made.headers.get('access-control-expose-headers')).toContain('ETag');
  expect((await app.send('GET', '/fhir/Patient', undefined, page)).status).toBe(200);
  // Without a token there is no more than a refusal to read; and nowhere else does a page of another site read anything.
  const unknown = await visitor(url).send('GET', '/fhir/Patient', undefined, page);
  expect([unknown.status, unknown.headers.get('access-control-allow-origin')]).toEqual([401, '*']);
  const session = await app.send('GET', '/session', undefined, page);
  expect(session.headers.get('access-control-allow-origin')).toBeNull();
});

test('a token of the command line acts as its user until it is nobody’s', async () => {
  const token = await program.token('anne');
  expect(token).toMatch(/^[\w-]{43}$/);
  const client = visitor(url, token);
  expect((await client.send('GET', '/session')).json).toMatchObject({ user: 'anne' });
  expect((await client.send('DELETE', '/session')).status).toBe(204);
  expect((await client.send('GET', '/fhir/Patient')).status).toBe(401);
});

test('who guesses is slowed, is told for how long, and does not keep others out', async () => {
  const { stdout } = await program.command('user', 'add', 'victim', '--name', 'V', '--role', 'doctor');
  const right = stdout.trim().split('  ')[1] ?? '';
  const guesser = visitor(url);
  const slowed = await until('a guess is refused unheard', async () => {
    const answer = await guesser.logIn('victim', 'guess');
    return answer.status === 429 ? answer : undefined;
  });
  expect(issueOf(slowed)?.code).toBe('throttled');
  const wait = Number(slowed.headers.get('retry-after'));
  expect(wait).toBeGreaterThan(0);
  // Also the right password has to wait: whoever guesses it in the meantime must not learn so.
  expect((await guesser.logIn('victim', right)).status).toBe(429);
  expect((await visitor(url).logIn('anne', password)).status).toBe(200);
  await until('the wait is over', async () =>
    (await guesser.logIn('victim', right)).status === 200 ? true : undefined,
  );
});

test('what is too large, broken or unknown is refused with an OperationOutcome', async () => {
  const client = visitor(url, await program.tokenOf('integration'));
  const large = await client.send(
    'POST',
    '/fhir/Patient',
    `{"resourceType":"Patient","name":[{"text":"${'x'.repeat(100_000)}"}]}`,
  );
  expect([large.status, issueOf(large)?.code]).toEqual([413, 'too-long']);
  for (const path of ['/fhir/%zz', '/fhir/Patient/%', '/fhir/Patient/%e6']) {
    const broken = await client.send('GET', path);
    expect([path, broken.status, issueOf(broken)?.code]).toEqual([path, 400, 'invalid']);
  }
  expect((await client.send('GET', '/assets/none.js')).status).toBe(404);
  expect((await client.send('GET', '/fhir/Patient/none')).json).toMatchObject({
    resourceType: 'OperationOutcome',
  });
});

test('HEAD answers as GET does, without the body', async () => {
  const client = visitor(url, await program.tokenOf('integration'));
  const created = await client.send('PUT', '/fhir/Patient/head', { resourceType: 'Patient', id: 'head' });
  expect(created.status).toBe(201);
  const [get, head] = [
    await client.send('GET', '/fhir/Patient/head'),
    await client.send('HEAD', '/fhir/Patient/head'),
  ];
  for (const name of ['content-type', 'content-length', 'etag', 'last-modified'])
    expect([name, head.headers.get(name)]).toEqual([name, get.headers.get(name)]);
  expect([head.status, head.text]).toEqual([200, '']);
  expect((await client.send('HEAD', '/fhir/Patient/none')).status).toBe(404);
});

test('every answer carries what keeps a browser from being misled', async () => {
  for (const path of ['/', '/fhir/metadata', '/fhir/Patient', '/status.json', '/nothing/here']) {
    const { headers } = await visitor(url).send('GET', path);
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  }
});

test('what is refused before the API is told in the form that was asked for', async () => {
  const stranger = visitor(url);
  const xml = { accept: 'application/fhir+xml' };
  const refused = await stranger.send('GET', '/fhir/Patient', undefined, xml);
  expect([refused.status, refused.headers.get('content-type')]).toEqual([
    401,
    'application/fhir+xml; charset=utf-8',
  ]);
  expect(refused.text).toContain('<OperationOutcome xmlns="http://hl7.org/fhir">');
  const someone = await loggedIn();
  const large = await someone.send('POST', '/fhir/Patient?_format=xml', `"${'x'.repeat(200_000)}"`);
  expect([large.status, large.text.includes('<OperationOutcome')]).toEqual([413, true]);
});

test('the API over HTTP: HEAD, trailing slashes, methods that are none, and an id for each request', async () => {
  const someone = await loggedIn();
  const created = await someone.send('POST', '/fhir/Patient', { resourceType: 'Patient' });
  const address = `/fhir/Patient/${String(created.json?.['id'])}`;
  const read = await someone.send('GET', `${address}/`);
  expect([read.status, read.text]).toEqual([200, created.text]);
  const head = await someone.send('HEAD', address, undefined, { 'x-request-id': 'mine' });
  expect([head.status, head.text, head.headers.get('etag'), head.headers.get('x-request-id')]).toEqual([
    200,
    '',
    'W/"1"',
    'mine',
  ]);
  expect(Number(head.headers.get('content-length'))).toBe(Buffer.byteLength(read.text));
  for (const path of ['/fhir', '/fhir/', address]) {
    const options = await someone.send('OPTIONS', path);
    expect([
      path,
      options.status,
      options.headers.get('allow')?.includes(path === address ? 'PATCH' : 'POST'),
    ]).toEqual([path, 405, true]);
  }
  expect((await someone.send('DELETE', address, undefined, { prefer: 'return=minimal' })).status).toBe(204);
});

test('a Binary comes over HTTP byte for byte', async () => {
  const someone = await loggedIn();
  const text = 'æ\u0000\r\n';
  const patient = await someone.send('POST', '/fhir/Patient', { resourceType: 'Patient' });
  const sent = await someone.send('POST', '/fhir/Binary', text, {
    'content-type': 'text/plain; charset=utf-8',
    accept: 'application/fhir+json',
    'x-security-context': `Patient/${String(patient.json?.['id'])}`,
  });
  const read = await someone.send('GET', `/fhir/Binary/${String(sent.json?.['id'])}`, undefined, {
    accept: 'text/plain',
  });
  expect([read.text, read.headers.get('content-type')]).toEqual([text, 'text/plain; charset=utf-8']);
});
