import { describe, expect, test } from 'vitest';
import { addDeferred, claimDeferred, finishDeferred } from '#store/deferred-requests.ts';
import { takeMoment } from '#store/exports.ts';
import { uuidv7 } from '#base/id.ts';
import { seesEverything } from '#store/access.ts';
import { testDatabase } from '../../../test/database.ts';
import { until } from '../../../test/until.ts';
import { resumeDeferred } from '../routes.ts';
import { base, useClient, type Reply } from '../testing.ts';

const client = useClient(testDatabase);
const { send, create, store } = client;
const later = { prefer: 'respond-async' };
const patient = { resourceType: 'Patient', name: [{ family: 'Møller' }] };
const observation = (id: string, more: object = {}) => ({
  resourceType: 'Observation',
  status: 'final',
  code: { text: 'pulse' },
  subject: { reference: `Patient/${id}` },
  ...more,
});

interface Manifest {
  readonly transactionTime: string;
  readonly request: string;
  readonly requiresAccessToken: boolean;
  readonly output: readonly { readonly type: string; readonly url: string; readonly count: number }[];
  readonly deleted: readonly { readonly type: string; readonly url: string; readonly count: number }[];
}

async function asked(address: string, body?: object): Promise<string> {
  const reply = await send(body ? 'POST' : 'GET', address, body, later);
  expect([reply.status, reply.issues.join()]).toEqual([202, expect.stringContaining('accepted')]);
  return reply.headers['content-location'] ?? '';
}

async function done(place: string): Promise<Manifest> {
  const reply = await until<Reply>('an export', async () => {
    const found = await send('GET', place, undefined, { accept: 'application/json' });
    return found.status === 202 ? undefined : found;
  });
  expect([reply.status, reply.headers['content-type']]).toEqual([200, 'application/json']);
  const manifest: Manifest = JSON.parse(reply.text);
  return manifest;
}

const exported = async (address: string, body?: object) => done(await asked(address, body));

async function linesOf(list: Manifest['output']): Promise<string[]> {
  const all: string[] = [];
  for (const { url, count } of list) {
    const reply = await send('GET', url, undefined, { accept: 'application/fhir+ndjson' });
    expect([reply.status, reply.headers['content-type']]).toEqual([200, 'application/fhir+ndjson']);
    const lines = reply.text.trimEnd().split('\n');
    expect(lines).toHaveLength(count);
    all.push(...lines);
  }
  return all;
}
const idsOf = async (list: Manifest['output']) =>
  (await linesOf(list)).map((line) => String(JSON.parse(line).id)).sort();

