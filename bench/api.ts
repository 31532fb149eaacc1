/**
 * What does a request of the API cost, and how far is that from what the machine can do?
 *
 *   npm run bench -- api [seconds]
 *
 * Our program, its database and the driver on the same machine, validation on, durable commits. Bars: processor time of
 * our program and PostgreSQL together, in ms for each request, at 8 and at 32 workers; a read beside a bare `node:http`
 * server that sends the same body, and a create beside PostgreSQL's plain INSERT of the same text (pgbench, 32 clients).
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectToRunning } from '#main/postgres/running.ts';
import { connect } from '#store/sql.ts';
import { startProgram } from '../test/program.ts';
import { temporaryFolder } from '../test/temporary-folder.ts';
import { drive, needDriver, type Figure } from './load.ts';

const seconds = Number(process.argv[2] ?? 8);
const rssBarMB = 350;
const bars: Readonly<Record<string, number>> = {
  'read-patient': 0.15,
  'create-patient': 0.45,
  'create-observation': 0.45,
  'update-medication': 0.5,
  'search-labs': 0.4,
  'search-patient': 0.3,
  'transaction-admission': 4,
  'batch-open-chart': 1.5,
  'patient-everything': 2.5,
};

needDriver();
const folder = temporaryFolder();
const program = await startProgram();
let failed = 0;
try {
  const ours: Figure[] = [];
  for (const concurrency of [8, 32])
    ours.push(
      ...(await drive(program, folder, { concurrency: [concurrency], seconds, seed: `${concurrency}` })).ours,
    );
  console.log('workload                 c    req/s   p50 ms   p95 ms   cpu ms  bar    errors');
  for (const figure of ours) print(figure);
  const rss = Math.max(...ours.map(({ rssMB }) => rssMB));
  judge('memory of the program', rss, rss <= rssBarMB, `MB; bar ${rssBarMB}`);
  const transactions = ours.filter(({ workload }) => workload === 'transaction-admission');
  const stored = Math.max(...transactions.map(({ resourcesPerSecond }) => resourcesPerSecond));
  judge('stored by transactions', stored, stored >= 5000, 'resources/s; bar 5000');
  await besideBareHttp();
  await besidePlainInsert(ours);
  await sizeOnDisk();
} finally {
  await program.stop();
  folder.remove();
}
process.exitCode = failed === 0 ? 0 : 1;

function print({ workload, concurrency, rps, p50, p95, cpuMsPerRequest, errors, firstError }: Figure): void {
  const bar = bars[workload] ?? 0;
  const good = cpuMsPerRequest <= bar && errors === 0;
  if (!good) failed++;
  const cells = [
    String(concurrency),
    rps.toFixed(0),
    msText(p50, 2),
    msText(p95, 2),
    msText(cpuMsPerRequest, 3),
  ];
  console.log(
    `${workload.padEnd(22)} ${cells.map((cell, n) => cell.padStart(n === 0 ? 3 : 8)).join(' ')}  ${String(bar).padEnd(5)} ${String(errors).padStart(6)} ${good ? 'passed' : 'FAILED'}${firstError ? ` ${firstError}` : ''}`,
  );
}

/** A workload of which no request succeeded has no times. */
function msText(value: number | undefined, digits: number): string {
  return value === undefined || !Number.isFinite(value) ? '–' : value.toFixed(digits);
}

function judge(what: string, value: number, good: boolean, unit: string): void {
  if (!good) failed++;
  console.log(
    `${what}: ${value >= 10 ? value.toFixed(0) : value.toFixed(2)} ${unit}: ${good ? 'passed' : 'FAILED'}`,
  );
}

