import fc from 'fast-check';
import { afterAll, afterEach, expect, test } from 'vitest';
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
import { seesEverything } from './access.ts';
import { readNewest } from './reader.ts';
import { connect, type Sql } from './sql.ts';
import { openStore } from './store.ts';
import { verify } from './verify.ts';
import { writeActs } from './writer.ts';

const database = await testDatabase();
const store = openStore(database.to, { poolSize: 4, node: 'region' });
// The hand of someone with the database's password and bad intentions, or good ones.
const hand = connect(database.to, { max: 1, name: 'hand' });

afterAll(async () => {
  await store.close();
  await hand.end();
  await database.drop();
});

const problems = async () =>
  (await verify(store.sql)).differences.map(({ what, problem }) => `${what}: ${problem}`);

const types: readonly ((id: string, text: string, n: number) => TestResource)[] = [
  (id, text) => patient(id, text),
  (id, text, n) => observation(id, `p${n % 3}`, n / 8, { note: [{ text }] }),
  (id, text, n) => ({
    resourceType: 'Condition',
    id,
    subject: { reference: `Patient/p${n % 3}` },
    onsetDateTime: `20${10 + (n % 10)}`,
    code: { text, coding: [{ system: 'urn:x', code: String(n) }] },
  }),
  (id, text, n) => ({
    resourceType: 'Encounter',
    id,
    status: n % 2 === 0 ? 'finished' : 'in-progress',
    class: { code: 'IMP' },
    subject: { reference: `Patient/p${n % 3}` },
    serviceProvider: { reference: `Organization/${text.length % 3}` },
    period: { start: `2026-01-0${1 + (n % 9)}` },
    identifier: [{ value: text }],
  }),
  (id, text) => ({ resourceType: 'Location', id, name: text, status: 'active' }),
];
const step = fc.record({
  type: fc.nat({ max: types.length - 1 }),
  id: fc.nat({ max: 5 }),
  deletes: fc.boolean(),
  text: fc.string({
    unit: fc.constantFrom('a', 'Å', 'æ', 'é', ' ', '|', '\\', '"', '{', ',', '👩', '𐍈'),
    minLength: 1,
    maxLength: 300,
  }),
  n: fc.nat({ max: 1000 }),
});

/** Writes the steps of one act, those that change the same resource twice left out. */
async function writeAct(
  steps: readonly { type: number; id: number; deletes: boolean; text: string; n: number }[],
): Promise<void> {
  const seen = new Set<string>();
  const changes = [];
  for (const { type, id, deletes, text, n } of steps) {
    const resource = types[type]?.(`r${id}`, text, n);
    if (!resource || seen.has(`${type}/${id}`)) continue;
    seen.add(`${type}/${id}`);
    const before = await readNewest(store.sql, seesEverything, resource.resourceType, resource.id);
    if (!deletes) changes.push(changeTo(resource, before));
    else if (before?.body !== undefined)
      changes.push(deletionOf({ type: resource.resourceType, id: resource.id }, before));
  }
  await writeActs(store.sql, store, [actOf(changes)]);
}

test('after any acts the record equals the journal', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(step, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 8 }),
      async (acts) => {
        for (const steps of acts) await writeAct(steps);
        expect(await problems()).toEqual([]);
      },
    ),
    { numRuns: 30 },
  );
});

test('while others write, no difference is seen that is none', async () => {
  let writing = true;
  const writers = [0, 1, 2].map(async (w) => {
    for (let n = 0; writing; n++)
      await put(
        store,
        observation(`busy-${w}-${n % 20}`, 'p1', n, { code: { coding: [{ code: String(n) }] } }),
      );
  });
  for (let n = 0; n < 12; n++) expect(await problems()).toEqual([]);
  writing = false;
  await Promise.all(writers);
});

test('it counts what it looked at, and tells how far it is', async () => {
  const told: number[] = [];
  const result = await verify(store.sql, { onProgress: (done, total) => told.push(done / total) });
  const [row] =
    await hand`select (select count(*) from act) as acts, (select count(*) from version) as versions, (select count(*) from record) as records`;
  expect(result).toEqual({ ...row, differences: [] });
  expect(told.at(-1)).toBe(1);
});

// ---------------------------------------------------------------- each change by hand

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const one of undo.splice(0).reverse()) await one();
  expect(await problems()).toEqual([]);
});

