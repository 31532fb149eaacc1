import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parseSearch } from '#fhir/search-query.ts';
import { seesEverything } from '#store/access.ts';
import { readNewest } from '#store/reader.ts';
import { firstMatches } from '#store/search/search.ts';
import { openStore, type Store } from '#store/store.ts';
import { testDatabase, type TestDatabase } from '../../../test/database.ts';
import { temporaryFolder, type TemporaryFolder } from '../../../test/temporary-folder.ts';
import { findFiles } from './files.ts';
import { importFiles, type ImportOptions, type ImportResult } from './import.ts';

let database: TestDatabase;
let store: Store;
let folder: TemporaryFolder;
beforeEach(() => {
  folder = temporaryFolder();
  return () => folder.remove();
});
beforeAll(async () => {
  database = await testDatabase();
  store = openStore(database.to, { poolSize: 4, node: 'test' });
});
afterAll(async () => {
  await store.close();
  await database.drop();
});

/** Writes the files into the folder and imports it; the faults name files without the folder. */
async function importAll(
  files: Record<string, string | Uint8Array>,
  options: Partial<ImportOptions> = {},
): Promise<ImportResult & { told: string[] }> {
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder.path, name), content);
  const told: string[] = [];
  const result = await importFiles(store, await findFiles([folder.path]), {
    skip: [],
    assignCpr: false,
    onFault: (fault) => told.push(fault.replace(`${folder.path}/`, '')),
    ...options,
  });
  return { ...result, told };
}
const textOf = async (type: string, id: string) =>
  (await readNewest(store.sql, seesEverything, type, id))?.body;
const versionOf = async (type: string, id: string) =>
  (await readNewest(store.sql, seesEverything, type, id))?.version;
const treeOf = async (type: string, id: string): Promise<Record<string, unknown>> =>
  JSON.parse((await textOf(type, id)) ?? '{}');
const idOf = async (search: string) => {
  const [type = '', query = ''] = search.split('?');
  const parsed = parseSearch(type, [...new URLSearchParams(query)], {
    strict: true,
    pageDefault: 2,
    pageMax: 2,
    base: '',
  });
  return (await firstMatches(store.sql, seesEverything, parsed)).map(({ id }) => id);
};
let count = 0;
const newId = () => `i${String(++count).padStart(4, '0')}`;
const uuid = () => `00000000-0000-4000-8000-${String(++count).padStart(12, '0')}`;
const patient = (id: string, more: object = {}) => ({ resourceType: 'Patient', id, ...more });
const lines = (...documents: readonly unknown[]) =>
  documents.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join('\n');

describe('each form of file is taken', () => {
  test('NDJSON, compressed or not, with blank lines, a mark at its beginning and Windows line ends', async () => {
    const ids = Array.from({ length: 4 }, newId);
    const text = (some: string[]) =>
      `\ufeff${some.map((id) => JSON.stringify(patient(id))).join('\r\n\r\n')}\r\n`;
    const result = await importAll({
      'a.ndjson': text(ids.slice(0, 2)),
      'b.NDJSON.gz': gzipSync(text(ids.slice(2))),
      'c.txt': 'not for us',
    });
    expect([result.written, result.told]).toEqual([4, []]);
    for (const id of ids) expect(await versionOf('Patient', id)).toBe(1);
  });

  test('a single resource, a collection, a batch, a transaction, a searchset', async () => {
    const ids = Array.from({ length: 5 }, newId);
    const bundle = (type: string, id: string, request?: object) =>
      JSON.stringify(
        { resourceType: 'Bundle', type, entry: [{ resource: patient(id), ...(request ? { request } : {}) }] },
        null,
        2,
      );
    const post = { method: 'POST', url: 'Patient' };
    const result = await importAll({
      'a.json': JSON.stringify(patient(ids[0] ?? '')),
      'b.json': bundle('collection', ids[1] ?? ''),
      'c.json.gz': gzipSync(bundle('batch', ids[2] ?? '', post)),
      'd.json': bundle('transaction', ids[3] ?? '', post),
      'e.json': bundle('searchset', ids[4] ?? ''),
    });
    expect([result.written, result.told]).toEqual([5, []]);
  });

  test('decimals and escapes stay as they were spelled', async () => {
    const id = newId();
    await importAll({
      'a.json': `{ "resourceType":"Observation","id":"${id}","status":"final","code":{"text":"a\\/b"},\n"valueQuantity":{"value": 1.00 } }`,
    });
    expect(await textOf('Observation', id)).toMatch(
      /"code":\{"text":"a\\\/b"\},"valueQuantity":\{"value":1\.00\}\}$/,
    );
  });

  test('without an id it is called by its urn:uuid, or by what it says', async () => {
    const [one, family] = [uuid(), `N${uuid()}`];
    const files = {
      'a.json': JSON.stringify({
        resourceType: 'Bundle',
        type: 'collection',
        entry: [
          { fullUrl: `urn:uuid:${one}`, resource: { resourceType: 'Patient' } },
          { resource: { resourceType: 'Patient', name: [{ family }] } },
        ],
      }),
    };
    expect((await importAll(files)).written).toBe(2);
    expect(await importAll(files)).toMatchObject({ written: 0, unchanged: 2 });
    expect(await versionOf('Patient', one)).toBe(1);
    expect(await idOf(`Patient?family=${family}`)).toHaveLength(1);
  });
});

