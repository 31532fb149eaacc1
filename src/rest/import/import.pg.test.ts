import { expect, test } from 'vitest';
import { addDeferred, claimDeferred } from '#store/deferred-requests.ts';
import { uuidv7 } from '#base/id.ts';
import { seesEverything } from '#store/access.ts';
import { testDatabase } from '../../../test/database.ts';
import { until } from '../../../test/until.ts';
import { resumeDeferred } from '../routes.ts';
import { base, useClient, type Reply } from '../testing.ts';

const client = useClient(testDatabase);
const { send, create, store } = client;
const later = { prefer: 'respond-async' };
const lines = { ...later, 'content-type': 'application/fhir+ndjson' };

interface Report {
  readonly output: readonly {
    readonly type?: string;
    readonly lines: number;
    readonly stored: number;
    readonly unchanged: number;
  }[];
  readonly error: readonly { readonly url: string; readonly count: number; readonly input: number }[];
}
async function done(place: string): Promise<Report> {
  const reply = await until<Reply>('an import', async () => {
    const found = await send('GET', place);
    return found.status === 202 ? undefined : found;
  });
  expect(reply.status).toBe(200);
  const report: Report = JSON.parse(reply.text);
  return report;
}
async function imported(body: object | string, headers: Record<string, string> = later): Promise<Report> {
  const reply = await send('POST', '$import', body, headers);
  expect([reply.status, reply.issues.join()]).toEqual([202, expect.stringContaining('accepted')]);
  return done(reply.headers['content-location'] ?? '');
}
const patient = (id: string, family: string) =>
  JSON.stringify({ resourceType: 'Patient', id, name: [{ family }] });

test('an import of lines stores each once, with its decimals, and says which are wrong', async () => {
  const body = [
    patient('a', 'Møller'),
    '',
    '{"resourceType":"Patient","id":"b","monkey":1}',
    '{"resourceType":"Observation","status":"final","code":{"text":"w"},"valueQuantity":{"value":70.50}}',
    '{"resourceType":"Monkey"}',
    'no JSON',
    patient('a', 'Lund'),
  ].join('\n');
  const report = await imported(body, lines);
  expect(report.output).toEqual([{ input: 0, lines: 7, stored: 3, unchanged: 0 }]);
  expect(report.error).toEqual([expect.objectContaining({ count: 3, input: 0 })]);
  const errors = (await send('GET', report.error[0]?.url ?? '')).text.trimEnd().split('\n');
  const told = errors.map((line) => String(JSON.parse(line).issue[0].diagnostics));
  expect(told.map((text) => text.slice(0, 7))).toEqual(['line 3:', 'line 5:', 'line 6:']);
  expect(told[0]).toContain('monkey');
  const read = await send('GET', 'Patient/a');
  expect([read.json.meta.versionId, read.text.includes('Lund')]).toEqual(['2', true]);
  expect((await send('GET', 'Observation?code:text=w')).text).toContain('70.50');
});

test('what is stored already in these words is left alone', async () => {
  expect((await imported(patient('same', 'x'), lines)).output[0]).toMatchObject({ stored: 1, unchanged: 0 });
  expect((await imported(patient('same', 'x'), lines)).output[0]).toMatchObject({ stored: 0, unchanged: 1 });
  expect((await send('GET', 'Patient/same')).json.meta.versionId).toBe('1');
});

test('an export of this server is imported: what changed since goes back, the rest is left alone', async () => {
  const [kept, changed] = [
    await create({ resourceType: 'Basic', code: { text: 'x' } }),
    await create({ resourceType: 'Basic', code: { text: 'y' } }),
  ];
  const exported = await send('GET', '$export?_type=Basic', undefined, later);
  const place = exported.headers['content-location'] ?? '';
  const { output } = (await done(place)) as unknown as { output: readonly { url: string }[] };
  await send('PUT', `Basic/${changed}`, { resourceType: 'Basic', id: changed, code: { text: 'z' } });
  const report = await imported({
    resourceType: 'Parameters',
    parameter: [
      { name: 'inputFormat', valueCode: 'application/fhir+ndjson' },
      { name: 'inputSource', valueUri: 'https://example.org' },
      {
        name: 'input',
        part: [
          { name: 'type', valueCode: 'Basic' },
          { name: 'url', valueUri: output[0]?.url },
        ],
      },
    ],
  });
  expect(report.output).toEqual([{ type: 'Basic', input: 0, lines: 2, stored: 1, unchanged: 1 }]);
  expect((await send('GET', `Basic/${changed}`)).text).toContain('"y"');
  expect((await send('GET', `Basic/${kept}`)).json.meta.versionId).toBe('1');
});

