/**
 * Definitions that the record holds: profiles, code systems, value sets and concept maps, by their canonical address. They are
 * about nobody: terminology and profiles answer from them for everyone.
 */
import { tokenKey } from '#fhir/search-forms.ts';
import type { Sql } from './sql.ts';

export interface StoredDefinition {
  readonly type: string;
  readonly body: string;
}
const types = ['CodeSystem', 'ValueSet', 'ConceptMap', 'StructureDefinition'];

/** Those with one of these urls, the newest first, at most `count`. */
export async function readDefinitions(
  sql: Sql,
  urls: readonly string[],
  count: number,
): Promise<StoredDefinition[]> {
  if (urls.length === 0) return [];
  const keys = urls.flatMap((url) => types.map((type) => tokenKey(`${type}.url`, url)));
  return sql<StoredDefinition[]>`
    select r.type, v.body from record r join version v on v.seq = r.seq
    where r.tokens && (select array_agg(hashtextextended(key, 0)) from unnest(${keys}::text[]) as key)
      and r.type = any(${types}::text[]) and not r.deleted
    order by r.updated desc limit ${count}`;
}

/** The newest concept maps of the record. */
export async function readConceptMaps(sql: Sql, count: number): Promise<StoredDefinition[]> {
  return sql<StoredDefinition[]>`
    select r.type, v.body from record r join version v on v.seq = r.seq
    where r.type = 'ConceptMap' and not r.deleted
    order by r.updated desc limit ${count}`;
}
