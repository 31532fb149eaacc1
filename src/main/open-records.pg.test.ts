// The rules by which a record opens, one by one, over the API.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { resourceTypes } from '#fhir/definitions/tables.ts';
import type { Json } from '#fhir/json.ts';
import { breakGlass } from '#identity/glass.ts';
import { findRole, groups, roleNames } from '#identity/role.ts';
import { testClient, type Client } from '#rest/testing.ts';
import type { Store } from '#store/store.ts';
import { put, type TestResource } from '../../test/acts.ts';
import { openMarkedRecord, ours, theirs, type MarkedRecord } from '../../test/marked-record.ts';
import { chartOf } from '../../test/search-shapes.ts';

let record: MarkedRecord;
let store: Store;
beforeAll(async () => {
  record = await openMarkedRecord();
  ({ store } = record);
}, 120_000);
afterAll(() => record.close());

const as = (role: string): Client => record.as(role);
const statusOf = async (role: string, method: string, address: string, body?: unknown) =>
  (await as(role).send(method, address, body)).status;

test('what may not be seen is not told by what points at it either', async () => {
  const doctor = as('doctor');
  // Each finds something for who sees everything.
  for (const hidden of [
    'Practitioner?_has:Observation:performer:identifier=sample-4-3',
    'Patient?_has:Observation:patient:identifier=sample-4-3',
    'Patient?_has:Condition:patient:code:text=sygdom%20nummer%204.',
    'Practitioner?_has:Encounter:participant:patient.identifier=cpr-4',
    'Patient?_list=watched',
  ]) {
    expect([hidden, (await as('integration').find(hidden)).length > 0]).toEqual([hidden, true]);
    expect([hidden, await doctor.find(hidden)]).toEqual([hidden, []]);
    expect((await doctor.send('GET', `${hidden}&_summary=count`)).json.total).toBe(0);
  }
});

test('a record that is not open is refused and not shown as an empty one, and the refusal says how it is opened', async () => {
  for (const address of [
    'Observation?patient=p4',
    'Patient/p4/Observation',
    'Observation?patient=p4&_sort=-date&_count=5',
    'Patient/p4/$everything',
    'Observation/p4-o3',
    'Observation/p4-o3/_history',
    'Observation/p4-o3/_history/1',
  ]) {
    const reply = await as('doctor').send('GET', address);
    expect([address, reply.status, reply.issues]).toEqual([
      address,
      403,
      [expect.stringContaining('Patient/p4/$break-glass')],
    ]);
  }
  expect(await statusOf('doctor', 'GET', 'Observation/nobody')).toBe(404);
});

test('a reason opens a record at once, for whoever gave it and for nobody else, and closes it again by counted time', async () => {
  const doctor = as('doctor');
  const reason = (valueString: string) => ({
    resourceType: 'Parameters',
    parameter: [{ name: 'reason', valueString }],
  });
  expect((await doctor.send('POST', 'Patient/p24/$break-glass', reason('x'))).status).toBe(400);
  expect(
    (await doctor.send('POST', 'Patient/nobody/$break-glass', reason('Hjertestop på gangen'))).status,
  ).toBe(404);
  const opened = await doctor.send('POST', 'Patient/p24/$break-glass', reason('Hjertestop på gangen'));
  expect([opened.status, opened.text]).toEqual([200, expect.stringContaining('"valueInteger":240')]);
  expect(await doctor.find('Observation?patient=p24&_count=100')).toHaveLength(24);
  expect((await doctor.find('Condition?_count=100')).includes('p24-c')).toBe(true);
  expect(await statusOf('nurse', 'GET', 'Observation?patient=p24')).toBe(403);
  expect((await doctor.send('GET', 'Patient/p24/$access')).text).toContain('Hjertestop på gangen');
  await store.sql`update glass set left_s = 0 where patient = 'p24'`;
  record.accesses.forget('doctor');
  expect(await statusOf('doctor', 'GET', 'Observation?patient=p24')).toBe(403);
});

test.each(roleNames)('a reason is taken from a %s only if the role opens records so', async (role) => {
  const parameter = [{ name: 'reason', valueString: 'Skal bruges nu' }];
  const status = await statusOf(role, 'POST', 'Patient/p34/$break-glass', {
    resourceType: 'Parameters',
    parameter,
  });
  expect(status).toBe(findRole(role)?.glass ? 200 : 403);
  await store.sql`update glass set left_s = 0, reviewed_at = now() where patient = 'p34'`;
  record.accesses.forget(role);
});

