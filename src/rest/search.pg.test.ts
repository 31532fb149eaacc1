import { beforeAll, describe, expect, test } from 'vitest';
import { testDatabase } from '../../test/database.ts';
import { base, useClient, type Reply } from './testing.ts';

const { send, create, find } = useClient(testDatabase);
const modes = ({ json }: Reply) =>
  json.entry?.map(
    ({ resource, search }) => `${search?.mode} ${resource?.id ?? String(resource?.['resourceType'])}`,
  );

const put = (resource: { resourceType: string; id: string } & Record<string, unknown>) =>
  send('PUT', `${resource.resourceType}/${resource.id}`, resource);
beforeAll(async () => {
  const all = [
    { resourceType: 'Organization', id: 'ward', name: 'Åben afdeling' },
    {
      resourceType: 'Organization',
      id: 'clinic',
      name: 'Klinik',
      partOf: { reference: 'Organization/ward' },
    },
    {
      resourceType: 'Practitioner',
      id: 'anne',
      name: [{ family: 'Lund' }],
      identifier: [{ system: 'urn:staff', value: '1' }],
    },
    {
      resourceType: 'Patient',
      id: 'p1',
      name: [{ family: 'Møller', given: ['Ida'] }],
      gender: 'female',
      birthDate: '1980-02-29',
      managingOrganization: { reference: 'Organization/ward' },
      generalPractitioner: [{ reference: 'Practitioner/anne' }],
    },
    {
      resourceType: 'Patient',
      id: 'p2',
      name: [{ family: 'Muller, jr' }],
      gender: 'male',
      birthDate: '1980',
      managingOrganization: { reference: 'Organization/clinic' },
      deceasedDateTime: '2026-01-01',
    },
    { resourceType: 'Patient', id: 'p3', active: true },
    {
      resourceType: 'Observation',
      id: 'o1',
      status: 'final',
      code: { coding: [{ system: 'http://loinc.org', code: '29463-7' }] },
      subject: { reference: 'Patient/p1/_history/1' },
      performer: [{ reference: 'Practitioner/anne' }],
      effectiveDateTime: '2026-01-15',
      valueQuantity: { value: 70.5, system: 'http://unitsofmeasure.org', code: 'kg' },
    },
    {
      resourceType: 'Observation',
      id: 'o2',
      status: 'preliminary',
      code: { text: 'x' },
      subject: { reference: 'Patient/p2' },
      hasMember: [{ reference: 'Observation/o1' }],
    },
    {
      resourceType: 'Observation',
      id: 'o3',
      status: 'final',
      code: { text: 'x' },
      subject: { reference: 'https://other.dk/Patient/p1' },
    },
    {
      resourceType: 'Encounter',
      id: 'e1',
      status: 'in-progress',
      class: { code: 'IMP' },
      subject: { reference: 'Patient/p1' },
      period: { start: '2026-01-10T08:00:00Z' },
      serviceProvider: { reference: 'Organization/ward' },
    },
  ];
  for (const resource of all) expect((await put(resource)).issues).toEqual([]);
});

describe('a search finds', () => {
  test.each<[string, string[]]>([
    ['Patient?_id=p1,p3', ['p1', 'p3']],
    ['Patient?name=møl', ['p1']],
    ['Patient?family=MULLER', ['p2']],
    ['Patient?family=muller\\, jr', ['p2']],
    ['Patient?family=muller,møller', ['p1', 'p2']],
    ['Patient?family:exact=Møller', ['p1']],
    ['Patient?family:exact=møller', []],
    ['Patient?family:contains=ller', ['p1', 'p2']],
    ['Patient?name=100%25', []],
    ['Patient?name=_', []],
    ['Patient?gender=female&birthdate=1980-02', ['p1']],
    ['Patient?gender:not=female', ['p2', 'p3']],
    ['Patient?birthdate=1980', ['p1', 'p2']],
    ['Patient?birthdate=1980-02-29', ['p1']],
    ['Patient?birthdate=ne1980-02', ['p2']],
    ['Patient?birthdate=gt1980-02-29', ['p2']],
    ['Patient?birthdate=ap1980-03-01', ['p1', 'p2']],
    ['Patient?deceased=true', ['p2']],
    ['Patient?deceased=false', ['p1', 'p3']],
    ['Patient?active=true', ['p3']],
    ['Patient?general-practitioner=Practitioner/anne', ['p1']],
    ['Patient?_lastUpdated=gt2020-01-01', ['p1', 'p2', 'p3']],
    ['Patient?_lastUpdated=lt2020-01-01', []],
    ['Observation?patient=p1', ['o1']],
    ['Observation?subject=Patient/p1', ['o1']],
    [`Observation?subject=${base}/Patient/p1`, ['o1']],
    ['Observation?subject=https://other.dk/Patient/p1', ['o3']],
    ['Observation?subject:Patient=p1,p2', ['o1', 'o2']],
    ['Observation?code=29463-7', ['o1']],
    ['Observation?code=http://loinc.org|29463-7', ['o1']],
    ['Observation?code=|29463-7', []],
    ['Observation?code=http://loinc.org|', ['o1']],
    ['Observation?value-quantity=70.5||kg', ['o1']],
    ['Observation?value-quantity=71', ['o1']],
    ['Observation?value-quantity=70', []],
    ['Observation?value-quantity=ap71', ['o1']],
    ['Observation?status=final,preliminary&date=2026-01-15', ['o1']],
    ['Encounter?date=ge2026-06-01', ['e1']],
    ['Encounter?date=lt2026-01-10', []],
    // Chains, of one link.
    ['Observation?patient.family=møller', ['o1']],
    ['Observation?subject:Patient.gender=male', ['o2']],
    ['Patient?organization.name=åben', ['p1']],
    ['Patient?organization.name=aben', []],
    ['Observation?performer.identifier=urn:staff|1', ['o1']],
    ['Observation?patient.birthdate=1980', ['o1', 'o2']],
    ['Observation?patient._id=p2', ['o2']],
    ['Encounter?service-provider:Organization.name=åben', ['e1']],
  ])('%s', async (address, ids) => expect((await find(address)).sort()).toEqual(ids));
});

