// Every route and every shape of search, asked by each role, over a record in which each resource carries a mark of whose
// it is: no answer may hold a mark that the one who asks must not see. What they may see is said here once more, by plain
// arithmetic on the marks, and not by the code that is tested.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isObject, type Json } from '#fhir/parse.ts';
import { resourceTypes } from '#fhir/definitions/tables.ts';
import { patientPath } from '#fhir/search-values.ts';
import { createAccesses } from '#identity/access.ts';
import { breakGlass } from '#identity/glass.ts';
import { addPerson, type Person } from '#identity/person.ts';
import { findRole, groups, roleNames } from '#identity/role.ts';
import { routes } from '#rest/routes.ts';
import { testClient, type Client, type Reply } from '#rest/testing.ts';
import { openStore } from '#store/store.ts';
import { actOf, changeTo, put, type TestResource } from '../../test/acts.ts';
import { testDatabase } from '../../test/database.ts';
import { chartOf, commonResources, searchShapes } from '../../test/search-shapes.ts';
import { writeActs } from '#store/writer.ts';
import { createCallers } from './callers.ts';

const database = await testDatabase();
const store = openStore(database.to, { poolSize: 6, node: 'region', reindexSettleMs: 0 });
const accesses = createAccesses(store.sql, { relationDays: 90 });
const callers = createCallers(store.sql, accesses);

/** Patients `p0` to `p39`; those whose number ends with 3 belong to the ward of everyone who asks here. */
const patients = 40;
const [ours, theirs, guarded, theirsGuarded] = [3, 4, 13, 14];
const isOurs = (n: number) => n % 10 === ours;
const isGuarded = (n: number) => n === guarded || n === theirsGuarded;
const mark = (n: number, type: string) => `mark-${n}-${type}`;

function marked(n: number, resource: TestResource): TestResource {
  const meta = isObject(resource['meta']) ? resource['meta'] : {};
  return {
    ...resource,
    meta: { ...meta, tag: [{ system: 'urn:mark', code: mark(n, resource.resourceType) }] },
  };
}

/** One of each type that belongs to a patient or names one. */
function oneOfEach(n: number): TestResource[] {
  const reference = `Patient/p${n}`;
  const own = resourceTypes.flatMap((type): TestResource[] => {
    const step = patientPath(type)?.split('.')[1];
    const isKept = type === 'Patient' || type === 'AuditEvent' || step === undefined;
    return isKept ? [] : [{ resourceType: type, id: `p${n}-${type}`, [step]: { reference } }];
  });
  return [
    ...own,
    {
      resourceType: 'Appointment',
      id: `p${n}-Appointment`,
      status: 'booked',
      participant: [{ actor: { reference } }],
    },
    { resourceType: 'Account', id: `p${n}-Account`, status: 'active', subject: [{ reference }] },
    { resourceType: 'Provenance', id: `p${n}-Provenance`, target: [{ reference }] },
    { resourceType: 'Group', id: `p${n}-Group`, member: [{ entity: { reference } }] },
    { resourceType: 'Person', id: `p${n}-Person`, link: [{ target: { reference } }] },
    {
      resourceType: 'Communication',
      id: `p${n}-unowned`,
      status: 'completed',
      payload: [{ contentString: 'x' }],
    },
  ];
}

const protectedFlag = (n: number): TestResource => ({
  resourceType: 'Flag',
  id: `p${n}-protected`,
  status: 'active',
  category: [{ coding: [{ system: 'https://holdfast.dk/fhir/flag-category', code: 'protected' }] }],
  subject: { reference: `Patient/p${n}` },
});

interface Asking {
  readonly person: Person;
  readonly client: Client;
}
const asking = new Map<string, Asking>();

beforeAll(async () => {
  const write = async (resources: readonly TestResource[]) =>
    writeActs(store.sql, store, [
      actOf(
        resources.map((one) => changeTo(one)),
        { author: 'import' },
      ),
    ]);
  await write(commonResources());
  for (let n = 0; n < patients; n++) {
    const more = [ours, theirs, guarded, theirsGuarded].includes(n) ? oneOfEach(n) : [];
    const flag = isGuarded(n) ? [protectedFlag(n)] : [];
    await write([...chartOf(n), ...more, ...flag].map((one) => marked(n, one)));
  }
  for (const role of roleNames) {
    await write([
      {
        resourceType: 'PractitionerRole',
        id: `role-${role}`,
        practitioner: { reference: `Practitioner/${role}` },
        organization: { reference: `Organization/ward-${ours}` },
      },
    ]);
    const person = { user: role, name: role, role, practitioner: `Practitioner/${role}`, ward: null };
    await addPerson(store.sql, person, '');
    await store.sql`update person set own = array['p3'] where "user" = ${role} and role in ('patient', 'proxy')`;
    asking.set(role, {
      person,
      client: testClient(store, { recall: callers.recall }, () => callers.of(person)),
    });
  }
}, 120_000);
afterAll(async () => {
  await store.close();
  await database.drop();
});

