// Two programs over one database: what one decides must hold for the other.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStore, type Store } from '#store/store.ts';
import { testDatabase, type TestDatabase } from '../../test/database.ts';
import { until } from '../../test/until.ts';
import { testClient, type Client, type Reply } from './testing.ts';

let database: TestDatabase;
const stores: Store[] = [];
const clients: Client[] = [];

beforeAll(async () => {
  database = await testDatabase();
  for (const node of ['one', 'other']) {
    const store = openStore(database.to, { poolSize: 8, node });
    stores.push(store);
    clients.push(testClient(store));
  }
});
afterAll(async () => {
  await Promise.all(clients.map(({ service }) => service.deferred.stop()));
  await Promise.all(stores.map((store) => store.close()));
  await database.drop();
});

const person = (value: string, more: object = {}) => ({
  resourceType: 'Patient',
  identifier: [{ system: 'urn:test', value }],
  ...more,
});
/** So many at once, half of them at each program. */
const times = (count: number, ask: (client: Client, n: number) => Promise<Reply>) =>
  Promise.all(Array.from({ length: count }, (_, n) => ask(clients[n % 2] as Client, n)));
const statuses = (replies: readonly Reply[]) => replies.map(({ status }) => status).sort((a, b) => a - b);

test('of 32 who create only if there is none, one creates', async () => {
  const value = randomUUID();
  const replies = await times(32, (client) =>
    client.send('POST', 'Patient', person(value), { 'if-none-exist': `identifier=urn:test|${value}` }),
  );
  expect(statuses(replies)).toEqual([...Array.from({ length: 31 }, () => 200), 201]);
  expect(new Set(replies.map(({ json }) => json.id)).size).toBe(1);
});

test('of those who saw the same version, one updates', async () => {
  for (let round = 0; round < 5; round++) {
    const id = randomUUID();
    await clients[0]?.send('PUT', `Patient/${id}`, person('x', { id }));
    const replies = await times(8, (client, n) =>
      client.send('PUT', `Patient/${id}`, person(String(n), { id }), { 'if-match': 'W/"1"' }),
    );
    expect(statuses(replies)).toEqual([200, ...Array.from({ length: 7 }, () => 412)]);
  }
});

test('the same key is stored once, and answered alike', async () => {
  const key = randomUUID();
  const replies = await times(16, (client) =>
    client.send('POST', 'Patient', person(key), { 'idempotency-key': key }),
  );
  expect(new Set(replies.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
});

test('patches of both kinds are all applied', async () => {
  const id = randomUUID();
  await clients[0]?.send('PUT', `Patient/${id}`, person('first', { id }));
  const added = (n: number) => ({
    resourceType: 'Parameters',
    parameter: [
      {
        name: 'operation',
        part: [
          { name: 'type', valueCode: 'add' },
          { name: 'path', valueString: 'Patient' },
          { name: 'name', valueString: 'identifier' },
          { name: 'value', valueIdentifier: { value: `p${n}` } },
        ],
      },
    ],
  });
  const replies = await times(12, (client, n) =>
    n % 4 < 2
      ? client.send('PATCH', `Patient/${id}`, added(n), { 'content-type': 'application/fhir+json' })
      : client.send(
          'PATCH',
          `Patient/${id}`,
          [{ op: 'add', path: '/identifier/-', value: { value: `p${n}` } }],
          {
            'content-type': 'application/json-patch+json',
          },
        ),
  );
  expect(statuses(replies)).toEqual(Array.from({ length: 12 }, () => 200));
  expect((await clients[1]?.send('GET', `Patient/${id}`))?.json['identifier']).toHaveLength(13);
});

test('what one was asked to answer later, the other tells', async () => {
  const asked = await clients[0]?.send('GET', 'Patient?_count=1', undefined, { prefer: 'respond-async' });
  const place = asked?.headers['content-location'] ?? '';
  const answer = await until('an answer', async () => {
    const reply = await clients[1]?.send('GET', place);
    return reply?.status === 200 ? reply : undefined;
  });
  expect(answer.json.entry?.[0]?.resource?.['resourceType']).toBe('Bundle');
});
