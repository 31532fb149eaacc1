import { createPrivateKey, sign } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { testDatabase } from '../../test/database.ts';
import { connect } from '#store/sql.ts';
import { accessTokenS, createAccessTokens, looksLikeAccessToken } from './access-token.ts';
import { addClient, disableClient } from './client.ts';
import { createOauthState, revokeGrant, revokeToken } from './oauth-state.ts';
import { addPerson, hashPassword } from './person.ts';
import { createSessions } from './session.ts';
import { readSigningKeys } from './signing-key.ts';

const database = await testDatabase();
const sql = connect(database.to, { max: 4 });
const issuer = 'https://record.region.dk';
const stop: (() => void)[] = [];
let nowMs = 1000;
const main = createSessions(sql, { idleMinutes: 15, hoursMax: 12 }, () => nowMs);

/** A process with its own view of the one count. */
function program() {
  const sessions = createSessions(sql, { idleMinutes: 15, hoursMax: 12 }, () => nowMs);
  const tokens = createAccessTokens(
    sql,
    { seconds: () => sessions.seconds(), issuer: () => issuer },
    () => nowMs,
  );
  stop.push(
    () => sessions.stop(),
    () => tokens.stop(),
  );
  return { sessions, tokens };
}

beforeAll(async () => {
  await main.tick();
  await addPerson(
    sql,
    { user: 'anne', name: 'Anne Lund', role: 'doctor', practitioner: 'Practitioner/anne', ward: null },
    await hashPassword('x'),
  );
});
afterAll(async () => {
  for (const one of stop) one();
  main.stop();
  await sql.end();
  await database.drop();
});

/** Time as it passes: the counting program ticks, the others look. */
async function pass(seconds: number, others: readonly { tick(): Promise<void> }[] = []) {
  for (let left = seconds; left > 0; left -= 15) {
    nowMs += Math.min(15, left) * 1000;
    await main.tick();
    for (const one of others) await one.tick();
  }
}

let made = 0;
async function tokenOf(claims: object = {}, header: object = {}) {
  const [key] = await readSigningKeys(sql);
  if (!key) throw new Error('no key');
  const part = (json: object) => Buffer.from(JSON.stringify(json)).toString('base64url');
  const jti = `token-${++made}`;
  const body = {
    iss: issuer,
    jti,
    sub: 'anne',
    client_id: 'app',
    scope: 'patient/*.rs openid',
    at: main.seconds(),
    patient: 'karen',
    role: 'doctor',
    practitioner: 'Practitioner/anne',
    ...claims,
  };
  const text = `${part({ alg: 'ES256', typ: 'at+jwt', kid: key.kid, ...header })}.${part(body)}`;
  const signature = sign('sha256', Buffer.from(text), {
    key: createPrivateKey({ key: key.jwk, format: 'jwk' }),
    dsaEncoding: 'ieee-p1363',
  });
  return { text: `${text}.${signature.toString('base64url')}`, jti };
}

test('a token tells who acts and what it allows, without asking the database', async () => {
  const { sessions, tokens } = program();
  await sessions.tick();
  await tokens.look();
  const { text } = await tokenOf();
  expect(looksLikeAccessToken(text)).toBe(true);
  await sql`alter table person rename to person_away`;
  const found = await tokens.find(text);
  await sql`alter table person_away rename to person`;
  expect(found).toMatchObject({
    person: { user: 'anne', role: 'doctor', practitioner: 'Practitioner/anne' },
    kind: 'app',
    locked: false,
    grant: { level: 'patient', patient: 'karen' },
  });
  expect([...(found?.grant?.types.get('*') ?? [])]).toEqual(['r', 's']);
});

test('a token lives for five minutes that passed, whatever wall clocks say and its own exp', async () => {
  const { sessions, tokens } = program();
  await sessions.tick();
  const { text } = await tokenOf({ exp: 1, iat: 0 });
  vi.useFakeTimers({ toFake: ['Date'] });
  for (const at of ['1999-01-01', '2099-01-01']) {
    vi.setSystemTime(new Date(at));
    expect(await tokens.find(text)).toBeDefined();
  }
  vi.useRealTimers();
  await pass(accessTokenS - 15, [sessions]);
  expect(await tokens.find(text)).toBeDefined();
  await pass(30, [sessions]);
  expect(await tokens.find(text)).toBeUndefined();
});

test('a token ages also in a process that cannot reach the database', async () => {
  const { sessions, tokens } = program();
  await sessions.tick();
  await tokens.look();
  const { text } = await tokenOf();
  nowMs += (accessTokenS + 1) * 1000;
  expect(sessions.seconds()).toBeGreaterThan(accessTokenS);
  expect(await tokens.find(text)).toBeUndefined();
  await main.tick();
});

