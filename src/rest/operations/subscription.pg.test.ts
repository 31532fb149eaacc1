import { expect, test } from 'vitest';
import { keepEvents, keepSubscription, claimSubscription, useToken } from '#store/subscriptions.ts';
import { feedEnd } from '#store/feed.ts';
import { createHash, randomUUID } from 'node:crypto';
import { testDatabase } from '../../../test/database.ts';
import { useClient, type Tree } from '../testing.ts';

const { send, create, store } = useClient(testDatabase);
const backport = 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/';
const topic = 'https://holdfast.dk/fhir/SubscriptionTopic/result';

function subscription(over: object = {}, channel: object = {}) {
  return {
    resourceType: 'Subscription',
    status: 'requested',
    reason: 'to know',
    criteria: 'Observation?code=1234-5',
    channel: { type: 'rest-hook', endpoint: 'http://localhost/secret-hook', ...channel },
    ...over,
  };
}

test('whether it is active is the server’s to say: a client’s active is a request, its error is refused', async () => {
  const created = await send('POST', 'Subscription', subscription({ status: 'active' }));
  expect([created.status, created.json['status']]).toEqual([201, 'requested']);
  const address = `Subscription/${created.json.id}`;
  const patched = await send('PATCH', address, [{ op: 'replace', path: '/status', value: 'active' }], {
    'content-type': 'application/json-patch+json',
  });
  expect(patched.json['status']).toBe('requested');
  const wrong = await send('PUT', address, subscription({ id: created.json.id, status: 'error' }));
  expect([wrong.status, wrong.issues]).toEqual([
    422,
    ['Subscription.status: is error, which only the server says; expected requested or off'],
  ]);
  const off = await send('PUT', address, subscription({ id: created.json.id, status: 'off' }));
  expect(off.json['status']).toBe('off');
});

test.each([
  ['e-mail', {}, { type: 'email' }, 'expected rest-hook or websocket'],
  ['sms', {}, { type: 'sms' }, 'expected rest-hook or websocket'],
  ['messages', {}, { type: 'message' }, 'expected rest-hook or websocket'],
  ['no endpoint', {}, { endpoint: undefined }, 'http://'],
  ['another protocol', {}, { endpoint: 'ftp://localhost/' }, 'http://'],
  ['a host that is not listed', {}, { endpoint: 'https://example.org/hook' }, 'HOLDFAST_SUBSCRIPTION_HOSTS'],
  ['metadata of a cloud', {}, { endpoint: 'http://169.254.169.254/latest' }, 'HOLDFAST_SUBSCRIPTION_HOSTS'],
  ['a listed host as user', {}, { endpoint: 'http://localhost@example.org/' }, 'user or password'],
  [
    'a host that begins as a listed one',
    {},
    { endpoint: 'http://localhost.example.org/' },
    'HOLDFAST_SUBSCRIPTION_HOSTS',
  ],
  ['a header of the protocol', {}, { header: ['Host: elsewhere'] }, 'set by the server'],
  ['a header with a line break', {}, { header: ['X-A: b\r\nX-C: d'] }, 'Name: value'],
  ['XML', {}, { payload: 'application/fhir+xml' }, 'application/fhir+json'],
  ['criteria that are no search', { criteria: 'everything' }, {}, 'a search such as'],
  ['an unknown parameter', { criteria: 'Observation?nonsense=1' }, {}, "no search parameter 'nonsense'"],
  ['a chain', { criteria: 'Observation?subject.name=x' }, {}, 'more than the resource itself'],
  ['a result parameter', { criteria: 'Observation?_count=5' }, {}, 'selects nothing'],
  ['an unknown topic', { criteria: 'https://example.org/topic' }, {}, 'no topic of this server'],
])('%s is refused at the write, naming the rule', async (_what, over, channel, rule) => {
  const reply = await send('POST', 'Subscription', subscription(over, channel));
  expect(reply.status).toBe(422);
  expect(reply.issues.join()).toContain(rule);
  expect(reply.issues.join()).not.toContain('secret-hook');
});

