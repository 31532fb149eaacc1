/** Reading by name: newest versions, old versions, and the acts of the journal. */
import type { ActId } from '#base/id.ts';
import { closed, onlySeen, refuseType, type Place, type Restriction } from './access.ts';
import type { EntryAnswer, StoredVersion } from './act.ts';
import type { Sql } from './sql.ts';

export interface CurrentVersion extends StoredVersion {
  readonly rid: number;
  /** The id of the patient it belongs to, when it belongs to one. */
  readonly patient: string | null;
}

/**
 * The newest version of one resource; undefined when there never was one. A deleted one comes without a body.
 * @throws Refusal `forbidden` when it may not be seen.
 */
export async function readNewest(
  sql: Sql,
  sees: Restriction,
  type: string,
  id: string,
): Promise<CurrentVersion | undefined> {
  const [row] = await sql<Row[]>`
    select r.rid, r.type, r.id, r.version, r.updated, r.patient, v.body
    from record r join version v on v.seq = r.seq
    where r.type = ${type} and r.id = ${id}`;
  return ifSeen(sql, sees, type, row && currentOf(row));
}

/** What was read for one who may see it. @throws Refusal `forbidden` when they may not. */
export async function ifSeen<T extends Place>(
  sql: Sql,
  sees: Restriction,
  type: string,
  row: T | undefined,
): Promise<T | undefined> {
  refuseType(sees, type);
  if (!row) return undefined;
  const [seen] = await onlySeen(sql, sees, [row]);
  if (!seen) throw closed(row.patient);
  return seen;
}

type Row = Omit<CurrentVersion, 'body'> & { readonly body: string | null };
const currentOf = (row: Row): CurrentVersion => ({ ...row, body: row.body ?? undefined });

/**
 * One version of one resource, however old; undefined when there is none. An old version is seen as the newest is: whose
 * it is now decides.
 * @throws Refusal `forbidden` when it may not be seen.
 */
export async function readVersion(
  sql: Sql,
  sees: Restriction,
  type: string,
  id: string,
  version: number,
): Promise<CurrentVersion | undefined> {
  const [row] = await sql<Row[]>`
    select r.rid, v.type, v.id, v.version, v.updated, r.patient, v.body
    from version v join record r on r.type = v.type and r.id = v.id
    where v.type = ${type} and v.id = ${id} and v.version = ${version}`;
  return ifSeen(sql, sees, type, row && currentOf(row));
}

/** The newest versions of several resources, in no particular order; those that never were or may not be seen are left out. */
export async function readSeveral(
  sql: Sql,
  sees: Restriction,
  targets: readonly Name[],
): Promise<readonly CurrentVersion[]> {
  return onlySeen(sql, sees, await readAll(sql, targets));
}

export interface Name {
  readonly type: string;
  readonly id: string;
}

/** The same, whoever may see them: the caller asks what each who wanted one may see. */
export async function readAll(sql: Sql, targets: readonly Name[]): Promise<readonly CurrentVersion[]> {
  if (targets.length === 0) return [];
  const rows = await sql<Row[]>`
    select r.rid, r.type, r.id, r.version, r.updated, r.patient, v.body
    from unnest(${targets.map((t) => t.type)}::text[], ${targets.map((t) => t.id)}::text[]) as wanted (type, id)
    join record r on r.type = wanted.type collate "C" and r.id = wanted.id collate "C"
    join version v on v.seq = r.seq`;
  return rows.map(currentOf);
}

/** What rows of the record are called, `Type/id`, by row: a row keeps its number and its name for ever. */
export async function readNames(sql: Sql, rids: readonly number[]): Promise<ReadonlyMap<number, string>> {
  if (rids.length === 0) return new Map();
  const rows = await sql<{ rid: number; name: string }[]>`
    select rid, type || '/' || id as name from record where rid = any(${`{${rids.join(',')}}`}::text::bigint[])`;
  return new Map(rows.map(({ rid, name }) => [rid, name]));
}

/** Where several resources stand, without their texts: for writing many at once. */
export async function readPlaces(
  sql: Sql,
  targets: readonly { readonly type: string; readonly id: string }[],
): Promise<{ type: string; id: string; rid: number; version: number; deleted: boolean }[]> {
  if (targets.length === 0) return [];
  return sql<{ type: string; id: string; rid: number; version: number; deleted: boolean }[]>`
    select r.type, r.id, r.rid, r.version, r.deleted
    from unnest(${targets.map((t) => t.type)}::text[], ${targets.map((t) => t.id)}::text[]) as wanted (type, id)
    join record r on r.type = wanted.type collate "C" and r.id = wanted.id collate "C"`;
}

export interface StoredAct {
  readonly id: ActId;
  readonly author: string;
  readonly fingerprint: Uint8Array | null;
  readonly answers: readonly EntryAnswer[];
}

/** What an act was answered; undefined when no such act is stored. */
export async function readAct(sql: Sql, id: ActId): Promise<StoredAct | undefined> {
  const [row] = await sql<StoredAct[]>`select id, author, fingerprint, answers from act where id = ${id}`;
  return row;
}

/** Which of these acts are stored. */
export async function readKnownActs(sql: Sql, ids: readonly ActId[]): Promise<Set<string>> {
  const rows = await sql<
    { id: string }[]
  >`select id from act where id = any(${[...ids] as string[]}::uuid[])`;
  return new Set(rows.map((row) => row.id));
}
