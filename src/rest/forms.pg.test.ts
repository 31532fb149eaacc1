import { expect, test } from 'vitest';
import { readXml } from '#fhir/xml/read.ts';
import { writeXml } from '#fhir/xml/write.ts';
import { testDatabase } from '../../test/database.ts';
import { useClient } from './testing.ts';

const { send, create } = useClient(testDatabase);
const patient = { resourceType: 'Patient', name: [{ family: 'Møller' }] };
const xmlType = { 'content-type': 'application/fhir+xml' };
const json = (xml: string) => JSON.parse(readXml(xml, { depthMax: 64 }));

test('a resource is written, changed and read in XML, and is the same in JSON', async () => {
  const xml = writeXml(JSON.stringify(patient));
  const created = await send('POST', 'Patient', xml, { ...xmlType, accept: 'application/fhir+xml' });
  expect([created.status, created.headers['content-type']]).toEqual([
    201,
    'application/fhir+xml; charset=utf-8',
  ]);
  const { id } = json(created.text);
  const changed = await send(
    'PUT',
    `Patient/${id}`,
    writeXml(JSON.stringify({ ...patient, id, active: true })),
    xmlType,
  );
  expect([changed.status, changed.json['active']]).toEqual([200, true]);
  const read = await send('GET', `Patient/${id}?_format=xml&_pretty=true`);
  expect(json(read.text)).toEqual((await send('GET', `Patient/${id}`)).json);
  expect(read.text).toContain('\n  <active value="true"/>\n');
});

test('Bundles, searches, histories, outcomes and the capability statement come in XML', async () => {
  const bundle = {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [{ resource: patient, request: { method: 'POST', url: 'Patient' } }],
  };
  const answer = await send('POST', '', writeXml(JSON.stringify(bundle)), {
    ...xmlType,
    accept: 'application/fhir+xml',
  });
  expect(json(answer.text)).toMatchObject({
    type: 'transaction-response',
    entry: [{ response: { status: '201 Created' } }],
  });
  for (const [address, expected] of [
    ['Patient?name=Møller', { resourceType: 'Bundle', type: 'searchset' }],
    ['_history', { resourceType: 'Bundle', type: 'history' }],
    ['metadata', { resourceType: 'CapabilityStatement', fhirVersion: '4.0.1' }],
    ['Patient/never', { resourceType: 'OperationOutcome' }],
    ['nothing/here/at/all', { resourceType: 'OperationOutcome' }],
  ] as const) {
    const reply = await send('GET', address, undefined, { accept: 'application/fhir+xml' });
    expect(json(reply.text)).toMatchObject(expected);
  }
});

test('a search by POST may ask for a form in its form', async () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const reply = await send('POST', 'Patient/_search', 'name=M%C3%B8ller&_format=xml', form);
  expect(json(reply.text)).toMatchObject({ resourceType: 'Bundle', type: 'searchset' });
});

test('in a batch the form is asked for by the whole, not by an entry', async () => {
  const id = await create(patient);
  const bundle = {
    resourceType: 'Bundle',
    type: 'batch',
    entry: [{ request: { method: 'GET', url: `Patient/${id}?_format=xml` } }],
  };
  const reply = await send('POST', '', bundle, { accept: 'application/fhir+xml' });
  expect(json(reply.text).entry[0].resource).toMatchObject({ id });
  expect((await send('POST', '', bundle)).json.entry?.[0]?.resource).toMatchObject({ id });
});

