/** All matches of a search, one page after another: for what is made of whole types, in flat memory. */
import { show, type Restriction } from '../access.ts';
import type { Sql } from '../sql.ts';
import { piece, run } from '../statement.ts';
import { conditionOf, type Hit, type Matching } from './search.ts';

/** A page is at most so many rows, and begins no further row when it has so many bytes. */
const pageRows = 500;
const pageBytes = 4 * 1024 * 1024;

/**
 * Pages by rising id, each as of the moment it is read: what is there all the while comes exactly once. One type only.
 * @param few True when the filters choose few: then those are found first, and sorted.
 */
export async function* walkMatches(
  sql: Sql,
  sees: Restriction,
  matching: Matching & { readonly type: string },
  few: boolean,
): AsyncGenerator<readonly Hit[]> {
  const { where } = await conditionOf(sql, sees, matching);
  for (let after = ''; ;) {
    const rows = await run<Hit>(
      sql,
      piece`
      with found as ${few ? piece`materialized` : piece`not materialized`} (
        select r.rid, r.type, r.id, r.version, r.updated, r.patient, r.seq from record r where ${where} and r.id > ${after})
      select rid, type, id, version, updated, patient, body from (
        select *, sum(octet_length(body)) over (order by id) - octet_length(body) as before
        from (select f.*, v.body from found f join version v on v.seq = f.seq order by f.id limit ${pageRows}) as next) as page
      where before < ${pageBytes}
      order by id`,
    );
    const last = rows.at(-1);
    if (!last) return;
    show(sees, rows);
    yield rows;
    after = last.id;
  }
}
