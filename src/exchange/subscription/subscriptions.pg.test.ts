import fc from 'fast-check';
import { afterAll, afterEach, expect, test } from 'vitest';
import { parseResource } from '#fhir/parse.ts';
import { validate } from '#fhir/validate.ts';
import { testClient, type Tree } from '#rest/testing.ts';
import { writeActs } from '#store/writer.ts';
import { openStore, type Store } from '#store/store.ts';
import { actOf, changeTo, observation } from '../../../test/acts.ts';
import { testDatabase } from '../../../test/database.ts';
import { startReceiver, type Mood, type Receiver } from '../../../test/receiver.ts';
import { inFeed } from '../../../test/in-feed.ts';
import { until } from '../../../test/until.ts';
import { createSubscriptions, type Subscriptions, type SubscriptionsOptions } from './subscriptions.ts';

const database = await testDatabase();
const stores: Store[] = [];
const open = (): Store => {
  const store = openStore(database.to, { poolSize: 6, node: `node-${stores.length}` });
  stores.push(store);
  return store;
};
const store = open();
const client = testClient(store);
const hosts = ['localhost', '127.0.0.1', '[::1]'];
const failed: string[] = [];
const running = new Set<Subscriptions>();
const receivers = new Set<Receiver>();

function follow(over: Partial<SubscriptionsOptions> = {}): Subscriptions {
  const service = createSubscriptions({
    store,
    hosts,
    base: () => 'https://holdfast.test/fhir',
    events: {
      subscriptionFailed: ({ subscription }) => void failed.push(subscription),
      subscriptionsDelayed: () => {},
    },
    patience: { pauseMs: 5, pauseMsMax: 40, failuresMax: 1000 },
    ...over,
  });
  running.add(service);
  return service;
}
async function receiver(mood?: (n: number) => Mood): Promise<Receiver> {
  const one = await startReceiver(mood);
  receivers.add(one);
  return one;
}

afterEach(async () => {
  for (const { id } of (await client.send('GET', 'Subscription?_count=100')).json.entry?.flatMap(
    ({ resource }) => resource ?? [],
  ) ?? [])
    await client.send('DELETE', `Subscription/${id}`);
  for (const service of running) await service.stop(AbortSignal.abort());
  running.clear();
  for (const one of receivers) await one.close();
  receivers.clear();
});
afterAll(async () => {
  await client.service.deferred.stop();
  await client.service.largeBodies.stop();
  await Promise.all(stores.map((one) => one.close()));
  await database.drop();
});

const backport = 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/';
/** In R4's own form. */
function plain(endpoint: string, criteria: string, channel: object = {}) {
  return {
    resourceType: 'Subscription',
    status: 'requested',
    reason: 'to know',
    criteria,
    channel: { type: 'rest-hook', endpoint, ...channel },
  };
}
function topical(
  endpoint: string,
  topic: string,
  {
    content = 'id-only',
    filters = [],
    channel = {},
  }: { content?: string; filters?: string[]; channel?: object } = {},
) {
  return {
    ...plain(endpoint, `https://holdfast.dk/fhir/SubscriptionTopic/${topic}`, {
      payload: 'application/fhir+json',
      _payload: { extension: [{ url: `${backport}backport-payload-content`, valueCode: content }] },
      ...channel,
    }),
    ...(filters.length > 0
      ? {
          _criteria: {
            extension: filters.map((valueString) => ({
              url: `${backport}backport-filter-criteria`,
              valueString,
            })),
          },
        }
      : {}),
  };
}
async function subscribe(resource: object): Promise<string> {
  const id = await client.create(resource);
  await untilStatus(id, 'active');
  return id;
}
async function untilStatus(id: string, status: string): Promise<Tree> {
  return until(`Subscription/${id} is ${status}`, async () => {
    const { json } = await client.send('GET', `Subscription/${id}`);
    return json['status'] === status ? json : undefined;
  });
}
const put = (resource: { resourceType: string; id: string }) =>
  client.send('PUT', `${resource.resourceType}/${resource.id}`, resource);

