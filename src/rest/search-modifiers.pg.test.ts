// The modifiers of http://hl7.org/fhir/R4/search.html#modifiers, each on the types of parameters that have it.
import { beforeAll, describe, expect, test } from 'vitest';
import { testDatabase } from '../../test/database.ts';
import { useClient } from './testing.ts';

const { send, find } = useClient(testDatabase);

const loinc = 'http://loinc.org';
const observation = (id: string, code: object, more: object = {}) => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code,
  ...more,
});

beforeAll(async () => {
  const all = [
    {
      resourceType: 'Patient',
      id: 'p1',
      name: [{ family: 'Åkjær' }],
      gender: 'female',
      birthDate: '1980-01-01',
      identifier: [
        {
          type: {
            coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'MR' }],
            text: 'Journalnummer',
          },
          system: 'urn:a',
          value: '1|2',
        },
        { system: 'urn:a', value: '3' },
      ],
      meta: { profile: ['http://x.dk/fhir/Profile/one'] },
    },
    {
      resourceType: 'Patient',
      id: 'p2',
      identifier: [
        {
          type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'SS' }] },
          value: '1|2',
        },
      ],
      deceasedBoolean: true,
      meta: { profile: ['http://x.dk/fhirs/Profile/one'] },
    },
    observation('o1', {
      coding: [{ system: loinc, code: '8480-6', display: 'Systolic Blood Pressure' }],
      text: 'Blodtryk, øvre',
    }),
    observation('o2', { coding: [{ system: loinc, code: '8480-6' }] }, { status: 'preliminary' }),
    observation('o3', { text: 'systolisk' }, { subject: { reference: 'Group/g' } }),
    observation(
      'o4',
      { coding: [{ system: 'urn:local', code: 'cat', display: 'Kat' }] },
      { subject: { reference: 'Patient/p1' }, valueQuantity: { value: 5 }, effectiveDateTime: '2026-01-15' },
    ),
    {
      resourceType: 'CodeSystem',
      id: 'animals',
      url: 'urn:local',
      status: 'active',
      content: 'complete',
      concept: [
        { code: 'animal', concept: [{ code: 'cat', concept: [{ code: 'lion' }] }, { code: 'dog' }] },
        { code: 'stone' },
      ],
    },
    {
      resourceType: 'CodeSystem',
      id: 'part',
      url: 'urn:part',
      status: 'active',
      content: 'fragment',
      concept: [{ code: 'a' }],
    },
    {
      resourceType: 'ValueSet',
      id: 'listed',
      url: 'http://x.dk/ValueSet/listed',
      status: 'active',
      compose: { include: [{ system: loinc, concept: [{ code: '8480-6' }, { code: '8462-4' }] }] },
    },
    {
      resourceType: 'ValueSet',
      id: 'made',
      url: 'http://x.dk/ValueSet/made',
      status: 'active',
      compose: { include: [{ valueSet: ['http://x.dk/ValueSet/listed'] }, { system: 'urn:local' }] },
    },
    {
      resourceType: 'ValueSet',
      id: 'filtered',
      url: 'http://x.dk/other/filtered',
      status: 'active',
      compose: {
        include: [{ system: loinc, filter: [{ property: 'CLASS', op: '=', value: 'BP' }] }],
      },
    },
    {
      resourceType: 'ValueSet',
      id: 'circle',
      url: 'http://x.dk/ValueSet/circle',
      status: 'active',
      compose: { include: [{ valueSet: ['http://x.dk/ValueSet/circle'] }] },
    },
  ];
  for (const resource of all)
    expect((await send('PUT', `${resource.resourceType}/${resource.id}`, resource)).issues).toEqual([]);
});

