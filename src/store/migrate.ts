/** Brings a database to the newest schema: numbered files, each run once, forward only, never edited afterwards. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sql } from './sql.ts';

const folder = join(import.meta.dirname, 'migrations');
// Any number will do, if every program uses the same: two programs that start at once must not migrate twice.
const migrationLock = 7_265_001;

/** Runs what is missing, each file in a transaction of its own. Returns the names of the files that ran. */
export async function migrate(sql: Sql): Promise<string[]> {
  const files = readdirSync(folder).filter((name) => name.endsWith('.sql')).sort();
  await sql`set client_min_messages = warning`;
  await sql`create table if not exists migration (name text primary key, run_at timestamptz not null default now())`;
  const ran: string[] = [];
  for (const name of files) {
    await sql.begin(async (tx) => {
      await tx`select pg_advisory_xact_lock(${migrationLock})`;
      const [done] = await tx`select name from migration where name = ${name}`;
      if (done) return;
      await tx.unsafe(readFileSync(join(folder, name), 'utf8'));
      await tx`insert into migration (name) values (${name})`;
      ran.push(name);
    });
  }
  return ran;
}
