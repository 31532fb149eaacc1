/**
 * Drill: everything is killed while eight people write, again and again, and nothing that was acknowledged is gone.
 *
 *   npm run drill kill-everything [rounds]
 *
 * Each writer sends acts with ids of its own making (Idempotency-Key) and keeps a receipt of each 2xx. Then the program
 * and every process of its database get SIGKILL at a random moment. After the restart each writer first repeats what
 * it got no answer to, with the same key. Bars: 0 acknowledged acts lost, 0 stored twice, `verify` clean.
 */
import { spawn, execFileSync, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { uuidv7 } from '#base/id.ts';

const rounds = Number(process.argv[2] ?? 10);
const writers = 8;
const project = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'holdfast-drill-'));
chmodSync(folder, 0o711);
const port = await freePort();
const environment = {
  ...process.env,
  HOLDFAST_DATA: join(folder, 'data'),
  HOLDFAST_PORT: String(port),
  HOLDFAST_DEMO: 'off',
  HOLDFAST_LOG: 'error',
};

interface Receipt {
  readonly key: string;
  readonly value: number;
  readonly id: string;
}
const receipts: Receipt[] = [];
const unknown: { key: string; value: number }[][] = Array.from({ length: writers }, () => []);
let [sent, repeated] = [0, 0];

let program = await startProgram();
holdfast('user', 'add', 'writer', '--name', 'A program that writes', '--role', 'integration');
const token = holdfast('token', '--user', 'writer').trim();
const recoveries: number[] = [];
for (let round = 1; round <= rounds; round++) {
  const stop = new AbortController();
  const working = Array.from({ length: writers }, (_, n) => write(n, stop.signal));
  await pause(400 + Math.random() * 1600);
  // Found beforehand: while this process looks for them, every answer under way would arrive, and the kill hit nobody.
  const pids = processesOf(program);
  await pause(20 + Math.random() * 200);
  killAll(pids);
  stop.abort();
  await Promise.all(working);
  const begun = performance.now();
  program = await startProgram();
  recoveries.push(performance.now() - begun);
  console.log(
    `round ${round}: ${receipts.length} acknowledged of ${sent} sent, back in ${Math.round(recoveries.at(-1) ?? 0)} ms`,
  );
}
// The last round's open questions are asked too.
await Promise.all(unknown.map((list, n) => settle(n, list.splice(0))));

const stored = await readStored();
const lost = receipts.filter(({ id, value }) => stored.get(value)?.[0] !== id);
const doubled = [...stored].filter(([, ids]) => ids.length > 1);
program.kill('SIGTERM');
await new Promise((resolve) => program.once('exit', resolve));
const verified = holdfast('verify');
const clean = verified.includes('the record equals the journal');
console.log(verified.trim());
console.log(
  `${rounds} kills, ${writers} writers: ${receipts.length} acknowledged, ${repeated} repeated after no answer, ${lost.length} lost, ${doubled.length} doubled, verify ${clean ? 'clean' : 'NOT CLEAN'}; slowest return ${Math.round(Math.max(...recoveries))} ms`,
);
rmSync(folder, { recursive: true, force: true });
process.exit(lost.length === 0 && doubled.length === 0 && clean ? 0 : 1);

async function write(n: number, stop: AbortSignal): Promise<void> {
  await settle(n, unknown[n]?.splice(0) ?? []);
  while (!stop.aborted) {
    const one = { key: uuidv7(), value: sent++ };
    if (!(await send(one))) {
      unknown[n]?.push(one);
      return;
    }
  }
}

/** Repeats, with the same key, what was sent and not answered. */
async function settle(n: number, list: { key: string; value: number }[]): Promise<void> {
  for (const one of list) {
    repeated++;
    if (!(await send(one))) unknown[n]?.push(one);
  }
}

async function send({ key, value }: { key: string; value: number }): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/fhir/Observation`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/fhir+json',
        'idempotency-key': key,
      },
      body: JSON.stringify({
        resourceType: 'Observation',
        status: 'final',
        code: { text: 'drill' },
        valueInteger: value,
        subject: { reference: `Patient/${value % 100}` },
      }),
    });
    const body: { id?: string } = JSON.parse(await response.text());
    if (response.status !== 201 || body.id === undefined) return false;
    receipts.push({ key, value, id: body.id });
    return true;
  } catch {
    return false;
  }
}

async function readStored(): Promise<Map<number, string[]>> {
  const byValue = new Map<number, string[]>();
  let url: string | undefined = `http://127.0.0.1:${port}/fhir/Observation?_count=1000`;
  while (url !== undefined) {
    const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    const bundle: {
      entry?: { resource: { id: string; valueInteger: number } }[];
      link: { relation: string; url: string }[];
    } = JSON.parse(await response.text());
    for (const { resource } of bundle.entry ?? [])
      byValue.set(resource.valueInteger, [...(byValue.get(resource.valueInteger) ?? []), resource.id]);
    url = bundle.link.find(({ relation }) => relation === 'next')?.url;
  }
  return byValue;
}

async function startProgram(): Promise<ChildProcess> {
  const child = spawn(process.execPath, [join(project, 'src/main/holdfast.ts'), 'start'], {
    cwd: project,
    env: environment,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  for (let waited = 0; waited < 60_000; waited += 20) {
    if (child.exitCode !== null) throw new Error('the program ended instead of starting');
    const ready = await fetch(`http://127.0.0.1:${port}/readyz`).then(
      (response) => response.ok,
      () => false,
    );
    if (ready) return child;
    await pause(20);
  }
  throw new Error('the program is not ready after a minute');
}

/** The program, the postmaster and each of its processes. */
function processesOf(child: ChildProcess): number[] {
  const postmaster = Number(
    readFileSync(join(folder, 'data/postgres/cluster/postmaster.pid'), 'utf8').split('\n')[0],
  );
  const children = execFileSync('ps', ['-o', 'pid=', '--ppid', String(postmaster)], { encoding: 'utf8' });
  return [child.pid ?? 0, postmaster, ...children.split('\n').map(Number)].filter((pid) => pid > 1);
}

/** All at once, with no chance to say goodbye. */
function killAll(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended by itself in the meantime.
    }
  }
}

function holdfast(...args: string[]): string {
  return execFileSync(process.execPath, [join(project, 'src/main/holdfast.ts'), ...args], {
    cwd: project,
    env: environment,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(address !== null && typeof address === 'object' ? address.port : 0));
    });
  });
}