describe('finds', () => {
  test.each<[string, string[]]>([
    // :missing
    ['Patient?gender:missing=true', ['p2']],
    ['Patient?gender:missing=false', ['p1']],
    ['Patient?birthdate:missing=true', ['p2']],
    ['Patient?family:missing=true', ['p2']],
    ['Patient?deceased:missing=true', []],
    ['Patient?death-date:missing=true', ['p1', 'p2']],
    ['Observation?subject:missing=true', ['o1', 'o2']],
    ['Observation?patient:missing=true', ['o1', 'o2', 'o3']],
    ['Observation?patient:missing=false', ['o4']],
    ['Observation?value-quantity:missing=false', ['o4']],
    ['Observation?date:missing=true', ['o1', 'o2', 'o3']],
    ['ValueSet?url:missing=true', []],
    // :not, which also finds what has no value
    ['Observation?status:not=final', ['o2']],
    ['Observation?status:not=final,preliminary', []],
    ['Patient?gender:not=female', ['p2']],
    // :text, by a display that the code has anywhere, by a concept's own words, by an identifier's type
    ['Observation?code:text=systolic%20blood', ['o1', 'o2']],
    ['Observation?code:text=BLODTRYK', ['o1']],
    ['Observation?code:text=pressure', []],
    ['Observation?code:text=systol', ['o1', 'o2', 'o3']],
    ['Observation?combo-code:text=kat', ['o4']],
    ['Patient?identifier:text=journal', ['p1']],
    // :of-type
    ['Patient?identifier:of-type=http://terminology.hl7.org/CodeSystem/v2-0203|MR|1\\|2', ['p1']],
    ['Patient?identifier:of-type=http://terminology.hl7.org/CodeSystem/v2-0203|SS|1\\|2', ['p2']],
    ['Patient?identifier:of-type=http://terminology.hl7.org/CodeSystem/v2-0203|MR|3', []],
    // :in and :not-in
    ['Observation?code:in=http://x.dk/ValueSet/listed', ['o1', 'o2']],
    ['Observation?code:in=http://x.dk/ValueSet/made', ['o1', 'o2', 'o4']],
    ['Observation?code:not-in=http://x.dk/ValueSet/listed', ['o3', 'o4']],
    ['Observation?status:in=http://hl7.org/fhir/ValueSet/observation-status', ['o1', 'o2', 'o3', 'o4']],
    // :above and :below, for codes and for addresses
    ['Observation?code:below=urn:local|animal', ['o4']],
    ['Observation?code:below=urn:local|dog', []],
    ['Observation?code:above=urn:local|lion', ['o4']],
    ['Observation?code:below=urn:local|lion', []],
    ['ValueSet?url:below=http://x.dk/ValueSet', ['circle', 'listed', 'made']],
    ['ValueSet?url:below=http://x.dk/ValueSet/', ['circle', 'listed', 'made']],
    ['ValueSet?url:below=http://x.dk/Value', []],
    ['ValueSet?url:below=http://x.dk/ValueSet/listed', ['listed']],
    ['ValueSet?url:above=http://x.dk/ValueSet/listed/history/1', ['listed']],
    ['Patient?_profile:below=http://x.dk/fhir', ['p1']],
    // within chains
    ['Observation?patient.identifier:text=journal', ['o4']],
    ['Observation?patient.gender:missing=false', ['o4']],
  ])('%s', async (address, expected) =>
    expect((await find(`${address}&_sort=_id`)).sort()).toEqual(expected),
  );
});

test.each<[string, string]>([
  [
    'Observation?code:in=http://x.dk/other/filtered',
    "the value set 'http://x.dk/other/filtered' is not known",
  ],
  ['Observation?code:in=http://x.dk/ValueSet/circle', 'is not known here, or its codes cannot be listed'],
  ['Observation?code:in=http://nowhere.dk', "the value set 'http://nowhere.dk' is not known here"],
  ['Observation?code:below=urn:part|a', "the hierarchy of 'urn:part' is not known here"],
  [
    'Observation?code:below=urn:local|unicorn',
    "the hierarchy of 'urn:local' is not known here, or has no such",
  ],
])('%s is refused, by name', async (address, why) => {
  const reply = await send('GET', address);
  expect([reply.status, reply.issues.join()]).toEqual([400, expect.stringContaining(why)]);
});

test('what a resource no longer says, it is no longer found by', async () => {
  const before = observation('changing', {
    coding: [{ system: loinc, code: 'x', display: 'Before' }],
    text: 'Own words',
  });
  await send('PUT', 'Observation/changing', { ...before, issued: '2026-01-15T10:00:00Z' });
  expect(await find('Observation?code:text=own&_id=changing')).toEqual(['changing']);
  await send('PUT', 'Observation/changing', observation('changing', { text: 'after' }));
  expect(await find('Observation?code:text=own&_id=changing')).toEqual([]);
  expect(await find('Observation?code:text=before&_id=changing')).toEqual([]);
  expect(await find('Observation?code:text=after&_id=changing')).toEqual(['changing']);
  await send('DELETE', 'Observation/changing');
  expect(await find('Observation?code:text=after')).toEqual([]);
});