describe('references', () => {
  test('within a Bundle are turned, in all directions and from all forms', async () => {
    const [a, b] = [uuid(), uuid()];
    await importAll({
      'a.json': JSON.stringify({
        resourceType: 'Bundle',
        type: 'transaction',
        entry: [
          {
            fullUrl: `urn:uuid:${a}`,
            resource: patient(a, { link: [{ other: { reference: `urn:uuid:${b}` }, type: 'seealso' }] }),
          },
          {
            fullUrl: `urn:uuid:${b}`,
            resource: patient(`own-${b}`, {
              link: [{ other: { reference: `urn:uuid:${a}` }, type: 'seealso' }],
            }),
          },
        ],
      }),
    });
    expect((await treeOf('Patient', a))['link']).toMatchObject([
      { other: { reference: `Patient/own-${b}` } },
    ]);
    expect((await treeOf('Patient', `own-${b}`))['link']).toMatchObject([
      { other: { reference: `Patient/${a}` } },
    ]);
  });

  const byIdentifier = (value: string) => `Practitioner?identifier=urn:staff|${value}`;
  const practitioner = (id: string, value: string, more: object = {}) => ({
    resourceType: 'Practitioner',
    id,
    identifier: [{ system: 'urn:staff', value }],
    ...more,
  });

  test('by search find what came before, what comes later, in another file, and in the same Bundle', async () => {
    const staff = Array.from({ length: 4 }, newId);
    const patients = Array.from({ length: 4 }, newId);
    const pointing = (n: number) =>
      patient(patients[n] ?? '', { generalPractitioner: [{ reference: byIdentifier(staff[n] ?? '') }] });
    const person = (n: number) => practitioner(staff[n] ?? '', staff[n] ?? '');
    const result = await importAll({
      'a.ndjson': lines(person(0), pointing(0), pointing(1), pointing(2), person(1), {
        resourceType: 'Bundle',
        type: 'transaction',
        entry: [{ resource: pointing(3) }, { resource: person(3) }],
      }),
      'b.json': JSON.stringify(person(2)),
    });
    expect([result.written, result.told]).toEqual([8, []]);
    for (const [n, id] of patients.entries())
      expect((await treeOf('Patient', id))['generalPractitioner']).toEqual([
        { reference: `Practitioner/${staff[n]}` },
      ]);
  });

  test('by search may wait for what waits itself', async () => {
    const [a, b, c] = [newId(), newId(), newId()];
    const organization = (id: string, more: object = {}) => ({
      resourceType: 'Organization',
      id,
      identifier: [{ value: id }],
      ...more,
    });
    const result = await importAll({
      'a.ndjson': lines(
        organization(a, { partOf: { reference: `Organization?identifier=${b}` } }),
        organization(b, { partOf: { reference: `Organization?identifier=${c}` } }),
        organization(c),
      ),
    });
    expect([result.written, result.told]).toEqual([3, []]);
    expect((await treeOf('Organization', a))['partOf']).toEqual({ reference: `Organization/${b}` });
  });

  test('by search that find nothing, or two, are faults of their resource alone', async () => {
    const [twice, lost, whole] = [newId(), newId(), newId()];
    const bundle = {
      resourceType: 'Bundle',
      type: 'collection',
      entry: [
        { resource: patient(lost, { generalPractitioner: [{ reference: byIdentifier('nobody') }] }) },
        { resource: patient(whole) },
      ],
    };
    const result = await importAll({
      'a.ndjson': lines(
        practitioner(newId(), twice),
        practitioner(newId(), twice),
        patient(newId(), { generalPractitioner: [{ reference: byIdentifier(twice) }] }),
        bundle,
      ),
    });
    expect(result.told).toEqual([
      `a.ndjson:3: the reference by search '${byIdentifier(twice)}' does not match exactly one resource`,
      "a.ndjson:4: the reference by search 'Practitioner?identifier=urn:staff|nobody' does not match exactly one resource",
    ]);
    expect([
      await versionOf('Patient', lost),
      await versionOf('Patient', whole),
      result.written,
      result.faults,
    ]).toEqual([undefined, 1, 3, 2]);
  });

  test('what is to be there only once is kept as it is, and pointed at', async () => {
    const [value, first, second, id] = [newId(), newId(), uuid(), newId()];
    const entry = {
      fullUrl: `urn:uuid:${second}`,
      resource: practitioner(second, value, { active: true }),
      request: { method: 'POST', url: 'Practitioner', ifNoneExist: `identifier=urn:staff|${value}` },
    };
    const result = await importAll({
      'a.json': JSON.stringify(practitioner(first, value)),
      'b.json': JSON.stringify({
        resourceType: 'Bundle',
        type: 'transaction',
        entry: [
          entry,
          {
            resource: patient(id, { generalPractitioner: [{ reference: `urn:uuid:${second}` }] }),
            request: { method: 'POST', url: 'Patient' },
          },
        ],
      }),
    });
    expect([result.written, result.told]).toEqual([2, []]);
    expect((await treeOf('Patient', id))['generalPractitioner']).toEqual([
      { reference: `Practitioner/${first}` },
    ]);
  });
});

