// The treatment level, as any client of the API meets the rules.
import { expect, test } from 'vitest';
import { levelElements, levels } from '#fhir/treatment-level/level.ts';
import { findRole } from '#identity/role.ts';
import { testClient, useClient, type Reply } from '#rest/testing.ts';
import { nothingShown } from '#store/access.ts';
import { testDatabase } from '../../test/database.ts';

const { send, create, find, store } = useClient(testDatabase);
const newPatient = async () => `Patient/${await create({ resourceType: 'Patient' })}`;
const [full, noResuscitation] = levels;
const flag = (patient: string, more: object = {}) => ({
  resourceType: 'Flag',
  status: 'active',
  ...levelElements(noResuscitation!, 'Svær hjertesvigt', 'both'),
  subject: { reference: patient },
  period: { start: '2026-01-15T08:00:00+01:00' },
  author: { reference: 'Practitioner/kim' },
  ...more,
});
const details = ({ json }: Reply) =>
  (json.issue as unknown as { details?: { coding: { code: string }[] } }[]).map(
    ({ details: said }) => said?.coding[0]?.code,
  );
const as = (role: string) =>
  testClient(store(), {}, async () => {
    const found = findRole(role);
    if (!found) throw new Error(role);
    return {
      author: 'Practitioner/kim',
      person: { user: 'kim', role: found },
      sees: { shown: nothingShown() },
    };
  });
const active = async (patient: string) => {
  const { json } = await send('GET', `Flag?patient=${patient}`);
  return (json.entry ?? []).flatMap(({ resource }) =>
    resource?.['status'] === 'active' ? [resource.id] : [],
  );
};
/** Ends one and decides another, in one act. */
const instead = (old: string, of: string, next: object) => ({
  resourceType: 'Bundle',
  type: 'transaction',
  entry: [
    {
      resource: { ...flag(of), id: old, status: 'inactive' },
      request: { method: 'PUT', url: `Flag/${old}` },
    },
    { resource: next, request: { method: 'POST', url: 'Flag' } },
  ],
});

test('is decided by a doctor, with a reason and with whom it was talked over', async () => {
  const patient = await newPatient();
  expect(details(await as('nurse').send('POST', 'Flag', flag(patient)))).toEqual(['doctors-only']);
  expect(details(await as('doctor').send('POST', 'Flag', flag(patient, { extension: undefined })))).toEqual([
    'no-reason',
    'no-talk',
  ]);
  const other = { author: { reference: 'Practitioner/anne' } };
  expect(details(await as('doctor').send('POST', 'Flag', flag(patient, other)))).toEqual(['other-person']);
  const { status } = await as('doctor').send('POST', 'Flag', flag(patient));
  expect(status).toBe(201);
});

test('is replaced in one act, never changed, never deleted, and its history stays', async () => {
  const patient = await newPatient();
  const old = await create(flag(patient));
  const second = flag(patient, levelElements(full!, 'Bedring', 'patient'));
  const refused = await send('POST', 'Flag', second);
  expect([refused.status, ...details(refused)]).toEqual([409, 'level-active']);
  expect(details(await send('PUT', `Flag/${old}`, { ...second, id: old }))).toEqual(['level-kept']);
  expect(details(await send('DELETE', `Flag/${old}`))).toEqual(['level-kept']);
  expect((await send('POST', '', instead(old, patient, second))).status).toBe(200);
  const now = await active(patient);
  expect([now.length, now.includes(old)]).toEqual([1, false]);
  expect(await find(`Flag?patient=${patient}`)).toHaveLength(2);
  expect(details(await send('PUT', `Flag/${old}`, { ...flag(patient), id: old }))).toEqual(['level-ended']);
});

test('of two who decide at the same moment one does and the other is told: one level holds', async () => {
  for (let round = 0; round < 6; round++) {
    const patient = await newPatient();
    const firsts = await Promise.all([
      send('POST', 'Flag', flag(patient)),
      send('POST', 'Flag', flag(patient)),
    ]);
    expect(firsts.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409]);
    const [old = ''] = await active(patient);
    const seconds = await Promise.all(
      [full!, levels[4]!].map((level) =>
        send(
          'POST',
          '',
          instead(old, patient, flag(patient, levelElements(level, 'Ny vurdering', 'patient'))),
        ),
      ),
    );
    expect(seconds.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(await active(patient)).toHaveLength(1);
  }
});
