/** Files larger than memory: run in a program of their own, with little memory, and looked at from outside. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { expect, test } from 'vitest';
import { openStore } from '#store/store.ts';
import { testDatabase } from '../../../test/database.ts';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { documentBytesMax } from './source-document.ts';

const program = `
  import { findFiles } from '#exchange/import/files.ts';
  import { importFiles } from '#exchange/import/import.ts';
  import { openStore } from '#store/store.ts';
  const store = openStore(JSON.parse(process.argv[1]), { poolSize: 4, node: 'test' });
  const told = [];
  const { written, faults } = await importFiles(store, await findFiles([process.argv[2]]), { skip: [], assignCpr: false, onFault: (fault) => told.push(fault) });
  await store.close();
  console.log(JSON.stringify({ written, faults, told: told.slice(0, 5), rssMb: process.resourceUsage().maxRSS / 1024 }));`;

interface Said {
  readonly written: number;
  readonly faults: number;
  readonly told: readonly string[];
  readonly rssMb: number;
}

async function importIn(to: unknown, path: string): Promise<Said> {
  const root = join(import.meta.dirname, '../../..');
  const args = [
    '--max-old-space-size=400',
    '--input-type=module-typescript',
    '--eval',
    program,
    JSON.stringify(to),
    path,
  ];
  const child = spawn(join(root, 'node_modules/.bin/node'), args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await once(child, 'close');
  return JSON.parse(said);
}

const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const filler = 'En fritekst, som fylder. '.repeat(200);

/** A Bundle of `count` observations; each points at the one before it and, until the very end, at a patient still to come. */
function* largeBundle(
  type: string,
  count: number,
  note = `"note":[{"text":"${filler}"}],`,
): Generator<string> {
  yield `{"resourceType":"Bundle","type":"${type}","entry":[\n`;
  for (let n = 1; n <= count; n++) {
    const before = n > 1 ? `"derivedFrom":[{"reference":"urn:uuid:${uuid(n - 1)}"}],` : '';
    yield `{"fullUrl":"urn:uuid:${uuid(n)}","resource":{"resourceType":"Observation","id":"${uuid(n)}","status":"final","code":{"text":"x"},"subject":{"reference":"urn:uuid:${uuid(0)}"},${before}${note}"valueQuantity":{"value":${n}.00}},"request":{"method":"POST","url":"Observation"}},\n`;
  }
  // The same person is called otherwise here than in the Bundle.
  yield `{"fullUrl":"urn:uuid:${uuid(0)}","resource":{"contained":[{"resourceType":"Organization","id":"c","name":"x"}],"resourceType":"Patient","id":"someone","managingOrganization":{"reference":"#c"}},"request":{"method":"POST","url":"Patient"}}]}`;
}

async function write(path: string, parts: Iterable<string>): Promise<number> {
  const file = createWriteStream(path);
  const out = path.endsWith('.gz') ? createGzip({ level: 1 }) : file;
  if (out !== file) out.pipe(file);
  let bytes = 0;
  for (const part of parts) {
    bytes += Buffer.byteLength(part);
    if (!out.write(part)) await once(out, 'drain');
  }
  out.end();
  await finished(file);
  return bytes;
}

const observations = 15_500;
test.each(['a.json', 'a.json.gz'])(
  'a Bundle that cannot be held at once is cut into its entries, and memory stays flat: %s',
  async (name) => {
    const database = await testDatabase();
    const folder = temporaryFolder();
    const store = openStore(database.to, { poolSize: 2, node: 'test' });
    try {
      expect(await write(join(folder.path, name), largeBundle('collection', observations))).toBeGreaterThan(
        64 * 1024 * 1024,
      );
      const { rssMb, ...said } = await importIn(database.to, folder.path);
      expect(said).toEqual({ written: observations + 1, faults: 0, told: [] });
      expect(rssMb).toBeLessThan(500);
      const [row] = await store.sql<{ linked: number; first: string }[]>`
      select count(*) filter (where r.patient = 'someone') as linked,
        max(v.body) filter (where r.id = ${uuid(2)}) as first
      from record r join version v on v.seq = r.seq where r.type = 'Observation'`;
      expect(row?.linked).toBe(observations);
      expect(row?.first).toContain(
        `"subject":{"reference":"Patient/someone"},"derivedFrom":[{"reference":"Observation/${uuid(1)}"}],"note"`,
      );
    } finally {
      folder.remove();
      await store.close();
      await database.drop();
    }
  },
);

test('the largest document that is held at once, and a long file of lines, need no more memory', async () => {
  const database = await testDatabase();
  const folder = temporaryFolder();
  try {
    // Many small resources take more than a few large ones.
    const count = Math.floor(documentBytesMax / 450);
    const whole = [...largeBundle('transaction', count, '')].join('').replaceAll('\n', '');
    expect(whole.length / documentBytesMax).toBeGreaterThan(0.8);
    expect(whole.length).toBeLessThan(documentBytesMax);
    await write(join(folder.path, 'a.ndjson'), [
      whole,
      '\n',
      ...Array.from({ length: 200 }, (_, n) => `{"resourceType":"Patient","id":"p${n}"}\n`),
    ]);
    const { rssMb, ...said } = await importIn(database.to, folder.path);
    expect(said).toEqual({ written: count + 201, faults: 0, told: [] });
    expect(rssMb).toBeLessThan(500);
  } finally {
    folder.remove();
    await database.drop();
  }
});

test('a large file that is no Bundle, or ends in the middle, is a fault and not a silence', async () => {
  const database = await testDatabase();
  const folder = temporaryFolder();
  try {
    await write(join(folder.path, 'a.json'), [
      '{"resourceType":"Binary","contentType":"image/png","data":"',
      'A'.repeat(documentBytesMax),
      '"}',
    ]);
    const cut = [...largeBundle('collection', 4000)].slice(0, -1);
    await write(join(folder.path, 'b.json'), cut);
    const { rssMb: _, ...said } = await importIn(database.to, folder.path);
    expect(said.told.map((fault) => fault.replace(folder.path, ''))).toEqual([
      `/a.json:1: larger than ${documentBytesMax} bytes and no Bundle with entries`,
      '/b.json:4002: the file ends in the middle of the JSON',
    ]);
    expect(said.written).toBe(4000);
  } finally {
    folder.remove();
    await database.drop();
  }
});
