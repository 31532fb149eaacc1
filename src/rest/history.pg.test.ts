import { expect, test } from 'vitest';
import { testDatabase } from '../../test/database.ts';
import { base, useClient, type Reply } from './testing.ts';

const { send, create } = useClient(testDatabase);
const patient = { resourceType: 'Patient' };
const versions = ({ json }: Reply) =>
  json.entry?.map(({ resource, request }) => resource?.meta.versionId ?? request?.method);

test('of a resource: all that happened to it, newest first', async () => {
  const id = await create(patient);
  await send('PUT', `Patient/${id}`, { ...patient, id, active: true });
  await send('DELETE', `Patient/${id}`);
  await send('PUT', `Patient/${id}`, { ...patient, id });
  const reply = await send('GET', `Patient/${id}/_history`);
  expect([reply.json['type'], reply.json.total, versions(reply)]).toEqual([
    'history',
    4,
    ['4', 'DELETE', '2', '1'],
  ]);
  expect(reply.json.entry?.map(({ request, response }) => [request?.method, response?.etag])).toEqual([
    ['PUT', 'W/"4"'],
    ['DELETE', 'W/"3"'],
    ['PUT', 'W/"2"'],
    ['POST', 'W/"1"'],
  ]);
  expect(reply.json.entry?.[0]?.fullUrl).toBe(`${base}/Patient/${id}`);
  expect((await send('GET', 'Patient/never/_history')).status).toBe(404);
});

test('pages hold all versions once, although others write in between', async () => {
  const id = await create(patient);
  for (let n = 0; n < 9; n++) await send('PUT', `Patient/${id}`, { ...patient, id });
  for (const address of [
    `Patient/${id}/_history?_count=3`,
    'Patient/_history?_count=4',
    '_history?_count=4',
  ]) {
    const before = Number((await send('GET', address)).json.total);
    const seen: string[] = [];
    for (let next: string | undefined = address; next !== undefined;) {
      const { json }: Reply = await send('GET', next);
      for (const { resource } of json.entry ?? []) seen.push(`${resource?.id}/${resource?.meta.versionId}`);
      next = json.link?.find(({ relation }) => relation === 'next')?.url;
      await send('PUT', `Patient/${id}`, { ...patient, id });
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toHaveLength(before);
  }
});

test('of a type and of everything, since a moment', async () => {
  const id = await create(patient);
  await create({ resourceType: 'Observation', status: 'final', code: { text: 'x' } });
  const { json } = await send('GET', `Patient/${id}`);
  const since = `_since=${encodeURIComponent(json.meta.lastUpdated)}`;
  const types = async (address: string) =>
    new Set((await send('GET', address)).json.entry?.map(({ resource }) => resource?.['resourceType']));
  expect(await types(`_history?${since}`)).toEqual(new Set(['Patient', 'Observation']));
  expect(await types(`Patient/_history?${since}`)).toEqual(new Set(['Patient']));
  expect((await send('GET', '_history?_since=2999-01-01')).json.total).toBe(0);
  expect((await send('GET', 'Patient/_history?_count=0')).json.entry).toBeUndefined();
});

test('at a moment: the version that was the newest then, also when it was a deletion', async () => {
  const id = await create(patient);
  await send('PUT', `Patient/${id}`, { ...patient, id, active: true });
  await send('DELETE', `Patient/${id}`);
  const all = (await send('GET', `Patient/${id}/_history`)).json.entry ?? [];
  const times = all.map(({ response }) => response?.lastModified ?? '').reverse();
  for (const [n, time] of times.entries()) {
    // Versions of one millisecond are not told apart by their time.
    if (times[n + 1] === time) continue;
    const { json } = await send('GET', `Patient/${id}/_history?_at=${time}`);
    expect(json.entry?.[0]?.response?.etag).toBe(`W/"${n + 1}"`);
  }
  expect((await send('GET', `Patient/${id}/_history?_at=2001`)).json.total).toBe(0);
  expect(
    (await send('GET', `Patient/${id}/_history?_at=${new Date().getFullYear()}&_sort=-_lastUpdated`)).json
      .total,
  ).toBe(3);
});

test('only a count, or parts of each version, where that is asked for', async () => {
  const id = await create({ ...patient, active: true, birthDate: '2001-02-03' });
  const counted = await send('GET', `Patient/${id}/_history?_summary=count`);
  expect([counted.json.total, counted.json.entry]).toEqual([1, undefined]);
  const { json } = await send('GET', `Patient/${id}/_history?_elements=active`);
  expect(Object.keys(json.entry?.[0]?.resource ?? {})).toEqual(['resourceType', 'id', 'meta', 'active']);
});

test('what came back after a deletion was created again', async () => {
  const id = await create(patient);
  await send('DELETE', `Patient/${id}`);
  await send('PUT', `Patient/${id}`, { ...patient, id });
  const { json } = await send('GET', `Patient/${id}/_history`);
  expect(json.entry?.map(({ request, response }) => [request?.method, response?.status])).toEqual([
    ['PUT', '201 Created'],
    ['DELETE', '204 No Content'],
    ['POST', '201 Created'],
  ]);
});

test.each([
  ['_history?_sort=_lastUpdated', '_sort: a history comes newest first'],
  ['_history?_list=1', '_list: a history by list is not supported'],
  ['_history?_at=yesterday', '_at: expected a date or time'],
  ['_history?_since=yesterday', '_since: expected an instant'],
  ['_history?_count=x', '_count: expected a whole number'],
  ['_history?_before=x', '_before: is not from a link of this server'],
])('%s is refused', async (address, why) => {
  const reply = await send('GET', address);
  expect(reply.status).toBe(400);
  expect(reply.issues.join()).toContain(why);
});

test('an unknown parameter is left alone, or refused when the caller is strict', async () => {
  expect((await send('GET', '_history?_of=2026')).status).toBe(200);
  expect((await send('GET', '_history?_of=2026', undefined, { prefer: 'handling=strict' })).issues).toEqual([
    '_of: is not known here',
  ]);
});
