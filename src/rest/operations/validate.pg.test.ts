import { expect, test } from 'vitest';
import { testDatabase } from '../../../test/database.ts';
import { useClient } from '../testing.ts';

const { send, create, find } = useClient(testDatabase);
const dkCore = 'http://hl7.dk/fhir/core/StructureDefinition/dk-core-patient';
const fine = 'nothing was found that is wrong';

test('what is right is said to be so, and nothing is written', async () => {
  const reply = await send('POST', 'Patient/$validate', { resourceType: 'Patient', id: 'never' });
  expect([reply.status, reply.json['resourceType'], reply.issues]).toEqual([200, 'OperationOutcome', [fine]]);
  expect(await find('Patient')).toEqual([]);
});

test('what is wrong is told with 200: it was judged', async () => {
  const reply = await send('POST', 'Observation/$validate', { resourceType: 'Observation', status: 'done' });
  expect(reply.status).toBe(200);
  expect(reply.json.issue?.map(({ severity, code }) => [severity, code])).toEqual([
    ['error', 'code-invalid'],
    ['error', 'required'],
  ]);
});

test('takes Parameters with the resource, a mode and profiles', async () => {
  const ask = (...parameter: object[]) =>
    send('POST', 'Patient/$validate', { resourceType: 'Parameters', parameter });
  const resource = { name: 'resource', resource: { resourceType: 'Patient' } };
  expect((await ask(resource)).issues).toEqual([fine]);
  const judged = await ask(resource, { name: 'profile', valueUri: dkCore });
  expect(judged.issues.join('\n')).toContain('Patient.identifier');
  expect((await ask(resource, { name: 'mode', valueCode: 'update' })).issues).toEqual([
    'Patient.id: is required in an update',
  ]);
  expect((await ask(resource, { name: 'mode', valueCode: 'other' })).status).toBe(400);
  expect((await ask({ name: 'mode', valueCode: 'create' })).status).toBe(400);
});

test('a member that is written twice within Parameters is found', async () => {
  const body =
    '{"resourceType":"Parameters","parameter":[{"name":"resource","resource":{"resourceType":"Patient","active":true,"active":false}}]}';
  expect((await send('POST', 'Patient/$validate', body)).issues.join()).toContain('written twice');
});

test('a profile is demanded by the address too, and one that is not known is a warning', async () => {
  const patient = { resourceType: 'Patient' };
  const demanded = await send('POST', `Patient/$validate?profile=${dkCore}`, patient);
  expect(demanded.json.issue?.some(({ severity }) => severity === 'error')).toBe(true);
  const unknown = await send('POST', 'Patient/$validate?profile=http://x.dk/unheard', patient);
  expect(unknown.json.issue?.map(({ severity, diagnostics }) => [severity, diagnostics])).toEqual([
    ['warning', 'Patient: the profile http://x.dk/unheard is not known here and was not judged'],
  ]);
});

test('what R4 advises is told, and keeps nothing from being written', async () => {
  const resource = {
    resourceType: 'Organization',
    name: 'x',
    extension: [{ url: 'http://x.dk/unheard', valueBoolean: true }],
    contact: [
      {
        purpose: {
          coding: [{ system: 'http://terminology.hl7.org/CodeSystem/contactentity-type', code: 'NONE' }],
        },
      },
    ],
  };
  const { json } = await send('POST', 'Organization/$validate', resource);
  expect(json.issue?.map(({ severity, diagnostics }) => `${severity} ${diagnostics}`)).toEqual([
    'information Organization.extension[0]: is an extension that is not defined here',
    'warning Organization.contact[0].purpose: no code of it is in the extensible value set http://hl7.org/fhir/ValueSet/contactentity-type',
  ]);
  expect((await send('POST', 'Organization', resource)).status).toBe(201);
  const valueSet = { resourceType: 'ValueSet', status: 'draft', name: 'not a name' };
  expect((await send('POST', 'ValueSet/$validate', valueSet)).issues.join()).toContain(
    'ValueSet: breaks vsd-0',
  );
});

test('what is stored is judged at its address', async () => {
  const id = await create({ resourceType: 'Patient' });
  expect((await send('GET', `Patient/${id}/$validate`)).issues).toEqual([fine]);
  expect((await send('GET', `Patient/${id}/$validate?profile=${dkCore}`)).issues.length).toBeGreaterThan(0);
  expect((await send('POST', `Patient/${id}/$validate?mode=delete`)).issues).toEqual([
    `Patient/${id} could be deleted`,
  ]);
  const other = await send('POST', `Patient/${id}/$validate?mode=update`, {
    resourceType: 'Patient',
    id: 'other',
  });
  expect(other.issues).toEqual(['Patient.id: is not the id of the address']);
  expect((await send('GET', 'Patient/nobody/$validate')).status).toBe(404);
  expect((await send('POST', 'Patient/$validate?mode=delete')).status).toBe(400);
});

test('a write is held to the built-in profiles that it claims, and taken at its word for others', async () => {
  const claiming = (profile: string) => ({ resourceType: 'Patient', meta: { profile: [profile] } });
  const refused = await send('POST', 'Patient', claiming(dkCore));
  expect(refused.status).toBe(422);
  expect(refused.issues.join()).toContain('Patient.identifier');
  expect((await send('POST', 'Patient', claiming('http://x.dk/unheard'))).status).toBe(201);
});

test('a profile and a value set written to the record count at once', async () => {
  await create({
    resourceType: 'ValueSet',
    status: 'active',
    url: 'http://x.dk/ward-codes',
    compose: { include: [{ system: 'http://x.dk/wards', concept: [{ code: 'A1' }] }] },
  });
  await create({
    resourceType: 'StructureDefinition',
    url: 'http://x.dk/ward',
    name: 'Ward',
    status: 'active',
    kind: 'resource',
    abstract: false,
    type: 'Location',
    derivation: 'constraint',
    baseDefinition: 'http://hl7.org/fhir/StructureDefinition/Location',
    differential: {
      element: [
        { id: 'Location', path: 'Location' },
        {
          id: 'Location.physicalType',
          path: 'Location.physicalType',
          min: 1,
          binding: { strength: 'required', valueSet: 'http://x.dk/ward-codes' },
        },
      ],
    },
  });
  const ask = (code: string) =>
    send('POST', 'Location/$validate?profile=http://x.dk/ward', {
      resourceType: 'Location',
      physicalType: { coding: [{ system: 'http://x.dk/wards', code }] },
    });
  expect((await ask('A1')).issues).toEqual([fine]);
  expect((await ask('B2')).issues).toEqual([
    'Location.physicalType: no code of it is in the required value set http://x.dk/ward-codes',
  ]);
});
