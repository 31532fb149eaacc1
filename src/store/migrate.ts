/** Brings a database to the newest schema: numbered files, each run once, forward only, never edited afterwards. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { violatedConstraint, type Sql } from './sql.ts';

const folder = join(import.meta.dirname, 'migrations');
// Any number will do, if every program uses the same: of two programs that start at once, one waits for the other.
const lock = 'select pg_advisory_xact_lock(7265001)';

/** Runs what is missing, each file in a transaction of its own. Returns the names of the files that ran. */
export async function migrate(sql: Sql): Promise<string[]> {
  // Statements that are sent as one text are one transaction.
  await sql.unsafe(`${lock}; set local client_min_messages = warning;
    create table if not exists migration (name text primary key, run_at timestamptz not null default now())`);
  const done = new Set((await sql<{ name: string }[]>`select name from migration`).map(({ name }) => name));
  const missing = readdirSync(folder)
    .filter((name) => /^[\w-]+\.sql$/.test(name) && !done.has(name))
    .sort();
  const ran: string[] = [];
  for (const name of missing) {
    try {
      await sql.unsafe(
        `${lock}; insert into migration (name) values ('${name}'); ${readFileSync(join(folder, name), 'utf8')}`,
      );
      ran.push(name);
    } catch (error) {
      // Another program was first.
      if (violatedConstraint(error) !== 'migration_pkey') throw error;
    }
  }
  return ran;
}
