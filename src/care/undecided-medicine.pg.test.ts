// The medicine after a stay: who ends the stay is told that it is not decided, and who decides it is told what an order would be told.
import { beforeAll, expect, test } from 'vitest';
import { useClient } from '#rest/testing.ts';
import { testDatabase } from '../../test/database.ts';
import {
  caveOf,
  details,
  knownDrugs,
  medicationClient,
  orderOf,
  transaction,
} from '../../test/medication.ts';

const client = useClient(testDatabase);
const { send, create } = client;
const { newPatient, checked } = medicationClient(client);

beforeAll(async () => {
  for (const row of knownDrugs()) await create(row);
});

const stayOf = (patient: string) => ({
  resourceType: 'Encounter',
  status: 'in-progress',
  class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' },
  subject: { reference: patient },
  period: { start: '2026-01-12T08:00:00+01:00' },
});
const ended = (patient: string, id: string, more: object = {}) => ({
  ...stayOf(patient),
  id,
  status: 'finished',
  period: { start: '2026-01-12T08:00:00+01:00', end: '2026-01-15T08:00:00+01:00' },
  ...more,
});
const after = (patient: string, stay: string, drug: Parameters<typeof orderOf>[1]) =>
  orderOf(patient, drug, {
    intent: 'plan',
    extension: [{ url: 'https://holdfast.dk/fhir/after', valueCode: 'new' }],
    groupIdentifier: { system: 'https://holdfast.dk/fhir/discharge-medicine', value: `group ${stay}` },
    category: [{ coding: [{ code: 'community' }] }, { coding: [{ code: 'discharge' }] }],
    encounter: { reference: `Encounter/${stay}` },
  });

test('whoever ends a stay is told how many drugs of ward and card are not decided, each substance once, and is not refused', async () => {
  const patient = await newPatient();
  const stay = await create(stayOf(patient));
  const end = ended(patient, stay);
  expect(await checked(end)).not.toContain('warning: medicine-undecided');
  await create(orderOf(patient, 'furosemid'));
  await create(orderOf(patient, 'paracetamol'));
  const { issues } = await send('POST', '$check', transaction(end));
  expect(issues.filter((one) => one.includes('not decided'))).toEqual([
    expect.stringMatching(/the medicine after the stay is not decided; drugs: 2$/),
  ]);
  await create(after(patient, stay, 'furosemid'));
  expect((await send('POST', '$check', transaction(end))).issues.join()).toContain('drugs: 1');
  expect((await send('PUT', `Encounter/${stay}`, end)).status).toBe(200);
});

test('a death, a stay that ended before, and one that goes on elsewhere in the same act are told nothing', async () => {
  const patient = await newPatient();
  const stay = await create(stayOf(patient));
  await create(orderOf(patient, 'furosemid'));
  const death = ended(patient, stay, {
    hospitalization: {
      dischargeDisposition: {
        coding: [{ system: 'http://terminology.hl7.org/CodeSystem/discharge-disposition', code: 'exp' }],
      },
    },
  });
  expect(await checked(death)).not.toContain('warning: medicine-undecided');
  expect(await checked(ended(patient, stay), stayOf(patient))).not.toContain('warning: medicine-undecided');
  await send('PUT', `Encounter/${stay}`, ended(patient, stay));
  expect(await checked(ended(patient, stay, { priority: { text: 'akut' } }))).not.toContain(
    'warning: medicine-undecided',
  );
});

test('the medicine after a stay is checked as orders are, its lines beside each other, and no warning refuses it', async () => {
  const patient = await newPatient();
  await create(caveOf(patient, { text: 'Penicillin' }));
  const stay = await create(stayOf(patient));
  const lines = (['dicloxacillin', 'apixaban', 'acetylsalicylsyre'] as const).map((drug) =>
    after(patient, stay, drug),
  );
  const reply = await send('POST', '$check', transaction(...lines));
  expect(details(reply)).toEqual(
    expect.arrayContaining(['warning: cave', 'warning: interaction', 'warning: not-checked']),
  );
  // What is signed with it is named by its drug, since it has no name yet.
  expect(reply.issues.join('\n')).toContain('does not go well with another order: acetylsalicylsyre');
  expect((await send('POST', '', transaction(...lines))).status).toBe(200);
});
