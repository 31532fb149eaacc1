// What follows references: chains, `_has`, `_include:iterate`, `_list`, compartments, and searches over several types.
import { beforeAll, describe, expect, test } from 'vitest';
import { testDatabase } from '../../test/database.ts';
import { base, useClient, type Reply } from './testing.ts';

const { send, find } = useClient(testDatabase);

const to = (reference: string) => ({ reference });
const observation = (id: string, more: object) => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: 'weight' }] },
  ...more,
});

beforeAll(async () => {
  const all = [
    { resourceType: 'Organization', id: 'region', name: 'Region' },
    { resourceType: 'Organization', id: 'hospital', name: 'Hospital', partOf: to('Organization/region') },
    { resourceType: 'Organization', id: 'ward', name: 'Ward', partOf: to('Organization/hospital') },
    { resourceType: 'Practitioner', id: 'anne', name: [{ family: 'Lund' }] },
    { resourceType: 'Practitioner', id: 'bo', name: [{ family: 'Bo' }] },
    {
      resourceType: 'Patient',
      id: 'p1',
      name: [{ family: 'Holm' }],
      generalPractitioner: [to('Practitioner/anne')],
      managingOrganization: to('Organization/ward'),
      meta: { tag: [{ system: 'urn:t', code: 'study' }] },
    },
    { resourceType: 'Patient', id: 'p2', name: [{ family: 'Krogh' }] },
    { resourceType: 'RelatedPerson', id: 'mother', patient: to('Patient/p1') },
    { resourceType: 'Device', id: 'scale' },
    {
      resourceType: 'Encounter',
      id: 'e1',
      status: 'finished',
      class: { code: 'IMP' },
      subject: to('Patient/p1'),
      serviceProvider: to('Organization/ward'),
      participant: [{ individual: to('Practitioner/bo') }],
    },
    observation('o1', {
      subject: to('Patient/p1'),
      encounter: to('Encounter/e1'),
      performer: [to('Practitioner/anne')],
      device: to('Device/scale'),
      meta: { tag: [{ system: 'urn:t', code: 'study' }] },
    }),
    observation('o2', {
      subject: to('Patient/p1'),
      performer: [to('RelatedPerson/mother')],
      hasMember: [to('Observation/o1')],
    }),
    observation('o3', { subject: to('Patient/p2'), derivedFrom: [to('Observation/o2')] }),
    { resourceType: 'Group', id: 'g', type: 'person', actual: true, member: [{ entity: to('Patient/p1') }] },
    {
      resourceType: 'List',
      id: 'watched',
      status: 'current',
      mode: 'working',
      entry: [{ item: to('Patient/p2') }, { item: to('Observation/o3') }],
    },
    {
      resourceType: 'Provenance',
      id: 'pr',
      target: [to('Observation/o1')],
      recorded: '2026-01-15T10:00:00Z',
      agent: [{ who: to('Practitioner/anne') }],
    },
  ];
  for (const resource of all)
    expect((await send('PUT', `${resource.resourceType}/${resource.id}`, resource)).issues).toEqual([]);
});

describe('finds', () => {
  test.each<[string, string[]]>([
    // chains of several links
    ['Observation?patient.general-practitioner.family=lund', ['o1', 'o2']],
    ['Observation?encounter.service-provider.partof.partof.name=region', ['o1']],
    ['Observation?subject:Patient.general-practitioner:Practitioner.family:exact=Lund', ['o1', 'o2']],
    ['Observation?patient.general-practitioner.family=bo', []],
    ['Provenance?target:Observation.patient.family=holm', ['pr']],
    // _has, by the patient, by other references, nested, and within chains
    ['Patient?_has:Observation:patient:code=weight', ['p1', 'p2']],
    ['Patient?_has:Observation:patient:performer=Practitioner/anne', ['p1']],
    ['Patient?_has:Observation:patient:_has:Provenance:target:agent=Practitioner/anne', ['p1']],
    ['Practitioner?_has:Observation:performer:code=weight', ['anne']],
    ['Practitioner?_has:Encounter:practitioner:patient.family=holm', ['bo']],
    ['Organization?_has:Encounter:service-provider:_id=e1', ['ward']],
    ['Organization?_has:Organization:partof:_has:Organization:partof:name=ward', ['region']],
    ['Observation?_has:Observation:has-member:patient=p1', ['o1']],
    ['Observation?patient._has:Group:member:_id=g', ['o1', 'o2']],
    ['Device?_has:Observation:device:_id=o1', ['scale']],
    ['Device?_has:Observation:device:_id=o2', []],
    // _list
    ['Patient?_list=watched', ['p2']],
    ['Observation?_list=List/watched', ['o3']],
    ['Patient?_list=none', []],
    // compartments
    ['Patient/p1/Observation', ['o1', 'o2']],
    ['Patient/p1/Observation?performer=Practitioner/anne', ['o1']],
    ['Patient/p1/Patient', ['p1']],
    ['Patient/p1/*', ['p1', 'mother', 'e1', 'o1', 'o2', 'g']],
    ['Encounter/e1/Observation', ['o1']],
    ['Encounter/e1/*', ['e1', 'o1']],
    ['Practitioner/anne/*', ['anne', 'p1', 'o1', 'pr']],
    ['Practitioner/bo/Encounter', ['e1']],
    ['RelatedPerson/mother/Observation', ['o2']],
    ['Device/scale/Observation', ['o1']],
    ['Patient/none/Observation', []],
    // several types
    ['?_type=Patient,Observation&_tag=urn:t|study', ['p1', 'o1']],
    ['?_tag=study', ['p1', 'o1']],
    ['?_id=p1,o3,ward', ['p1', 'o3', 'ward']],
    ['?_type=Observation,Encounter&patient=p1', ['e1', 'o1', 'o2']],
    ['?_type=Observation,Encounter&patient=p1&status:not=finished', ['o1', 'o2']],
    ['?_type=Patient,Practitioner&family=lund', ['anne']],
    ['?_type=Observation&code=weight&patient=p2', ['o3']],
    ['?_list=watched', ['p2', 'o3']],
    ['Patient/p1/*?_type=Observation,Encounter', ['e1', 'o1', 'o2']],
  ])('%s', async (address, expected) => expect((await find(address)).sort()).toEqual(expected.sort()));
});

