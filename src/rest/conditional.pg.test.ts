import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { testDatabase } from '../../test/database.ts';
import { base, testClient, useClient } from './testing.ts';

const { send, create, find, store } = useClient(testDatabase);
const person = (value: string, more: object = {}) => ({
  resourceType: 'Patient',
  identifier: [{ system: 'urn:test', value }],
  ...more,
});
const by = (value: string) => `identifier=urn:test|${value}`;

describe('conditional create', () => {
  test('none: creates; one: shows it and writes nothing; more: refuses', async () => {
    const value = randomUUID();
    const post = () =>
      send('POST', 'Patient', person(value, { active: true }), { 'if-none-exist': by(value) });
    const first = await post();
    expect(first.status).toBe(201);
    const second = await post();
    expect([second.status, second.text, second.headers['location']]).toEqual([
      200,
      first.text,
      `${base}/Patient/${first.json.id}/_history/1`,
    ]);
    await create(person(value));
    const third = await post();
    expect([third.status, third.json.issue?.[0]?.code]).toEqual([412, 'multiple-matches']);
    expect(await find(`Patient?${by(value)}`)).toHaveLength(2);
  });

  test.each([
    ['colour=red', 400, "Patient has no search parameter 'colour'"],
    ['identifier=', 400, 'identifier: is a criterion without a value'],
    ['identifier=&name=x', 400, 'identifier: is a criterion without a value'],
    ['_count=1', 412, 'a conditional interaction needs criteria that select something'],
    ['', 412, 'a conditional interaction needs criteria that select something'],
    ['birthdate=today', 400, 'birthdate: expected a date'],
  ])('a criterion that is not understood is never dropped: %s', async (criteria, status, why) => {
    const reply = await send('POST', 'Patient', person('x'), { 'if-none-exist': criteria });
    expect(reply.status).toBe(status);
    expect(reply.issues.join()).toContain(why);
  });
});

describe('conditional update', () => {
  test('none: creates; one: updates it; more: refuses', async () => {
    const value = randomUUID();
    const put = (more: object = {}, headers = {}) =>
      send('PUT', `Patient?${by(value)}`, person(value, more), headers);
    const created = await put();
    expect(created.status).toBe(201);
    const updated = await put({ active: true }, { 'if-match': 'W/"1"' });
    expect([updated.status, updated.json.id, updated.headers['etag']]).toEqual([
      200,
      created.json.id,
      'W/"2"',
    ]);
    expect((await put({ id: created.json.id })).status).toBe(200);
    expect((await put({ id: 'other' })).status).toBe(400);
    expect((await put({}, { 'if-match': 'W/"1"' })).status).toBe(412);
    await create(person(value));
    expect((await put()).status).toBe(412);
  });

  test('with an id of its own: creates under it, but never writes over one that does not match', async () => {
    const id = randomUUID();
    const value = randomUUID();
    const created = await send('PUT', `Patient?${by(value)}`, person(value, { id }));
    expect([created.status, created.json.id]).toEqual([201, id]);
    const other = randomUUID();
    const refused = await send('PUT', `Patient?${by(other)}`, person(other, { id }));
    expect([refused.status, refused.issues]).toEqual([
      409,
      [`Patient/${id} is there already and does not match the criteria`],
    ]);
  });
});

test('conditional patch and delete: exactly one', async () => {
  const value = randomUUID();
  const json = { 'content-type': 'application/json-patch+json' };
  const patch = () =>
    send('PATCH', `Patient?${by(value)}`, [{ op: 'add', path: '/active', value: true }], json);
  const remove = () => send('DELETE', `Patient?${by(value)}`);
  expect((await patch()).status).toBe(404);
  expect((await remove()).status).toBe(204);
  const id = await create(person(value));
  expect((await patch()).json['active']).toBe(true);
  const second = await create(person(value));
  expect([(await patch()).status, (await remove()).status]).toEqual([412, 412]);
  await send('DELETE', `Patient/${second}`);
  expect((await remove()).status).toBe(204);
  expect((await send('GET', `Patient/${id}`)).status).toBe(410);
  expect((await send('DELETE', 'Patient')).status).toBe(412);
});

