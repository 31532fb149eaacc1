// One's own phrases: kept on the server, read by nobody else.
import { expect, test } from 'vitest';
import { findRole } from '#identity/role.ts';
import { seesNothing, nothingShown } from '#store/access.ts';
import { testDatabase } from '../../test/database.ts';
import { testClient, useClient, type Reply } from './testing.ts';

const { store } = useClient(testDatabase);
const as = (author: string, roleName = 'doctor') =>
  testClient(store(), {}, async () => {
    const role = findRole(roleName);
    if (!role) throw new Error(`no ${roleName}`);
    const access = { ...seesNothing.access, user: author, sights: role.sights } as never;
    return { author, person: { user: author, role }, sees: { access, shown: nothingShown() } };
  });
const asked = (given: Readonly<Record<string, string>>) => ({
  resourceType: 'Parameters',
  parameter: Object.entries(given).map(([name, valueString]) => ({ name, valueString })),
});
const phrasesIn = ({ json }: Reply) =>
  ((json['parameter'] ?? []) as { part: { valueString: string }[] }[]).map(({ part }) =>
    part.map(({ valueString }) => valueString),
  );

test('are kept, replaced by name, and removed; two kept at once are both there', async () => {
  const anne = as('Practitioner/anne');
  const keep = (given: Readonly<Record<string, string>>) => anne.send('POST', 'Basic/$phrases', asked(given));
  await Promise.all([
    keep({ name: 'hjem', text: 'Hjem i dag.' }),
    keep({ name: 'km', text: 'Kontrol i morgen.' }),
  ]);
  expect((await keep({ name: 'km', text: 'Kontrol om en uge.' })).status).toBe(200);
  expect(
    phrasesIn(await anne.send('GET', 'Basic/$phrases'))
      .map((one) => one.join(': '))
      .sort(),
  ).toEqual(['hjem: Hjem i dag.', 'km: Kontrol om en uge.']);
  expect(phrasesIn(await keep({ name: 'hjem' }))).toEqual([['km', 'Kontrol om en uge.']]);
  expect(phrasesIn(await keep({ name: 'hjem' }))).toHaveLength(1);
  expect(phrasesIn(await keep({ name: 'hjem', text: 'Igen.' }))).toHaveLength(2);
  for (const given of [
    { name: 'to ord', text: 'x' },
    { name: 'x', text: '   ' },
  ])
    expect([given, (await keep(given)).status]).toEqual([given, 400]);
});

test('are nobody else’s, also not by search', async () => {
  await as('Practitioner/anne').send('POST', 'Basic/$phrases', asked({ name: 'privat', text: 'Kun mit.' }));
  const bo = as('Practitioner/bo');
  expect(phrasesIn(await bo.send('GET', 'Basic/$phrases'))).toEqual([]);
  expect((await bo.send('GET', 'Basic?author=Practitioner/anne')).json.entry ?? []).toEqual([]);
  for (const [author, role] of [
    ['Practitioner/portør', 'porter'],
    ['person/admin', 'administrator'],
  ] as const)
    expect((await as(author, role).send('GET', 'Basic/$phrases')).status).toBe(403);
});