/** Event numbers and focuses of the notifications of a kind. */
function told({ taken }: Receiver, kind = 'event-notification') {
  return taken.flatMap(({ body }) => {
    const bundle: Tree =
      body === '' ? { id: '', meta: { versionId: '', lastUpdated: '' } } : JSON.parse(body);
    const parameters = (bundle.entry?.[0]?.resource?.['parameter'] ?? []) as readonly Parameter[];
    if (parameters.find(({ name }) => name === 'type')?.valueCode !== kind) return [];
    return parameters.flatMap(({ name, part = [] }) =>
      name === 'notification-event'
        ? [
            {
              number: Number(part.find((one) => one.name === 'event-number')?.valueString),
              focus: part.find((one) => one.name === 'focus')?.valueReference?.reference,
            },
          ]
        : [],
    );
  });
}
interface Parameter {
  readonly name: string;
  readonly valueCode?: string;
  readonly valueString?: string;
  readonly valueReference?: { readonly reference: string };
  readonly part?: readonly Parameter[];
}

test('a rest-hook without payload is told with an empty POST, with its headers, and only of what fits', async () => {
  follow();
  const hook = await receiver();
  await subscribe(
    plain(hook.url, 'Observation?code=150456&value-quantity=gt90', { header: ['Authorization: Bearer x'] }),
  );
  await put(observation('low', 'p', 80));
  await put(observation('high', 'p', 95));
  await until('it is told', () => hook.taken.length > 0 || undefined);
  await put(observation('higher', 'p', 99));
  await until('it is told again', () => hook.taken.length > 1 || undefined);
  expect(hook.taken.map(({ method, path, body }) => [method, path, body])).toEqual([
    ['POST', '/hook', ''],
    ['POST', '/hook', ''],
  ]);
  expect(hook.taken[0]?.headers['authorization']).toBe('Bearer x');
});

test('a rest-hook with payload gets the version that was written, as an update, decimals as spelled', async () => {
  follow();
  const hook = await receiver();
  await subscribe(plain(hook.url, 'Observation?status=final', { payload: 'application/fhir+json' }));
  const text = JSON.stringify(observation('spelled', 'p', 7)).replace('"value":7', '"value":7.00');
  await client.send('PUT', 'Observation/spelled', text);
  await put(observation('spelled', 'p', 8));
  await until('both', () => hook.taken.length >= 2 || undefined);
  expect(hook.taken.map(({ method, path }) => [method, path])).toEqual([
    ['PUT', '/hook/Observation/spelled'],
    ['PUT', '/hook/Observation/spelled'],
  ]);
  expect(hook.taken[0]?.body).toContain('"value":7.00');
  expect(hook.taken[1]?.body).toContain('"value":8');
});

test('a topic begins with a handshake; an admission is told once, a later change of the encounter is not', async () => {
  follow();
  const hook = await receiver();
  const id = await subscribe(topical(hook.url, 'admission', { filters: ['Encounter?patient=Patient/ann'] }));
  expect(hook.taken[0]?.body).toContain('"valueCode":"handshake"');
  const encounter = (of: string, status: string, more: object = {}) => ({
    resourceType: 'Encounter',
    id: `stay-of-${of}`,
    status,
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' },
    subject: { reference: `Patient/${of}` },
    ...more,
  });
  await put(encounter('ann', 'planned'));
  await put(encounter('bob', 'in-progress'));
  await put(encounter('ann', 'in-progress'));
  await put(encounter('ann', 'in-progress', { length: { value: 1, unit: 'd' } }));
  await put(encounter('ann', 'finished', { period: { end: '2026-01-16' } }));
  await put(encounter('ann', 'in-progress'));
  await until('two', () => told(hook).length >= 2 || undefined);
  const focus = 'https://holdfast.test/fhir/Encounter/stay-of-ann';
  expect(told(hook)).toEqual([
    { number: 1, focus },
    { number: 2, focus },
  ]);
  const bundle: Tree = JSON.parse(hook.taken.at(-1)?.body ?? '');
  expect(bundle['type']).toBe('history');
  // What is sent is what R4 allows.
  for (const { body } of hook.taken) expect(validate(parseResource(body, { depthMax: 64 }))).toEqual([]);
  expect(bundle.entry?.[1]?.resource).toBeUndefined();
  const { json } = await client.send('GET', `Subscription/${id}`);
  expect(json['status']).toBe('active');
});