test('what was opened with a reason waits on the list of those who review, and nobody reviews their own', async () => {
  const { id } = await breakGlass(store.sql, {
    user: 'nurse',
    patient: 'p24',
    reason: 'Ringet op af vagtlægen',
    hours: 1,
  });
  const list = await as('administrator').send('GET', '$broken-glass');
  expect(list.text).toContain('Ringet op af vagtlægen');
  expect(await statusOf('doctor', 'GET', '$broken-glass')).toBe(403);
  const parameter = [
    { name: 'id', valueString: id },
    { name: 'finding', valueString: 'i orden' },
  ];
  expect(await statusOf('nurse', 'POST', '$review-glass', { resourceType: 'Parameters', parameter })).toBe(
    403,
  );
  expect(
    await statusOf('administrator', 'POST', '$review-glass', { resourceType: 'Parameters', parameter }),
  ).toBe(200);
  expect(
    await statusOf('administrator', 'POST', '$review-glass', { resourceType: 'Parameters', parameter }),
  ).toBe(409);
  expect((await as('administrator').send('GET', '$broken-glass')).text).not.toContain(
    'Ringet op af vagtlægen',
  );
  expect((await as('administrator').send('GET', '$broken-glass?all=true')).text).toContain('i orden');
  await store.sql`update glass set left_s = 0 where patient = 'p24'`;
});

test('of a protected person on the ward one sees that they are here, and a reason opens the rest', async () => {
  const nurse = as('nurse');
  expect(await nurse.find('Encounter?patient=p13')).toHaveLength(2);
  expect(await statusOf('nurse', 'GET', 'Observation?patient=p13')).toBe(403);
  expect((await nurse.find('Observation?_count=1000')).some((id) => id.startsWith('p13-'))).toBe(false);
  const parameter = [{ name: 'reason', valueString: 'Har patienten i dag' }];
  expect(
    await statusOf('nurse', 'POST', 'Patient/p13/$break-glass', { resourceType: 'Parameters', parameter }),
  ).toBe(200);
  expect(await nurse.find('Observation?patient=p13&_count=100')).not.toHaveLength(0);
  await store.sql`update glass set left_s = 0 where patient = 'p13'`;
  record.accesses.forget('nurse');
});

test('a protected person who is nobody’s patient here is found by number and reason alone', async () => {
  const doctor = as('doctor');
  expect(await doctor.find('Patient?identifier=urn:oid:1.2.208.176.1.2|cpr-14')).toEqual([]);
  expect(await statusOf('doctor', 'GET', 'Patient/p14')).toBe(403);
  const parameter = [
    { name: 'identifier', valueString: 'urn:oid:1.2.208.176.1.2|cpr-14' },
    { name: 'reason', valueString: 'Bevidstløs i modtagelsen' },
  ];
  const opened = await doctor.send('POST', 'Patient/$break-glass', { resourceType: 'Parameters', parameter });
  expect(opened.text).toContain('Patient/p14');
  expect(await doctor.find('Patient?identifier=urn:oid:1.2.208.176.1.2|cpr-14')).toEqual(['p14']);
  await store.sql`update glass set left_s = 0 where patient = 'p14'`;
  record.accesses.forget('doctor');
  // Whoever registers people does not make them a second time.
  const again = await as('secretary').send('POST', 'Patient', chartOf(14)[0], {
    'if-none-exist': 'identifier=urn:oid:1.2.208.176.1.2|cpr-14',
  });
  expect(again.status).toBe(403);
});

test('own and relatives’ records ask for a reason, on the ward too', async () => {
  await store.sql`update person set kin = array['p23'] where "user" = 'midwife'`;
  record.accesses.forget('midwife');
  expect(await statusOf('midwife', 'GET', 'Observation?patient=p23')).toBe(403);
  expect(await statusOf('midwife', 'GET', 'Encounter?patient=p23')).toBe(200);
  expect((await as('midwife').find('Condition?_count=1000')).includes('p23-c')).toBe(false);
  expect(await statusOf('nurse', 'GET', 'Observation?patient=p23')).toBe(200);
});

const stay = (patientId: string, unit: string, more: Json = {}): Json => ({
  resourceType: 'Encounter',
  status: 'in-progress',
  class: { code: 'IMP' },
  subject: { reference: `Patient/${patientId}` },
  serviceProvider: { reference: unit },
  ...more,
});

test('taking a patient in at one’s own unit opens the record, at another’s it does not', async () => {
  const nurse = as('nurse');
  expect((await nurse.send('POST', 'Encounter', stay('p25', 'Organization/ward-5'))).status).toBe(403);
  // To name oneself in another ward's stay is no admission.
  const named = { participant: [{ individual: { reference: 'Practitioner/nurse' } }] };
  expect((await nurse.send('POST', 'Encounter', stay('p25', 'Organization/ward-5', named))).status).toBe(403);
  expect((await nurse.send('POST', 'Encounter', stay('p25', 'Organization/ward-3'))).status).toBe(201);
  expect(await nurse.find('Observation?patient=p25&_count=100')).toHaveLength(24);
  expect(await statusOf('therapist', 'POST', 'Encounter', stay('p35', 'Organization/ward-3'))).toBe(403);
});