test('a topic is narrowed by what it names, and by nothing else', async () => {
  const narrowed = (filter: string) =>
    send('POST', 'Subscription', {
      ...subscription({ criteria: topic }, { payload: 'application/fhir+json' }),
      _criteria: { extension: [{ url: `${backport}backport-filter-criteria`, valueString: filter }] },
    });
  expect((await narrowed('Observation?patient=Patient/p&code=1234-5')).status).toBe(201);
  expect((await narrowed('Observation?value-quantity=gt5')).issues.join()).toContain(
    'does not narrow this topic',
  );
  expect((await narrowed('Encounter?patient=p')).issues.join()).toContain(
    'expected Observation or DiagnosticReport',
  );
});

test('$status and $events tell how far it is, and its events again by number', async () => {
  const id = await create({
    ...subscription({ criteria: topic }, { payload: 'application/fhir+json' }),
  });
  const { sql } = store();
  const runner = randomUUID();
  await keepSubscription(sql, { id, version: 1, state: 'requested' });
  expect(await claimSubscription(sql, id, runner, 0)).toBe(true);
  const observation = { resourceType: 'Observation', status: 'final', code: { text: 'x' } };
  const events = [];
  for (let n = 0; n < 5; n++) events.push({ type: 'Observation', id: await create(observation), version: 1 });
  expect(await keepEvents(sql, runner, id, await feedEnd(sql), events)).toBe(5);
  // One who was taken for dead moves nothing.
  expect(await keepEvents(sql, randomUUID(), id, await feedEnd(sql), events)).toBeUndefined();

  const status = await send('GET', `Subscription/${id}/$status`);
  expect(status.json.entry?.[0]?.resource?.['parameter']).toEqual([
    { name: 'subscription', valueReference: { reference: `https://holdfast.test/fhir/Subscription/${id}` } },
    { name: 'topic', valueCanonical: topic },
    { name: 'status', valueCode: 'requested' },
    { name: 'type', valueCode: 'query-status' },
    { name: 'events-since-subscription-start', valueString: '5' },
  ]);
  expect((await send('GET', `Subscription/$status?id=${id}`)).json.total).toBe(1);
  expect((await send('GET', `Subscription/$status?id=${id}&status=active`)).json.total).toBe(0);
  expect((await send('GET', 'Subscription/$status')).status).toBe(400);
  expect((await send('GET', 'Subscription/nobody/$status')).status).toBe(404);

  const told = await send(
    'GET',
    `Subscription/${id}/$events?eventsSinceNumber=2&eventsUntilNumber=3&content=full-resource`,
  );
  const entries: readonly (Tree | undefined)[] = told.json.entry?.map(({ resource }) => resource) ?? [];
  expect(entries.slice(1).map((one) => one?.id)).toEqual(events.slice(1, 3).map((one) => one.id));
  expect(JSON.stringify(entries[0])).toContain('"query-event"');
  expect((await send('GET', `Subscription/${id}/$events?content=all`)).status).toBe(400);
});

test('a binding token is for websockets, and is good once', async () => {
  const id = await create(subscription({}, { type: 'websocket', endpoint: undefined }));
  const reply = await send('GET', `Subscription/${id}/$get-ws-binding-token`);
  const parameters = reply.json['parameter'] as readonly {
    name: string;
    valueString?: string;
    valueUrl?: string;
  }[];
  expect(parameters.find(({ name }) => name === 'websocket-url')?.valueUrl).toBe('wss://holdfast.test/ws');
  const token = parameters.find(({ name }) => name === 'token')?.valueString ?? '';
  const hash = createHash('sha256').update(token).digest();
  expect(await useToken(store().sql, hash)).toEqual([id]);
  expect(await useToken(store().sql, hash)).toBeUndefined();
  const other = await create(subscription());
  expect((await send('GET', `Subscription/${other}/$get-ws-binding-token`)).status).toBe(422);
});