test('a result is told when it is there, corrected, withdrawn and deleted, with the version of each', async () => {
  follow();
  const hook = await receiver();
  await subscribe(topical(hook.url, 'result', { content: 'full-resource' }));
  await put(observation('r', 'p', 1, { status: 'preliminary' }));
  await put(observation('r', 'p', 2));
  await put(observation('r', 'p', 3, { status: 'corrected' }));
  await client.send('DELETE', 'Observation/r');
  await until('three', () => told(hook).length >= 3 || undefined);
  const entries = hook.taken.flatMap(({ body }) => (JSON.parse(body) as Tree).entry?.slice(1) ?? []);
  expect(entries.map(({ request, resource }) => [request?.method, resource?.['status']])).toEqual([
    ['PUT', 'final'],
    ['PUT', 'corrected'],
    ['DELETE', undefined],
  ]);
});

test('a quiet subscription beats, when it asked for it', async () => {
  follow();
  const hook = await receiver();
  const heartbeat = { extension: [{ url: `${backport}backport-heartbeat-period`, valueUnsignedInt: 1 }] };
  await subscribe(topical(hook.url, 'discharge', { channel: heartbeat }));
  await until('a heartbeat', () => hook.taken.some(({ body }) => body.includes('"heartbeat"')) || undefined);
});

test(
  'whatever the receiver does, every event arrives, in order and under its number',
  { timeout: 60_000 },
  async () => {
    follow();
    let run = 0;
    const mood = fc.constantFrom<Mood>(
      'take',
      'take',
      'take and break',
      'break',
      'refuse',
      'redirect',
      'babble',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(mood, { maxLength: 12 }), async (moods) => {
        const patient = `prop-${run++}`;
        const hook = await receiver((n) => moods[n] ?? 'take');
        const id = await subscribe(
          topical(hook.url, 'result', { filters: [`Observation?patient=${patient}`] }),
        );
        for (let n = 0; n < 6; n++) await put(observation(`${patient}-${n}`, patient, n));
        await until('all', () => told(hook).some(({ number }) => number === 6) || undefined);
        const firsts = told(hook).filter(
          ({ number }, at, all) => all.findIndex((one) => one.number === number) === at,
        );
        expect(firsts).toEqual(
          Array.from({ length: 6 }, (_, n) => ({
            number: n + 1,
            focus: `https://holdfast.test/fhir/Observation/${patient}-${n}`,
          })),
        );
        await client.send('DELETE', `Subscription/${id}`);
      }),
      { numRuns: 6 },
    );
  },
);

test('a receiver that is dead and one that never answers hold up nobody else', async () => {
  follow();
  const [well, silent] = [await receiver(), await receiver(() => 'never answer')];
  const dead = await receiver();
  await Promise.all([
    subscribe(plain(well.url, 'Observation?subject=Patient/side')),
    subscribe(plain(silent.url, 'Observation?subject=Patient/side')),
    subscribe(plain(dead.url, 'Observation?subject=Patient/side')),
  ]);
  await dead.close();
  for (let n = 0; n < 5; n++) await put(observation(`side-${n}`, 'side', n));
  await until('the healthy one has all', () => well.taken.length >= 5 || undefined, 5000);
  await until('the silent one is asked', () => silent.asked() > 0 || undefined);
  expect(silent.asked()).toBe(1);
});

