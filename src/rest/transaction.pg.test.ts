import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { testDatabase } from '../../test/database.ts';
import { base, testClient, useClient } from './testing.ts';

const { send, create, find, store } = useClient(testDatabase);

const urn = () => `urn:uuid:${randomUUID()}`;
const person = (value: string, more: object = {}) => ({
  resourceType: 'Patient',
  identifier: [{ system: 'urn:test', value }],
  ...more,
});
const post = (resource: { resourceType: string }, fullUrl?: string, more: object = {}) => ({
  ...(fullUrl === undefined ? {} : { fullUrl }),
  resource,
  request: { method: 'POST', url: resource.resourceType, ...more },
});
const bundle = (type: string, entry: readonly object[]) =>
  send('POST', '', { resourceType: 'Bundle', type, entry });
const transaction = (...entry: readonly object[]) => bundle('transaction', entry);
const batch = (...entry: readonly object[]) => bundle('batch', entry);
const observation = (subject: string, more: object = {}) => ({
  resourceType: 'Observation',
  status: 'final',
  code: { text: 'x' },
  subject: { reference: subject },
  ...more,
});

describe('a transaction', () => {
  test('is stored whole, and answers each entry in its place', async () => {
    const id = await create(person('old'));
    const gone = await create(person('gone'));
    const { status, json } = await transaction(
      { request: { method: 'GET', url: `Patient/${id}` } },
      post(person('new')),
      {
        resource: { ...person('changed'), id },
        request: { method: 'PUT', url: `Patient/${id}`, ifMatch: 'W/"1"' },
      },
      { request: { method: 'DELETE', url: `Patient/${gone}` } },
      {
        resource: {
          resourceType: 'Binary',
          contentType: 'application/json-patch+json',
          data: Buffer.from('[{"op":"add","path":"/active","value":true}]').toString('base64'),
        },
        request: { method: 'PATCH', url: `Patient/${await create(person('patched'))}` },
      },
      { request: { method: 'GET', url: `Patient?identifier=urn:test|changed&_summary=count` } },
    );
    expect([status, json['type']]).toEqual([200, 'transaction-response']);
    expect(json.entry?.map(({ response }) => response?.status)).toEqual([
      '200 OK',
      '201 Created',
      '200 OK',
      '204 No Content',
      '200 OK',
      '200 OK',
    ]);
    expect(json.entry?.[0]?.resource?.meta.versionId).toBe('2');
    expect(json.entry?.[1]?.response).toMatchObject({
      location: `${base}/Patient/${json.entry?.[1]?.resource?.id}/_history/1`,
      etag: 'W/"1"',
    });
    expect(json.entry?.[4]?.resource?.['active']).toBe(true);
    expect(json.entry?.[5]?.resource?.total).toBe(1);
    expect((await send('GET', `Patient/${gone}`)).status).toBe(410);
  });

  test('leaves nothing when one entry is refused, and says which', async () => {
    const value = randomUUID();
    const invalid = await transaction(
      post(person(value)),
      post({ ...person(value), gender: 'm' } as { resourceType: string }),
    );
    expect([invalid.status, invalid.issues]).toEqual([
      422,
      [
        "Bundle.entry[1].resource.Patient.gender: 'm' is not in the required value set http://hl7.org/fhir/ValueSet/administrative-gender",
      ],
    ]);
    const stale = await transaction(post(person(value)), {
      resource: { ...person(value), id: 'x' },
      request: { method: 'PUT', url: 'Patient/x', ifMatch: 'W/"7"' },
    });
    expect(stale.status).toBe(412);
    const dangling = await transaction(
      post(person(value)),
      post(observation(`Patient?identifier=urn:test|${randomUUID()}`)),
    );
    expect([dangling.status, dangling.json.issue?.[0]?.code]).toEqual([412, 'not-found']);
    expect(await find(`Patient?identifier=urn:test|${value}`)).toEqual([]);
  });

  test('turns urn:uuid references both ways and in a ring, and nothing but references', async () => {
    const [a, b] = [urn(), urn()];
    const { json } = await transaction(
      post(
        person('a', {
          link: [{ other: { reference: b }, type: 'seealso' }],
          contact: [{ name: { text: a } }],
        }),
        a,
      ),
      post(
        {
          ...person('b', { link: [{ other: { reference: a }, type: 'seealso' }] }),
          identifier: [{ system: 'urn:ietf:rfc:3986', value: a }],
        } as { resourceType: string },
        b,
      ),
    );
    const [one, other] = json.entry?.map(({ resource }) => resource) ?? [];
    expect(one?.['link']).toEqual([{ other: { reference: `Patient/${other?.id}` }, type: 'seealso' }]);
    expect(other?.['link']).toEqual([{ other: { reference: `Patient/${one?.id}` }, type: 'seealso' }]);
    expect(one?.['contact']).toEqual([{ name: { text: a } }]);
    expect(other?.['identifier']).toEqual([{ system: 'urn:ietf:rfc:3986', value: a }]);
    expect(await find(`Patient?link=Patient/${one?.id}`)).toEqual([other?.id]);
  });

  test('turns the addresses of another server, whole and relative to the entry', async () => {
    const { json } = await transaction(
      post(person('a'), 'http://old.dk/fhir/Patient/7'),
      post(observation('http://old.dk/fhir/Patient/7'), 'http://old.dk/fhir/Observation/1'),
      post(observation('Patient/7'), 'http://old.dk/fhir/Observation/2'),
      post(observation('Patient/7'), 'http://elsewhere.dk/fhir/Observation/3'),
    );
    const [patient, ...observations] = json.entry ?? [];
    const here = { reference: `Patient/${patient?.resource?.id}` };
    expect(observations.map(({ resource }) => resource?.['subject'])).toEqual([
      here,
      here,
      { reference: 'Patient/7' },
    ]);
  });

  test('finds references by search in the record, and among its own entries', async () => {
    const [there, own] = [randomUUID(), randomUUID()];
    const id = await create(person(there));
    const { json } = await transaction(
      post(observation(`Patient?identifier=urn:test|${there}`)),
      post(observation(`Patient?identifier=urn:test|${own}`)),
      post(person(own)),
    );
    expect(json.entry?.map(({ resource }) => resource?.['subject'])).toEqual([
      { reference: `Patient/${id}` },
      { reference: `Patient/${json.entry?.[2]?.resource?.id}` },
      undefined,
    ]);
    const twice = await transaction(
      post(person(there)),
      post(observation(`Patient?identifier=urn:test|${there}`)),
    );
    expect([twice.status, twice.json.issue?.[0]?.code]).toEqual([412, 'multiple-matches']);
    const rewritten = await transaction(
      { resource: { ...person('else'), id }, request: { method: 'PUT', url: `Patient/${id}` } },
      post(observation(`Patient?identifier=urn:test|${there}`)),
    );
    expect([rewritten.status, rewritten.json.issue?.[0]?.code]).toEqual([412, 'not-found']);
  });

  test('links to what a conditional create found', async () => {
    const value = randomUUID();
    const id = await create(person(value));
    const address = urn();
    const { json } = await transaction(
      post(person(value), address, { ifNoneExist: `identifier=urn:test|${value}` }),
      post(observation(address)),
    );
    expect(json.entry?.map(({ response }) => response?.status)).toEqual(['200 OK', '201 Created']);
    expect(json.entry?.[1]?.resource?.['subject']).toEqual({ reference: `Patient/${id}` });
  });

  test('that writes a resource twice, names two entries alike or would create one twice is refused', async () => {
    const put = {
      resource: { ...person('a'), id: 'twice' },
      request: { method: 'PUT', url: 'Patient/twice' },
    };
    expect((await transaction(put, put)).issues).toEqual([
      'Patient/twice is written twice in the same transaction',
    ]);
    expect((await transaction(put, { request: { method: 'DELETE', url: 'Patient/twice' } })).status).toBe(
      400,
    );
    const one = urn();
    expect((await transaction(post(person('a'), one), post(person('b'), one))).issues).toEqual([
      'Bundle.entry[1].fullUrl: is the fullUrl of another entry too',
    ]);
    const criteria = { ifNoneExist: `identifier=urn:test|${randomUUID()}` };
    expect(
      (await transaction(post(person('a'), undefined, criteria), post(person('a'), undefined, criteria)))
        .issues,
    ).toEqual(['two entries create a Patient by the same criteria']);
    expect((await send('GET', 'Patient/twice')).status).toBe(404);
  });

  test('is one act: a crowd of readers sees all of it or nothing', async () => {
    const value = randomUUID();
    let done = false;
    const counts = new Set<number>();
    const watching = (async () => {
      while (!done) counts.add((await find(`Patient?identifier=urn:test|${value}`)).length);
    })();
    await transaction(...Array.from({ length: 40 }, () => post(person(value))));
    done = true;
    await watching;
    counts.add((await find(`Patient?identifier=urn:test|${value}`)).length);
    expect([...counts].filter((count) => count !== 0)).toEqual([40]);
  });

  test('answers reads from what it wrote, HEAD without the resource, and conditional reads', async () => {
    const id = await create(person('old'));
    const { json } = await transaction(
      { request: { method: 'HEAD', url: `Patient/${id}` } },
      { request: { method: 'GET', url: `Patient/${id}`, ifNoneMatch: 'W/"2"' } },
      { request: { method: 'GET', url: `Patient/${id}`, ifNoneMatch: 'W/"1"' } },
      { request: { method: 'GET', url: `Patient/${id}`, ifModifiedSince: '2999-01-01T00:00:00Z' } },
      { resource: { ...person('new'), id }, request: { method: 'PUT', url: `Patient/${id}` } },
      { request: { method: 'GET', url: `Patient/${id}/$everything` } },
      { request: { method: 'GET', url: 'Patient/never' } },
    );
    expect(
      json.entry?.map(({ response, resource }) => [response?.status.slice(0, 3), resource?.['resourceType']]),
    ).toEqual([
      ['200', undefined],
      ['304', undefined],
      ['200', 'Patient'],
      ['304', undefined],
      ['200', 'Patient'],
      ['200', 'Bundle'],
      ['404', undefined],
    ]);
    expect(json.entry?.[0]?.response?.etag).toBe('W/"2"');
  });

  test('turns links that are no references, and narratives, but no identifiers', async () => {
    const [document, picture] = [urn(), urn()];
    const { json } = await transaction(
      post(
        { resourceType: 'Binary', contentType: 'image/png', data: 'AAAA' } as { resourceType: string },
        picture,
      ),
      post(
        {
          resourceType: 'DocumentReference',
          status: 'current',
          masterIdentifier: { value: picture },
          text: {
            status: 'generated',
            div: `<div xmlns="http://www.w3.org/1999/xhtml"><img src="${picture}"/></div>`,
          },
          content: [{ attachment: { url: picture } }],
        } as { resourceType: string },
        document,
      ),
    );
    const [stored, written] = json.entry?.map(({ resource }) => resource) ?? [];
    const here = `Binary/${stored?.id}`;
    expect(written?.['content']).toEqual([{ attachment: { url: here } }]);
    expect(written?.['text']).toMatchObject({ div: expect.stringContaining(`src="${here}"`) });
    expect(written?.['masterIdentifier']).toEqual({ value: picture });
  });

  test('says which entry was refused by what is stored', async () => {
    const id = await create(person('a'));
    const put = (ifMatch: string) => ({
      resource: { ...person('b'), id },
      request: { method: 'PUT', url: `Patient/${id}`, ifMatch },
    });
    expect((await transaction(post(person('c')), put('W/"9"'))).issues).toEqual([
      `Bundle.entry[1]: Patient/${id} is at version 1, not at the one in If-Match`,
    ]);
    const value = randomUUID();
    await Promise.all([1, 2].map(() => create(person(value))));
    const criteria = { ifNoneExist: `identifier=urn:test|${value}` };
    expect((await transaction(post(person('c')), post(person(value), undefined, criteria))).issues).toEqual([
      'Bundle.entry[1]: more than one Patient matches the criteria; nothing was written',
    ]);
  });

  test('that deletes what another entry finds is refused', async () => {
    const value = randomUUID();
    const id = await create(person(value));
    const { status, issues } = await transaction(
      { request: { method: 'DELETE', url: `Patient/${id}` } },
      post(person(value), undefined, { ifNoneExist: `identifier=urn:test|${value}` }),
    );
    expect([status, issues]).toEqual([
      400,
      [`Patient/${id} is deleted and found by ifNoneExist in the same transaction`],
    ]);
  });

  test('tells what was done where that is preferred', async () => {
    const reply = await send(
      'POST',
      '',
      { resourceType: 'Bundle', type: 'transaction', entry: [post(person('a'))] },
      { prefer: 'return=OperationOutcome' },
    );
    expect(reply.json.entry?.[0]?.resource).toBeUndefined();
    expect(reply.json.entry?.[0]?.response?.outcome?.issue?.[0]?.diagnostics).toBe('stored as version 1');
  });

  test('of nothing is answered with nothing', async () =>
    expect((await transaction()).text).toBe('{"resourceType":"Bundle","type":"transaction-response"}'));
});

