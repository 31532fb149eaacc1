import { describe, expect, test } from 'vitest';
import { cprSystem } from '#fhir/cpr.ts';
import { testDatabase } from '../../../test/database.ts';
import type { FhirRequest } from '../service.ts';
import { base, useClient, type Reply } from '../testing.ts';
import { readEntry } from '../write/entry.ts';
import { performEntries } from '../write/write.ts';

const client = useClient(testDatabase);
const { send, create } = client;
const cpr = (value: string) => [{ system: cprSystem, value }];
const ase = {
  resourceType: 'Patient',
  identifier: cpr('0302501234'),
  name: [{ family: 'Møller', given: ['Åse', 'Maria'] }],
  birthDate: '1950-02-03',
  gender: 'female',
};
const asked = (patient: object, ...more: object[]) =>
  send('POST', 'Patient/$match', {
    resourceType: 'Parameters',
    parameter: [{ name: 'resource', resource: patient }, ...more],
  });

type Search = {
  readonly score: number;
  readonly extension: readonly { readonly valueCode?: string; readonly valueString?: string }[];
};
const gradesOf = (reply: Reply) =>
  (reply.json.entry ?? []).flatMap(({ resource, search }) => {
    if (search?.mode !== 'match') return [];
    const { extension } = search as unknown as Search;
    return [[resource?.id, extension[0]?.valueCode, extension[1]?.valueString]];
  });
const warnings = (reply: Reply) =>
  JSON.stringify((reply.json.entry ?? []).filter(({ search }) => search?.mode === 'outcome'));

describe('Patient/$match', () => {
  test('finds who is certainly meant, first, with the reasons and the text as stored', async () => {
    const id = await create(ase);
    const namesake = await create({ ...ase, identifier: cpr('0302509876') });
    await create({
      ...ase,
      identifier: cpr('0101011111'),
      name: [{ family: 'Jensen', given: ['Poul'] }],
      birthDate: '1901-01-01',
    });
    const reply = await asked({ ...ase, identifier: cpr('030250-1234') });
    expect(reply.status).toBe(200);
    expect(gradesOf(reply)).toEqual([
      [id, 'certain', 'identifier same, name same, birthDate same, gender same'],
      [namesake, 'possible', 'identifier different, name same, birthDate same, gender same'],
    ]);
    expect(reply.text).toContain((await send('GET', `Patient/${id}`)).text);
    expect(gradesOf(await asked(ase, { name: 'onlyCertainMatches', valueBoolean: true }))).toEqual([
      [id, 'certain', expect.any(String)],
    ]);
    expect(gradesOf(await asked(ase, { name: 'count', valueInteger: 1 }))).toHaveLength(1);
    const bare = await send('POST', 'Patient/$match?onlyCertainMatches=true', ase);
    expect(gradesOf(bare)).toHaveLength(1);
  });

  test('finds mistaken digits and dates, and calls nobody certain by them', async () => {
    const poul = {
      resourceType: 'Patient',
      identifier: cpr('2412811233'),
      name: [{ family: 'Åkær', given: ['Poul'] }],
      birthDate: '1981-12-04',
    };
    const id = await create(poul);
    expect(gradesOf(await asked({ ...poul, identifier: cpr('2412811323') }))).toEqual([
      [id, 'probable', expect.stringContaining('identifier near')],
    ]);
    const { identifier: _, ...bare } = poul;
    expect(gradesOf(await asked({ ...bare, birthDate: '1981-04-12' }))).toEqual([
      [id, 'possible', expect.stringContaining('birthDate near')],
    ]);
    expect(gradesOf(await asked(bare, { name: 'onlyCertainMatches', valueBoolean: true }))).toEqual([]);
  });

  test('one person recorded twice is told, and neither is certain', async () => {
    const twice = { ...ase, identifier: cpr('1111112222'), name: [{ family: 'Dobbelt', given: ['Dan'] }] };
    await create(twice);
    // As an import may leave it: to register a number twice is refused.
    const request: FhirRequest = {
      method: 'POST',
      path: ['Patient'],
      query: [],
      headers: { 'content-type': 'application/fhir+json' },
      body: JSON.stringify(twice),
      caller: { author: 'import', sees: {} },
      base,
    };
    const { limits } = client.service;
    const entry = readEntry(request, limits, client.service.store.parameters.custom());
    await performEntries(client.service, request, [entry], new Map());
    const reply = await asked(twice);
    expect(gradesOf(reply).map(([, grade]) => grade)).toEqual(['probable', 'probable']);
    expect(warnings(reply)).toContain('recorded twice');
    expect(gradesOf(await asked(twice, { name: 'onlyCertainMatches', valueBoolean: true }))).toEqual([]);
  });

  test('finds nobody where nobody is meant', async () => {
    expect(
      gradesOf(
        await asked({
          resourceType: 'Patient',
          name: [{ family: 'Ingen', given: ['Ida'] }],
          birthDate: '2001-01-01',
        }),
      ),
    ).toEqual([]);
    expect(
      gradesOf(await asked({ resourceType: 'Patient', identifier: [{ system: 'urn:a,b|c', value: '1$2' }] })),
    ).toEqual([]);
  });

  test.each([
    [
      'nothing to go by',
      { resourceType: 'Patient', gender: 'male' },
      [],
      422,
      'too little to find anyone by',
    ],
    [
      'another resource',
      { resourceType: 'Group', type: 'person', actual: true },
      [],
      400,
      'expected one Patient',
    ],
    ['a count that is none', ase, [{ name: 'count', valueInteger: 0 }], 400, 'above 0'],
    ['a Patient that is none', { resourceType: 'Patient', monkey: 1 }, [], 422, 'monkey'],
  ])('refuses %s', async (_, patient, more, status, text) => {
    const reply = await asked(patient, ...more);
    expect([reply.status, reply.issues.join()]).toEqual([status, expect.stringContaining(text)]);
  });

  test('refuses a body that is none', async () => {
    expect((await send('POST', 'Patient/$match')).status).toBe(400);
    expect((await send('POST', 'Patient/$match', { resourceType: 'Parameters' })).status).toBe(400);
  });
});
