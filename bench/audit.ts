/**
 * What does a line of the audit cost, with its share of the page that PostgreSQL writes and indexes?
 *
 *   npm run bench -- audit [lines, e.g. 100000] [lines to a page, e.g. 100]
 *
 * Lines as reads of a patient make them, of forty people and ten thousand patients, in pages as they are filled in the
 * 50 ms that lines are collected: a hundred at two thousand reads a second. Counts the processor time of this program and of
 * all of PostgreSQL. Bar: 12 µs a line, a tenth of what a read costs.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAudit } from '#identity/audit/audit.ts';
import { verifyAudit } from '#identity/audit/verify.ts';
import { processesIn } from '#main/process-table.ts';
import { startPostgres } from '#main/postgres/start.ts';
import { migrate } from '#store/migrate.ts';
import { connect } from '#store/sql.ts';
import { createLog } from '#main/log.ts';
import { readConfig } from '#base/config.ts';
import { temporaryFolder } from '../test/temporary-folder.ts';

const [linesText = '100000', perPageText = '100'] = process.argv.slice(2);
const lines = Number(linesText);
const perPage = Number(perPageText);
const barUs = 12;
const clockTicksPerSecond = 100;

const folder = temporaryFolder();
const place = join(folder.path, 'postgres');
const events = createLog({ ...readConfig({}), log: 'error' });
const postgres = await startPostgres({ folder: place, events });
const sql = connect(postgres.connect, { max: 1 });
await migrate(sql);
const audit = createAudit(() => connect(postgres.connect, { max: 1 }), { events });

const people = Array.from({ length: 40 }, (_, n) => ({
  user: `user.${n}`,
  name: `Anne Lund nummer ${n}`,
  role: 'doctor' as const,
  practitioner: `Practitioner/p${n}`,
  ward: null,
}));
// Without a pattern that a compression would like, but the same each time.
const patients = Array.from({ length: 10_000 }, (_, n) => `${((n * 2654435761) >>> 0).toString(16)}-${n}`);

/** Notes so many lines, the last of each page such that it waits until the page is durable. */
async function note(count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    const patient = patients[(n * 7919) % patients.length] ?? '';
    const who = people[n % people.length];
    const line = {
      ...(who ? { who } : {}),
      session: 'browser',
      from: '127.0.0.1',
      what: 'read',
      asked: `GET /fhir/Patient/${patient}`,
      status: 200,
      shown: { rids: [1_000_000 + n], patients: new Set([patient]) },
    } as const;
    if (n % perPage === perPage - 1) await audit.noteNow(line);
    else audit.note(line);
  }
}

try {
  await note(lines / 10);
  const before = { own: ownMs(), database: databaseMs(), at: performance.now() };
  await note(lines);
  const own = ((ownMs() - before.own) / lines) * 1000;
  // What the statements leave behind is written by others in PostgreSQL a little later.
  await sql`checkpoint`;
  const database = ((databaseMs() - before.database) / lines) * 1000;
  const tookMs = performance.now() - before.at;
  const [size] = await sql<{ bytes: number; all: number }[]>`
    select pg_table_size('audit_page')::bigint as bytes, pg_total_relation_size('audit_page')::bigint as all`;
  await audit.close();
  const begun = performance.now();
  const checked = await verifyAudit(sql);
  const verifyMs = performance.now() - begun;
  const total = own + database;
  console.log(
    `${lines} lines in pages of ${perPage}: ${total.toFixed(1)} µs a line (Node ${own.toFixed(1)}, PostgreSQL ${database.toFixed(1)}), bar ${barUs}: ${total <= barUs ? 'passed' : 'FAILED'}; ` +
      `${((lines / tookMs) * 1000).toFixed(0)} lines/s; ${((size?.bytes ?? 0) / checked.lines).toFixed(0)} bytes a line, ${((size?.all ?? 0) / checked.lines).toFixed(0)} with indexes; ` +
      `verify ${checked.differences.length === 0 ? 'clean' : 'NOT CLEAN'}, ${((checked.lines / verifyMs) * 1000).toFixed(0)} lines/s`,
  );
  process.exitCode = total <= barUs && checked.differences.length === 0 ? 0 : 1;
} finally {
  await sql.end();
  await postgres.stop();
  folder.remove();
}

function ownMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Of all processes of PostgreSQL; one that has ended is counted with its parent. */
function databaseMs(): number {
  let ticks = 0;
  for (const pid of processesIn(join(place, 'cluster'))) {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    // utime, stime, cutime, cstime: proc_pid_stat(5).
    for (const at of [11, 12, 13, 14]) ticks += Number(fields[at]);
  }
  return (ticks / clockTicksPerSecond) * 1000;
}