test('a search over several types pages, and by POST', async () => {
  const seen: string[] = [];
  for (
    let next: string | undefined =
      '?_type=Patient,Observation&_count=2&_lastUpdated=gt2020&_sort=-_lastUpdated';
    next !== undefined;
  ) {
    const reply: Reply = await send('GET', next);
    seen.push(...(reply.json.entry ?? []).map(({ resource }) => resource?.id ?? ''));
    next = reply.json.link?.find(({ relation }) => relation === 'next')?.url.replace(`${base}?`, '?');
  }
  expect(seen).toEqual(['o3', 'o2', 'o1', 'p2', 'p1']);
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  expect((await send('POST', '_search', '_type=Patient&_tag=study&_summary=count', form)).json.total).toBe(1);
  const posted = await send('POST', 'Patient/p1/Observation/_search', 'code=weight&_summary=count', form);
  expect([posted.json.total, posted.json.link?.[0]?.url]).toEqual([
    2,
    `${base}/Patient/p1/Observation?code=weight&_summary=count`,
  ]);
});

test.each<[string, number, string]>([
  ['Organization/ward/Observation', 404, 'there is no compartment of Organization in FHIR R4'],
  ['Patient/p1/Chart', 404, "'Chart' is no resource type of FHIR R4"],
  ['Patient/p1/Organization', 400, 'a Organization is never in the compartment of a Patient'],
  ['?_type=Chart', 400, "'Chart' is no resource type"],
])('%s is refused, by name', async (address, status, why) => {
  const reply = await send('GET', address);
  expect([reply.status, reply.issues.join()]).toEqual([status, expect.stringContaining(why)]);
});

describe('included', () => {
  const included = ({ json }: Reply) =>
    (json.entry ?? []).flatMap(({ resource, search }) =>
      search?.mode === 'include' && resource ? [resource.id] : [],
    );
  test.each<[string, string[]]>([
    ['Encounter?_id=e1&_include=Encounter:service-provider', ['ward']],
    [
      'Encounter?_id=e1&_include=Encounter:service-provider&_include:iterate=Organization:partof',
      ['ward', 'hospital', 'region'],
    ],
    ['Encounter?_id=e1&_include=Encounter:service-provider&_include=Organization:partof', ['ward']],
    ['Organization?_id=ward&_include:iterate=Organization:partof', ['hospital', 'region']],
    ['Observation?_id=o1&_include=*', ['p1', 'e1', 'anne', 'scale']],
    [
      'Observation?_id=o1&_include=Observation:encounter&_include:iterate=*',
      ['p1', 'e1', 'bo', 'ward', 'anne', 'hospital', 'region', 'scale'],
    ],
    ['Organization?_id=region&_revinclude:iterate=Organization:partof', ['hospital', 'ward']],
    ['Organization?_id=region&_revinclude=Organization:partof', ['hospital']],
    ['Observation?_id=o1&_revinclude=*', ['o2', 'pr']],
    ['Device?_id=scale&_revinclude=Observation:device&_include:iterate=Observation:patient', ['o1', 'p1']],
    ['Patient?_id=p2&_revinclude=*', ['o3', 'watched']],
  ])('%s', async (address, expected) =>
    expect(included(await send('GET', address)).sort()).toEqual(expected.sort()),
  );
  test('in a circle, each once', async () => {
    for (const [id, other] of [
      ['x', 'y'],
      ['y', 'x'],
    ])
      await send('PUT', `Organization/${id}`, {
        resourceType: 'Organization',
        id,
        name: id,
        partOf: to(`Organization/${other}`),
      });
    expect(included(await send('GET', 'Organization?_id=x&_include:iterate=Organization:partof'))).toEqual([
      'y',
    ]);
  });
});