test('data: addresses are taken, in base64 and as text, and the type of an input is held', async () => {
  const report = await imported({
    inputFormat: 'application/fhir+ndjson',
    inputSource: 'https://example.org',
    input: [
      {
        type: 'Patient',
        url: `data:application/fhir+ndjson;base64,${Buffer.from(patient('d1', 'x')).toString('base64')}`,
      },
      { type: 'Observation', url: `data:,${encodeURIComponent(patient('d2', 'x'))}` },
    ],
  });
  expect(report.output.map(({ stored }) => stored)).toEqual([1, 0]);
  expect(report.error).toEqual([expect.objectContaining({ input: 1, count: 1 })]);
});

test('an import that another program left is gone on with, and nothing is stored twice', async () => {
  const { sql } = store();
  const id = uuidv7();
  const text = Array.from({ length: 250 }, (_, n) =>
    JSON.stringify({
      resourceType: 'Basic',
      code: { text: `left-${n}` },
      ...(n % 2 ? { id: `left-${n}` } : {}),
    }),
  ).join('\n');
  const caller = { author: 'Practitioner/anne', sees: seesEverything };
  const job = { caller, base, url: `${base}/$import`, inputs: [{ text }] };
  await addDeferred(sql, { id, author: caller.author, kind: 'import', request: job });
  resumeDeferred(client.service);
  await done(`_async/${id}`);
  // As if the program had been killed after the second act, before it noted so.
  await sql`delete from import_step where request = ${id} and lines > 100`;
  await sql`update deferred_request set state = 'waiting', answer_status = null where id = ${id}`;
  await claimDeferred(sql, uuidv7(), ['import']);
  await sql`update deferred_request set claimed_until = now() - interval '1 second' where id = ${id}`;
  resumeDeferred(client.service);
  const report = await done(`_async/${id}`);
  expect(report.output).toEqual([{ input: 0, lines: 250, stored: 250, unchanged: 0 }]);
  const found = await send('GET', 'Basic?code:text=left&_summary=count');
  expect(found.json.total).toBe(250);
});

test.each([
  ['without Prefer', { input: [] }, {}, 400, 'Prefer: respond-async'],
  [
    'an address elsewhere',
    { input: [{ type: 'Patient', url: 'https://example.org/a.ndjson' }] },
    later,
    400,
    'nothing is fetched from elsewhere',
  ],
  [
    'an address of a file',
    { input: [{ type: 'Patient', url: 'file:///etc/passwd' }] },
    later,
    400,
    'nothing is fetched from elsewhere',
  ],
  [
    'an export that is none',
    { input: [{ type: 'Patient', url: `${base}/_async/${uuidv7()}/1.ndjson` }] },
    later,
    400,
    'no file of an export of yours',
  ],
  ['another form', { inputFormat: 'text/csv', input: [{ url: 'data:,x' }] }, later, 400, 'inputFormat'],
  ['a type that is none', { input: [{ type: 'Monkey', url: 'data:,x' }] }, later, 400, 'R4 resource type'],
  ['no inputs', {}, later, 400, 'at least one'],
  [
    'a member that is not known',
    { input: [{ url: 'data:,x' }], storageDetail: {} },
    later,
    400,
    'storageDetail',
  ],
  ['XML', '<a/>', { ...later, 'content-type': 'text/csv' }, 415, 'application/fhir+json'],
])('%s is refused', async (_, body, headers, status, text) => {
  const reply = await send('POST', '$import', body, headers);
  expect([reply.status, reply.issues.join()]).toEqual([status, expect.stringContaining(text)]);
});
