import { describe, expect, test } from 'vitest';
import { testDatabase } from '../../test/database.ts';
import { base, testClient, useClient } from './testing.ts';

const { send, create, store } = useClient(testDatabase);
const patient = { resourceType: 'Patient', name: [{ family: 'Møller' }] };

describe('create', () => {
  test('stores version 1 under an id of ours and says where', async () => {
    const reply = await send('POST', 'Patient', { ...patient, id: 'theirs' });
    expect(reply.status).toBe(201);
    const { id, meta } = reply.json;
    expect(id).not.toBe('theirs');
    expect(meta).toEqual({ versionId: '1', lastUpdated: expect.stringMatching(/^\d{4}-.*Z$/) });
    expect(reply.headers).toMatchObject({
      etag: 'W/"1"',
      location: `${base}/Patient/${id}/_history/1`,
      'content-type': 'application/fhir+json; charset=utf-8',
    });
    expect((await send('GET', `Patient/${id}`)).text).toBe(reply.text);
  });

  test('answers as it is preferred', async () => {
    const minimal = await send('POST', 'Patient', patient, { prefer: 'return=minimal' });
    expect([minimal.status, minimal.text]).toEqual([201, '']);
    expect(minimal.headers['location']).toContain(`${base}/Patient/`);
    const outcome = await send('POST', 'Patient', patient, {
      prefer: 'handling=strict; return=OperationOutcome',
    });
    expect([outcome.status, outcome.issues]).toEqual([201, ['stored as version 1']]);
    const deleted = await send('DELETE', `Patient/${await create(patient)}`, undefined, {
      prefer: 'return=OperationOutcome',
    });
    expect([deleted.status, deleted.issues, deleted.headers['etag']]).toEqual([200, ['deleted'], 'W/"2"']);
  });

  test.each<[number, string, unknown, Record<string, string>, string]>([
    [400, 'Patient', undefined, {}, 'expected a Patient in the body'],
    [400, 'Patient', '{"resourceType":', {}, 'not valid JSON'],
    [
      400,
      'Patient',
      { resourceType: 'Observation' },
      {},
      'resourceType: is Observation; the address is for Patient',
    ],
    [
      422,
      'Patient',
      { resourceType: 'Patient', gender: 'm' },
      {},
      "Patient.gender: 'm' is not in the required value set http://hl7.org/fhir/ValueSet/administrative-gender",
    ],
    [
      415,
      'Patient',
      '<Patient/>',
      { 'content-type': 'text/turtle' },
      "expected application/fhir+json, found 'text/turtle'",
    ],
    [
      406,
      'Patient',
      patient,
      { accept: 'text/turtle' },
      "answers are application/fhir+json and application/fhir+xml of FHIR 4.0; 'text/turtle' was asked for",
    ],
    [404, 'Chart', patient, {}, "'Chart' is no resource type of FHIR R4"],
    [404, 'constructor', patient, {}, "'constructor' is no resource type of FHIR R4"],
  ])('is refused with %i: %s', async (status, address, body, headers, why) => {
    const reply = await send('POST', address, body, headers);
    expect([reply.status, reply.issues]).toEqual([status, [why]]);
  });
});

