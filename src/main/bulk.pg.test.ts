// Much at once over HTTP, against the real program: in, out, and as a table, none of it held whole in memory.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startProgram, type Program } from '../../test/program.ts';
import { until } from '../../test/until.ts';
import { visitor, type Answered, type Visitor } from '../../test/visitor.ts';

let program: Program;
let someone: Visitor;

beforeAll(async () => {
  program = await startProgram();
  someone = visitor(program.url, await program.tokenOf('integration'));
});
afterAll(async () => {
  await program.stop();
});

interface Manifest {
  readonly output: readonly { readonly url: string; readonly count: number }[];
}
const count = 1500;
const later = { prefer: 'respond-async', 'content-type': 'application/fhir+ndjson' };

async function done(started: Answered): Promise<Answered> {
  expect([started.status, started.text.includes('accepted')]).toEqual([202, true]);
  const path = (started.headers.get('content-location') ?? '').replace(program.url, '');
  return until('an answer', async () => {
    const answer = await someone.send('GET', path, undefined, { accept: 'application/json' });
    return answer.status === 202 ? undefined : answer;
  });
}

test('what is imported is exported to the letter, and a table is made of it', async () => {
  const lines = Array.from({ length: count }, (_, n) =>
    JSON.stringify({ resourceType: 'Patient', id: `p${n}`, name: [{ family: `Nr, ${n}` }] }),
  );
  const imported = await done(await someone.send('POST', '/fhir/$import', lines.join('\n'), later));
  expect(imported.json).toMatchObject({ output: [{ stored: count, unchanged: 0 }], error: [] });

  const exported = await done(await someone.send('GET', '/fhir/$export?_type=Patient', undefined, later));
  const manifest: Manifest = JSON.parse(exported.text);
  const [file] = manifest.output;
  expect(file?.count).toBe(count);
  const answer = await someone.send('GET', (file?.url ?? '').replace(program.url, ''));
  expect(answer.headers.get('content-type')).toBe('application/fhir+ndjson');
  const found = answer.text.trimEnd().split('\n');
  expect([found.length, new Set(found.map((line) => JSON.parse(line).id)).size]).toEqual([count, count]);
  const one = await someone.send('GET', '/fhir/Patient/p7');
  expect(found).toContain(one.text);

  const view = {
    resource: 'Patient',
    select: [
      { column: [{ name: 'id', path: 'id' }] },
      { forEach: 'name', column: [{ name: 'family', path: 'family' }] },
    ],
  };
  const table = await someone.send('POST', '/fhir/$viewdefinition-run?_format=csv', view);
  const rows = table.text.trimEnd().split('\r\n');
  expect([rows[0], rows.length, rows.includes('p7,"Nr, 7"')]).toEqual(['id,family', count + 1, true]);
});

test('who hangs up while a file is sent keeps nothing busy', async () => {
  const stopped = new AbortController();
  const token = await program.tokenOf('integration');
  const view = { resource: 'Patient', select: [{ column: [{ name: 'id', path: 'id' }] }] };
  const response = await fetch(`${program.url}/fhir/$viewdefinition-run`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(view),
    signal: stopped.signal,
  });
  expect(response.status).toBe(200);
  stopped.abort();
  expect((await someone.send('GET', '/fhir/Patient/p7')).status).toBe(200);
});
