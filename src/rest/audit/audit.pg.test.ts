// The audit over FHIR: what was noted is found as AuditEvents, and nobody changes it.
import { beforeAll, describe, expect, test } from 'vitest';
import { parseResource } from '#fhir/parse.ts';
import { validate } from '#fhir/validate.ts';
import type { AuditLine } from '#identity/audit/line.ts';
import { testDatabase } from '../../../test/database.ts';
import { r4Examples } from '../../../test/r4-examples.ts';
import { base, useClient, type Reply } from '../testing.ts';

const client = useClient(testDatabase);
const { send, create, find } = client;

const person = (user: string, name: string, practitioner: string | null) =>
  ({ user, name, role: 'doctor', practitioner, ward: null }) as const;
const anne = person('anne.lund', 'Anne Lund', 'Practitioner/anne-lund');
const admin = person('admin', 'Administrator', null);
const line = (more: Partial<AuditLine> = {}): AuditLine => ({
  ...(more.tried === undefined ? { who: anne } : {}),
  session: 'browser',
  from: '10.0.0.1',
  what: 'read',
  asked: 'GET /fhir/Patient/1',
  status: 200,
  shown: { names: ['Patient/1'], patients: ['1'] },
  ...more,
});
const note = async (more: Partial<AuditLine> = {}) => (await client.service.audit.noteNow(line(more))).id;
const idsOf = (reply: Reply) => (reply.json.entry ?? []).flatMap(({ resource }) => resource?.id ?? []);

describe('each line', () => {
  test.each([
    'start',
    'command',
    'read',
    'vread',
    'search-type',
    'search-system',
    'history-instance',
    'create',
    'update',
    'patch',
    'delete',
    'batch',
    'transaction',
    '$everything',
    'login',
    'login-refused',
    'logout',
    'lock',
    'unlock',
    'print',
    'follow',
    'deferred',
    'lost',
    'refused',
  ])('%s is an AuditEvent as R4 allows it', async (what) => {
    const full = await note({ what, why: 'unconscious', view: 'medication', times: 3 });
    const bare = await client.service.audit.noteNow({
      from: '',
      what,
      asked: '',
      status: 503,
      tried: 'someone',
    });
    for (const id of [full, bare.id]) {
      const { text, status, headers } = await send('GET', `AuditEvent/${id}`);
      expect([status, headers['etag']]).toEqual([200, 'W/"1"']);
      expect(validate(parseResource(text, { depthMax: 64 }))).toEqual([]);
    }
  });

  test('says who, what, whom, why, from where and how it ended', async () => {
    const id = await note({ why: 'unconscious', asked: 'GET /fhir/Patient/1?_format=json' });
    const { json } = await send('GET', `AuditEvent/${id}`);
    expect(json).toMatchObject({
      type: { code: 'rest' },
      subtype: [{ code: 'read' }],
      action: 'R',
      outcome: '0',
      agent: [
        {
          who: { reference: 'Practitioner/anne-lund', display: 'Anne Lund' },
          altId: 'anne.lund',
          name: 'Anne Lund',
          requestor: true,
          role: [{ coding: [{ code: 'doctor' }] }],
          network: { address: '10.0.0.1', type: '2' },
          purposeOfUse: [{ text: 'unconscious' }],
        },
        { requestor: false },
      ],
      entity: [
        { what: { reference: 'Patient/1' }, role: { code: '1' } },
        { role: { code: '24' }, query: Buffer.from('GET /fhir/Patient/1?_format=json').toString('base64') },
      ],
    });
  });

  test('names what was shown, by its row in the record', async () => {
    const patient = await create({ resourceType: 'Patient' });
    const [row] = await client.store().sql<{ rid: number }[]>`select rid from record where id = ${patient}`;
    const id = await note({ shown: { rids: [row?.rid ?? 0, 999_999_999_999] } });
    const { text } = await send('GET', `AuditEvent/${id}`);
    expect(text).toContain(`{"reference":"Patient/${patient}"}`);
  });

  test('can be had in part, in XML, and in its one version', async () => {
    const id = await note();
    expect((await send('GET', `AuditEvent/${id}?_elements=action`)).text).toContain('SUBSETTED');
    expect((await send('GET', `AuditEvent/${id}?_format=xml`)).text).toContain('<AuditEvent');
    expect((await send('GET', `AuditEvent/${id}/_history/1`)).json.id).toBe(id);
    expect((await send('GET', `AuditEvent/${id}/_history/2`)).status).toBe(404);
    expect((await send('GET', `AuditEvent/${id.replace(/\d$/, '9')}`)).status).toBe(404);
  });
});

