import { describe, expect, test } from 'vitest';
import { readXml } from '#fhir/xml/read.ts';
import { addDeferred, claimDeferred, readDeferred } from '#store/deferred-requests.ts';
import { uuidv7 } from '#base/id.ts';
import { testDatabase } from '../../../test/database.ts';
import { until } from '../../../test/until.ts';
import { resumeDeferred } from '../routes.ts';
import { base, testClient, useClient, type Client, type Reply } from '../testing.ts';

const { send, create, store } = useClient(testDatabase);
const patient = { resourceType: 'Patient', name: [{ family: 'Møller' }] };
const later = { prefer: 'respond-async' };

/** Asks until the answer is there. */
function answered(address: string, client: Pick<Client, 'send'> = { send }): Promise<Reply> {
  return until('an answer', async () => {
    const reply = await client.send('GET', address);
    return reply.status === 202 ? undefined : reply;
  });
}

async function asked(address: string, method = 'GET', body?: unknown): Promise<string> {
  const reply = await send(method, address, body, later);
  expect([reply.status, reply.issues.join()]).toEqual([202, expect.stringContaining('accepted')]);
  const place = reply.headers['content-location'] ?? '';
  expect(place).toMatch(new RegExp(`^${base}/_async/[0-9a-f-]{36}$`));
  return place;
}

describe('a request with Prefer: respond-async', () => {
  test.each([
    ['a read', (id: string) => `Patient/${id}`, 'Patient'],
    ['a search', (id: string) => `Patient?_id=${id}`, 'Bundle'],
    ['a search of all types', (id: string) => `?_type=Patient&_id=${id}`, 'Bundle'],
    ['a history', (id: string) => `Patient/${id}/_history`, 'Bundle'],
    ['an operation', (id: string) => `Patient/${id}/$everything`, 'Bundle'],
  ])('is answered as %s would be', async (_, address, type) => {
    const id = await create(patient);
    const reply = await answered(await asked(address(id)));
    expect([reply.status, reply.json['type']]).toEqual([200, 'batch-response']);
    const [entry] = reply.json.entry ?? [];
    expect(entry?.response?.status).toBe('200 OK');
    expect(entry?.resource?.['resourceType']).toBe(type);
    expect(entry?.resource).toEqual((await send('GET', address(id))).json);
    expect(Date.parse(reply.headers['expires'] ?? '')).toBeGreaterThan(Date.now());
  });

  test('that fails tells so in its entry', async () => {
    const reply = await answered(await asked('Patient/never'));
    expect(reply.json.entry?.[0]?.response).toMatchObject({
      status: '404 Not Found',
      outcome: { resourceType: 'OperationOutcome' },
    });
  });

  test('keeps its address, and is told in XML to who asks so', async () => {
    const id = await create(patient);
    const place = await asked(`Patient/${id}`);
    const first = await answered(place);
    const xml = await send('GET', place, undefined, { accept: 'application/fhir+xml' });
    expect(JSON.parse(readXml(xml.text, { depthMax: 64 }))).toEqual(first.json);
  });

  test('by POST is a search or an operation that reads', async () => {
    const id = await create(patient);
    const reply = await send('POST', 'Patient/_search', `_id=${id}`, {
      ...later,
      'content-type': 'application/x-www-form-urlencoded',
    });
    const found = await answered(reply.headers['content-location'] ?? '');
    expect(found.json.entry?.[0]?.resource?.total).toBe(1);
  });

  test('is done at once when it writes, or asks for what is there already', async () => {
    expect((await send('POST', 'Patient', patient, later)).status).toBe(201);
    expect((await send('GET', 'metadata', undefined, later)).status).toBe(200);
  });
});

describe('the address of a request', () => {
  test('is nobody else’s, and nothing when it is cancelled', async () => {
    const place = await asked('Patient?name=x');
    await answered(place);
    expect((await send('DELETE', place)).status).toBe(202);
    expect((await send('GET', place)).status).toBe(404);
    expect((await send('DELETE', place)).status).toBe(404);
    expect((await send('GET', '_async/1')).status).toBe(404);
    const other = uuidv7();
    await addDeferred(store().sql, { id: other, author: 'Practitioner/else', kind: 'none', request: {} });
    expect((await send('GET', `_async/${other}`)).status).toBe(404);
    expect((await send('DELETE', `_async/${other}`)).status).toBe(404);
  });

  test('tells how far it is while nobody has answered', async () => {
    const id = uuidv7();
    await addDeferred(store().sql, { id, author: 'Practitioner/anne', kind: 'another', request: {} });
    const reply = await send('GET', `_async/${id}`);
    expect([reply.status, reply.headers['x-progress'], reply.headers['retry-after']]).toEqual([
      202,
      'waiting',
      '1',
    ]);
    await send('DELETE', `_async/${id}`);
  });

  test('too many open ones of one author are refused', async () => {
    const add = () =>
      addDeferred(store().sql, { id: uuidv7(), author: 'many', kind: 'another', request: {} });
    for (let n = 0; n < 20; n++) expect(await add()).toBe(true);
    expect(await add()).toBe(false);
  });
});

describe('what a program has left', () => {
  const left = async (id: string, attempts: number) => {
    const { sql } = store();
    const request = {
      method: 'GET',
      path: ['metadata'],
      query: [],
      headers: {},
      caller: { author: 'x', sees: {} },
      base,
    };
    await addDeferred(sql, { id, author: 'Practitioner/anne', kind: 'request', request });
    await sql`update deferred_request set state = 'running', runner = ${uuidv7()}, attempts = ${attempts},
      claimed_until = clock_timestamp() - interval '1 second' where id = ${id}`;
  };

  test('another goes on with, and a third can tell the answer', async () => {
    const id = uuidv7();
    await left(id, 1);
    const [second, third] = [testClient(store()), testClient(store())];
    resumeDeferred(second.service);
    const reply = await answered(`_async/${id}`, third);
    expect(reply.json.entry?.[0]?.resource?.['resourceType']).toBe('CapabilityStatement');
    await second.service.deferred.stop();
  });

  test('is given up when it has ended several programs', async () => {
    const id = uuidv7();
    await left(id, 3);
    const second = testClient(store());
    resumeDeferred(second.service);
    const reply = await answered(`_async/${id}`);
    expect([reply.status, reply.issues.join()]).toEqual([500, expect.stringContaining('given up')]);
    await second.service.deferred.stop();
  });

  test('nobody takes while it is worked on', async () => {
    const id = uuidv7();
    const { sql } = store();
    await addDeferred(sql, { id, author: 'x', kind: 'mine', request: {} });
    expect((await claimDeferred(sql, uuidv7(), ['mine']))?.id).toBe(id);
    expect(await claimDeferred(sql, uuidv7(), ['mine'])).toBeUndefined();
    expect((await readDeferred(sql, id, 'x'))?.progress).toBe('running');
  });
});