test('a revoked token, a revoked consent, a disabled person and a removed client are over within a minute everywhere', async () => {
  const programs = [program(), program()];
  for (const { sessions } of programs) await sessions.tick();
  await addClient(sql, {
    id: 'app-2',
    name: 'App',
    kind: 'public',
    redirectUris: [],
    launchUri: undefined,
    jwks: undefined,
    scopes: 'openid',
  });
  await addPerson(
    sql,
    { user: 'bo', name: 'Bo', role: 'nurse', practitioner: null, ward: null },
    await hashPassword('x'),
  );
  const [one, consent, person, client, kept] = [
    await tokenOf(),
    await tokenOf({ grant: 'consent-1' }),
    await tokenOf({ sub: 'bo' }),
    await tokenOf({ client_id: 'app-2' }),
    await tokenOf(),
  ];
  const all = [one, consent, person, client];
  for (const { tokens } of programs)
    for (const { text } of all) expect(await tokens.find(text)).toBeDefined();
  await revokeToken(sql, one.jti);
  await revokeGrant(sql, 'consent-1');
  await sql`update person set disabled = true where "user" = 'bo'`;
  await disableClient(sql, 'app-2');
  // No look of their own has come in between: the list is simply too old to believe.
  nowMs += 59_000;
  await main.tick();
  for (const { tokens } of programs) {
    for (const { text } of all) expect(await tokens.find(text)).toBeUndefined();
    expect(await tokens.find(kept.text)).toBeDefined();
  }
});

test('when the list of revoked tokens cannot be read for most of a minute, no token is believed', async () => {
  const { sessions, tokens } = program();
  await sessions.tick();
  await tokens.look();
  const { text } = await tokenOf();
  await sql`alter table revoked_token rename to revoked_token_away`;
  nowMs += 30_000;
  expect(await tokens.find(text)).toBeDefined();
  nowMs += 20_000;
  await expect(tokens.find(text)).rejects.toThrow('revoked_token');
  await sql`alter table revoked_token_away rename to revoked_token`;
  expect(await tokens.find(text)).toBeDefined();
  await main.tick();
});

test('what is not signed by us as an access token is nobody’s', async () => {
  const { sessions, tokens } = program();
  await sessions.tick();
  await tokens.look();
  const { text } = await tokenOf();
  const [head, body, signature] = text.split('.');
  const none = Buffer.from(JSON.stringify({ alg: 'none', typ: 'at+jwt' })).toString('base64url');
  for (const wrong of [
    `${none}.${body}.`,
    `${none}.${body}.${signature}`,
    `${head}.${body}.${signature?.slice(0, -4)}AAAA`,
    (await tokenOf({ iss: 'https://other.example' })).text,
    (await tokenOf({}, { typ: 'JWT' })).text,
    (await tokenOf({}, { alg: 'HS256' })).text,
    (await tokenOf({}, { kid: 'made-up' })).text,
    (await tokenOf({ at: undefined })).text,
    (await tokenOf({ at: main.seconds() + 3600 })).text,
    'a.b.c',
    '..',
  ])
    expect(await tokens.find(wrong)).toBeUndefined();
});

test('a key signs for a day that was counted, is believed for one more, and then is gone', async () => {
  const { sessions, tokens } = program();
  await sessions.tick();
  const [first] = await readSigningKeys(sql);
  nowMs += 24 * 3600 * 1000;
  await main.tick();
  const second = await readSigningKeys(sql);
  expect(second).toHaveLength(2);
  expect(second[1]?.kid).toBe(first?.kid);
  const { text } = await tokenOf();
  await sessions.tick();
  expect(await tokens.find(text)).toBeDefined();
  nowMs += 24 * 3600 * 1000;
  await main.tick();
  expect((await readSigningKeys(sql)).map(({ kid }) => kid)).not.toContain(first?.kid);
});

test('what the authorization server remembers ends by counted seconds, and is told in times of whatever clock there is', async () => {
  const state = createOauthState(sql, 'RefreshToken', () => new Error('used'));
  await state.upsert('secret-1', { jti: 'secret-1', iat: 5, exp: 10, clientId: 'app' }, 60);
  vi.useFakeTimers({ toFake: ['Date'] });
  for (const at of ['1999-01-01', '2099-01-01']) {
    vi.setSystemTime(new Date(at));
    const now = Date.now() / 1000;
    expect(await state.find('secret-1')).toEqual({
      jti: 'secret-1',
      iat: now,
      exp: now + 60,
      clientId: 'app',
    });
  }
  vi.useRealTimers();
  await pass(45);
  const now = Math.floor(Date.now() / 1000);
  expect(Number((await state.find('secret-1'))?.['exp']) - now).toBeLessThanOrEqual(16);
  const [row] = await sql<{ text: string }[]>`select json_agg(oauth_state)::text as text from oauth_state`;
  expect(row?.text).not.toContain('secret-1');
  await pass(15);
  expect(await state.find('secret-1')).toBeUndefined();
});

test('what may be used once is used once, also at the same moment', async () => {
  const refuse = () => new Error('used');
  const codes = createOauthState(sql, 'AuthorizationCode', refuse);
  await codes.upsert('code', {}, 60);
  const uses = await Promise.allSettled(Array.from({ length: 6 }, () => codes.consume('code')));
  expect(uses.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  const proofs = createOauthState(sql, 'ReplayDetection', refuse);
  const seen = await Promise.allSettled(Array.from({ length: 6 }, () => proofs.upsert('proof', {}, 1e9)));
  expect(seen.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  await pass(3600);
  await expect(proofs.upsert('proof', {}, 60)).rejects.toThrow('used');
});
