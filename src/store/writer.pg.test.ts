import { afterAll, expect, test } from 'vitest';
import {
  actOf,
  changeTo,
  deletionOf,
  observation,
  patient,
  put,
  remove,
  type TestResource,
} from '../../test/acts.ts';
import { testDatabase } from '../../test/database.ts';
import { readHistory } from './history.ts';
import { indexRows } from './index-rows.ts';
import { seesEverything } from './access.ts';
import { readNewest, readVersion } from './reader.ts';
import { openStore } from './store.ts';
import { violatedConstraint } from './sql.ts';
import { verify } from './verify.ts';
import { writeActs } from './writer.ts';

const database = await testDatabase();
const store = openStore(database.to, { poolSize: 4, node: 'region' });
const { sql } = store;

afterAll(async () => {
  await store.close();
  await database.drop();
});

const newest = (type: string, id: string) => readNewest(sql, seesEverything, type, id);
const differences = async () => (await verify(sql)).differences;

/** The name of the key that refused the work; fails when nothing was refused. */
async function refusedBy(work: Promise<unknown>): Promise<string | undefined> {
  return work.then(
    () => expect.unreachable('it should have been refused'),
    (error: unknown) => violatedConstraint(error),
  );
}

test('an act is stored whole: its versions, the record, who wrote it and what was answered', async () => {
  const act = actOf([changeTo(patient('whole')), changeTo(observation('whole-1', 'whole', 97))], {
    author: 'Practitioner/mette',
    node: 'ward-b12',
    eventAt: '2026-03-01T07:31:12+01:00',
    fingerprint: Buffer.from('0102ff', 'hex'),
  });
  await writeActs(sql, store, [act]);
  const [row] = await sql`select author, node, event_at, fingerprint, answers from act where id = ${act.id}`;
  expect(row).toMatchObject({
    author: 'Practitioner/mette',
    node: 'ward-b12',
    event_at: '2026-03-01T07:31:12+01:00',
    answers: act.answers,
  });
  expect(row?.['fingerprint']).toEqual(Buffer.from('0102ff', 'hex'));
  expect(await newest('Patient', 'whole')).toMatchObject({ version: 1, body: act.changes[0]?.body });
  expect(await newest('Observation', 'whole-1')).toMatchObject({ version: 1, body: act.changes[1]?.body });
});

test('the text comes back to the letter: decimals, escapes, order of members, æøå and emoji', async () => {
  const resource = {
    ...patient('letter', 'Ærø Østergård 𐍈 👩‍⚕️ "\\/'),
    extension: [{ url: 'http://x', valueDecimal: 1.5 }],
  };
  const change = { ...changeTo(resource) };
  const body = (change.body ?? '').replace('1.5', '1.50').replace('Ærø', '\\u00c6r\\u00f8');
  await writeActs(sql, store, [actOf([{ ...change, body }])]);
  expect((await newest('Patient', 'letter'))?.body).toBe(body);
});

test('update, deletion and return are versions of one resource, and its row in the record stays the same', async () => {
  await put(store, patient('again', 'Holm'));
  const first = await newest('Patient', 'again');
  await put(store, patient('again', 'Lund'));
  await remove(store, { type: 'Patient', id: 'again' });
  const deleted = await newest('Patient', 'again');
  await put(store, patient('again', 'Krogh'));
  const back = await newest('Patient', 'again');
  expect([first?.version, deleted?.version, back?.version]).toEqual([1, 3, 4]);
  expect([deleted?.rid, back?.rid]).toEqual([first?.rid, first?.rid]);
  expect(deleted?.body).toBeUndefined();
  expect(back?.body).toContain('Krogh');
  expect((await readVersion(sql, seesEverything, 'Patient', 'again', 2))?.body).toContain('Lund');
  expect((await readVersion(sql, seesEverything, 'Patient', 'again', 3))?.body).toBeUndefined();
  expect(await differences()).toEqual([]);
});

test('a deleted resource is found by nothing', async () => {
  await put(store, { ...observation('gone', 'p', 97), valueString: 'æble', valueQuantity: undefined });
  await remove(store, { type: 'Observation', id: 'gone' });
  const [row] = await sql`
    select cardinality(tokens) as tokens, patient, (select count(*) from record_string s where s.rid = r.rid) as strings,
      (select count(*) from record_date d where d.rid = r.rid) as dates
    from record r where type = 'Observation' and id = 'gone'`;
  // Whose it was is kept: they alone are told that it was deleted.
  expect(row).toEqual({ tokens: 0, patient: 'p', strings: 0, dates: 0 });
});

test('many acts go in one statement, and stand in the journal in their order', async () => {
  const acts = Array.from({ length: 300 }, (_, n) =>
    actOf([changeTo(patient(`many-${n}`)), changeTo(observation(`many-${n}`, `many-${n}`, n))]),
  );
  await writeActs(sql, store, acts);
  const rows = await sql<
    { id: string }[]
  >`select id from act where id = any(${acts.map((act) => act.id)}::uuid[]) order by xid, seq`;
  expect(rows.map((row) => row.id)).toEqual(acts.map((act) => act.id));
  expect(await differences()).toEqual([]);
});

test('a resource that a batch changes twice is in the record once, as its last version, and in order in the history', async () => {
  const first = changeTo(patient('twice', 'Holm'));
  const second = { ...changeTo(patient('twice', 'Lund')), version: 2 };
  await writeActs(sql, store, [actOf([first]), actOf([second])]);
  expect(await newest('Patient', 'twice')).toMatchObject({ version: 2, body: second.body });
  const history = await readHistory(sql, seesEverything, { type: 'Patient', count: 2 });
  expect(history.map(({ id, version }) => `${id} ${version}`)).toEqual(['twice 2', 'twice 1']);
  expect(await differences()).toEqual([]);
});

