// What becomes of acknowledged writes when the program ends, its database dies, or its disk is full. Real processes.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { connect as connectSocket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { newActId } from '#base/id.ts';
import { startProgram, type Program } from '../../test/program.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { until } from '../../test/until.ts';
import { issueOf, visitor, type Visitor } from '../../test/visitor.ts';

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

function freshFolder(): string {
  const folder = temporaryFolder();
  undo.push(() => folder.remove());
  return join(folder.path, 'data');
}

interface Load {
  /** Ids of patients whose writing was acknowledged. */
  readonly acknowledged: Set<string>;
  readonly statuses: Set<number>;
  stop(): Promise<void>;
}

/** Writers without pause. One without an answer repeats with the same act id until it knows. */
function load(client: () => Visitor, writers = 6): Load {
  const acknowledged = new Set<string>();
  const statuses = new Set<number>();
  let ending = false;
  const writing = Array.from({ length: writers }, async (_, w) => {
    for (let n = 0; !ending; n++) {
      const id = `w${w}-${n}`;
      const key = newActId();
      const known = async () => {
        const answer = await client()
          .send('PUT', `/fhir/Patient/${id}`, { resourceType: 'Patient', id }, { 'idempotency-key': key })
          .catch(() => undefined);
        if (answer) statuses.add(answer.status);
        if (answer?.status === 201) return acknowledged.add(id);
        await pause(10);
        return ending ? acknowledged : undefined;
      };
      await until('the outcome is known', known, 60_000);
    }
  });
  return {
    acknowledged,
    statuses,
    async stop() {
      ending = true;
      await Promise.all(writing);
    },
  };
}

/** Acknowledged writes that cannot be read, or that were stored more than once. */
async function lost(program: Program, token: string, acknowledged: ReadonlySet<string>): Promise<string[]> {
  const client = visitor(program.url, token);
  const missing: string[] = [];
  for (const id of acknowledged) {
    const { status, headers } = await client.send('GET', `/fhir/Patient/${id}`);
    if (status !== 200 || headers.get('etag') !== 'W/"1"')
      missing.push(`${id}: ${status} ${headers.get('etag')}`);
  }
  return missing;
}

test('SIGTERM under writes: it stops within 5 seconds, and what was acknowledged is there', async () => {
  const dataFolder = freshFolder();
  const first = await startProgram({ dataFolder });
  const token = await first.tokenOf('integration');
  const writing = load(() => visitor(first.url, token));
  await until('two hundred writes', () => writing.acknowledged.size >= 200 || undefined);
  // A browser that listens and a request that never ends must not hold it.
  void fetch(`${first.url}/events`, { headers: { authorization: `Bearer ${token}` } }).catch(() => {});
  const { hostname, port } = new URL(first.url);
  const endless = connectSocket(Number(port), hostname).on('error', () => {});
  endless.write('POST /fhir/Patient HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n{');
  const ended = await first.stop();
  await writing.stop();
  expect([ended.code, ended.tookMs < 5000]).toEqual([0, true]);
  expect(ended.stderr).toContain('"unfinished":[]');
  const second = await startProgram({ dataFolder });
  undo.push(() => second.stop());
  expect(await lost(second, token, writing.acknowledged)).toEqual([]);
  expect((await second.command('verify')).code).toBe(0);
});

test('killed with its database under writes: the next start has every acknowledged write', async () => {
  const dataFolder = freshFolder();
  const first = await startProgram({ dataFolder });
  const token = await first.tokenOf('integration');
  const writing = load(() => visitor(first.url, token));
  await until('two hundred writes', () => writing.acknowledged.size >= 200 || undefined);
  await first.kill();
  await writing.stop();
  const second = await startProgram({ dataFolder });
  undo.push(() => second.stop());
  expect(await lost(second, token, writing.acknowledged)).toEqual([]);
  expect((await second.command('verify')).code).toBe(0);
});

