// The partogram, as any client of the API meets the rules.
import { describe, expect, test } from 'vitest';
import { labourObservation } from '#fhir/partogram/shapes.ts';
import type { LabourFact } from '#fhir/partogram/observe.ts';
import { admit } from '#fhir/stay.ts';
import { findRole } from '#identity/role.ts';
import { testClient, useClient, type Client, type Reply } from '#rest/testing.ts';
import { nothingShown } from '#store/access.ts';
import { testDatabase } from '../../test/database.ts';

const { send, create, store } = useClient(testDatabase);
const as = (name: string): Client =>
  testClient(store(), {}, async () => {
    const role = findRole('midwife');
    if (!role) throw new Error('no midwife');
    return {
      author: `Practitioner/${name}`,
      person: { user: name, role },
      sees: { shown: nothingShown() },
    };
  });
async function newMother() {
  const patient = await create({ resourceType: 'Patient', gender: 'female' });
  const stay = await create({
    resourceType: 'Encounter',
    status: 'in-progress',
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' },
    subject: { reference: `Patient/${patient}` },
  });
  return { patient, stay };
}
type Mother = Awaited<ReturnType<typeof newMother>>;
const seen = ({ patient, stay }: Mother, fact: LabourFact, at = '10:00', by = 'karen') =>
  labourObservation(fact, {
    patient: { reference: `Patient/${patient}` },
    stay: { reference: `Encounter/${stay}` },
    performer: { reference: `Practitioner/${by}` } as never,
    at: `2026-01-15T${at}:00+01:00`,
  });
const cm = (value: number): LabourFact => ({ kind: 'dilatation', value, fetus: undefined });
const details = ({ status, json }: Reply) => [
  status,
  ...((json.issue ?? []) as unknown as { details?: { coding: { code: string }[] } }[]).flatMap(
    ({ details: said }) => said?.coding[0]?.code ?? [],
  ),
];
const check = (resource: object) =>
  send('POST', '$check', {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [{ resource, request: { method: 'POST', url: 'Observation' } }],
  });

describe('what is seen of a birth', () => {
  test('is of a body, in its unit, of a stay of the mother, and by somebody', async () => {
    const mother = await newMother();
    const post = (resource: object) => as('karen').send('POST', 'Observation', resource);
    expect((await post(seen(mother, cm(4.5)))).status).toBe(201);
    expect(details(await post(seen(mother, cm(11))))).toEqual([422, 'impossible']);
    expect(details(await post(seen(mother, cm(4.3))))).toEqual([422, 'impossible']);
    expect(details(await post(seen({ ...mother, stay: 'none' }, cm(5))))).toEqual([422, 'no-stay']);
    expect(details(await post({ ...seen(mother, cm(5)), performer: [] }))[0]).toBe(422);
    const inch = {
      ...seen(mother, cm(5)),
      valueQuantity: { value: 2, system: 'http://unitsofmeasure.org', code: '[in_i]' },
    };
    expect(details(await post(inch))).toEqual([422, 'labour-unread']);
    const other = await newMother();
    expect(details(await post(seen({ patient: other.patient, stay: mother.stay }, cm(5))))).toEqual([
      422,
      'no-stay',
    ]);
  });

  test('of two hearts each is told apart, and an unknown third is refused', async () => {
    const mother = await newMother();
    const heart = seen(mother, { kind: 'heart-rate', value: 140, fetus: 'B' });
    expect((await send('POST', 'Observation', heart)).status).toBe(201);
    const strange = { ...heart, extension: [{ url: 'https://holdfast.dk/fhir/fetus', valueCode: 'Z' }] };
    expect(details(await send('POST', 'Observation', strange))).toEqual([422, 'labour-unread']);
  });

  test('that goes backwards is told beforehand and stored; what was entered in error counts for nothing', async () => {
    const mother = await newMother();
    const seven = await create(seen(mother, cm(7), '10:00'));
    expect(details(await check(seen(mother, cm(6), '12:00')))).toEqual([200, 'backwards']);
    expect((await send('POST', 'Observation', seen(mother, cm(6), '12:00'))).status).toBe(201);
    // An earlier look that is written late is no step back.
    expect(details(await check(seen(mother, cm(6), '09:00')))).toEqual([200]);
    const stored = (await send('GET', `Observation/${seven}`)).json;
    const wrong = { ...stored, status: 'entered-in-error', note: [{ text: 'Forkert patient' }] };
    expect((await as('karen').send('PUT', `Observation/${seven}`, wrong)).status).toBe(200);
    expect(details(await check(seen(mother, cm(6.5), '13:00')))).toEqual([200]);
  });
});

describe('a wrong entry', () => {
  test('is marked by who wrote it, with a reason; it is never changed, deleted or taken back', async () => {
    const mother = await newMother();
    const id = await create(seen(mother, cm(5)));
    const url = `Observation/${id}`;
    const stored = (await send('GET', url)).json;
    const wrong = { ...stored, status: 'entered-in-error', note: [{ text: 'Målt på en anden' }] };
    const six = { ...stored, valueQuantity: { ...(stored['valueQuantity'] as object), value: 6 } };
    expect(details(await as('karen').send('PUT', url, six))).toEqual([422, 'labour-kept']);
    expect(details(await send('DELETE', url))).toEqual([422, 'labour-kept']);
    expect(details(await as('karen').send('PUT', url, { ...wrong, note: [] }))[0]).toBe(422);
    expect(details(await as('lise').send('PUT', url, wrong))).toEqual([422, 'not-who-wrote']);
    expect((await as('karen').send('PUT', url, wrong)).status).toBe(200);
    expect(details(await as('karen').send('PUT', url, stored))).toEqual([422, 'labour-kept']);
  });
});

test('a birth marks the partogram of the mother, by whatever client the child is registered', async () => {
  const mother = await newMother();
  const child = 'urn:uuid:0b7f4b0e-3d5f-4c93-9a39-7d5d0f3b8a11';
  const at = '2026-01-15T14:05:00+01:00';
  const born = await send('POST', '', {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      {
        fullUrl: child,
        resource: {
          resourceType: 'Patient',
          birthDate: '2026-01-15',
          _birthDate: {
            extension: [
              { url: 'http://hl7.org/fhir/StructureDefinition/patient-birthTime', valueDateTime: at },
            ],
          },
        },
        request: { method: 'POST', url: 'Patient' },
      },
      {
        resource: admit(
          {
            patient: { reference: child as `Patient/${string}` },
            ward: { display: 'Fødegang' },
            partOf: { reference: `Encounter/${mother.stay}` },
          },
          at,
        ),
        request: { method: 'POST', url: 'Encounter' },
      },
    ],
  });
  expect(born.status).toBe(200);
  const { json } = await send(
    'GET',
    `Observation?patient=${mother.patient}&category=https://holdfast.dk/fhir/partogram|labour`,
  );
  expect(json['entry']).toMatchObject([
    {
      resource: {
        code: { coding: [{ code: 'birth' }] },
        effectiveDateTime: at,
        encounter: { reference: `Encounter/${mother.stay}` },
      },
    },
  ]);
  // Taken back, it is no birth any more.
  const [stayed] = (await send('GET', `Encounter?part-of=Encounter/${mother.stay}`)).json.entry ?? [];
  const taken = { ...stayed?.resource, status: 'entered-in-error' };
  expect((await send('PUT', `Encounter/${stayed?.resource?.id}`, taken)).status).toBe(200);
  const after = await send('GET', `Observation?patient=${mother.patient}`);
  expect(after.json.entry?.map(({ resource }) => resource?.['status'])).toEqual(['entered-in-error']);
});