test('after many failures it is in error with the reason; set to requested again it has missed nothing', async () => {
  follow({ patience: { pauseMs: 1, pauseMsMax: 2, failuresMax: 3 } });
  let well = false;
  const hook = await receiver(() => (well ? 'take' : 'refuse'));
  const resource = plain(hook.url, 'Observation?subject=Patient/sick', { payload: 'application/fhir+json' });
  const id = await subscribe(resource);
  await put(observation('sick-0', 'sick', 0));
  const broken = await untilStatus(id, 'error');
  expect(broken['error']).toBe('3 notifications in a row failed; the last: answered 500');
  expect(failed).toContain(id);
  const history = await client.send('GET', `Subscription/${id}/_history`);
  expect(history.json.total).toBe(3);
  await put(observation('sick-1', 'sick', 1));
  well = true;
  await client.send('PUT', `Subscription/${id}`, { ...resource, id, status: 'active' });
  await until('both', () => hook.taken.length >= 2 || undefined);
  expect(hook.taken.map(({ path }) => path)).toEqual([
    '/hook/Observation/sick-0',
    '/hook/Observation/sick-1',
  ]);
  expect((await untilStatus(id, 'active'))['error']).toBeUndefined();
});

test('off and delete end it; what was off begins anew', async () => {
  follow();
  const hook = await receiver();
  const resource = plain(hook.url, 'Observation?subject=Patient/offs', { payload: 'application/fhir+json' });
  const id = await subscribe(resource);
  await client.send('PUT', `Subscription/${id}`, { ...resource, id, status: 'off' });
  const rows = () => store.sql`select id from subscription where id = ${id} and state = 'off'`;
  await until('it is off', async () => (await rows()).length > 0 || undefined);
  await put(observation('offs-0', 'offs', 0));
  await inFeed(store.sql);
  await client.send('PUT', `Subscription/${id}`, { ...resource, id });
  await untilStatus(id, 'active');
  await put(observation('offs-1', 'offs', 1));
  await until('one', () => hook.taken.length > 0 || undefined);
  expect(hook.taken.map(({ path }) => path)).toEqual(['/hook/Observation/offs-1']);
  await client.send('DELETE', `Subscription/${id}`);
  await until(
    'it is gone',
    async () => (await store.sql`select from subscription where id = ${id}`).length === 0 || undefined,
  );
});

test('one that ends by itself is off when its time has come', async () => {
  follow();
  const hook = await receiver();
  const id = await client.create({
    ...plain(hook.url, 'Observation?status=final'),
    end: '2020-01-01T00:00:00Z',
  });
  await untilStatus(id, 'off');
});

