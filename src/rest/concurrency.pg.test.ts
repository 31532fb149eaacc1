import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { testDatabase } from '../../test/database.ts';
import { useClient, type Reply } from './testing.ts';

const { send, create, find } = useClient(testDatabase);

const person = (value: string) => ({ resourceType: 'Patient', identifier: [{ system: 'urn:test', value }] });
const statuses = (replies: readonly Reply[]) => replies.map(({ status }) => status).sort((a, b) => a - b);
const times = <T>(count: number, make: (n: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, n) => make(n)));

test('of 32 who create only if there is none, one creates and the others are shown what it made', async () => {
  const value = randomUUID();
  const replies = await times(32, () =>
    send('POST', 'Patient', person(value), { 'if-none-exist': `identifier=urn:test|${value}` }),
  );
  expect(statuses(replies)).toEqual([...Array.from({ length: 31 }, () => 200), 201]);
  expect(new Set(replies.map(({ json }) => json.id)).size).toBe(1);
  expect(await find(`Patient?identifier=urn:test|${value}`)).toHaveLength(1);
});

test('of 16 who update or create by the same criteria, one creates and the others update', async () => {
  const value = randomUUID();
  const replies = await times(16, () => send('PUT', `Patient?identifier=urn:test|${value}`, person(value)));
  expect(statuses(replies)).toEqual([...Array.from({ length: 15 }, () => 200), 201]);
  expect(replies.map(({ headers }) => Number(headers['etag']?.slice(3, -1))).sort((a, b) => a - b)).toEqual(
    Array.from({ length: 16 }, (_, n) => n + 1),
  );
});

test('of two who saw the same version, one is first and the other is told', async () => {
  for (let round = 0; round < 10; round++) {
    const id = await create(person('x'));
    const replies = await times(2, (n) =>
      send('PUT', `Patient/${id}`, { ...person(String(n)), id }, { 'if-match': 'W/"1"' }),
    );
    expect(statuses(replies)).toEqual([200, 412]);
  }
});

test('updates at the same moment are all stored, in versions without a gap', async () => {
  const id = await create(person('0'));
  const replies = await times(24, (n) => send('PUT', `Patient/${id}`, { ...person(String(n)), id }));
  expect(replies.map(({ status }) => status)).toEqual(Array.from({ length: 24 }, () => 200));
  const { json } = await send('GET', `Patient/${id}/_history?_count=100`);
  expect(json.entry?.map(({ resource }) => Number(resource?.meta.versionId))).toEqual(
    Array.from({ length: 25 }, (_, n) => 25 - n),
  );
  for (const { json: answered, text } of replies)
    expect((await send('GET', `Patient/${id}/_history/${answered.meta.versionId}`)).text).toBe(text);
});

test('patches at the same moment are all applied, each to what the one before left', async () => {
  const id = await create({ resourceType: 'Patient', identifier: [{ value: 'first' }] });
  await times(12, (n) =>
    send('PATCH', `Patient/${id}`, [{ op: 'add', path: '/identifier/-', value: { value: `p${n}` } }], {
      'content-type': 'application/json-patch+json',
    }),
  );
  const { json } = await send('GET', `Patient/${id}`);
  expect(json['identifier']).toHaveLength(13);
});

test('transactions over the same resources in opposite order all come through', async () => {
  const [a, b] = [await create(person('a')), await create(person('b'))];
  const put = (id: string, value: string) => ({
    resource: { ...person(value), id },
    request: { method: 'PUT', url: `Patient/${id}` },
  });
  const replies = await times(12, (n) =>
    send('POST', '', {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: n % 2 ? [put(a, `${n}`), put(b, `${n}`)] : [put(b, `${n}`), put(a, `${n}`)],
    }),
  );
  expect(replies.map(({ status }) => status)).toEqual(Array.from({ length: 12 }, () => 200));
  const [one, other] = [await send('GET', `Patient/${a}`), await send('GET', `Patient/${b}`)];
  expect([one.json.meta.versionId, other.json.meta.versionId]).toEqual(['13', '13']);
  expect(one.json['identifier']).toEqual(other.json['identifier']);
});

test('of an update, a patch and a delete that saw the same version, exactly one is first', async () => {
  for (let round = 0; round < 8; round++) {
    const id = await create(person('x'));
    const seen = { 'if-match': 'W/"1"' };
    const replies = await Promise.all([
      send('PUT', `Patient/${id}`, { ...person('y'), id }, seen),
      send('PATCH', `Patient/${id}`, [], { ...seen, 'content-type': 'application/json-patch+json' }),
      send('DELETE', `Patient/${id}`, undefined, seen),
    ]);
    // Who patches after the delete is told that it is gone, which is as true.
    const lost = statuses(replies).filter((status) => status >= 400);
    expect([replies.length - lost.length, lost.every((status) => status === 412 || status === 410)]).toEqual([
      1,
      true,
    ]);
  }
});