describe('conditional delete of several', () => {
  const several = () => testClient(store(), { limits: { deletedAtOnceMax: 3 } });

  test('deletes all matches in one act, as many as the setting allows', async () => {
    const value = randomUUID();
    const ids = await Promise.all([1, 2, 3].map(() => create(person(value))));
    const reply = await several().send('DELETE', `Patient?${by(value)}`);
    expect([reply.status, reply.headers['etag']]).toEqual([204, undefined]);
    for (const id of ids) expect((await send('GET', `Patient/${id}`)).status).toBe(410);
  });

  test('of more than that is refused, and deletes none', async () => {
    const value = randomUUID();
    await Promise.all([1, 2, 3, 4].map(() => create(person(value))));
    const reply = await several().send('DELETE', `Patient?${by(value)}`);
    expect([reply.status, reply.issues]).toEqual([
      412,
      ['more than 3 Patient matches the criteria; nothing was written'],
    ]);
    expect(await find(`Patient?${by(value)}`)).toHaveLength(4);
  });

  test('within a transaction stands and falls with it, and a repeat with the same key is answered alike', async () => {
    const value = randomUUID();
    await Promise.all([1, 2].map(() => create(person(value))));
    const entry = [{ request: { method: 'DELETE', url: `Patient?${by(value)}` } }];
    const post = () =>
      several().send(
        'POST',
        '',
        { resourceType: 'Bundle', type: 'transaction', entry },
        { 'idempotency-key': value },
      );
    const first = await post();
    expect(first.json.entry?.map(({ response }) => response?.status)).toEqual(['204 No Content']);
    expect((await post()).text).toBe(first.text);
    expect(await find(`Patient?${by(value)}`)).toEqual([]);
  });
});

describe('If-Match', () => {
  test.each([
    ['W/"1"', 'PUT', 200],
    ['"1"', 'PUT', 200],
    ['*', 'PUT', 200],
    ['W/"2"', 'PUT', 412],
    ['1', 'PUT', 412],
    ['W/"2"', 'PATCH', 412],
    ['W/"1"', 'PATCH', 200],
    ['W/"2"', 'DELETE', 412],
    ['W/"1"', 'DELETE', 204],
  ])('%s on %s of version 1: %i', async (ifMatch, method, status) => {
    const id = await create(person('x'));
    const headers = {
      'if-match': ifMatch,
      ...(method === 'PATCH' ? { 'content-type': 'application/json-patch+json' } : {}),
    };
    const body = { PUT: { ...person('y'), id }, PATCH: [], DELETE: undefined }[method];
    expect((await send(method, `Patient/${id}`, body, headers)).status).toBe(status);
  });

  test.each([
    ['PUT', 'if-none-exist'],
    ['PUT', 'if-unmodified-since'],
    ['PATCH', 'if-none-match'],
    ['DELETE', 'if-none-match'],
    ['POST', 'if-none-match'],
  ])('%s with another condition, %s, is refused rather than done without it', async (method, name) => {
    const reply = await send(method, method === 'POST' ? 'Patient' : 'Patient/1', person('x'), {
      [name]: '*',
    });
    expect([reply.status, reply.issues.join()]).toEqual([
      400,
      expect.stringContaining(`${name}: is no condition of`),
    ]);
  });

  test('* matches nothing where nothing is, and a condition that is not understood is refused', async () => {
    const id = randomUUID();
    expect((await send('PUT', `Patient/${id}`, { ...person('x'), id }, { 'if-match': '*' })).status).toBe(
      412,
    );
    const other = await send('PUT', `Patient/${id}`, { ...person('x'), id }, { 'if-none-match': 'W/"1"' });
    expect([other.status, other.issues]).toEqual([
      400,
      ['If-None-Match: expected * on an update: only if there is none yet'],
    ]);
  });
});
