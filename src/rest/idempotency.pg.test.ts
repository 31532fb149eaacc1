import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { openStore } from '#store/store.ts';
import { testDatabase } from '../../test/database.ts';
import { testClient, useClient, type Reply } from './testing.ts';

const client = useClient(testDatabase);
const { send, create, find, store } = client;

const person = (value: string) => ({ resourceType: 'Patient', identifier: [{ system: 'urn:test', value }] });
const countOf = async (value: string) => (await find(`Patient?identifier=urn:test|${value}`)).length;
const key = (text: string = randomUUID()) => ({ 'idempotency-key': text });
/** What the client sees, without what differs by nature. */
const seen = ({ status, headers, text }: Reply) => ({ status, headers, text });

describe('the same key gives the same answer, and is stored once', () => {
  test('one after the other, with a UUID or any other text', async () => {
    for (const text of [randomUUID(), 'order 17 of ward 3', 'ÆØÅ']) {
      const value = randomUUID();
      const first = await send('POST', 'Patient', person(value), key(text));
      const second = await send('POST', 'Patient', person(value), key(text));
      expect(first.status).toBe(201);
      expect(seen(second)).toEqual(seen(first));
      expect(await countOf(value)).toBe(1);
    }
  });

  test('sixteen at the same moment', async () => {
    const value = randomUUID();
    const one = key();
    const replies = await Promise.all(
      Array.from({ length: 16 }, () => send('POST', 'Patient', person(value), one)),
    );
    expect(replies.map(({ status }) => status)).toEqual(Array.from({ length: 16 }, () => 201));
    expect(new Set(replies.map((reply) => JSON.stringify(seen(reply)))).size).toBe(1);
    expect(await countOf(value)).toBe(1);
  });

  test('sixteen at the same moment that create only if there is none', async () => {
    const value = randomUUID();
    const headers = { ...key(), 'if-none-exist': `identifier=urn:test|${value}` };
    const replies = await Promise.all(
      Array.from({ length: 16 }, () => send('POST', 'Patient', person(value), headers)),
    );
    expect(new Set(replies.map((reply) => JSON.stringify(seen(reply)))).size).toBe(1);
    expect(replies[0]?.status).toBe(201);
    expect(await countOf(value)).toBe(1);
  });

  test('sixteen updates that hold to a version: all are told that it is done', async () => {
    const id = await create(person('x'));
    const headers = { ...key(), 'if-match': 'W/"1"' };
    const replies = await Promise.all(
      Array.from({ length: 16 }, () => send('PUT', `Patient/${id}`, { ...person('y'), id }, headers)),
    );
    expect(replies.map(({ status, headers: { etag } }) => [status, etag])).toEqual(
      Array.from({ length: 16 }, () => [200, 'W/"2"']),
    );
  });

  test('after others have changed the resource, the answer is still of the version that the act made', async () => {
    const id = await create(person('x'));
    const one = key();
    const update = () =>
      send('PUT', `Patient/${id}`, { ...person('y'), id }, { ...one, 'if-match': 'W/"1"' });
    const first = await update();
    await send('PUT', `Patient/${id}`, { ...person('z'), id });
    await send('DELETE', `Patient/${id}`);
    expect(seen(await update())).toEqual(seen(first));
  });

  test('patch and delete too', async () => {
    const id = await create(person('x'));
    const patching = { ...key(), 'content-type': 'application/json-patch+json' };
    const patch = () =>
      send(
        'PATCH',
        `Patient/${id}`,
        [{ op: 'add', path: '/identifier/-', value: { value: 'more' } }],
        patching,
      );
    const patched = await patch();
    expect(patched.headers['etag']).toBe('W/"2"');
    expect(seen(await patch())).toEqual(seen(patched));
    const deleting = key();
    const remove = () => send('DELETE', `Patient/${id}`, undefined, deleting);
    const removed = await remove();
    await send('PUT', `Patient/${id}`, { ...person('x'), id });
    expect(seen(await remove())).toEqual(seen(removed));
    expect((await send('GET', `Patient/${id}`)).status).toBe(200);
  });

  test('what was found rather than created is answered alike, even after it is gone', async () => {
    const value = randomUUID();
    const id = await create(person(value));
    const headers = { ...key(), 'if-none-exist': `identifier=urn:test|${value}` };
    const first = await send('POST', 'Patient', person(value), headers);
    expect([first.status, first.json.id]).toEqual([200, id]);
    await send('DELETE', `Patient/${id}`);
    expect(seen(await send('POST', 'Patient', person(value), headers))).toEqual(seen(first));
  });

  test('a batch and a transaction, also at the same moment', async () => {
    for (const type of ['batch', 'transaction']) {
      const value = randomUUID();
      const entry = Array.from({ length: 5 }, () => ({
        resource: person(value),
        request: { method: 'POST', url: 'Patient' },
      }));
      const one = key();
      const replies = await Promise.all(
        Array.from({ length: 4 }, () => send('POST', '', { resourceType: 'Bundle', type, entry }, one)),
      );
      expect(new Set(replies.map(({ text }) => text)).size, type).toBe(1);
      expect(
        replies[0]?.json.entry?.map(({ response }) => response?.status),
        type,
      ).toEqual(Array.from({ length: 5 }, () => '201 Created'));
      expect(await countOf(value), type).toBe(5);
    }
  });
});