describe('a search', () => {
  const noted = new Map<string, string>();
  beforeAll(async () => {
    const add = async (name: string, more: Partial<AuditLine>) => void noted.set(name, await note(more));
    await add('read', { shown: { names: ['Observation/o1'], patients: ['p'] } });
    await add('write', { what: 'update', shown: { names: ['Observation/o1'], patients: ['p'] } });
    await add('other', { who: admin, shown: { names: ['Patient/q'], patients: ['q'] }, from: '10.9.0.1' });
    await add('refused', { who: admin, status: 403, shown: { patients: ['p', 'q'] } });
    await add('tried', { what: 'login-refused', status: 401, tried: 'eve', shown: {} });
  });
  const called = async (query: string) => {
    const names = new Map(Array.from(noted, ([name, id]) => [id, name]));
    return (await find(`AuditEvent?${query}`)).flatMap((id) => names.get(id) ?? []);
  };

  test.each([
    ['patient=p', ['refused', 'write', 'read']],
    ['patient=Patient/p,Patient/q', ['refused', 'other', 'write', 'read']],
    [`patient=${base}/Patient/q&patient=p`, ['refused']],
    ['patient=p&_sort=date', ['read', 'write', 'refused']],
    ['patient=p&agent=Practitioner/anne-lund', ['write', 'read']],
    ['patient=p&agent-name=adm', ['refused']],
    ['patient=p,q&altid=admin', ['refused', 'other']],
    ['patient=p&entity=Observation/o1', ['write', 'read']],
    ['patient=p&action=U', ['write']],
    ['patient=p&outcome=4', ['refused']],
    ['patient=p&type=rest', ['refused', 'write', 'read']],
    ['patient=p&subtype=http://hl7.org/fhir/restful-interaction|update', ['write']],
    ['patient=p,q&address=10.9', ['other']],
    ['patient=p&action:not=U', ['refused', 'read']],
    ['patient=nobody', []],
  ])('%s finds %j', async (query, expected) => {
    expect(await called(query)).toEqual(expected);
    expect(await called(`${query}&date=ge2000-01-01&date=lt2100`)).toEqual(expected);
  });

  test('finds who tried with a name, and a line by its id', async () => {
    expect(await called('altid=eve')).toEqual(['tried']);
    const id = noted.get('other') ?? '';
    expect(await find(`AuditEvent?_id=${id},nothing&action=R`)).toEqual([id]);
    expect(await find(`AuditEvent?_id=${id}&action=U`)).toEqual([]);
  });

  test('by time has what was noted then', async () => {
    const { json } = await send('GET', `AuditEvent/${noted.get('write')}`);
    const at = String(json['recorded']);
    expect(await called(`patient=p&date=${at}`)).toContain('write');
    expect(await called(`patient=p&date=lt${at}`)).not.toContain('write');
    expect(await called(`patient=p&date=gt${at}`)).not.toContain('write');
    expect(await called('patient=p&date=lt2001')).toEqual([]);
  });

  test('by POST is the same', async () => {
    const reply = await send('POST', 'AuditEvent/_search', 'patient=p&action=U', {
      'content-type': 'application/x-www-form-urlencoded',
    });
    expect(idsOf(reply)).toEqual([noted.get('write')]);
  });

  test.each(['-date', 'date'])(
    'in pages gives each line once by %s, while others are added',
    async (sort) => {
      const expected: string[] = [];
      for (let n = 0; n < 12; n++) expected.push(await note({ shown: { patients: [`paged${sort}`] } }));
      const found: string[] = [];
      let address: string | undefined = `AuditEvent?patient=paged${sort}&_count=5&_sort=${sort}`;
      for (let pages = 0; address !== undefined; pages++) {
        const reply: Reply = await send('GET', address);
        found.push(...idsOf(reply));
        address = reply.json.link?.find(({ relation }) => relation === 'next')?.url;
        if (sort === '-date') await note({ shown: { patients: [`paged${sort}`] } });
        expect(pages).toBeLessThan(4);
      }
      expect(found).toEqual(sort === 'date' ? expected : expected.toReversed());
    },
  );

  test.each([
    ['_sort=action', '_sort'],
    ['_include=AuditEvent:agent', '_include'],
    ['_count=0', '_count'],
    ['_summary=count', '_count'],
    ['_total=accurate', '_total'],
    ['_list=1', 'lines only'],
    ['patient.name=x', 'lines only'],
    ['_cursor=x', '_cursor'],
    ['date=x', 'date'],
    ['_lastUpdated=gt2020', 'expected date'],
  ])('%s is refused by name', async (query, text) => {
    const reply = await send('GET', `AuditEvent?${query}`);
    expect([reply.status, reply.text]).toEqual([400, expect.stringContaining(text)]);
  });

  test('tells what it did not use, or refuses it when that is wanted', async () => {
    const reply = await send('GET', 'AuditEvent?patient=p&strange=1');
    expect(reply.text).toContain("AuditEvent has no search parameter 'strange'");
    const strict = await send('GET', 'AuditEvent?strange=1', undefined, { prefer: 'handling=strict' });
    expect(strict.status).toBe(400);
  });
});

