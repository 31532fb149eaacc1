/** What points at a resource, wherever it stands in it; and what one act changed. */
import { resourceTypes } from '#fhir/definitions/tables.ts';
import { tokenKey } from '#fhir/search-forms.ts';
import { noCustomParameters, parametersOf, pathNames } from '#fhir/search-parameters.ts';
import type { Place } from './access.ts';
import { tokenHashes } from './token-hash.ts';
import type { Sql } from './sql.ts';

/** A resource that points, or belongs. */
export interface Pointing extends Place {
  readonly id: string;
}

/** Every place of a resource that a search knows references at: about 600 in R4. */
const referencePaths: readonly string[] = [
  ...new Set(
    resourceTypes.flatMap((type) =>
      parametersOf(type, noCustomParameters).flatMap(([, parameter]) =>
        parameter.type === 'reference' ? pathNames(parameter) : [],
      ),
    ),
  ),
];

/**
 * All resources that refer to a patient or belong to them, the patient's own record left out, in the order they were made.
 * At most `countMax` + 1, so that the caller sees when there are more.
 */
export async function readPointing(
  sql: Sql,
  patient: string,
  countMax: number,
): Promise<readonly Pointing[]> {
  const hashes = tokenHashes(referencePaths.map((path) => tokenKey(path, `Patient/${patient}`)));
  return sql<Pointing[]>`
    select rid, type, id, patient from record
    where rid in (
        select rid from record where patient = ${patient}
        union select * from rids_by_tokens(${hashes}::text::bigint[], null))
      and not deleted and not (type = 'Patient' and id = ${patient})
    order by rid limit ${countMax + 1}`;
}

export interface ChangeOfAct {
  readonly type: string;
  readonly id: string;
  readonly version: number;
  /** The text before the act; null: there was none. */
  readonly before: string | null;
}

/** No act is larger. */
const changesOfActMax = 50_000;

/** What an act changed, with what was before; empty when there is no such act. */
export async function readChangesOfAct(sql: Sql, act: string): Promise<readonly ChangeOfAct[]> {
  return sql<ChangeOfAct[]>`
    select v.type, v.id, v.version, b.body as before
    from act a
      -- The versions of an act stand right behind it, with the numbers of new rows between them.
      join version v on v.seq > a.seq and v.seq <= a.seq + ${2 * changesOfActMax} and v.act = a.seq
      left join version b on b.type = v.type and b.id = v.id and b.version = v.version - 1
    where a.id = ${act}
    order by v.seq`;
}

/** How many resources of a patient were made after an act. */
export async function countMadeSince(sql: Sql, patient: string, act: string): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::integer as count from record r
      join version v on v.type = r.type and v.id = r.id and v.version = 1
      join act a on a.id = ${act}
    where r.patient = ${patient} and not r.deleted and v.seq > a.seq and v.act <> a.seq`;
  return row?.count ?? 0;
}