test.each([
  ['', undefined, 'application/fhir+json'],
  ['', '*/*', 'application/fhir+json'],
  ['', 'application/json', 'application/json'],
  ['', 'text/xml', 'text/xml'],
  ['', 'application/fhir+xml;q=0.5, application/fhir+json;q=0.4', 'application/fhir+xml'],
  ['', 'application/fhir+xml;q=0.5, */*', 'application/fhir+json'],
  ['', 'application/fhir+xml;q=0.5, */*;q=0.1', 'application/fhir+xml'],
  ['', 'application/fhir+json;q=0, */*', 'application/fhir+xml'],
  ['', 'text/html, application/xhtml+xml, */*;q=0.8', 'application/fhir+json'],
  [
    '',
    'application/fhir+xml; fhirVersion=3.0, application/fhir+json; fhirVersion=4.0',
    'application/fhir+json',
  ],
  ['?_format=xml', 'application/fhir+json', 'application/fhir+xml'],
  ['?_format=application/fhir+xml', undefined, 'application/fhir+xml'],
  ['?_format=application/fhir%2Bxml;%20fhirVersion=4.0', undefined, 'application/fhir+xml'],
  ['?_format=text/xml', undefined, 'text/xml'],
  ['?_format=json', 'text/turtle', 'application/fhir+json'],
])('metadata%s with Accept %s comes as %s', async (query, accept, expected) => {
  const reply = await send('GET', `metadata${query}`, undefined, accept === undefined ? {} : { accept });
  expect([reply.status, reply.headers['content-type']]).toEqual([200, `${expected}; charset=utf-8`]);
});

test.each([
  ['?_format=ttl', undefined, "'ttl' was asked for"],
  ['?_format=constructor', undefined, "'constructor' was asked for"],
  ['', 'text/turtle', "'text/turtle' was asked for"],
  ['', 'application/fhir+json;q=0', 'was asked for'],
  ['', 'application/fhir+json; fhirVersion=5.0', 'of FHIR 4.0'],
  ['?_format=application/fhir%2Bjson;fhirVersion=3.0', undefined, "fhirVersion '3.0' is not spoken here"],
])('metadata%s with Accept %s is refused with 406', async (query, accept, why) => {
  const reply = await send('GET', `metadata${query}`, undefined, accept === undefined ? {} : { accept });
  expect([reply.status, reply.issues.join()]).toEqual([406, expect.stringContaining(why)]);
});

test.each([
  ['application/fhir+json; fhirVersion=3.0', 415, "fhirVersion '3.0' is not spoken here"],
  ['application/fhir+json; charset=latin1', 415, "expected the charset utf-8, found 'latin1'"],
  ['text/turtle', 415, "found 'text/turtle'"],
  ['application/fhir+xml', 400, 'not well-formed XML at line 1'],
])('a body of %s is refused with %i', async (type, status, why) => {
  const reply = await send('POST', 'Patient', JSON.stringify(patient), { 'content-type': type });
  expect([reply.status, reply.issues.join()]).toEqual([status, expect.stringContaining(why)]);
});

test('XML that would keep everyone waiting is refused', async () => {
  const reply = await send('POST', 'Patient', ' '.repeat(16 * 1024 * 1024 + 1), xmlType);
  expect([reply.status, reply.issues.join()]).toEqual([
    413,
    expect.stringContaining('a body in XML may have 16777216 bytes'),
  ]);
});

test('a refusal comes in the form that was asked for', async () => {
  const reply = await send('POST', 'Patient', '<Patient', { ...xmlType, accept: 'application/fhir+xml' });
  expect([reply.status, json(reply.text).issue[0].diagnostics]).toEqual([
    400,
    'not well-formed XML at line 1, column 8',
  ]);
});

test('_pretty lays JSON out and keeps every decimal', async () => {
  const id = await create(patient);
  const observation =
    '{"resourceType":"Observation","status":"final","code":{"text":"{a:[1],b}"},"valueQuantity":{"value":1.00}}';
  const created = await send('POST', 'Observation', observation);
  const { text } = await send('GET', `Observation/${created.json.id}?_pretty=true`);
  expect(text).toContain('\n  "valueQuantity": {\n    "value": 1.00\n  }\n}');
  expect(JSON.parse(text)).toEqual(created.json);
  expect((await send('GET', `Patient/${id}?_pretty=perhaps`)).status).toBe(400);
});

test("every answer carries an id of the request: the client's own, or one of ours", async () => {
  const asked = async (id: string) =>
    (await send('GET', 'metadata', undefined, { 'x-request-id': id })).headers['x-request-id'];
  expect(await asked('mine-1')).toBe('mine-1');
  expect(await asked('')).toMatch(/^[0-9a-f-]{36}$/);
  expect(await asked('bad id\n')).toMatch(/^[0-9a-f-]{36}$/);
});
