// Search parameters that are stored while the server runs, and the walk that gives older resources their values.
import { describe, expect, test } from 'vitest';
import { runReindex, requestReindex } from '#store/reindex.ts';
import type { ConnectOptions } from '#store/sql.ts';
import { openStore, type Store } from '#store/store.ts';
import { verify } from '#store/verify.ts';
import { testDatabase } from '../../test/database.ts';
import { testClient, useClient } from './testing.ts';

let to: ConnectOptions | string = '';
const others: Store[] = [];
const { send, create, find, store } = useClient(async () => {
  const database = await testDatabase();
  to = database.to;
  return {
    ...database,
    drop: async () => {
      await Promise.all(others.map((one) => one.close()));
      await database.drop();
    },
  };
});

/** Another process with the same database. */
function another(): Store {
  const one = openStore(to, { poolSize: 4, node: 'other', reindexSettleMs: 0 });
  others.push(one);
  return one;
}

const strict = { prefer: 'handling=strict' };
const parameter = (id: string, more: object) => ({
  resourceType: 'SearchParameter',
  id,
  url: `http://x.dk/SearchParameter/${id}`,
  name: id,
  status: 'active',
  description: 'of a test',
  code: id,
  base: ['Patient'],
  type: 'token',
  expression: 'Patient.maritalStatus',
  ...more,
});
const married = (more: object = {}) => ({
  resourceType: 'Patient',
  maritalStatus: { coding: [{ system: 'urn:m', code: 'M', display: 'Married' }] },
  ...more,
});

async function reindexed(address = '$reindex'): Promise<void> {
  // 200 when it was done before it was looked at.
  expect([200, 202]).toContain((await send('POST', address)).status);
  await store().reindexer.idle();
  expect((await send('GET', address)).status).toBe(200);
}

test('a new parameter finds what is stored from then on, and all of it when it was indexed', async () => {
  const before = await create(married());
  await send('PUT', 'SearchParameter/marital', parameter('marital', {}));
  const after = await create(married());

  const told = await send('GET', 'Patient?marital=M&_summary=count');
  expect(told.json.entry?.[0]?.resource?.issue).toMatchObject([
    {
      severity: 'warning',
      diagnostics:
        "marital: the search parameter 'marital' is not ready yet: resources stored before it are still being indexed; it was not used",
    },
  ]);
  expect((await send('GET', 'Patient?marital=M', undefined, strict)).status).toBe(400);
  expect((await send('GET', 'Patient?_sort=marital')).issues).toEqual([
    "_sort: 'marital' is not ready yet: resources from before it are still being indexed",
  ]);
  expect((await send('GET', 'SearchParameter/marital/$reindex')).issues.join()).toContain('is not ready');

  await reindexed('SearchParameter/marital/$reindex');
  expect((await find('Patient?marital=M')).sort()).toEqual([before, after].sort());
  expect(await find('Patient?marital:text=marr&_count=1&_sort=marital')).toHaveLength(1);
  expect((await send('GET', 'Patient?marital=M', undefined, strict)).json.total).toBe(2);
  const again = await send('POST', 'Patient', married(), { 'if-none-exist': 'marital=X' });
  expect(again.status).toBe(201);
  expect((await send('DELETE', 'Patient?marital=X')).status).toBe(204);
  const statement = (await send('GET', 'metadata')).text;
  expect(statement).toContain('"name":"marital"');
});

test('another process uses it too, for searching and for writing', async () => {
  await send(
    'PUT',
    'SearchParameter/language',
    parameter('tongue', { id: 'language', code: 'tongue', expression: 'Patient.communication.preferred' }),
  );
  await reindexed();
  const other = testClient(another());
  const id = await other.create({
    resourceType: 'Patient',
    communication: [{ language: { text: 'dansk' }, preferred: true }],
  });
  expect(await other.find('Patient?tongue=true')).toEqual([id]);
  expect(await find('Patient?tongue=true')).toEqual([id]);
});

test('extensions, dates, numbers, texts and references can be searched', async () => {
  const url = 'http://x.dk/ext';
  const all = [
    ['colour', 'token', `Patient.extension.where(url='${url}/colour').value.as(CodeableConcept)`],
    ['moved', 'date', `Patient.extension('${url}/moved').value as date`],
    ['story', 'string', `(Patient.extension.where(url='${url}/story').value as string)`],
    ['helper', 'reference', `Patient.extension.where(url='${url}/helper').value.ofType(Reference)`],
    ['children', 'number', `Patient.multipleBirth.ofType(integer)`],
  ] as const;
  for (const [code, type, expression] of all)
    expect(
      (await send('PUT', `SearchParameter/${code}`, parameter(code, { type, expression }))).issues,
    ).toEqual([]);
  const id = await create({
    resourceType: 'Patient',
    multipleBirthInteger: 2,
    extension: [
      { url: `${url}/colour`, valueCodeableConcept: { coding: [{ code: 'red' }] } },
      { url: `${url}/moved`, valueDate: '2026-01-15' },
      { url: `${url}/story`, valueString: 'Øst for solen' },
      { url: `${url}/helper`, valueReference: { reference: 'Practitioner/anne' } },
    ],
  });
  await reindexed();
  for (const query of [
    'colour=red',
    'moved=ge2026-01',
    'story=øst',
    'helper=Practitioner/anne',
    'children=2',
    'story:missing=false',
  ])
    expect([query, await find(`Patient?${query}`)]).toEqual([query, [id]]);
  expect(await find('Patient?colour=blue')).toEqual([]);
});