test('whoever registers a patient goes on with them, in one act and in several', async () => {
  const doctor = as('doctor');
  const created = await doctor.create({ resourceType: 'Patient', name: [{ family: 'Ukendt' }] });
  const value = {
    resourceType: 'Observation',
    status: 'final',
    code: { text: 'x' },
    subject: { reference: `Patient/${created}` },
  };
  expect((await doctor.send('POST', 'Observation', value)).status).toBe(201);
  expect(
    (
      await doctor.send('PUT', `Patient/${created}`, {
        resourceType: 'Patient',
        id: created,
        name: [{ family: 'Kendt' }],
      })
    ).status,
  ).toBe(200);
  expect(await doctor.find(`Observation?patient=${created}`)).toHaveLength(1);
  expect(await statusOf('nurse', 'GET', `Observation?patient=${created}`)).toBe(403);
  const entry = [
    {
      fullUrl: 'urn:uuid:5f0c3b1e-0000-4000-8000-000000000001',
      resource: { resourceType: 'Patient', name: [{ family: 'Ny' }] },
      request: { method: 'POST', url: 'Patient' },
    },
    {
      resource: { ...value, subject: { reference: 'urn:uuid:5f0c3b1e-0000-4000-8000-000000000001' } },
      request: { method: 'POST', url: 'Observation' },
    },
  ];
  expect((await doctor.send('POST', '', { resourceType: 'Bundle', type: 'transaction', entry })).status).toBe(
    200,
  );
});

test('nothing is moved to a patient, or away from one, whose record is not open', async () => {
  const moved = (id: string, to: string) => ({
    resourceType: 'Observation',
    id,
    status: 'final',
    code: { text: 'x' },
    subject: { reference: `Patient/${to}` },
  });
  expect(await statusOf('doctor', 'PUT', 'Observation/p3-o5', moved('p3-o5', 'p4'))).toBe(403);
  expect(await statusOf('doctor', 'PUT', 'Observation/p4-o5', moved('p4-o5', 'p3'))).toBe(403);
  expect(await statusOf('doctor', 'PUT', 'Observation/p3-o5', moved('p3-o5', 'p33'))).toBe(200);
  expect(
    await statusOf('doctor', 'POST', 'Communication', { resourceType: 'Communication', status: 'completed' }),
  ).toBe(403);
});

test('one entry that may not be written stops its transaction, and the others of a batch go on', async () => {
  const of = (n: number) => ({
    resource: {
      resourceType: 'Observation',
      status: 'final',
      code: { text: 'x' },
      subject: { reference: `Patient/p${n}` },
    },
    request: { method: 'POST', url: 'Observation' },
  });
  const bundle = (type: string) => ({ resourceType: 'Bundle', type, entry: [of(ours), of(theirs)] });
  expect((await as('doctor').send('POST', '', bundle('transaction'))).status).toBe(403);
  const batch = await as('doctor').send('POST', '', bundle('batch'));
  expect(batch.json.entry?.map(({ response }) => response?.status.slice(0, 3))).toEqual(['201', '403']);
});

test('a stay opens the record for 90 days after it ended, and a stay to come does so too', async () => {
  const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
  const other = 'Organization/ward-3';
  const known = (id: string, more: Json): TestResource => ({
    ...stay(id, other, more),
    resourceType: 'Encounter',
    id: `stay-${id}`,
  });
  const finished = (id: string, days: number) =>
    known(id, { status: 'finished', period: { end: daysAgo(days) } });
  await put(
    store,
    finished('p26', 89),
    finished('p27', 91),
    known('p28', { status: 'planned' }),
    known('p29', { status: 'cancelled' }),
  );
  const statuses = await Promise.all(
    ['p26', 'p27', 'p28', 'p29'].map((id) => statusOf('doctor', 'GET', `Observation?patient=${id}`)),
  );
  expect(statuses).toEqual([200, 403, 200, 403]);
});

test('a request opens the record to whoever answers such requests, and a task to whom it is given', async () => {
  const request = (id: string, n: number, more: Json): TestResource => ({
    resourceType: 'ServiceRequest',
    id,
    status: 'active',
    intent: 'order',
    subject: { reference: `Patient/p${n}` },
    ...more,
  });
  const asked = async (role: string, n: number) => statusOf(role, 'GET', `ServiceRequest?patient=p${n}`);
  expect([await asked('laboratory', 36), await asked('imaging', 36)]).toEqual([403, 403]);
  await put(store, request('lab-36', 36, { category: [{ text: 'Laboratorium' }] }));
  expect([await asked('laboratory', 36), await asked('imaging', 36)]).toEqual([200, 403]);
  await put(store, {
    resourceType: 'Task',
    id: 'task-36',
    status: 'requested',
    intent: 'order',
    for: { reference: 'Patient/p36' },
    owner: { reference: 'Practitioner/imaging' },
  });
  expect(await asked('imaging', 36)).toBe(200);
});

test('a person of a role that is not in the table may do nothing', async () => {
  const nobody = testClient(store, {}, () =>
    record.callers.of(
      { user: 'x', name: 'x', role: 'wizard', practitioner: null, ward: null },
      { from: 'test' },
    ),
  );
  await expect(nobody.send('GET', 'Patient/p3')).rejects.toThrow("the role 'wizard' is not known");
});

test('the role’s table names every type once, and only types there are', () => {
  const all = Object.values(groups).flat();
  expect(new Set(all).size).toBe(all.length);
  expect(all.filter((type) => !resourceTypes.includes(type))).toEqual([]);
});