describe('what is wrong is told by its line, and the rest goes on', () => {
  test('lines of every kind of fault', async () => {
    const good = [newId(), newId()];
    const result = await importAll({
      'a.ndjson': Buffer.concat([
        Buffer.from(
          `${lines(patient(good[0] ?? ''), '{"resourceType":', { resourceType: 'Patient', id: newId(), gender: 'm' }, { resourceType: 'Chart' }, '[]')}\n{"resourceType":"Patient","id":"x","name":[{"family":"`,
        ),
        Buffer.from([0xc3, 0x28]),
        Buffer.from(
          `"}]}\n${lines({ resourceType: 'Bundle', type: 'batch', entry: [{ request: { method: 'DELETE', url: 'Patient/1' } }, { resource: patient(good[1] ?? '') }] }, '{"resourceType":"Bundle","type":"batch","entry":[],"entry":[]}')}`,
        ),
      ]),
    });
    expect(result.told).toEqual([
      'a.ndjson:2: not valid JSON',
      "a.ndjson:3: Patient.gender: 'm' is not in the required value set http://hl7.org/fhir/ValueSet/administrative-gender",
      "a.ndjson:4: resourceType: expected the name of an R4 resource type, found 'Chart'",
      'a.ndjson:5: expected a FHIR resource: a JSON object with a resourceType',
      'a.ndjson:6: is not valid UTF-8',
      'a.ndjson:7: entry[0]: an entry without a resource',
      'a.ndjson:8: Bundle.entry: is there twice',
    ]);
    expect([result.written, result.faults]).toEqual([2, 7]);
  });

  test('a transaction with a fault is left out whole', async () => {
    const id = newId();
    const result = await importAll({
      'a.json': JSON.stringify({
        resourceType: 'Bundle',
        type: 'transaction',
        entry: [{ resource: patient(id) }, { resource: { resourceType: 'Patient', colour: 'red' } }],
      }),
    });
    expect(result.told).toEqual(['a.json:1: entry[1]: Patient.colour: Patient has no such element']);
    expect(await versionOf('Patient', id)).toBeUndefined();
  });

  test('a compressed file that is cut off gives what it has', async () => {
    const ids = Array.from({ length: 200 }, newId);
    // Not compressed further, so that the first lines stand in the first half.
    const whole = gzipSync(lines(...ids.map((id) => patient(id))), { level: 0 });
    const result = await importAll({
      'a.ndjson.gz': whole.subarray(0, whole.length / 2),
      'b.json': JSON.stringify(patient(newId())),
    });
    expect(result.told.at(-1)).toContain('a.ndjson.gz:0: cannot be read on (unexpected end of file)');
    expect(result.written).toBeGreaterThan(0);
    expect(result.faults).toBe(1);
  });
});