function as(role: string): Client {
  const one = asking.get(role);
  if (!one) throw new Error(`nobody is ${role}`);
  return one.client;
}

const aboutNobody = new Set([...(groups['places'] ?? []), ...(groups['knowledge'] ?? [])]);

/** Whether a role may see what a mark stands for. */
function maySee(roleName: string, n: number, type: string): boolean {
  const role = findRole(roleName);
  if (!role) return false;
  if (role.opens === 'everything') return true;
  const reads = role.table.reads.flatMap((name) => groups[name] ?? [name]);
  if (!reads.includes(type)) return false;
  if (aboutNobody.has(type)) return true;
  if (type === 'Group' || type === 'Person') return false;
  if (role.opens === 'own') return n === ours;
  if (role.opens === 'nothing') return false;
  if (type === 'Patient') return isOurs(n) || !isGuarded(n);
  return isOurs(n) && (!isGuarded(n) || (groups['stays'] ?? []).includes(type));
}

function unseen(role: string, { text, bytes, headers }: Pick<Reply, 'text' | 'bytes' | 'headers'>): string[] {
  const all = `${text} ${bytes ? Buffer.from(bytes).toString('utf8') : ''} ${JSON.stringify(headers)}`;
  return [...all.matchAll(/mark-(\d+)-(\w+)/g)].flatMap(([found, n, type]) =>
    maySee(role, Number(n), type ?? '') ? [] : [found],
  );
}

