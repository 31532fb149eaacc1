/** Reading by name: newest versions, old versions, and the acts of the journal. */
import type { ActId } from '#base/id.ts';
import type { EntryAnswer, StoredVersion } from './act.ts';
import type { Sql, Transaction } from './sql.ts';

/**
 * What the caller may see, as data that every reading function takes. Nothing else than everything exists yet: roles and
 * the treatment relation will add kinds, and the compiler will then point at each statement that must honour them.
 */
export interface Restriction {
  readonly sees: 'everything';
}
export const seesEverything: Restriction = { sees: 'everything' };

/** What a request has been given out of the record: filled by what reads, told by the audit. */
export interface Shown {
  /** Rows of the record. */
  readonly rids: number[];
  /** Ids of the patients whose they are. */
  readonly patients: Set<string>;
}
/** At the beginning of a request. */
export function nothingShown(): Shown {
  return { rids: [], patients: new Set() };
}

export interface CurrentVersion extends StoredVersion {
  readonly rid: number;
}

/** The newest version of one resource; undefined when there never was one. A deleted one comes without a body. */
export async function readNewest(
  sql: Sql | Transaction,
  _sees: Restriction,
  type: string,
  id: string,
): Promise<CurrentVersion | undefined> {
  const [row] = await sql<(Omit<CurrentVersion, 'body'> & { body: string | null })[]>`
    select r.rid, r.type, r.id, r.version, r.updated, v.body
    from record r join version v on v.seq = r.seq
    where r.type = ${type} and r.id = ${id}`;
  return row && { ...row, body: row.body ?? undefined };
}

/** One version of one resource, however old; undefined when there is none. */
export async function readVersion(
  sql: Sql | Transaction,
  _sees: Restriction,
  type: string,
  id: string,
  version: number,
): Promise<StoredVersion | undefined> {
  const [row] = await sql<(Omit<StoredVersion, 'body'> & { body: string | null })[]>`
    select type, id, version, updated, body from version where type = ${type} and id = ${id} and version = ${version}`;
  return row && { ...row, body: row.body ?? undefined };
}

/** The newest versions of several resources, in no particular order; those that never were are left out. */
export async function readSeveral(
  sql: Sql | Transaction,
  _sees: Restriction,
  targets: readonly { readonly type: string; readonly id: string }[],
): Promise<CurrentVersion[]> {
  if (targets.length === 0) return [];
  const rows = await sql<(Omit<CurrentVersion, 'body'> & { body: string | null })[]>`
    select r.rid, r.type, r.id, r.version, r.updated, v.body
    from unnest(${targets.map((t) => t.type)}::text[], ${targets.map((t) => t.id)}::text[]) as wanted (type, id)
    join record r on r.type = wanted.type collate "C" and r.id = wanted.id collate "C"
    join version v on v.seq = r.seq`;
  return rows.map((row) => ({ ...row, body: row.body ?? undefined }));
}

/** What rows of the record are called, `Type/id`, by row: a row keeps its number and its name for ever. */
export async function readNames(
  sql: Sql | Transaction,
  rids: readonly number[],
): Promise<ReadonlyMap<number, string>> {
  if (rids.length === 0) return new Map();
  const rows = await sql<{ rid: number; name: string }[]>`
    select rid, type || '/' || id as name from record where rid = any(${`{${rids.join(',')}}`}::text::bigint[])`;
  return new Map(rows.map(({ rid, name }) => [rid, name]));
}

/** Where several resources stand, without their texts: for writing many at once. */
export async function readPlaces(
  sql: Sql | Transaction,
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
export async function readAct(sql: Sql | Transaction, id: ActId): Promise<StoredAct | undefined> {
  const [row] = await sql<StoredAct[]>`select id, author, fingerprint, answers from act where id = ${id}`;
  return row;
}

/** Which of these acts are stored. */
export async function readKnownActs(sql: Sql | Transaction, ids: readonly ActId[]): Promise<Set<string>> {
  const rows = await sql<
    { id: string }[]
  >`select id from act where id = any(${[...ids] as string[]}::uuid[])`;
  return new Set(rows.map((row) => row.id));
}