/** Changes rows as a hand would, past the triggers, and puts the tables back afterwards. */
async function byHand(change: (sql: Sql) => Promise<unknown>): Promise<void> {
  const tables = [
    'act',
    'version',
    'record',
    'record_string',
    'record_date',
    'record_number',
    'record_relation',
  ];
  const append = async (how: string) => {
    for (const table of ['act', 'version']) await hand.unsafe(`alter table ${table} ${how} trigger all`);
  };
  await append('disable');
  for (const table of tables)
    await hand.unsafe(`create table if not exists kept_${table} as select * from ${table}`);
  await change(hand);
  await append('enable');
  undo.push(async () => {
    await append('disable');
    for (const table of tables)
      await hand.unsafe(
        `delete from ${table}; insert into ${table} select * from kept_${table}; drop table kept_${table}`,
      );
    await append('enable');
  });
}

async function aSubject(): Promise<void> {
  if (await readNewest(store.sql, seesEverything, 'Observation', 'subject')) return;
  await put(store, patient('p1'), patient('p2'), patient('deleted'));
  const act = actOf(
    [
      changeTo(
        observation('subject', 'p1', 97, { note: [{ text: 'æble' }], issued: '2026-03-01T08:00:00Z' }),
      ),
    ],
    {
      eventAt: '2026-03-01T07:30:00+01:00',
      fingerprint: Buffer.from('01', 'hex'),
    },
  );
  await writeActs(store.sql, store, [act]);
  await put(store, observation('subject', 'p1', 98, { issued: '2026-03-01T08:00:00Z' }));
  await put(store, { resourceType: 'Location', id: 'subject', name: 'B12', status: 'active' });
  await put(store, {
    resourceType: 'Encounter',
    id: 'subject',
    status: 'in-progress',
    subject: { reference: 'Patient/p1' },
    serviceProvider: { reference: 'Organization/b12' },
  });
  await remove(store, { type: 'Patient', id: 'deleted' });
}