describe('a batch', () => {
  test('answers each entry for itself', async () => {
    const { status, json } = await batch(
      post(person('a')),
      post({ ...person('b'), gender: 'm' } as { resourceType: string }),
      { request: { method: 'GET', url: 'Patient/none' } },
      { request: { method: 'GET', url: `${base}/Patient?_count=1` } },
      { resource: {} },
      { request: { method: 'PATCH', url: 'Patient/1' } },
      { request: { method: 'POST', url: '' }, resource: { resourceType: 'Bundle', type: 'batch' } },
      { request: { method: 'JUMP', url: 'Patient' } },
    );
    expect([status, json['type']]).toEqual([200, 'batch-response']);
    expect(json.entry?.map(({ response }) => response?.status.slice(0, 3))).toEqual([
      '201',
      '422',
      '404',
      '200',
      '400',
      '400',
      '400',
      '400',
    ]);
    expect(json.entry?.[1]?.response?.outcome?.issue?.[0]?.diagnostics).toContain('Patient.gender');
    expect(json.entry?.[3]?.resource?.['type']).toBe('searchset');
  });

  test('searches all types, as a transaction does', async () => {
    const id = await create(person('all'));
    const entry = { request: { method: 'GET', url: `?_type=Patient&_id=${id}` } };
    for (const { json } of [await batch(entry), await transaction(entry)])
      expect(json.entry?.[0]?.resource?.entry?.[0]?.resource?.id).toBe(id);
  });

  test('gives what is preferred', async () => {
    const reply = await send(
      'POST',
      '',
      { resourceType: 'Bundle', type: 'batch', entry: [post(person('a'))] },
      { prefer: 'return=minimal' },
    );
    expect(reply.json.entry?.[0]).toEqual({
      response: {
        status: '201 Created',
        location: expect.any(String),
        etag: 'W/"1"',
        lastModified: expect.any(String),
      },
    });
  });
});