test('a deleted resource is found no more, and an updated one by what it is now', async () => {
  const id = await create({ resourceType: 'Patient', name: [{ family: 'Before' }], gender: 'other' });
  await put({ resourceType: 'Patient', id, name: [{ family: 'After' }] });
  expect([
    await find('Patient?family=before'),
    await find('Patient?gender=other'),
    await find('Patient?family=after'),
  ]).toEqual([[], [], [id]]);
  await send('DELETE', `Patient/${id}`);
  expect(await find('Patient?family=after')).toEqual([]);
  await put({ resourceType: 'Patient', id, name: [{ family: 'Again' }] });
  expect(await find('Patient?family=again')).toEqual([id]);
  await send('DELETE', `Patient/${id}`);
});

test('a search by POST is a form, beside what stands in the address', async () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
  const { json } = await send(
    'POST',
    'Patient/_search?gender=female',
    'family=m%C3%B8ller&_summary=count',
    form,
  );
  expect([json.total, json.link?.[0]?.url]).toEqual([
    1,
    `${base}/Patient?gender=female&family=m%C3%B8ller&_summary=count`,
  ]);
  expect((await send('POST', 'Patient/_search')).status).toBe(200);
  expect(
    (await send('POST', 'Patient/_search', { family: 'x' }, { 'content-type': 'application/json' })).status,
  ).toBe(415);
});

describe('_include and _revinclude', () => {
  test.each<[string, string[]]>([
    ['Observation?_id=o1&_include=Observation:subject', ['match o1', 'include p1']],
    ['Observation?_id=o1&_include=Observation:subject:Group', ['match o1']],
    [
      'Observation?_id=o1&_include=Observation:performer&_include=Observation:patient',
      ['match o1', 'include anne', 'include p1'],
    ],
    ['Observation?_id=o1&_include=Observation:*', ['match o1', 'include anne', 'include p1']],
    ['Observation?_id=o1,o2&_include=Observation:has-member', ['match o1', 'match o2']],
    ['Observation?_id=o2&_include=Observation:has-member', ['match o2', 'include o1']],
    [
      'Patient?_id=p1&_revinclude=Observation:patient&_revinclude=Encounter:subject',
      ['match p1', 'include o1', 'include e1'],
    ],
    ['Patient?_id=p1&_revinclude=Observation:*', ['match p1', 'include o1']],
    ['Practitioner?_id=anne&_revinclude=Observation:performer', ['match anne', 'include o1']],
    ['Practitioner?_id=anne&_revinclude=Observation:performer:Organization', ['match anne']],
    ['Patient?_id=p3&_include=Patient:organization', ['match p3']],
  ])('%s', async (address, expected) =>
    expect(modes(await send('GET', address))?.sort()).toEqual(expected.sort()),
  );
});

test('_total and _count=0 count, and a whole answer says how many it is', async () => {
  expect((await send('GET', 'Patient?_count=1')).json.total).toBeUndefined();
  expect((await send('GET', 'Patient?_count=1&_total=accurate')).json.total).toBe(3);
  expect((await send('GET', 'Patient?_summary=count')).json).toMatchObject({
    total: 3,
    link: [{ relation: 'self' }],
  });
  expect((await send('GET', 'Patient?_count=0')).json.entry).toBeUndefined();
  expect((await send('GET', 'Patient')).json.total).toBe(3);
});

test('_elements and _summary shape the matches', async () => {
  const [one] = (await send('GET', 'Patient?_id=p1&_elements=gender')).json.entry ?? [];
  expect(Object.keys(one?.resource ?? {})).toEqual(['resourceType', 'id', 'meta', 'gender']);
  expect((await send('GET', 'Observation?_id=o1&_summary=text')).text).toContain('SUBSETTED');
});

test('unknown parameters follow Prefer: handling', async () => {
  const lenient = await send('GET', 'Patient?_id=p1&colour=red&constructor=x');
  expect(modes(lenient)).toEqual(['match p1', 'outcome OperationOutcome']);
  expect(lenient.json.entry?.[1]?.resource?.issue?.map(({ diagnostics }) => diagnostics)).toEqual([
    "colour: Patient has no search parameter 'colour'; it was not used",
    "constructor: Patient has no search parameter 'constructor'; it was not used",
  ]);
  expect(lenient.json.link?.[0]).toEqual({ relation: 'self', url: `${base}/Patient?_id=p1` });
  const strict = await send('GET', 'Patient?_id=p1&colour=red', undefined, { prefer: 'handling=strict' });
  expect([strict.status, strict.issues]).toEqual([400, ["colour: Patient has no search parameter 'colour'"]]);
});

test.each([
  'Patient?birthdate=today',
  'Patient?_sort=colour',
  'Patient?_cursor=nonsense',
  'Patient?_cursor=WyJhIiwiYiJd',
  'Patient?_sort=birthdate&_cursor=WyJhIiwiYiJd',
  'Patient?_cursor=WzVd',
  'Patient?name=%00',
  'Patient?_include=x',
  'Observation?patient.organization.birthdate=x&patient.birthdate=x',
  'Observation?code:in=x',
  'Observation?value-quantity=x',
])('%s is refused, never a fault', async (address) => {
  const reply = await send('GET', address);
  expect(reply.status).toBe(400);
  expect(reply.json.issue?.length).toBeGreaterThan(0);
});