describe('an export of everything', () => {
  test('has each resource once, as it is stored to the letter', async () => {
    const id = await create(patient);
    const weight = `{"resourceType":"Observation","status":"final","code":{"text":"w"},"subject":{"reference":"Patient/${id}"},"valueQuantity":{"value":70.50}}`;
    const stored = await send('POST', 'Observation', weight);
    const manifest = await exported(`$export?_type=Patient,Observation&_outputFormat=ndjson`);
    expect(manifest.request).toBe(`${base}/$export?_type=Patient%2CObservation&_outputFormat=ndjson`);
    expect(manifest.requiresAccessToken).toBe(true);
    const lines = await linesOf(manifest.output);
    expect(lines).toContain(stored.text);
    expect(lines.filter((line) => JSON.parse(line).id === id)).toHaveLength(1);
  });

  test('is of one moment: what is written, changed or deleted later is not in it', async () => {
    const [changed, deleted] = [await create(patient), await create(patient)];
    const manifest = await exported('$export?_type=Patient');
    await send('PUT', `Patient/${changed}`, { ...patient, id: changed, active: false });
    await send('DELETE', `Patient/${deleted}`);
    const added = await create(patient);
    const lines = await linesOf(manifest.output);
    const ids = lines.map((line) => JSON.parse(line).id);
    expect(ids).toEqual(expect.arrayContaining([changed, deleted]));
    expect(ids).not.toContain(added);
    expect(lines.some((line) => line.includes('"active":false'))).toBe(false);
  });

  test('since an earlier one has exactly what came between them, also what a slow act wrote at an earlier time', async () => {
    const [kept, gone] = [await create(patient), await create(patient)];
    const before = await exported('$export?_type=Patient');
    const added = await create(patient);
    await send('DELETE', `Patient/${gone}`);
    // A clock that jumped back wrote the time of the year before.
    await store().sql`alter table version disable trigger version_append_only`;
    await store().sql`update version set updated = updated - 31536000000 where id = ${added}`;
    await store().sql`alter table version enable trigger version_append_only`;
    const manifest = await exported(`$export?_type=Patient&_since=${before.transactionTime}`);
    expect(await idsOf(manifest.output)).toEqual([added]);
    expect(manifest.deleted.map(({ type, count }) => [type, count])).toEqual([['Bundle', 1]]);
    expect(JSON.parse((await linesOf(manifest.deleted))[0] ?? '')).toEqual({
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [{ request: { method: 'DELETE', url: `Patient/${gone}` } }],
    });
    const byTime = await exported(`$export?_type=Patient&_since=2026-01-01T00:00:00Z`);
    expect(await idsOf(byTime.output)).toContain(kept);
    expect(await idsOf(byTime.output)).not.toContain(added);
  });

  test('does not wait for an act that is slow to commit, and the next one has it, whatever time it bears', async () => {
    let [commit, begun]: [() => void, () => void] = [() => {}, () => {}];
    const isBegun = new Promise<void>((resolve) => (begun = resolve));
    const isWanted = new Promise<void>((resolve) => (commit = resolve));
    const slow = store().transactions.run(async (transaction) => {
      await transaction`
        with written as (
          insert into act (seq, id, author, node, hlc, answers, digest)
          values (nextval('position'), gen_random_uuid(), 'slow', 'slow', 0, '[]', '') returning seq)
        insert into version (seq, act, type, id, version, updated, body)
        select seq, seq, 'Linkage', 'slow', 1, 0, '{"resourceType":"Linkage","id":"slow"}' from written`;
      begun();
      await isWanted;
    });
    await isBegun;
    const first = await exported('$export?_type=Linkage');
    commit();
    await slow;
    const later = await exported(`$export?_type=Linkage&_since=${first.transactionTime}`);
    expect([first.output, await idsOf(later.output)]).toEqual([[], ['slow']]);
    const last = await exported(`$export?_type=Linkage&_since=${later.transactionTime}`);
    expect(last.output).toEqual([]);
  });

  test('asked for in a batch is told where it will be', async () => {
    const entry = [{ request: { method: 'GET', url: '$export?_type=Linkage' } }];
    const reply = await send('POST', '', { resourceType: 'Bundle', type: 'batch', entry }, later);
    const response = reply.json.entry?.[0]?.response;
    expect([response?.status, response?.location]).toEqual([
      '202 Accepted',
      expect.stringContaining('/_async/'),
    ]);
    resumeDeferred(client.service);
    expect((await done(response?.location ?? '')).request).toContain('Linkage');
  });

  test('takes searches of a type, any of which may match, and elements', async () => {
    const id = await create(patient);
    const [final, amended, other] = [
      await create(observation(id, { status: 'final', code: { text: 'x' }, issued: '2026-01-01T00:00:00Z' })),
      await create(observation(id, { status: 'amended' })),
      await create(observation(id, { status: 'cancelled' })),
    ];
    const filter = (status: string) =>
      `_typeFilter=${encodeURIComponent(`Observation?status=${status}&subject=Patient/${id}`)}`;
    const manifest = await exported(
      `$export?_type=Observation&${filter('final')}&${filter('amended')}&_elements=Observation.subject`,
    );
    expect(await idsOf(manifest.output)).toEqual([final, amended].sort());
    expect(await idsOf(manifest.output)).not.toContain(other);
    const [line = ''] = await linesOf(manifest.output);
    expect(JSON.parse(line)).toMatchObject({ status: 'final', meta: { tag: [{ code: 'SUBSETTED' }] } });
    expect(line).not.toContain('issued');
  });
});

describe('an export of patients', () => {
  test('has what is in their compartments, and of the patients named alone', async () => {
    const [one, other] = [await create(patient), await create(patient)];
    const [ofOne, ofOther] = [await create(observation(one)), await create(observation(other))];
    const nobodys = await create({ resourceType: 'Observation', status: 'final', code: { text: 'x' } });
    const all = await idsOf((await exported('Patient/$export')).output);
    expect(all).toEqual(expect.arrayContaining([one, other, ofOne, ofOther]));
    expect(all).not.toContain(nobodys);
    const named = await exported('Patient/$export', {
      resourceType: 'Parameters',
      parameter: [{ name: 'patient', valueReference: { reference: `Patient/${one}` } }],
    });
    expect(await idsOf(named.output)).toEqual([one, ofOne].sort());
  });

  test('of a group are its members who are not inactive', async () => {
    const [member, former] = [await create(patient), await create(patient)];
    const found = await create(observation(member));
    await create(observation(former));
    const group = await create({
      resourceType: 'Group',
      type: 'person',
      actual: true,
      member: [
        { entity: { reference: `Patient/${member}` } },
        { entity: { reference: `Patient/${former}` }, inactive: true },
      ],
    });
    const manifest = await exported(`Group/${group}/$export?_type=Patient,Observation`);
    expect(await idsOf(manifest.output)).toEqual([member, found].sort());
    const since = await exported(
      `Group/${group}/$export?_type=Observation&_since=${manifest.transactionTime}`,
    );
    expect([since.output, since.deleted]).toEqual([[], []]);
    await send('DELETE', `Observation/${found}`);
    const after = await exported(
      `Group/${group}/$export?_type=Observation&_since=${manifest.transactionTime}`,
    );
    expect((await linesOf(after.deleted)).join()).toContain(`Observation/${found}`);
  });
});

