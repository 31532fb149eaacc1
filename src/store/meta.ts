/** Which profiles, tags and security labels are in use. */
import type { Restriction } from './access.ts';
import { readSeenAll } from './search/seen.ts';
import type { Sql } from './sql.ts';
import { piece, run } from './statement.ts';

export interface MetaInUse {
  readonly kind: 'profile' | 'tag' | 'security';
  /** JSON text: of a Coding, or of a string. */
  readonly value: string;
}

/**
 * All that the newest versions of a type, or of everything, are marked with; undefined when that are more than
 * `resourcesMax` resources, since each of them must be looked into (10 µs each).
 */
export async function readMetaInUse(
  sql: Sql,
  sees: Restriction,
  type: string | undefined,
  resourcesMax: number,
): Promise<MetaInUse[] | undefined> {
  const seen = await readSeenAll(sql, sees, type);
  const chosen =
    type === undefined
      ? piece`not r.deleted and ${seen}`
      : piece`r.type = ${type} and not r.deleted and ${seen}`;
  const [row] = await run<{ count: number }>(
    sql,
    piece`select count(*) as count from (select from record r where ${chosen} limit ${resourcesMax + 1}) as found`,
  );
  if ((row?.count ?? 0) > resourcesMax) return undefined;
  return run<MetaInUse>(
    sql,
    piece`
    select distinct mark.kind, mark.value::text as value
    from record r join version v on v.seq = r.seq
      cross join lateral (select v.body::json -> 'meta' as meta) as own
      cross join lateral (
        select 'profile' as kind, value from json_array_elements(own.meta -> 'profile') as value
        union all select 'tag', value from json_array_elements(own.meta -> 'tag') as value
        union all select 'security', value from json_array_elements(own.meta -> 'security') as value) as mark
    where ${chosen}`,
  );
}
