// Handing one's inbox over: only one's own, for a time, and it opens nothing.
import { expect, test } from 'vitest';
import { findRole } from '#identity/role.ts';
import { nothingShown } from '#store/access.ts';
import { testDatabase } from '../../test/database.ts';
import { testClient, useClient } from './testing.ts';

const { create, store } = useClient(testDatabase);

const parameters = (given: Readonly<Record<string, string>>) => ({
  resourceType: 'Parameters',
  ...(Object.keys(given).length === 0
    ? {}
    : { parameter: Object.entries(given).map(([name, valueString]) => ({ name, valueString })) }),
});
const time = { start: '2026-01-15T00:00:00+01:00', end: '2026-01-17T00:00:00+01:00' };

const as = (author: string) =>
  testClient(store(), {}, async () => {
    const role = findRole('doctor');
    if (!role) throw new Error('no doctor');
    return { author, person: { user: 'anne', role }, sees: { shown: nothingShown() } };
  });

test('a doctor hands over for a time, to a colleague who is there, and takes it back', async () => {
  const colleague = `Practitioner/${await create({ resourceType: 'Practitioner' })}`;
  const anne = as('Practitioner/anne');
  const ask = (given: Readonly<Record<string, string>>) =>
    anne.send('POST', 'PractitionerRole/$stand-in', parameters(given));
  expect((await ask({ standIn: colleague, ...time })).status).toBe(200);
  const role = async () => (await anne.send('GET', 'PractitionerRole/stand-in-anne')).json;
  expect(await role()).toMatchObject({
    active: true,
    practitioner: { reference: colleague },
    extension: [{ valueReference: { reference: 'Practitioner/anne' } }],
    period: time,
  });
  // Neither place nor organisation: it relates nobody to any patient.
  expect(Object.keys(await role())).not.toEqual(expect.arrayContaining(['organization']));
  expect((await ask({})).status).toBe(200);
  expect(await role()).toMatchObject({ active: false });
  for (const wrong of [
    { standIn: 'Practitioner/nobody', ...time },
    { standIn: 'Practitioner/anne', ...time },
    { standIn: colleague, start: time.end, end: time.start },
    { standIn: colleague, start: time.start, end: '2027-01-15T00:00:00+01:00' },
    { standIn: colleague, start: 'tomorrow', end: time.end },
  ])
    expect([wrong, (await ask(wrong)).status]).toEqual([wrong, 400]);
});

test('who is no Practitioner has none to hand over', async () => {
  const reply = await as('person/admin').send('POST', 'PractitionerRole/$stand-in', parameters({}));
  expect(reply.status).toBe(403);
});