describe('what another system tells', () => {
  const examples = r4Examples().filter(({ text }) => text.startsWith('{"resourceType":"AuditEvent"'));
  const [example] = examples;
  const event = () => ({
    ...JSON.parse(example?.text ?? '{}'),
    entity: [{ what: { reference: 'Patient/told' } }],
  });

  test('comes back by its id and is found by whom it names', async () => {
    expect(examples.length).toBeGreaterThan(3);
    const written = await send('POST', 'AuditEvent', event());
    expect([written.status, written.issues]).toEqual([201, []]);
    const place = written.headers['location']?.slice(base.length + 1).replace(/\/_history.*/, '') ?? '';
    const read = await send('GET', place);
    expect(read.text).toBe(written.text);
    expect({ ...read.json, id: '', meta: '' }).toEqual({ ...event(), id: '', meta: '' });
    expect(await find('AuditEvent?patient=told')).toEqual([written.json.id]);
    expect(await find('AuditEvent?patient=told&date=lt2020')).toEqual([]);
  });

  test('is validated, and takes no conditions', async () => {
    expect((await send('POST', 'AuditEvent', { resourceType: 'AuditEvent' })).status).toBe(422);
    expect((await send('POST', 'AuditEvent', { resourceType: 'Patient' })).status).toBe(400);
    expect((await send('POST', 'AuditEvent', event(), { 'if-none-exist': 'patient=1' })).status).toBe(400);
    expect((await send('POST', 'AuditEvent', { ...event(), outcomeDesc: 'x'.repeat(70_000) })).status).toBe(
      413,
    );
  });

  test('is taken in a batch, and not in a transaction or an import', async () => {
    const bundle = (type: string) => ({
      resourceType: 'Bundle',
      type,
      entry: [{ resource: event(), request: { method: 'POST', url: 'AuditEvent' } }],
    });
    expect((await send('POST', '', bundle('batch'))).json.entry?.[0]?.response?.status).toBe('201 Created');
    const refused = await send('POST', '', bundle('transaction'));
    expect([refused.status, refused.issues.join()]).toEqual([400, expect.stringContaining('batch')]);
  });
});

describe('nobody changes it', () => {
  test.each([
    ['PUT', 'AuditEvent/:id'],
    ['PATCH', 'AuditEvent/:id'],
    ['DELETE', 'AuditEvent/:id'],
    ['DELETE', 'AuditEvent?patient=1'],
    ['PUT', 'AuditEvent?patient=1'],
    ['GET', 'AuditEvent/:id/_history'],
    ['GET', 'AuditEvent/_history'],
    ['POST', 'AuditEvent/:id/$meta-add'],
  ])('%s %s', async (method, address) => {
    const reply = await send(method, address.replace(':id', await note()), method === 'GET' ? undefined : {});
    expect([reply.status, reply.issues.join()]).toEqual([405, expect.stringContaining('never changed')]);
  });

  test('and the capability statement says so', async () => {
    const { text } = await send('GET', 'metadata');
    const statement = JSON.parse(text) as {
      rest: { resource: { type: string; interaction: { code: string }[]; updateCreate: boolean }[] }[];
    };
    const told = statement.rest[0]?.resource.find(({ type }) => type === 'AuditEvent');
    expect(told?.interaction.map(({ code }) => code).sort()).toEqual([
      'create',
      'read',
      'search-type',
      'vread',
    ]);
    expect(told?.updateCreate).toBe(false);
  });
});

test('a compartment does not pretend to hold it', async () => {
  const reply = await send('GET', 'Patient/1/AuditEvent');
  expect([reply.status, reply.issues.join()]).toEqual([400, expect.stringContaining('parameter patient')]);
});

test('what an older record has of AuditEvents is still read', async () => {
  const { sql } = client.store();
  const id = await create({ resourceType: 'Basic', code: { text: 'x' } });
  await sql`alter table version disable trigger version_append_only`;
  await sql`update version set type = 'AuditEvent', body = replace(body, '"Basic"', '"AuditEvent"') where id = ${id}`;
  await sql`update record set type = 'AuditEvent' where id = ${id}`;
  await sql`alter table version enable trigger version_append_only`;
  expect((await send('GET', `AuditEvent/${id}`)).status).toBe(200);
  expect((await send('GET', `AuditEvent/${id}/_history/1`)).status).toBe(200);
});