describe('read and vread', () => {
  test('give each version as it was written', async () => {
    const id = await create(patient);
    await send('PUT', `Patient/${id}`, { ...patient, id, active: true });
    const [first, second, newest] = await Promise.all(
      ['/_history/1', '/_history/2', ''].map((tail) => send('GET', `Patient/${id}${tail}`)),
    );
    expect(first?.json['active']).toBeUndefined();
    expect(second?.json['active']).toBe(true);
    expect(newest?.text).toBe(second?.text);
    expect(first?.headers['etag']).toBe('W/"1"');
    expect(newest?.headers['last-modified']).toMatch(/GMT$/);
    expect((await send('HEAD', `Patient/${id}`)).headers['etag']).toBe('W/"2"');
  });

  test('If-Modified-Since spares what did not change, unless If-None-Match says otherwise', async () => {
    const id = await create(patient);
    const { headers } = await send('GET', `Patient/${id}`);
    const asked = async (more: Record<string, string>) =>
      (await send('GET', `Patient/${id}`, undefined, more)).status;
    const modified = headers['last-modified'] ?? '';
    expect(await asked({ 'if-modified-since': modified })).toBe(304);
    expect(await asked({ 'if-modified-since': 'Wed, 01 Jan 2020 00:00:00 GMT' })).toBe(200);
    expect(await asked({ 'if-modified-since': 'yesterday' })).toBe(200);
    expect(await asked({ 'if-modified-since': modified, 'if-none-match': 'W/"2"' })).toBe(200);
  });

  test('If-None-Match spares what is known', async () => {
    const id = await create(patient);
    const known = await send('GET', `Patient/${id}`, undefined, { 'if-none-match': 'W/"7", W/"1"' });
    expect([known.status, known.text, known.headers['etag']]).toEqual([304, '', 'W/"1"']);
    expect((await send('GET', `Patient/${id}`, undefined, { 'if-none-match': 'W/"2"' })).status).toBe(200);
  });

  test('nothing of it is kept by a browser or a proxy, which could show it when it is no longer so', async () => {
    const id = await create(patient);
    for (const address of [`Patient/${id}`, `Patient?_id=${id}`, 'Patient/never'])
      expect((await send('GET', address)).headers['cache-control']).toBe('no-store');
  });

  test('an unknown parameter is refused when the caller is strict', async () => {
    const id = await create(patient);
    const strict = { prefer: 'handling=strict' };
    expect((await send('GET', `Patient/${id}?colour=red`)).status).toBe(200);
    expect((await send('GET', `Patient/${id}?colour=red`, undefined, strict)).issues).toEqual([
      'colour: is not known here',
    ]);
    expect(
      (await send('GET', `Patient/${id}?_elements=name&_format=json&_pretty=true`, undefined, strict)).status,
    ).toBe(200);
  });

  test('what never was is unknown, what was deleted is gone, and its old versions are there', async () => {
    const id = await create(patient);
    await send('DELETE', `Patient/${id}`);
    const gone = await send('GET', `Patient/${id}`);
    expect([gone.status, gone.headers['etag'], gone.issues]).toEqual([
      410,
      'W/"2"',
      [`Patient/${id} was deleted in version 2`],
    ]);
    expect((await send('GET', `Patient/${id}/_history/2`)).status).toBe(410);
    expect((await send('GET', `Patient/${id}/_history/1`)).status).toBe(200);
    for (const address of [
      'Patient/none',
      `Patient/${id}/_history/3`,
      `Patient/${id}/_history/x`,
      `Observation/${id}`,
      'Patient/1/x',
      'x/y/z/v/w',
      '$nothing',
    ]) {
      expect((await send('GET', address)).status, address).toBe(404);
    }
    expect((await send('GET', 'Patient/a_b')).status).toBe(400);
  });

  test('_summary and _elements cut the text, and keep the rest of it', async () => {
    const id = await create({ ...patient, birthDate: '2000-01-01', contact: [{ name: { text: 'x' } }] });
    expect(Object.keys((await send('GET', `Patient/${id}?_elements=birthDate`)).json)).toEqual([
      'resourceType',
      'id',
      'meta',
      'birthDate',
    ]);
    expect((await send('GET', `Patient/${id}?_summary=true`)).json['contact']).toBeUndefined();
    expect(
      (await send('GET', `Patient/${id}?_elements=Patient.name,Observation.birthDate`)).json['birthDate'],
    ).toBeUndefined();
    expect((await send('GET', `Patient/${id}?_summary=x`)).status).toBe(400);
    expect((await send('GET', `Patient/${id}?_summary=count`)).issues.join()).toContain(
      '_summary: count is for',
    );
  });
});