describe.each(roleNames)('a %s', (role) => {
  test('finds by no shape of search what they must not see', async () => {
    const client = as(role);
    const answered = new Map<number, number>();
    for (const { type, query } of searchShapes(patients)) {
      // The shapes look for patients of a record of a million: here they look for ours and for others.
      for (const n of [ours, theirs, guarded]) {
        const own = query
          .replaceAll(/\bp77\b/g, `p${n}`)
          .replaceAll('sample-77-', `sample-${n}-`)
          .replaceAll('cpr-1234', `cpr-${n}`);
        const at = type.replaceAll('p77', `p${n}`);
        const more =
          n === theirs
            ? ['&_summary=count', '&_total=estimate&_elements=meta']
            : n === ours
              ? ['&_include=*&_revinclude=*&_count=5']
              : [];
        for (const asked of ['', ...more].map((end) => own + end)) {
          const reply = await client.send('GET', `${at}?${asked}`);
          expect([at, asked, reply.status < 500, unseen(role, reply)]).toEqual([at, asked, true, []]);
          answered.set(reply.status, (answered.get(reply.status) ?? 0) + 1);
        }
      }
    }
    if (findRole(role)?.opens !== 'nothing') expect(answered.get(200)).toBeGreaterThan(100);
  }, 120_000);

  test('is shown by no route what they must not see, and changes nothing of it', async () => {
    const client = as(role);
    const types = [
      'Patient',
      'Observation',
      'Encounter',
      'Appointment',
      'Flag',
      'Group',
      'Provenance',
      'Binary',
      'Location',
      'ServiceRequest',
    ];
    for (const [method, path, , { interactions }] of routes) {
      const isWrite =
        interactions?.some((one) => ['create', 'update', 'patch', 'delete'].includes(one)) ?? false;
      // A program may, and the others would find nothing where it had been.
      if (role === 'integration' && (isWrite || method !== 'GET')) continue;
      for (const type of path.includes(':type') ? types : ['Patient']) {
        for (const n of [theirs, theirsGuarded]) {
          const id =
            path.startsWith('Encounter') || type === 'Encounter'
              ? `p${n}-e`
              : type === 'Patient'
                ? `p${n}`
                : `p${n}-${type}`;
          const address = path
            .replace(':type', type)
            .replace(':id', id)
            .replace(':version', '1')
            .replace(':member', 'Observation')
            .replace(':file', '1.ndjson');
          // Whoever admits may register anybody.
          if (method === 'POST' && address === 'Patient') continue;
          const reply = await client.send(method, address, bodyFor(method, path, type, n), {
            ...(path.endsWith('_search') ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
            ...(method === 'PATCH' ? { 'content-type': 'application/json-patch+json' } : {}),
            ...(path.includes('$export') || path.includes('$import') ? { prefer: 'respond-async' } : {}),
          });
          expect([method, address, unseen(role, reply)]).toEqual([method, address, []]);
          if (isWrite && type !== 'Location' && (method === 'POST' || path.includes(':id')))
            expect([method, address, reply.status, reply.issues]).toEqual([
              method,
              address,
              403,
              [expect.any(String)],
            ]);
        }
      }
    }
    const theirsNow = ['p4', 'p14'];
    const written = await store.sql<{ type: string; id: string }[]>`
      select v.type, v.id from version v join act a on a.seq = v.act join record r on r.type = v.type and r.id = v.id
      where a.author = ${`Practitioner/${role}`} and r.patient = any(${theirsNow}::text[])`;
    expect([...written]).toEqual([]);
  }, 120_000);
});

function bodyFor(method: string, path: string, type: string, n: number): unknown {
  if (method === 'GET' || method === 'DELETE') return undefined;
  if (path.endsWith('_search')) return `_count=20`;
  if (method === 'PATCH') return [{ op: 'add', path: '/language', value: 'da' }];
  if (path === '') {
    const entry = ['Patient', 'Observation', 'Group'].map((one) => ({
      request: { method: 'GET', url: `${one}?_count=50` },
    }));
    return { resourceType: 'Bundle', type: 'batch', entry };
  }
  if (path.includes('$graphql'))
    return {
      query: path.includes(':id')
        ? '{ id meta { tag { code } } }'
        : '{ ObservationList { id meta { tag { code } } } PatientList { id meta { tag { code } } } }',
    };
  if (path.includes('run')) {
    return {
      resourceType: 'ViewDefinition',
      status: 'active',
      resource: 'Observation',
      select: [{ column: [{ path: 'meta.tag.code.first()', name: 'tag' }] }],
    };
  }
  if (path.includes('$')) return parametersFor(path, n);
  return validOf(type, n, method === 'PUT');
}

/** What R4 takes, so that nothing but the rights of who writes it is in its way. */
function validOf(type: string, n: number, isNamed: boolean): Json {
  const subject = { reference: `Patient/p${n}` };
  const id = type === 'Patient' ? `p${n}` : type === 'Encounter' ? `p${n}-e` : `p${n}-${type}`;
  const code = { text: 'x' };
  const [person, encounter] = chartOf(n);
  const content: Record<string, Json> = {
    Patient: person ?? {},
    Encounter: encounter ?? {},
    Observation: { status: 'final', code, subject },
    Flag: { status: 'active', code, subject },
    ServiceRequest: { status: 'active', intent: 'order', subject },
    Appointment: {
      status: 'booked',
      start: '2026-12-01T10:00:00Z',
      end: '2026-12-01T11:00:00Z',
      participant: [{ actor: subject, status: 'accepted' }],
    },
    Group: { type: 'person', actual: true, member: [{ entity: subject }] },
    Provenance: { target: [subject], recorded: '2026-01-01T10:00:00Z', agent: [{ who: { display: 'x' } }] },
    Binary: { contentType: 'text/plain', securityContext: subject, data: 'eA==' },
    Location: { name: 'x' },
  };
  const { id: _, ...rest } = content[type] ?? {};
  return { resourceType: type, ...(isNamed ? { id } : {}), ...rest };
}

function parametersFor(path: string, n: number): Json {
  const parameter: Json[] = [];
  if (path.includes('$match')) parameter.push({ name: 'resource', resource: chartOf(n)[0] });
  if (path.includes('$docref') || path.includes('$lastn') || path.includes('$stats'))
    parameter.push({ name: 'patient', valueReference: { reference: `Patient/p${n}` } });
  if (path.includes('$meta-'))
    parameter.push({ name: 'meta', valueMeta: { tag: [{ system: 'urn:t', code: 'new' }] } });
  if (path.includes('$break-glass')) parameter.push({ name: 'reason', valueString: 'x' });
  return { resourceType: 'Parameters', parameter };
}

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
  accesses.forget('doctor');
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
  accesses.forget(role);
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
  accesses.forget('nurse');
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
  accesses.forget('doctor');
  // Whoever registers people does not make them a second time.
  const again = await as('secretary').send('POST', 'Patient', chartOf(14)[0], {
    'if-none-exist': 'identifier=urn:oid:1.2.208.176.1.2|cpr-14',
  });
  expect(again.status).toBe(403);
});

test('own and relatives’ records ask for a reason, on the ward too', async () => {
  await store.sql`update person set kin = array['p23'] where "user" = 'midwife'`;
  accesses.forget('midwife');
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
    callers.of({ user: 'x', name: 'x', role: 'wizard', practitioner: null, ward: null }),
  );
  await expect(nobody.send('GET', 'Patient/p3')).rejects.toThrow("the role 'wizard' is not known");
});

test('the role’s table names every type once, and only types there are', () => {
  const all = Object.values(groups).flat();
  expect(new Set(all).size).toBe(all.length);
  expect(all.filter((type) => !resourceTypes.includes(type))).toEqual([]);
});
