/** Which profiles, tags and security labels are in use. */
import type { Restriction } from './reader.ts';
import type { Sql } from './sql.ts';

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
  _sees: Restriction,
  type: string | undefined,
  resourcesMax: number,
): Promise<MetaInUse[] | undefined> {
  const chosen = type === undefined ? sql`not r.deleted` : sql`r.type = ${type} and not r.deleted`;
  const [row] = await sql<{ count: number }[]>`
    select count(*) as count from (select from record r where ${chosen} limit ${resourcesMax + 1}) as found`;
  if ((row?.count ?? 0) > resourcesMax) return undefined;
  return sql<MetaInUse[]>`
    select distinct mark.kind, mark.value::text as value
    from record r join version v on v.seq = r.seq
      cross join lateral (select v.body::json -> 'meta' as meta) as own
      cross join lateral (
        select 'profile' as kind, value from json_array_elements(own.meta -> 'profile') as value
        union all select 'tag', value from json_array_elements(own.meta -> 'tag') as value
        union all select 'security', value from json_array_elements(own.meta -> 'security') as value) as mark
    where ${chosen}`;
}