test('an export that another program left is gone on with, and nothing is doubled', async () => {
  const ids = [await create(patient), await create(patient), await create(patient)];
  const { sql } = store();
  const id = uuidv7();
  const moment = await takeMoment(sql);
  const caller = { author: 'Practitioner/anne', sees: seesEverything };
  const job = { caller, base, url: `${base}/$export`, moment, types: ['Patient'], typeFilters: [] };
  await addDeferred(sql, { id, author: caller.author, kind: 'export', request: job });
  await claimDeferred(sql, uuidv7(), ['export']);
  // The other program made a first file and was killed; its claim has run out.
  const [first] = await sql<
    { seq: number }[]
  >`select min(seq) as seq from version where id = any(${sql.typed.texts(ids)})`;
  await sql`insert into export_file values (${id}, 1, 'output', 'Patient', -9007199254740991, ${first?.seq ?? 0},
    (select count(*) from version v where type = 'Patient' and seq <= ${first?.seq ?? 0} and body is not null
      and not exists (select from version n where n.type = v.type and n.id = v.id and n.version = v.version + 1)))`;
  await sql`update deferred_request set claimed_until = now() - interval '1 second' where id = ${id}`;
  resumeDeferred(client.service);
  const manifest = await done(`_async/${id}`);
  const found = await idsOf(manifest.output);
  expect(manifest.output).toHaveLength(2);
  expect(new Set(found).size).toBe(found.length);
  expect(found).toEqual(expect.arrayContaining(ids));
});

test('an export that is cancelled is gone, with its files', async () => {
  await create(patient);
  const place = await asked('$export?_type=Patient');
  const { output } = await done(place);
  const [file] = output;
  expect((await send('DELETE', place)).status).toBe(202);
  expect((await send('GET', place)).status).toBe(404);
  expect((await send('GET', file?.url ?? '')).status).toBe(404);
  const [left] = await store()
    .sql`select count(*) as files from export_file where request = ${place.slice(-36)}`;
  expect(left).toEqual({ files: 0 });
});

test('a file is nobody else’s, and cannot be an entry of a Bundle', async () => {
  await create(patient);
  const place = await asked('$export?_type=Patient');
  const [file] = (await done(place)).output;
  const address = file?.url.slice(base.length + 1) ?? '';
  const batch = {
    resourceType: 'Bundle',
    type: 'batch',
    entry: [{ request: { method: 'GET', url: address } }],
  };
  const reply = await send('POST', '', batch);
  expect(reply.json.entry?.[0]?.response?.status).toBe('406 Not Acceptable');
  const other = uuidv7();
  await addDeferred(store().sql, { id: other, author: 'Practitioner/else', kind: 'export', request: {} });
  await finishDeferred(store().sql, other, { status: 200, headers: {}, body: '{}' });
  expect((await send('GET', `_async/${other}/1.ndjson`)).status).toBe(404);
});

test.each([
  ['$export', {}, 400, 'Prefer: respond-async'],
  ['$export?_type=Monkey', later, 400, "'Monkey' is no resource type"],
  ['Patient/$export?_type=Organization', later, 400, 'never in the compartment of a patient'],
  ['$export?_outputFormat=csv', later, 400, 'expected application/fhir+ndjson'],
  ['$export?_since=yesterday', later, 400, 'expected an instant'],
  ['$export?organizeOutputBy=Patient', later, 400, 'is not known here'],
  ['$export?_typeFilter=Patient', later, 400, 'has no criteria'],
  [
    '$export?_type=Patient&_typeFilter=Observation%3Fstatus%3Dfinal',
    later,
    400,
    'of a type that is exported',
  ],
  ['$export?_typeFilter=Observation%3Fsubject.name%3Dx', later, 400, 'own words only'],
  ['$export?_typeFilter=Observation%3F_lastUpdated%3Dgt2026', later, 400, 'own words only'],
  ['$export?_typeFilter=Observation%3Fmonkey%3D1', later, 400, 'no search parameter'],
  ['Patient/$export?patient=Patient/1', later, 400, 'by POST only'],
  ['Group/none/$export', later, 404, 'there is no Group/none'],
])('%s is refused', async (address, headers, status, text) => {
  const reply = await send('GET', address, undefined, headers);
  expect([reply.status, reply.issues.join()]).toEqual([status, expect.stringContaining(text)]);
});

test('a group that names no members, or members that are no patients, is refused', async () => {
  const described = await create({ resourceType: 'Group', type: 'person', actual: false });
  expect((await send('GET', `Group/${described}/$export`, undefined, later)).status).toBe(422);
  const devices = await create({
    resourceType: 'Group',
    type: 'device',
    actual: true,
    member: [{ entity: { reference: 'Device/1' } }],
  });
  expect((await send('GET', `Group/${devices}/$export`, undefined, later)).status).toBe(422);
});