describe('update', () => {
  test('with a part of a resource is refused, since the rest would be gone', async () => {
    const id = await create({ ...patient, birthDate: '2000-01-01' });
    const part = await send('GET', `Patient/${id}?_elements=name`);
    const reply = await send('PUT', `Patient/${id}`, part.json);
    expect([reply.status, reply.issues.join()]).toEqual([
      422,
      expect.stringContaining('Patient.meta.tag: says SUBSETTED'),
    ]);
  });

  test('under an id of the client creates, then changes', async () => {
    const created = await send('PUT', 'Patient/mine-1', { ...patient, id: 'mine-1' });
    expect([created.status, created.headers['location']]).toEqual([201, `${base}/Patient/mine-1/_history/1`]);
    const changed = await send('PUT', 'Patient/mine-1', { ...patient, id: 'mine-1', active: true });
    expect([changed.status, changed.headers['etag'], changed.json.meta.versionId]).toEqual([
      200,
      'W/"2"',
      '2',
    ]);
  });

  test('brings a deleted resource back as its next version', async () => {
    const id = await create(patient);
    await send('DELETE', `Patient/${id}`);
    const back = await send('PUT', `Patient/${id}`, { ...patient, id });
    expect([back.status, back.headers['etag']]).toEqual([201, 'W/"3"']);
  });

  test('If-Match holds it to the version the writer saw', async () => {
    const id = await create(patient);
    const update = (match: string) => send('PUT', `Patient/${id}`, { ...patient, id }, { 'if-match': match });
    expect((await update('W/"1"')).status).toBe(200);
    const stale = await update('W/"1"');
    expect([stale.status, stale.issues]).toEqual([
      412,
      [`Patient/${id} is at version 2, not at the one in If-Match`],
    ]);
    expect((await update('nonsense')).status).toBe(412);
    expect((await update('"2"')).status).toBe(200);
    expect(
      (await send('PUT', 'Patient/nobody', { ...patient, id: 'nobody' }, { 'if-match': 'W/"1"' })).status,
    ).toBe(412);
    expect((await send('GET', 'Patient/nobody')).status).toBe(404);
  });

  test('If-None-Match: * makes it a create', async () => {
    const put = () =>
      send('PUT', 'Patient/only-new', { ...patient, id: 'only-new' }, { 'if-none-match': '*' });
    expect((await put()).status).toBe(201);
    expect((await put()).status).toBe(412);
  });

  test.each<[number, string, object, string]>([
    [400, 'Patient/a', patient, 'Patient.id: is required in an update and must be the id of the address'],
    [400, 'Patient/a', { ...patient, id: 'b' }, 'Patient.id: is not the id of the address'],
    [400, 'Patient/a_b', { ...patient, id: 'a_b' }, 'id: expected 1 to 64 of letters, digits, - and .'],
    [412, 'Patient', patient, 'a conditional interaction needs criteria that select something'],
  ])('is refused with %i: %s', async (status, address, body, why) => {
    const reply = await send('PUT', address, body);
    expect([reply.status, reply.issues]).toEqual([status, [why]]);
  });
});

describe('delete', () => {
  test('may be said twice, and of what never was', async () => {
    const id = await create(patient);
    const first = await send('DELETE', `Patient/${id}`);
    expect([first.status, first.headers['etag'], first.text]).toEqual([204, 'W/"2"', '']);
    expect((await send('DELETE', `Patient/${id}`)).headers['etag']).toBe('W/"2"');
    expect((await send('DELETE', 'Patient/never')).status).toBe(204);
  });
  test('If-Match holds it to the version the writer saw', async () => {
    const id = await create(patient);
    expect((await send('DELETE', `Patient/${id}`, undefined, { 'if-match': 'W/"2"' })).status).toBe(412);
    expect((await send('DELETE', `Patient/${id}`, undefined, { 'if-match': 'W/"1"' })).status).toBe(204);
  });
});