const own = `type = 'Observation' and id = 'subject'`;
const itsRid = `(select rid from record where ${own})`;
const locationRid = `(select rid from record where type = 'Location' and id = 'subject')`;
const itsAct = `(select act from version where ${own} and version = 1)`;
const changes: readonly (readonly [what: string, statement: string, found: RegExp])[] = [
  [
    'the text of an old version',
    `update version set body = replace(body, '97', '79') where ${own} and version = 1`,
    /^act .*does not match its digest.*Observation\/subject/,
  ],
  [
    'the text of the newest version',
    `update version set body = replace(body, '98', '89') where ${own} and version = 2`,
    /does not match its digest/,
  ],
  [
    'the time of a version',
    `update version set updated = updated + 1 where ${own} and version = 1`,
    /does not match its digest/,
  ],
  [
    'the number of a version',
    `update version set version = 7 where ${own} and version = 2`,
    /has 2 versions in the journal, the newest is number 7/,
  ],
  [
    'the place of a version',
    `update version set seq = -1 where ${own} and version = 2`,
    /shows the text of another row of the journal/,
  ],
  [
    'a version moved to another act',
    `update version set act = (select max(seq) from act) where ${own} and version = 1`,
    /does not match its digest/,
  ],
  ['a version of no act', `update version set act = -1 where ${own} and version = 1`, /belongs to no act/],
  ['a deleted old version', `delete from version where ${own} and version = 1`, /a version is missing/],
  [
    'a deleted newest version',
    `delete from version where ${own} and version = 2`,
    /the record shows version 2, the journal's newest is 1/,
  ],
  [
    'a version turned into a deletion',
    `update version set body = null where ${own} and version = 2`,
    /the journal says deleted, the record does not/,
  ],
  [
    'a deletion turned into a version',
    `update version set body = '{"resourceType":"Patient","id":"deleted"}' where id = 'deleted' and version = 2`,
    /the record says deleted, the journal does not/,
  ],
  [
    'a deleted act',
    `delete from act where seq = ${itsAct}`,
    /Observation\/subject\/_history\/1: belongs to no act/,
  ],
  [
    'the author of an act',
    `update act set author = 'Practitioner/other' where seq = ${itsAct}`,
    /does not match its digest/,
  ],
  [
    'the id of an act',
    `update act set id = gen_random_uuid() where seq = ${itsAct}`,
    /does not match its digest/,
  ],
  ['the node of an act', `update act set node = 'other' where seq = ${itsAct}`, /does not match its digest/],
  [
    'the time of the event',
    `update act set event_at = '2026-03-01T07:31:00+01:00' where seq = ${itsAct}`,
    /does not match its digest/,
  ],
  ['the order of an act', `update act set hlc = hlc + 1 where seq = ${itsAct}`, /does not match its digest/],
  [
    'the answer of an act',
    `update act set answers = '[{"status":200}]' where seq = ${itsAct}`,
    /does not match its digest/,
  ],
  [
    'the request of an act',
    `update act set fingerprint = null where seq = ${itsAct}`,
    /does not match its digest/,
  ],
  [
    'the digest of an act',
    `update act set digest = sha256('x') where seq = ${itsAct}`,
    /does not match its digest/,
  ],
  [
    'the patient of a row of the record',
    `update record set patient = 'p2' where ${own}`,
    /^Observation\/subject: the record has it under another patient/,
  ],
  [
    'the date of a row of the record',
    `update record set low = low - 1 where ${own}`,
    /the record has another date/,
  ],
  ['the end of its date', `update record set high = high + 1 where ${own}`, /the record has another date/],
  [
    'its version',
    `update record set version = 1 where ${own}`,
    /the record shows version 1, the journal's newest is 2/,
  ],
  [
    'the text it shows',
    `update record set seq = (select seq from version where ${own} and version = 1) where ${own}`,
    /shows the text of another row/,
  ],
  ['its time', `update record set updated = updated + 1 where ${own}`, /the time of its last change differs/],
  [
    'its being there',
    `update record set deleted = true where ${own}`,
    /the record says deleted, the journal does not/,
  ],
  [
    'a code it is found by',
    `update record set tokens = tokens || 1::bigint where ${own}`,
    /what it is found by \(codes, identifiers, references\)/,
  ],
  [
    'no code it is found by',
    `update record set tokens = '{}' where ${own}`,
    /what it is found by \(codes, identifiers, references\)/,
  ],
  [
    'a missing row of the record',
    `delete from record where ${own}`,
    /^Observation\/subject: is in the journal and not in the record/,
  ],
  [
    'a row of the record that the journal does not have',
    `insert into record select -1, type, 'stranger', version, -1, deleted, updated, patient, low, high, tokens from record where ${own}`,
    /^Observation\/stranger: is in the record and not in the journal/,
  ],
  [
    'a name it is found by',
    `update record_string set folded = 'b13' where rid = ${locationRid}`,
    /the texts it is found by/,
  ],
  [
    'the spelling of a name it is found by',
    `update record_string set value = 'b12' where rid = ${locationRid}`,
    /the texts it is found by/,
  ],
  ['a missing name', `delete from record_string where rid = ${locationRid}`, /the texts it is found by/],
  [
    'a value it is found by',
    `update record_number set low = low + 1 where rid = ${itsRid}`,
    /the numbers it is found by/,
  ],
  [
    'the unit of a value',
    `update record_number set unit = 'mg' where rid = ${itsRid}`,
    /the numbers it is found by/,
  ],
  [
    'a value too many',
    `insert into record_number select * from record_number where rid = ${itsRid}`,
    /the numbers it is found by/,
  ],
  [
    'a date too many',
    `insert into record_date values (${itsRid}, 'Observation.issued', 1, 2)`,
    /the dates it is found by/,
  ],
  [
    'texts of no resource',
    `insert into record_string values (-5, 'Patient.name', 'x', 'x')`,
    /^record_string: has rows of no resource \(row ids -5\)/,
  ],
  [
    'dates of no resource',
    `insert into record_date values (-6, 'Patient.birthDate', 1, 2)`,
    /^record_date: has rows of no resource \(row ids -6\)/,
  ],
  [
    'numbers of no resource',
    `insert into record_number values (-7, 'Observation.value', '', '', 1, 2)`,
    /^record_number: has rows of no resource \(row ids -7\)/,
  ],
  [
    'a ward that has nothing to do with the patient',
    `insert into record_relation select rid, 'Organization/other', 'p1', 9000000000000000 from record where type = 'Encounter' and id = 'subject'`,
    /^Encounter\/subject: whom its patient has to do with/,
  ],
  [
    'a ward that is missing',
    `delete from record_relation where actor = 'Organization/b12'`,
    /^Encounter\/subject: whom its patient has to do with/,
  ],
  [
    'the end of a stay that goes on',
    `update record_relation set ended = 1 where actor = 'Organization/b12'`,
    /^Encounter\/subject: whom its patient has to do with/,
  ],
  [
    'another who registered the patient',
    `update record_relation set actor = 'Practitioner/other' where registered and patient = 'p1'`,
    /^Patient\/p1: who registered the patient is not who wrote its first version/,
  ],
];
test.each(changes)('by hand: %s is found', async (_what, statement, found) => {
  await aSubject();
  await byHand(async (sql) => expect((await sql.unsafe(statement)).count).toBeGreaterThan(0));
  expect(await problems()).toContainEqual(expect.stringMatching(found));
});
