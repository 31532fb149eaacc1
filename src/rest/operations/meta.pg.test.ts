import { describe, expect, test } from 'vitest';
import { testDatabase } from '../../../test/database.ts';
import { base, useClient } from '../testing.ts';

const { send, create } = useClient(testDatabase);

const tag = (code: string, more: object = {}) => ({ system: 'urn:tags', code, ...more });
const parameters = (meta: object) => ({
  resourceType: 'Parameters',
  parameter: [{ name: 'meta', valueMeta: meta }],
});
const observation = (meta: object) =>
  `{"resourceType":"Observation","meta":${JSON.stringify(meta)},"status":"final","code":{"text":"x"},"valueQuantity":{"value":1.00}}`;
const metaIn = ({ json }: { readonly json: object }) =>
  (json as { parameter: { name: string; valueMeta?: object }[] }).parameter[0]?.valueMeta;
const created = async (meta: object) => (await send('POST', 'Observation', observation(meta))).json.id;

describe('$meta', () => {
  test('of a resource and of each of its versions', async () => {
    const id = await created({ tag: [tag('a')] });
    await send('PUT', `Observation/${id}`, { ...JSON.parse(observation({ tag: [tag('b')] })), id });
    const newest = await send('GET', `Observation/${id}/$meta`);
    expect(metaIn(newest)).toMatchObject({ versionId: '2', tag: [tag('b')] });
    expect(newest.headers['etag']).toBe('W/"2"');
    expect(metaIn(await send('POST', `Observation/${id}/_history/1/$meta`))).toMatchObject({
      tag: [tag('a')],
    });
    expect((await send('GET', 'Observation/never/$meta')).status).toBe(404);
    expect((await send('GET', `Observation/${id}/_history/9/$meta`)).status).toBe(404);
    await send('DELETE', `Observation/${id}`);
    expect((await send('GET', `Observation/${id}/$meta`)).status).toBe(410);
  });

  test('of a type and of everything: each mark in use once, those of deleted and old versions not', async () => {
    const label = { system: 'urn:labels', code: 'R' };
    const profile = 'http://x.test/profile';
    await create({
      resourceType: 'Basic',
      code: { text: 'x' },
      meta: { tag: [tag('one')], security: [label] },
    });
    await create({
      resourceType: 'Basic',
      code: { text: 'x' },
      meta: { tag: [tag('one', { display: 'One' })], profile: [profile] },
    });
    const gone = await create({ resourceType: 'Basic', code: { text: 'x' }, meta: { tag: [tag('gone')] } });
    await send('DELETE', `Basic/${gone}`);
    expect(metaIn(await send('GET', 'Basic/$meta'))).toEqual({
      profile: [profile],
      security: [label],
      tag: [expect.objectContaining(tag('one'))],
    });
    expect(metaIn(await send('GET', '$meta'))).toMatchObject({ security: [label] });
    expect((await send('GET', 'Slot/$meta')).text).toBe(
      '{"resourceType":"Parameters","parameter":[{"name":"return"}]}',
    );
    expect((await send('GET', 'Chart/$meta')).status).toBe(404);
  });
});

describe('$meta-add and $meta-delete', () => {
  test('add what is not there yet, by system and code, and keep every other character of the resource', async () => {
    const id = await created({ tag: [tag('a', { display: 'A' })], source: 'urn:x' });
    const reply = await send(
      'POST',
      `Observation/${id}/$meta-add`,
      parameters({ tag: [tag('a', { version: '2' }), tag('b')], profile: ['http://x.test/p'] }),
    );
    expect([reply.status, reply.headers['etag']]).toEqual([200, 'W/"2"']);
    expect(metaIn(reply)).toMatchObject({
      versionId: '2',
      source: 'urn:x',
      tag: [tag('a', { display: 'A' }), tag('b')],
      profile: ['http://x.test/p'],
    });
    const stored = await send('GET', `Observation/${id}`);
    expect(stored.text).toContain('"valueQuantity":{"value":1.00}');
    expect(stored.json.meta).toEqual(metaIn(reply));
  });

  test('delete the named, also the last, and nothing else', async () => {
    const id = await created({ tag: [tag('a'), tag('b')], security: [{ system: 's', code: 'c' }] });
    const reply = await send(
      'POST',
      `Observation/${id}/$meta-delete`,
      parameters({ tag: [tag('b'), tag('z')], security: [{ system: 's', code: 'c' }] }),
    );
    expect(metaIn(reply)).toMatchObject({ tag: [tag('a')] });
    expect(metaIn(reply)).not.toHaveProperty('security');
  });

  test('are found by search at once', async () => {
    const id = await created({ source: 'urn:x' });
    await send('POST', `Observation/${id}/$meta-add`, parameters({ tag: [tag('searched')] }));
    const { json } = await send('GET', 'Observation?_tag=urn:tags|searched');
    expect(json.entry?.map(({ resource }) => resource?.id)).toEqual([id]);
  });

  test('heed If-Match and the Idempotency-Key', async () => {
    const id = await created({ source: 'urn:x' });
    const add = (headers: Record<string, string>) =>
      send('POST', `Observation/${id}/$meta-add`, parameters({ tag: [tag('a')] }), headers);
    expect((await add({ 'if-match': 'W/"7"' })).status).toBe(412);
    const first = await add({ 'idempotency-key': id });
    expect(await add({ 'idempotency-key': id })).toEqual(first);
    expect(first.headers['etag']).toBe('W/"2"');
  });

  test.each([
    [400, undefined, 'expected Parameters in the body'],
    [400, { resourceType: 'Patient' }, 'expected Parameters, found Patient'],
    [400, { resourceType: 'Parameters' }, 'expected one parameter meta'],
    [422, parameters({ tag: 'x' }), 'expected a list'],
  ])('are refused with %i', async (status, body, why) => {
    const id = await created({ source: 'urn:x' });
    const reply = await send('POST', `Observation/${id}/$meta-add`, body);
    expect([reply.status, reply.issues.join()]).toEqual([status, expect.stringContaining(why)]);
  });

  test('work in a batch, and are refused in a transaction, which could not undo them', async () => {
    const id = await created({ source: 'urn:x' });
    const entry = [
      {
        resource: parameters({ tag: [tag('a')] }),
        request: { method: 'POST', url: `Observation/${id}/$meta-add` },
      },
    ];
    const batch = await send('POST', '', { resourceType: 'Bundle', type: 'batch', entry });
    expect(batch.json.entry?.[0]?.resource?.['resourceType']).toBe('Parameters');
    const transaction = await send('POST', '', { resourceType: 'Bundle', type: 'transaction', entry });
    expect([transaction.status, transaction.issues.join()]).toEqual([
      400,
      expect.stringContaining('send it by itself or in a batch'),
    ]);
    expect(
      (await send('POST', `${base}/Observation/never/$meta-add`, parameters({ tag: [tag('a')] }))).status,
    ).toBe(404);
  });
});
