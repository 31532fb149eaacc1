/** Reading a compartment whole, for `$everything`. */
import { compartmentFilter, compartmentTypes } from '#fhir/compartment.ts';
import type { TimeSpan } from '#fhir/date.ts';
import { resourceTypes } from '#fhir/definitions/tables.ts';
import { noDate } from '../index-rows.ts';
import { isOpenFor, readDepths, refuseType, sharedPaths, show, closed, type Restriction } from '../access.ts';
import type { Sql } from '../sql.ts';
import { noPiece, piece, run, type Piece } from '../statement.ts';
import { tokenHashes } from '../token-hash.ts';
import type { Hit } from './search.ts';

export interface CompartmentQuery {
  readonly types?: readonly string[];
  readonly since?: number;
  /** Only what happened in this span, and what says no time. */
  readonly during?: TimeSpan;
  readonly count: number;
  /** Go on after this (type, id). */
  readonly after?: readonly [string, string];
}

/**
 * What is in the compartment of a Patient or an Encounter (R4 compartmentdefinition), the one it is of first, then by
 * type and id. One of the types asked for, or one that the compartment may hold.
 */
export async function readCompartment(
  sql: Sql,
  sees: Restriction,
  compartment: string,
  id: string,
  query: CompartmentQuery,
): Promise<Hit[]> {
  const filter = compartmentFilter(compartment, id, compartmentTypes(compartment) ?? []);
  const seen = await whereOpen(sql, sees, compartment, id);
  const parts = filter.by === 'any' ? filter.filters : [filter];
  const keys = parts.flatMap((part) => (part.by === 'token' ? part.keys : []));
  // The first sorts before all: its rank is a blank.
  const [afterType, afterId] = query.after ?? ['', ''];
  const rows = await run<Hit>(
    sql,
    piece`
    with member as (
      select rid from record where ${compartment === 'Patient' ? piece`patient = ${id}` : piece`type = ${compartment} and id = ${id}`}
      union
      select rid from rids_by_tokens(${tokenHashes(keys)}::bigint[], null) as rid)
    select r.rid, r.type, r.id, r.version, r.updated, r.patient, r.body
    from member cross join lateral (
      select r.*, v.body from record r join version v on v.seq = r.seq where r.rid = member.rid offset 0) as r
    where not r.deleted and ${seen}
      ${query.types ? piece`and r.type = any(${query.types}::text[])` : noPiece}
      ${query.since === undefined ? noPiece : piece`and r.updated >= ${query.since}`}
      ${query.during === undefined ? noPiece : piece`and (r.low = ${noDate} or r.type = ${compartment} or (r.high > ${query.during.low} and r.low < ${query.during.high}))`}
      and (case when r.type = ${compartment} then ' ' else r.type end collate "C", r.id) > (${afterType}::text collate "C", ${afterId}::text)
    order by case when r.type = ${compartment} then ' ' else r.type end collate "C", r.id
    limit ${query.count}`,
  );
  show(sees, rows);
  return rows;
}

/** What is the patient's own, and what names several of whom this is one; what belongs to another is not shown with it. */
async function whereOpen(sql: Sql, sees: Restriction, compartment: string, id: string): Promise<Piece> {
  const { access } = sees;
  if (!access) return piece`true`;
  refuseType(sees, compartment);
  const patient = compartment === 'Patient' ? id : await patientOf(sql, compartment, id);
  const depth =
    patient === undefined ? 'none' : ((await readDepths(sql, access, [patient])).get(patient) ?? 'none');
  // A name alone is no record.
  if (patient === undefined || depth === 'name' || !isOpenFor(access, compartment, depth))
    throw closed(patient ?? null);
  const types = resourceTypes.filter((type) => isOpenFor(access, type, depth));
  const shared = types.filter((type) => sharedPaths(type).length > 0);
  const all = types.filter((type) => access.sights.get(type) === 'all');
  return piece`(r.patient = ${patient} and r.type = any(${types}::text[])
    or r.patient is null and r.type = any(${[...shared, ...all]}::text[]))`;
}

async function patientOf(sql: Sql, type: string, id: string): Promise<string | undefined> {
  const [row] = await sql<{ patient: string | null }[]>`
    select patient from record where type = ${type} and id = ${id}`;
  return row?.patient ?? undefined;
}