test('a parameter that looks where another does is ready at once; a draft, or one that is gone, is none', async () => {
  await send(
    'PUT',
    'SearchParameter/surname',
    parameter('surname', { type: 'string', expression: 'Patient.name.family' }),
  );
  const id = await create({ resourceType: 'Patient', name: [{ family: 'Ravn' }] });
  expect(await find('Patient?surname=ravn')).toEqual([id]);
  await send(
    'PUT',
    'SearchParameter/surname',
    parameter('surname', { status: 'draft', type: 'string', expression: 'Patient.name.family' }),
  );
  expect((await send('GET', 'Patient?surname=ravn', undefined, strict)).status).toBe(400);
  await send('DELETE', 'SearchParameter/surname');
  expect((await send('POST', 'SearchParameter/surname/$reindex')).status).toBe(410);
  expect((await send('POST', 'SearchParameter/never/$reindex')).status).toBe(404);
});

test('one whose expression changes is not ready again until it was indexed', async () => {
  await send(
    'PUT',
    'SearchParameter/born',
    parameter('born', { expression: 'Patient.multipleBirth.ofType(boolean)' }),
  );
  await reindexed();
  expect(await find('Patient?born=true')).toEqual([]);
  await send(
    'PUT',
    'SearchParameter/born',
    parameter('born', { expression: 'Patient.maritalStatus.coding' }),
  );
  expect((await send('GET', 'Patient?born=M', undefined, strict)).issues.join()).toContain(
    'is not ready yet',
  );
  await reindexed('SearchParameter/born/$reindex');
  expect((await find('Patient?born=M')).length).toBeGreaterThan(0);
});

describe('what does not fit is refused when it is written', () => {
  test.each<[object, string]>([
    [
      { expression: 'Patient.name.given.first()' },
      "SearchParameter.expression: the function 'first()' is not known",
    ],
    [{ expression: 'Patient.name.where(use = family).given' }, "'where(use = family)' is not understood"],
    [{ expression: 'Patient.name[1].given' }, "'name[1]': only [0] is known"],
    [{ expression: 'Patient.contact.exists() and Patient.active' }, 'is more than a path to values'],
    [{ expression: 'Patient.colour' }, 'says nothing of Patient, or of a member that Patient has not'],
    [
      { expression: 'Patient.name' },
      'leads to a HumanName in Patient, which a token parameter cannot look at',
    ],
    [{ expression: undefined }, 'SearchParameter.expression: is needed'],
    [{ expression: `Patient.${'a'.repeat(6000)}` }, 'at most 5000 are taken'],
    [{ type: 'composite' }, 'SearchParameter.type: expected one of string, token'],
    [
      { code: 'family', type: 'string', expression: 'Patient.name' },
      'Patient has a parameter of this name already',
    ],
    [{ code: 'a.b' }, 'SearchParameter.code: expected a letter and then up to 63'],
    [{ base: ['Resource'], expression: 'Resource.id' }, 'SearchParameter.base: expected types of resources'],
  ])('%o', async (more, why) => {
    const reply = await send('PUT', 'SearchParameter/wrong', parameter('wrong', more));
    expect([reply.status, reply.issues.join()]).toEqual([422, expect.stringContaining(why)]);
  });
  test("but not in a draft, and HL7's own are stored without effect", async () => {
    expect(
      (await send('PUT', 'SearchParameter/draft', parameter('draft', { status: 'draft', expression: 'x()' })))
        .status,
    ).toBe(201);
    const own = parameter('gender', {
      url: 'http://hl7.org/fhir/SearchParameter/individual-gender',
      expression: 'Patient.gender',
    });
    expect((await send('PUT', 'SearchParameter/gender', own)).status).toBe(201);
    expect((await send('POST', 'SearchParameter/gender/$reindex')).status).toBe(422);
  });
});

test('a walk that is stopped goes on where it was, on another process, while others write', async () => {
  const ids = await Promise.all(
    Array.from({ length: 250 }, (_, n) => create(married({ birthDate: `19${10 + (n % 90)}-01-01` }))),
  );
  await requestReindex(store(), undefined);
  const stop = new AbortController();
  const first = await runReindex(store(), {
    settleMs: 0,
    signal: stop.signal,
    onProgress: () => stop.abort(),
  });
  expect(first).toBe(100);
  const other = another();
  const [rest] = await Promise.all([
    runReindex(other, { settleMs: 0 }),
    ...ids
      .slice(0, 60)
      .map((id) => send('PUT', `Patient/${id}`, { ...married({ name: [{ family: 'Ny' }] }), id })),
    ...ids.slice(60, 80).map((id) => send('DELETE', `Patient/${id}`)),
  ]);
  expect(rest).toBeGreaterThan(100);
  expect(rest).toBeLessThan(400);
  expect((await verify(store().sql)).differences).toEqual([]);
});

test('$reindex at the base mends an index that was made by other rules', async () => {
  const id = await create(married({ name: [{ family: 'Glemt' }] }));
  await store().sql`update record set present = '{}', tokens = '{}' where id = ${id}`;
  await store().sql`delete from record_string where rid in (select rid from record where id = ${id})`;
  expect((await verify(store().sql)).differences).not.toEqual([]);
  await requestReindex(store(), undefined);
  await store().parameters.reload();
  const told = await send('GET', 'Patient?family=glemt');
  expect(told.json.entry?.at(-1)?.resource?.issue?.[0]?.diagnostics).toContain(
    'the index is being made anew',
  );
  await reindexed();
  expect(await find('Patient?family=glemt&marital=M')).toEqual([id]);
  expect((await verify(store().sql)).differences).toEqual([]);
  expect((await send('GET', 'Patient?family=glemt')).json.entry).toHaveLength(1);
});
