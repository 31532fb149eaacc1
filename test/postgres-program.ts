// A program as small as can be around the embedded database, for tests that kill it: it says on standard output, a line
// of JSON each, what happens and which writes were acknowledged. Arguments: data folder, number of writers.
import { setTimeout as pause } from 'node:timers/promises';
import { randomUUID } from 'node:crypto';
import { writeSync } from 'node:fs';
import { systemClock } from '#base/clock.ts';
import { createEvents } from '#base/events.ts';
import { createShutdown, stopOnSignals } from '#base/shutdown.ts';
import { openDataFolder } from '#main/data-folder.ts';
import { startPostgres } from '#main/postgres/start.ts';
import { StartError } from '#main/start-error.ts';
import { connect, type Sql } from '#store/sql.ts';

const [folder = '', writers = '0'] = process.argv.slice(2);
const log = (fields: object, name: string): void => say({ event: name, ...fields });
const events = createEvents({ info: log, warn: log, error: log });

try {
  await run();
} catch (error) {
  if (!(error instanceof StartError)) throw error;
  say({ refused: error.message });
  process.exitCode = 1;
}

async function run(): Promise<void> {
  const shutdown = createShutdown({ events, clock: systemClock });
  stopOnSignals(shutdown, { clock: systemClock, onEnded: () => process.exit(0) });
  const data = openDataFolder(folder);
  shutdown.register('data folder', () => data.release());
  const server = await startPostgres({ folder: data.postgres, events });
  shutdown.register('database', (hurry) => server.stop(hurry));
  void server.died.then((fault) => say({ died: fault.message }));
  const sql = connect(server.connect, { max: Math.max(1, Number(writers)) });
  await sql`create table if not exists written (id uuid primary key)`;
  const working = Array.from({ length: Number(writers) }, async () => write(sql, shutdown.begun));
  shutdown.register('writers', async () => {
    await Promise.all(working);
    await sql.end();
  });
  say({ ready: server.pid, url: server.connect.host });
  // Without writers nothing else would keep the process alive.
  setInterval(() => {}, 60_000);
}

/** Writes ids of its own, one after the other; one without an answer is repeated until its outcome is known. */
async function write(sql: Sql, stopping: AbortSignal): Promise<void> {
  while (!stopping.aborted) {
    const id = randomUUID();
    while (!(await acknowledged(sql, id))) await pause(20);
    say({ acknowledged: id });
  }
}

async function acknowledged(sql: Sql, id: string): Promise<boolean> {
  try {
    await sql`insert into written (id) values (${id}) on conflict (id) do nothing`;
    return true;
  } catch {
    return false;
  }
}

/** At once and whole: a line that waits in a buffer dies with us. */
function say(line: object): void {
  writeSync(1, `${JSON.stringify(line)}\n`);
}