describe('another request under the same key is refused', () => {
  test.each<[string, string, object, Record<string, string>]>([
    ['another body', 'POST', person('b'), {}],
    ['another address', 'PUT', { ...person('a'), id: 'elsewhere' }, {}],
    ['another condition', 'POST', person('a'), { 'if-none-exist': 'identifier=urn:test|a' }],
  ])('%s', async (_, method, body, headers) => {
    const one = key();
    expect((await send('POST', 'Patient', person('a'), one)).status).toBe(201);
    const reply = await send(method, method === 'PUT' ? 'Patient/elsewhere' : 'Patient', body, {
      ...one,
      ...headers,
    });
    expect([reply.status, reply.issues]).toEqual([
      422,
      [
        `the Idempotency-Key ${one['idempotency-key']} was used for another request; a new act needs a new key`,
      ],
    ]);
  });
  test('a transaction with another body', async () => {
    const one = key();
    const bundle = (value: string) => ({
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [{ resource: person(value), request: { method: 'POST', url: 'Patient' } }],
    });
    expect((await send('POST', '', bundle('a'), one)).status).toBe(200);
    expect((await send('POST', '', bundle('b'), one)).status).toBe(422);
  });
  test('a key of no length, or of too much', async () => {
    for (const text of ['', ' ', 'x'.repeat(256)]) {
      expect((await send('POST', 'Patient', person('a'), key(text))).issues).toEqual([
        'Idempotency-Key: expected 1 to 255 characters, best a UUID',
      ]);
    }
  });
});

test('what was refused is not stored: mended, it is another request and needs another key only when it was stored', async () => {
  const one = key();
  expect(
    (await send('PUT', 'Patient/mended', { ...person('a'), id: 'mended' }, { ...one, 'if-match': 'W/"1"' }))
      .status,
  ).toBe(412);
  expect((await send('PUT', 'Patient/mended', { ...person('a'), id: 'mended' }, one)).status).toBe(201);
});

test('no answer in time is outcome unknown, and the same key tells later: stored once', async () => {
  const hurried = testClient(store(), { limits: { writeDeadlineMs: 50 } });
  const given: Record<string, string>[] = [key(), {}];
  for (const headers of given) {
    const value = randomUUID();
    const blocker = await store().sql.reserve();
    await blocker`begin`;
    await blocker`lock table act in exclusive mode`;
    const unknown = await hurried.send('POST', 'Patient', person(value), headers);
    const act = unknown.headers['idempotency-key'] ?? '';
    expect(unknown.status).toBe(504);
    expect(act).toEqual(headers['idempotency-key'] ?? expect.stringMatching(/^[0-9a-f-]{36}$/));
    expect(unknown.issues.join()).toContain(`whether act ${act} was stored is unknown`);
    expect(unknown.json.issue?.[0]?.code).toBe('timeout');
    await blocker`commit`;
    blocker.release();
    const known = await send('POST', 'Patient', person(value), key(act));
    expect(known.status).toBe(201);
    // Where the first came without a key, both may have been under way: the act is one all the same.
    expect(await find(`Patient?identifier=urn:test|${value}`)).toEqual([known.json.id]);
  }
});

test('with a full disk nothing is written, what was written is still answered for, and reading goes on', async () => {
  const full = testClient(store(), { diskIsFull: () => true });
  const one = key();
  const first = await send('POST', 'Patient', person('full'), one);
  expect(seen(await full.send('POST', 'Patient', person('full'), one))).toEqual(seen(first));
  const refused = await full.send('POST', 'Patient', person('fuller'));
  expect([refused.status, refused.headers['retry-after'], refused.json.issue?.[0]?.code]).toEqual([
    507,
    '30',
    'no-store',
  ]);
  expect((await full.send('GET', `Patient/${first.json.id}`)).status).toBe(200);
  expect(await countOf('fuller')).toBe(0);
});

test('without a database the answer says so, and is none of 500', async () => {
  const gone = openStore('postgres://nobody@127.0.0.1:9/none', { poolSize: 2, node: 'test' });
  const lost = testClient(gone, { limits: { writeDeadlineMs: 100 } });
  const read = await lost.send('GET', 'Patient/1');
  expect([read.status, read.headers['retry-after']]).toEqual([503, '1']);
  const written = await lost.send('POST', 'Patient', person('x'));
  expect([503, 504]).toContain(written.status);
  await gone.close();
});