describe('patch', () => {
  const json = { 'content-type': 'application/json-patch+json' };
  test('changes what it names and makes a version', async () => {
    const id = await create(patient);
    const reply = await send(
      'PATCH',
      `Patient/${id}`,
      [{ op: 'replace', path: '/name/0/family', value: 'Åse' }],
      json,
    );
    expect([reply.status, reply.headers['etag'], reply.json['name']]).toEqual([
      200,
      'W/"2"',
      [{ family: 'Åse' }],
    ]);
  });
  test.each<[number, unknown, Record<string, string>, string]>([
    [
      415,
      [],
      { 'content-type': 'application/merge-patch+json' },
      "(application/fhir+json, application/fhir+xml), found 'application/merge-patch+json'",
    ],
    [415, [], {}, '(application/fhir+json, application/fhir+xml), found no content type'],
    [400, undefined, json, 'expected a patch in the body'],
    [400, '[{', json, 'not valid JSON'],
    [422, [{ op: 'test', path: '/active', value: true }], json, '[0]: there is nothing at /active'],
    [
      422,
      [{ op: 'add', path: '/gender', value: 'm' }],
      json,
      "Patient.gender: 'm' is not in the required value set http://hl7.org/fhir/ValueSet/administrative-gender",
    ],
    [
      422,
      [{ op: 'replace', path: '/id', value: 'other' }],
      json,
      'a patch must not change the type or id of a resource',
    ],
    [
      412,
      [{ op: 'add', path: '/active', value: true }],
      { ...json, 'if-match': 'W/"2"' },
      'is at version 1, not at the one in If-Match',
    ],
  ])('is refused with %i: %o', async (status, body, headers, why) => {
    const id = await create(patient);
    const reply = await send('PATCH', `Patient/${id}`, body, headers);
    expect(reply.status).toBe(status);
    expect(reply.issues.join()).toContain(why);
    expect((await send('GET', `Patient/${id}`)).headers['etag']).toBe('W/"1"');
  });
  test('of what is not there, or no longer, says so', async () => {
    const id = await create(patient);
    await send('DELETE', `Patient/${id}`);
    expect((await send('PATCH', `Patient/${id}`, [], json)).status).toBe(410);
    expect((await send('PATCH', 'Patient/never', [], json)).status).toBe(404);
  });
});

describe('what is not possible at an address', () => {
  test.each([
    ['POST', 'Patient/1', 'GET, PUT, PATCH, DELETE, HEAD'],
    ['DELETE', '', 'POST, GET, HEAD'],
    ['GET', 'Patient/_search', 'POST'],
    ['PATCH', 'Patient/1/_history', 'GET, HEAD'],
  ])('%s %s is refused with 405 and what is', async (method, address, allow) => {
    const reply = await send(method, address, {});
    expect([reply.status, reply.headers['allow']]).toEqual([405, allow]);
  });
});

test('the capability statement tells each type with its parameters', async () => {
  interface Type {
    readonly type: string;
    readonly searchParam: readonly { readonly name: string }[];
  }
  const { rest }: { rest: readonly { readonly resource: readonly Type[] }[] } = JSON.parse(
    (await send('GET', 'metadata')).text,
  );
  expect(rest[0]?.resource).toHaveLength(146);
  const names = rest[0]?.resource
    .find(({ type }) => type === 'Observation')
    ?.searchParam.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['code', 'value-quantity', 'patient', '_lastUpdated']));
  expect(names).toContain('code-value-quantity');
  expect(names).not.toContain('_content');
});

test('a body beyond the depth that is set is refused', async () => {
  const deep = testClient(store(), { limits: { depthMax: 8 } });
  const nested = {
    resourceType: 'Questionnaire',
    status: 'draft',
    item: [
      {
        linkId: '1',
        type: 'group',
        item: [
          {
            linkId: '2',
            type: 'group',
            item: [{ linkId: '3', type: 'group', item: [{ linkId: '4', type: 'display' }] }],
          },
        ],
      },
    ],
  };
  const reply = await deep.send('POST', 'Questionnaire', nested);
  expect([reply.status, reply.issues]).toEqual([400, ['nested 9 levels deep, at most 8 are taken']]);
});