describe('run again, an import doubles nothing', () => {
  test('after an interruption in the middle', async () => {
    const ids = Array.from({ length: 40 }, newId);
    const files = {
      'a.ndjson': lines(
        ...ids.map((id) => ({
          resourceType: 'Bundle',
          type: 'transaction',
          entry: [{ resource: patient(id) }, { resource: { ...patient(`${id}b`), active: true } }],
        })),
      ),
    };
    let documents = 0;
    const interrupted = importAll(files, {
      onProgress: () => {
        if (++documents === 25) throw new Error('interrupted');
      },
    });
    await expect(interrupted).rejects.toThrow('interrupted');
    const again = await importAll(files);
    expect([again.written + again.unchanged, again.told]).toEqual([80, []]);
    for (const id of ids)
      expect([await versionOf('Patient', id), await versionOf('Patient', `${id}b`)]).toEqual([1, 1]);
    expect(await importAll(files)).toMatchObject({ written: 0, unchanged: 80 });
  });

  test('the later line has the last word, and what did not change makes no version', async () => {
    const id = newId();
    const others = Array.from({ length: 3500 }, newId);
    // Far enough apart to be in other statements, which run at the same time.
    const files = {
      'a.ndjson': lines(
        patient(id, { active: false }),
        ...others.map((one) => patient(one)),
        patient(id, { active: true }),
        patient(others[0] ?? ''),
      ),
    };
    const result = await importAll(files);
    expect([
      (await treeOf('Patient', id))['active'],
      await versionOf('Patient', id),
      await versionOf('Patient', others[0] ?? ''),
    ]).toEqual([true, 2, 1]);
    expect([result.written, result.unchanged]).toEqual([3502, 1]);
  });

  test('what is said again in another spelling is no new act either', async () => {
    const id = newId();
    await importAll({ 'a.json': JSON.stringify(patient(id, { active: true })) });
    const [before] = await store.sql<{ acts: number }[]>`select count(*) as acts from act`;
    expect(
      await importAll({ 'a.json': JSON.stringify(patient(id, { active: true }), null, 1) }),
    ).toMatchObject({ written: 0, unchanged: 1 });
    const [after] = await store.sql<{ acts: number }[]>`select count(*) as acts from act`;
    expect(after).toEqual(before);
  });
});

test('--skip leaves out types and counts them', async () => {
  const result = await importAll(
    {
      'a.ndjson': lines(
        patient(newId()),
        { resourceType: 'Claim', id: 'c' },
        {
          resourceType: 'Bundle',
          type: 'transaction',
          entry: [{ resource: { resourceType: 'Claim' } }, { resource: patient(newId()) }],
        },
      ),
    },
    { skip: ['Claim'] },
  );
  expect([result.written, [...result.skipped], result.told]).toEqual([2, [['Claim', 2]], []]);
});