/** Reads in turn with a server that does nothing but send the same body. */
async function besideBareHttp(): Promise<void> {
  const [entry] = await entriesOf('Patient?_count=1');
  const text = JSON.stringify(entry).replace(String(entry?.['id']), '$ID');
  const bare = spawn(process.execPath, [join(import.meta.dirname, 'bare-http.ts'), text], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [port] = await once(bare.stdout, 'data');
    for (const concurrency of [8, 32]) {
      const options = { concurrency: [concurrency], only: ['read-patient'], seconds, patients: 10 };
      const { ours, others } = await drive(program, folder, {
        ...options,
        beside: `http://127.0.0.1:${String(port).trim()}/`,
      });
      const ratio = (ours[0]?.rps ?? 0) / (others[0]?.rps ?? 1);
      judge(
        `reads beside a bare node:http server, c = ${concurrency}`,
        ratio,
        ratio >= 0.6,
        'of it; bar 0.6',
      );
    }
  } finally {
    bare.kill();
  }
}

async function entriesOf(query: string): Promise<Record<string, unknown>[]> {
  const response = await fetch(`${program.url}/fhir/${query}`, {
    headers: { authorization: `Bearer ${await program.tokenOf('doctor')}` },
  });
  const bundle = JSON.parse(await response.text()) as { entry?: { resource: Record<string, unknown> }[] };
  return (bundle.entry ?? []).map(({ resource }) => resource);
}

/** The same text into a table with a key, through PostgreSQL's own load driver. */
async function besidePlainInsert(figures: readonly Figure[]): Promise<void> {
  const pgbench = ['/usr/bin/pgbench', ...debianPgbench()].find((path) => existsSync(path));
  const to = connectToRunning(join(program.dataFolder, 'postgres'));
  if (!pgbench || !to)
    return console.log('plain INSERT: not measured, because there is no pgbench (postgresql-15)');
  const sql = connect(to, { max: 1 });
  await sql`create table plain (id bigint generated always as identity primary key, body text not null)`;
  for (const type of ['Patient', 'Observation'] as const) {
    const [entry] = await entriesOf(`${type}?_count=1`);
    const script = join(folder.path, 'insert.sql');
    writeFileSync(script, 'insert into plain (body) values (:body);\n');
    const text = `body=${JSON.stringify(entry)}`;
    const args = [
      '-n',
      '-M',
      'prepared',
      '-c',
      '32',
      '-j',
      '1',
      '-T',
      String(seconds),
      '-D',
      text,
      '-f',
      script,
    ];
    const env = { ...process.env, PGPASSWORD: to.password ?? '' };
    const at = ['-h', to.host, '-p', String(to.port), '-U', to.user, to.database];
    const { stdout, stderr } = spawnSync(pgbench, [...args, ...at], { env, encoding: 'utf8' });
    const inserts = Number(/tps = ([\d.]+)/.exec(stdout)?.[1]);
    if (!inserts) throw new Error(`pgbench measured nothing: ${stderr.slice(0, 500)}`);
    const name = `create-${type.toLowerCase()}`;
    const creates =
      figures.find(({ workload, concurrency }) => workload === name && concurrency === 32)?.rps ?? 0;
    const ratio = creates / inserts;
    judge(
      `creates of ${type} beside plain INSERTs (${inserts.toFixed(0)}/s), c = 32`,
      ratio,
      ratio >= 0.35,
      'of them; bar 0.35',
    );
  }
  await sql`drop table plain`;
  await sql.end();
}

function debianPgbench(): string[] {
  const folder = '/usr/lib/postgresql';
  return existsSync(folder) ? readdirSync(folder).map((version) => join(folder, version, 'bin/pgbench')) : [];
}

async function sizeOnDisk(): Promise<void> {
  const to = connectToRunning(join(program.dataFolder, 'postgres'));
  if (!to) return;
  const sql = connect(to, { max: 1 });
  const [row] = await sql<{ bytes: number; count: number; text: number }[]>`
    select (select sum(pg_total_relation_size(c.oid)) from pg_class c
        where c.relnamespace = 'public'::regnamespace and c.relkind = 'r')::bigint as bytes,
      (select count(*) from version) as count, (select sum(octet_length(body)) from version)::bigint as text`;
  await sql.end();
  if (row)
    console.log(
      `on disk: ${(row.bytes / row.count).toFixed(0)} bytes for each version with all indexes; its text alone ${(row.text / row.count).toFixed(0)}`,
    );
}
