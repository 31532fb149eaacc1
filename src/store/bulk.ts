/** For writing much at once. */
import type { Sql } from './sql.ts';

/**
 * Runs `work` while the index of tokens gathers what it is given and sorts it in by the thousand: an import then costs
 * the database half. Searches by token read what is gathered too, at most 1 MiB, and stay right. An import that is
 * killed leaves the index gathering; the next start ends that (`endBulk`).
 */
export async function inBulk<T>(sql: Sql, work: () => Promise<T>): Promise<T> {
  await sql`alter index record_by_token set (fastupdate = on, gin_pending_list_limit = 1024)`;
  try {
    return await work();
  } finally {
    await endBulk(sql);
  }
}

export async function endBulk(sql: Sql): Promise<void> {
  const [row] = await sql<{ gathering: boolean }[]>`
    select coalesce(reloptions @> array['fastupdate=on'], false) as gathering from pg_class where oid = 'record_by_token'::regclass`;
  if (!row?.gathering) return;
  await sql`alter index record_by_token set (fastupdate = off)`;
  await sql`select gin_clean_pending_list('record_by_token'::regclass)`;
}