test('progress tells how far the reading is, to the last byte', async () => {
  const seen: number[] = [];
  const text = lines(...Array.from({ length: 10 }, () => patient(newId())));
  await importAll(
    { 'a.ndjson': text },
    {
      onProgress: ({ bytesRead, bytesTotal }) => {
        expect(bytesTotal).toBe(text.length);
        seen.push(bytesRead);
      },
    },
  );
  expect(seen.at(-1)).toBe(text.length);
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
});

test(`files are named or below folders: ${basename(import.meta.filename)} is not among them`, async () => {
  writeFileSync(join(folder.path, 'b.jsonl'), '');
  writeFileSync(join(folder.path, 'a.json.gz'), gzipSync(''));
  writeFileSync(join(folder.path, 'c.ts'), '');
  expect((await findFiles([folder.path, import.meta.filename])).map(({ path }) => basename(path))).toEqual([
    'a.json.gz',
    'b.jsonl',
    'import.pg.test.ts',
  ]);
});

describe('several threads prepare', () => {
  const numberOf = async (id: string) => (await treeOf('Patient', id))['multipleBirthInteger'];

  test('what several files say of the same resource stands in the order of the files, and the last has the word', async () => {
    const [id, ...others] = Array.from({ length: 200 }, newId) as [string, ...string[]];
    // The first file takes longest to prepare, and the later ones are done long before it.
    const slow = lines(...others.map((one) => patient(one, { name: [{ family: 'A'.repeat(20_000) }] })));
    const files = Object.fromEntries(
      Array.from({ length: 9 }, (_, n) => [
        `${n}.ndjson`,
        `${n === 0 ? `${slow}\n` : ''}${JSON.stringify(patient(id, { multipleBirthInteger: n }))}`,
      ]),
    );
    const { written, told } = await importAll(files, { threads: 3 });
    expect([written, told]).toEqual([others.length + 9, []]);
    expect([await versionOf('Patient', id), await numberOf(id)]).toEqual([9, 8]);
  });

  test('faults, references by search across files, and numbers for patients come out as with none', async () => {
    const [a, b, c] = Array.from({ length: 3 }, newId) as [string, string, string];
    const system = 'urn:test:threads';
    const encounter = (n: number, value: string) => ({
      resourceType: 'Encounter',
      id: `${a}-e${n}`,
      status: 'finished',
      class: { code: 'IMP' },
      subject: { reference: `Patient?identifier=${system}|${value}` },
    });
    const files = {
      '1.ndjson': lines(encounter(1, b), encounter(2, 'nobody'), '{"resourceType":'),
      '2.ndjson': lines(
        patient(b, { identifier: [{ system, value: b }], birthDate: '1950-02-03', gender: 'female' }),
        patient(c, { birthDate: '1950-02-03', gender: 'female' }),
      ),
    };
    const { written, faults, told } = await importAll(files, { threads: 2, assignCpr: true });
    expect([written, faults]).toEqual([3, 2]);
    expect(told.join()).toContain('1.ndjson:3: not valid JSON');
    expect(told.join()).toContain(
      `1.ndjson:2: the reference by search 'Patient?identifier=${system}|nobody'`,
    );
    expect(await treeOf('Encounter', `${a}-e1`)).toMatchObject({ subject: { reference: `Patient/${b}` } });
    const cpr = async (id: string) => JSON.stringify((await treeOf('Patient', id))['identifier']);
    expect(await cpr(b)).not.toBe(await cpr(c));
    expect((await importAll({}, { threads: 2, assignCpr: true })).written).toBe(0);
  });

  test('a file that is gone by the time its turn comes is a fault, and the rest goes on', async () => {
    const id = newId();
    writeFileSync(join(folder.path, 'there.ndjson'), JSON.stringify(patient(id)));
    const gone = { path: join(folder.path, 'gone.ndjson'), bytes: 10 };
    const told: string[] = [];
    const options = { skip: [], assignCpr: false, threads: 2, onFault: (fault: string) => told.push(fault) };
    const { written, faults } = await importFiles(
      store,
      [gone, ...(await findFiles([folder.path]))],
      options,
    );
    expect([written, faults]).toEqual([1, 1]);
    expect(told[0]).toContain('cannot be read on');
  });
});