describe('what is no batch or transaction is refused', () => {
  test.each<[number, string, unknown, string]>([
    [400, 'nothing', undefined, 'expected a Bundle in the body'],
    [
      400,
      'another resource',
      { resourceType: 'Patient' },
      'expected a Bundle, found Patient; a single resource is created at Patient',
    ],
    [
      400,
      'another kind of Bundle',
      { resourceType: 'Bundle', type: 'collection' },
      'Bundle.type: expected batch or transaction; a collection is kept by POST to Bundle',
    ],
    [
      400,
      'a message',
      { resourceType: 'Bundle', type: 'message' },
      'Bundle.type: expected batch or transaction; messages are not processed here, and are kept by POST to Bundle',
    ],
    [
      400,
      'a type that is none',
      { resourceType: 'Bundle', type: 'heap' },
      "Bundle.type: expected batch or transaction, found 'heap'",
    ],
    [
      400,
      'a create at an address of a resource',
      {
        resourceType: 'Bundle',
        type: 'transaction',
        entry: [{ resource: { resourceType: 'Patient' }, request: { method: 'POST', url: 'Patient/1' } }],
      },
      'Bundle.entry[0].request.url: there is nothing to POST at this address',
    ],
    [
      400,
      'a fullUrl of a version',
      {
        resourceType: 'Bundle',
        type: 'transaction',
        entry: [{ ...post({ resourceType: 'Patient' }, 'http://x.dk/Patient/1/_history/2') }],
      },
      'Bundle.entry[0].fullUrl: names a version; expected the resource',
    ],
    [
      400,
      'an entry without a request',
      { resourceType: 'Bundle', type: 'transaction', entry: [{}] },
      'Bundle.entry[0].request: is required in a batch or transaction',
    ],
    [
      400,
      'an entry list twice',
      '{"resourceType":"Bundle","type":"batch","entry":[],"entry":[]}',
      'Bundle.entry: is there twice',
    ],
    [
      413,
      'too many entries',
      { resourceType: 'Bundle', type: 'batch', entry: Array.from({ length: 4 }, () => ({})) },
      'the Bundle has 4 entries; at most 3 are taken at once',
    ],
  ])('%i: %s', async (status, _, body, why) => {
    const reply = await testClient(store(), { limits: { entriesMax: 3 } }).send('POST', '', body);
    expect([reply.status, reply.issues]).toEqual([status, [why]]);
  });
});
