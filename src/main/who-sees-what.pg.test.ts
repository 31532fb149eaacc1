// Every route and every shape of search, asked by each role: no answer may hold a mark that the one who asks must not see.
// What they may see is said by plain arithmetic on the marks, and not by the code that is tested.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Json } from '#fhir/json.ts';
import { findRole, roleNames } from '#identity/role.ts';
import { routes } from '#rest/routes.ts';
import type { Reply } from '#rest/testing.ts';
import {
  guarded,
  maySee,
  openMarkedRecord,
  ours,
  patients,
  theirs,
  theirsGuarded,
  type MarkedRecord,
} from '../../test/marked-record.ts';
import { chartOf, searchShapes } from '../../test/search-shapes.ts';

let record: MarkedRecord;
beforeAll(async () => {
  record = await openMarkedRecord();
}, 120_000);
afterAll(() => record.close());

function unseen(role: string, { text, bytes, headers }: Pick<Reply, 'text' | 'bytes' | 'headers'>): string[] {
  const all = `${text} ${bytes ? Buffer.from(bytes).toString('utf8') : ''} ${JSON.stringify(headers)}`;
  return [...all.matchAll(/mark-(\d+)-(\w+)/g)].flatMap(([found, n, type]) =>
    maySee(role, Number(n), type ?? '') ? [] : [found],
  );
}

describe.each(roleNames)('a %s', (role) => {
  test('finds by no shape of search what they must not see', async () => {
    const client = record.as(role);
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
    const client = record.as(role);
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
    const written = await record.store.sql<{ type: string; id: string }[]>`
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