test('an act without changes and without texts is an act', async () => {
  const act = actOf([]);
  await writeActs(sql, store, [act, actOf([])]);
  const [row] = await sql`select event_at, fingerprint, answers from act where id = ${act.id}`;
  expect(row).toMatchObject({ event_at: null, answers: [] });
  expect(await differences()).toEqual([]);
});

test('the second arrival of an act, and the second of two who build upon one version, are refused whole', async () => {
  const act = await put(store, patient('key'));
  expect(
    await refusedBy(writeActs(sql, store, [{ ...act, changes: [changeTo(patient('key-other'))] }])),
  ).toBe('act_once');
  const before = await newest('Patient', 'key');
  expect(
    await refusedBy(
      writeActs(sql, store, [
        actOf([changeTo(patient('key-new')), { ...changeTo(patient('key'), before), version: 1 }]),
      ]),
    ),
  ).toBe('version_once');
  expect(await refusedBy(writeActs(sql, store, [actOf([changeTo(patient('key'))])]))).toMatch(
    /^(version|record)_once$/,
  );
  expect(await newest('Patient', 'key-other')).toBeUndefined();
  expect(await newest('Patient', 'key-new')).toBeUndefined();
  expect(await differences()).toEqual([]);
});

test('a list whose texts are all empty is as long as it was', async () => {
  const numbers = [{ path: 'X.y', system: '', unit: '', low: 1, high: 1 }];
  const strings = [['X.z', ''] as const];
  const resources = [patient('empty-1'), patient('empty-2')];
  const changes = resources.map((one) => ({
    ...changeTo(one),
    index: indexRows({
      tokens: [],
      present: [],
      texts: [],
      words: undefined,
      strings,
      dates: [],
      numbers,
      relations: [],
      patient: undefined,
      when: undefined,
    }),
  }));
  await writeActs(sql, store, [actOf(changes)]);
  const rows = await sql`
    select cardinality(r.tokens) as tokens, s.folded, s.value, n.system, n.unit
    from record r join record_string s using (rid) join record_number n using (rid) where r.id like 'empty-%'`;
  expect(rows).toEqual([1, 2].map(() => ({ tokens: 0, folded: '', value: '', system: '', unit: '' })));
  await remove(store, { type: 'Patient', id: 'empty-1' }, { type: 'Patient', id: 'empty-2' });
});

const longTexts: readonly (readonly [string, TestResource])[] = [
  ['a text of a million letters', patient('long-1', 'å'.repeat(1_000_000))],
  ['a text whose 200th letter is half of one', patient('long-2', `${'x'.repeat(199)}👩‍⚕️`)],
  ['half a letter alone', patient('long-3', 'x\ud83d')],
  [
    'a code of a million letters',
    observation('long-4', 'p', 1, {
      code: { coding: [{ system: 's'.repeat(500_000), code: 'c'.repeat(500_000) }] },
    }),
  ],
  [
    'a unit of a million letters',
    observation('long-5', 'p', 1, { valueQuantity: { value: 1, unit: 'u'.repeat(1_000_000) } }),
  ],
];
test.each(longTexts)('%s is stored, found by its beginning and proved right', async (_what, resource) => {
  await put(store, resource);
  expect((await newest(resource.resourceType, resource.id))?.version).toBe(1);
  expect(await differences()).toEqual([]);
});

test('the journal refuses to be changed, deleted from or emptied', async () => {
  await put(store, patient('append'));
  for (const table of ['act', 'version']) {
    await expect(sql`update ${sql(table)} set seq = seq`).rejects.toThrow(
      `the journal is never changed: UPDATE on ${table}`,
    );
    await expect(sql`delete from ${sql(table)}`).rejects.toThrow(
      `the journal is never changed: DELETE on ${table}`,
    );
    await expect(sql`truncate ${sql(table)}`).rejects.toThrow(
      `the journal is never changed: TRUNCATE on ${table}`,
    );
  }
  expect((await newest('Patient', 'append'))?.version).toBe(1);
});

test('what would shift other texts is refused, and nothing is written', async () => {
  for (const separator of ['\u001e', '\u0000']) {
    const resource = patient('separator', `Lund${separator}Holm`);
    await expect(put(store, resource)).rejects.toThrow();
    const shown = { code: 'c', display: `a${separator}b` };
    await expect(
      put(store, observation('separator', 'p', 1, { code: { coding: [shown] } })),
    ).rejects.toThrow();
  }
  expect(await newest('Patient', 'separator')).toBeUndefined();
  expect(await newest('Observation', 'separator')).toBeUndefined();
  expect(await differences()).toEqual([]);
});

test('the other separators within a text do no harm', async () => {
  for (const separator of ['\u001d', '\u001f']) {
    // Codes travel as numbers, so in them nothing separates.
    await put(store, observation('between-3', 'p', 1, { code: { coding: [{ code: 'a\u001eb' }] } }));
    await put(store, patient('between', `Lund${separator}Holm`), patient('between-2', separator));
    await put(store, observation('between', 'p', 1, { code: { coding: [{ code: `a${separator}b` }] } }));
  }
  expect((await newest('Patient', 'between'))?.version).toBe(2);
});

test('deletions of several types in one act', async () => {
  await put(store, patient('del'), observation('del', 'del', 97));
  const [p, o] = [await newest('Patient', 'del'), await newest('Observation', 'del')];
  if (!p || !o) return expect.unreachable('both were written');
  await writeActs(sql, store, [
    actOf([deletionOf({ type: 'Patient', id: 'del' }, p), deletionOf({ type: 'Observation', id: 'del' }, o)]),
  ]);
  expect(await differences()).toEqual([]);
});