test('the database killed under the running program: reads say 503 and recover, and no write is lost or doubled', async () => {
  const program = await startProgram();
  undo.push(() => program.stop());
  const token = await program.tokenOf('integration');
  const writing = load(() => visitor(program.url, token));
  const reads = new Set<number>();
  let reading = true;
  const reader = (async () => {
    while (reading)
      reads.add((await visitor(program.url, token).send('GET', '/fhir/Patient?_count=1')).status);
  })();
  await until('a hundred writes', () => writing.acknowledged.size >= 100 || undefined);
  for (let n = 0; n < 3; n++) {
    const before = writing.acknowledged.size;
    const pid = Number(
      readFileSync(join(program.dataFolder, 'postgres/cluster/postmaster.pid'), 'utf8').split('\n')[0],
    );
    process.kill(pid, 'SIGKILL');
    await until('it writes again', () => writing.acknowledged.size >= before + 50 || undefined, 40_000);
  }
  reading = false;
  await reader;
  await writing.stop();
  expect([...reads].filter((status) => status !== 200 && status !== 503)).toEqual([]);
  expect(reads).toContain(503);
  expect(await lost(program, token, writing.acknowledged)).toEqual([]);
  expect((await program.command('verify')).code).toBe(0);
  expect((await visitor(program.url).send('GET', '/readyz')).status).toBe(200);
});

const mayMount = process.platform === 'linux' && process.getuid?.() === 0;
/** Mounting a small disk takes root. Without it this cannot be tested; where everything must be, it must be possible. */
test('the precondition of the full disk: continuous integration may mount one', () => {
  expect(mayMount || process.env['CI'] === undefined).toBe(true);
});

test.runIf(mayMount)(
  'a full disk refuses writes with 507 while reading goes on, and mends itself',
  async () => {
    const { path, remove } = temporaryFolder();
    const disk = join(path, 'disk');
    mkdirSync(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=400m,mode=755', 'tmpfs', disk]);
    undo.push(remove, () => execFileSync('umount', ['-l', disk]));
    const program = await startProgram({
      dataFolder: join(disk, 'data'),
      env: { HOLDFAST_DISK_RESERVE_MB: '64' },
    });
    undo.push(() => program.stop());
    const client = visitor(program.url, await program.tokenOf('integration'));
    // Noise, which no compression makes small.
    const text = () => randomBytes(300_000).toString('base64');
    const put = (id: string) =>
      client.send('PUT', `/fhir/Patient/${id}`, { resourceType: 'Patient', id, name: [{ text: text() }] });
    const acknowledged = new Set<string>();
    expect((await put('before')).status).toBe(201);

    execFileSync('fallocate', ['-l', '100M', join(disk, 'ballast')]);
    const full = await until(
      'a write is refused',
      async () => {
        const id = `fill-${acknowledged.size}`;
        const answer = await put(id);
        if (answer.status !== 201) return answer;
        acknowledged.add(id);
        return undefined;
      },
      50_000,
    );
    expect([full.status, issueOf(full)?.code, full.headers.get('retry-after')]).toEqual([
      507,
      'no-store',
      '30',
    ]);
    expect((await client.send('GET', '/fhir/Patient/before')).status).toBe(200);
    expect((await client.send('GET', '/fhir/Patient?_count=1')).status).toBe(200);
    expect((await client.send('GET', '/status.json')).json).toMatchObject({
      mode: 'read-only',
      database: { state: 'disk-full' },
    });
    expect((await visitor(program.url).logIn('admin', program.adminPassword ?? '')).status).toBe(200);

    rmSync(join(disk, 'ballast'));
    await until('writing goes on by itself', async () =>
      (await put('after')).status === 201 ? true : undefined,
    );
    expect((await client.send('GET', '/status.json')).json).toMatchObject({ mode: 'normal' });
    for (const id of acknowledged)
      expect((await client.send('HEAD', `/fhir/Patient/${id}`)).status).toBe(200);
    expect((await program.command('verify')).code).toBe(0);
  },
);