test('when the program that delivers dies, another goes on within ten seconds and nothing is lost', async () => {
  const first = follow({ store: open() });
  const hook = await receiver();
  await subscribe(topical(hook.url, 'result', { filters: ['Observation?patient=dies'] }));
  for (let n = 0; n < 5; n++) await put(observation(`dies-${n}`, 'dies', n));
  await until('some', () => told(hook).length > 0 || undefined);
  first.abandon();
  const begunMs = performance.now();
  follow({ store: open() });
  for (let n = 5; n < 10; n++) await put(observation(`dies-${n}`, 'dies', n));
  await until('all', () => told(hook).some(({ number }) => number === 10) || undefined);
  expect(performance.now() - begunMs).toBeLessThan(10_000);
  expect([...new Set(told(hook).map(({ number }) => number))]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test('of two programs one delivers each event; the other takes over at once when it is told to stop', async () => {
  const [one, other] = [follow({ store: open() }), follow({ store: open() })];
  const hooks = await Promise.all([receiver(), receiver(), receiver(), receiver()]);
  for (const hook of hooks)
    await subscribe(topical(hook.url, 'result', { filters: ['Observation?patient=two'] }));
  for (let n = 0; n < 10; n++) await put(observation(`two-${n}`, 'two', n));
  const numbers = (hook: Receiver) => told(hook).map(({ number }) => number);
  await until('all', () => hooks.every((hook) => numbers(hook).includes(10)) || undefined);
  for (const hook of hooks) expect(numbers(hook)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  await one.stop();
  for (let n = 10; n < 12; n++) await put(observation(`two-${n}`, 'two', n));
  await until('the rest', () => hooks.every((hook) => numbers(hook).includes(12)) || undefined, 5000);
  for (const hook of hooks) expect(numbers(hook)).toEqual(Array.from({ length: 12 }, (_, n) => n + 1));
  await other.stop();
});

test('slow transactions that commit late are told of like all others', async () => {
  follow();
  const hook = await receiver();
  await subscribe(topical(hook.url, 'result', { filters: ['Observation?patient=slow'] }));
  const slow = open();
  let finish: () => void = () => {};
  const wait = new Promise<void>((go) => (finish = go));
  const late = slow.transactions.run(async (tx) => {
    await writeActs(tx, slow, [actOf([changeTo(observation('slow-late', 'slow', 1))])]);
    await wait;
  });
  await until(
    'it has begun',
    async () =>
      (
        await store.sql`select from pg_locks where locktype = 'transactionid' and granted and pid <> pg_backend_pid()`
      ).length > 0 || undefined,
  );
  for (let n = 0; n < 5; n++) await put(observation(`slow-${n}`, 'slow', n));
  finish();
  await late;
  await until('all six', () => told(hook).length >= 6 || undefined);
  expect(new Set(told(hook).map(({ focus }) => focus?.split('/').at(-1)))).toEqual(
    new Set(['slow-late', 'slow-0', 'slow-1', 'slow-2', 'slow-3', 'slow-4']),
  );
});

test('connections to the database that break stop it for a moment only', async () => {
  follow({ store: open() });
  const hook = await receiver();
  await subscribe(topical(hook.url, 'result', { filters: ['Observation?patient=cut'] }));
  for (let n = 0; n < 12; n++) {
    await put(observation(`cut-${n}`, 'cut', n));
    if (n % 4 === 1)
      await store.sql`
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()`;
  }
  await until('all', () => told(hook).some(({ number }) => number === 12) || undefined);
  expect([...new Set(told(hook).map(({ focus }) => focus?.split('/').at(-1)))]).toEqual(
    Array.from({ length: 12 }, (_, n) => `cut-${n}`),
  );
});

test('an act of a thousand resources is a thousand events, in their order', async () => {
  follow();
  const hook = await receiver();
  const id = await subscribe(topical(hook.url, 'result', { filters: ['Observation?patient=many'] }));
  const many = Array.from({ length: 1000 }, (_, n) => changeTo(observation(`many-${1000 + n}`, 'many', n)));
  await writeActs(store.sql, store, [actOf(many)]);
  await until('all', () => told(hook).some(({ number }) => number === 1000) || undefined);
  expect(told(hook).map(({ focus }) => focus?.split('/').at(-1))).toEqual(many.map((one) => one.id));
  const { json } = await client.send('GET', `Subscription/${id}/$events?eventsSinceNumber=999`);
  expect(json.entry?.length).toBe(3);
});

test('after a restore from a backup it says that something may be missing, instead of going on', async () => {
  const before = follow();
  const hook = await receiver();
  const id = await subscribe(plain(hook.url, 'Observation?subject=Patient/restored'));
  await before.stop();
  await store.sql`update epoch set id = gen_random_uuid()`;
  follow();
  expect((await untilStatus(id, 'error'))['error']).toContain('restored from a backup');
  const { json } = await client.send('GET', `Subscription/${id}`);
  await client.send('PUT', `Subscription/${id}`, { ...json, status: 'requested' });
  await untilStatus(id, 'active');
  await put(observation('restored', 'restored', 1));
  await until('it is told', () => hook.taken.length > 0 || undefined);
});
