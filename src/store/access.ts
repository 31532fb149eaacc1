/**
 * What of the record a person may see (docs/access.md). A role says which types, and how far a patient's record must be
 * open for them; how far it is open follows from the relations that the record itself holds, and from reasons given.
 * Everything that reads takes a `Restriction`, and asks here.
 */
import { monotonicMs } from '#base/clock.ts';
import { Refusal } from '#base/refusal.ts';
import { compartmentPaths } from '#fhir/compartment.ts';
import { guarded } from '#fhir/relations.ts';
import { tokenKey } from '#fhir/search-forms.ts';
import { patientPath } from '#fhir/search-values.ts';
import type { Sql } from './sql.ts';
import { piece, type Piece } from './statement.ts';
import { tokenHash } from './token-hash.ts';

/**
 * How far a patient's record is open to someone. `none`: not even who it is (a protected person). `name`: the Patient, as
 * whoever looks for a person finds them. `stay`: also that they are here, as on the board of the ward. `chart`: all.
 */
export type Depth = 'none' | 'name' | 'stay' | 'chart';
const depths: readonly Depth[] = ['none', 'name', 'stay', 'chart'];

/** How a type is seen: the whole type, since it is about nobody, or as far as the patient's record is open. */
export type Sight = 'all' | Exclude<Depth, 'none'>;

/** One person's view of the record. Kept while they are logged in, since it remembers for some seconds what was open. */
export interface Access {
  /** The log-in name: whose reasons count. */
  readonly user: string;
  /** What relates a patient to them: their Practitioner, their units, the requests that their unit answers. */
  readonly actors: readonly string[];
  /** Types that are missing are not seen. */
  readonly sights: ReadonlyMap<string, Sight>;
  /** Ids of patients who are themselves, or whom they stand for: open without more. */
  readonly own: readonly string[];
  /** The one patient whose data a program was let see; undefined: as many as its person may. */
  readonly only?: string | undefined;
  /** Ids of patients who are themselves or close to them: a reason is asked for. */
  readonly kin: readonly string[];
  /** How long a relation opens a record after it has ended. */
  readonly relationDays: number;
  /** Why records are open that a reason opened, by patient. */
  readonly reasons: Map<string, string>;
  /** What was open a moment ago, by patient. */
  readonly remembered: Map<string, { readonly depth: Depth; readonly atMs: number }>;
}

/** What a request showed, for the audit: filled by everything that reads. */
export interface Shown {
  /** Row ids of the record. */
  readonly rids: number[];
  /** Ids of the patients they belong to. */
  readonly patients: Set<string>;
}

/** At the beginning of a request. */
export function nothingShown(): Shown {
  return { rids: [], patients: new Set() };
}

export interface Restriction {
  /** undefined: everything, for the program's own work and for programs that are let see everything. */
  readonly access?: Access | undefined;
  /** undefined: nobody is shown anything. */
  readonly shown?: Shown | undefined;
}
export const seesEverything: Restriction = {};
export const seesNothing: Restriction = {
  access: {
    user: '',
    actors: [],
    sights: new Map(),
    own: [],
    kin: [],
    relationDays: 0,
    reasons: new Map(),
    remembered: new Map(),
  },
};

/** What is open stays so for this long without being asked again; what is closed is asked each time. */
const rememberedMs = 5000;
const rememberedMax = 10_000;
/** Whoever may open more than this names the patient. */
const openMax = 50_000;

/** Relations that ended before this open nothing, ms since 1970. By the wall clock: a wrong one opens or closes old stays only. */
function endedAfter({ relationDays }: Access): number {
  return Date.now() - relationDays * 86_400_000;
}

/** Whether a type is seen at this depth. */
export function isOpenFor({ sights }: Access, type: string, depth: Depth): boolean {
  const sight = sights.get(type);
  return sight !== undefined && (sight === 'all' || depths.indexOf(depth) >= depths.indexOf(sight));
}

/** How far each of these patients' records is open. One statement, and none for those that were open a moment ago. */
export async function readDepths(
  sql: Sql,
  access: Access,
  patients: readonly string[],
  enough: Depth = 'chart',
): Promise<ReadonlyMap<string, Depth>> {
  const found = new Map<string, Depth>();
  const asked: string[] = [];
  for (const patient of new Set(patients)) {
    if (isBeyond(access, patient)) {
      found.set(patient, 'none');
      continue;
    }
    const depth = rememberedDepth(access, patient, enough);
    if (depth === undefined) asked.push(patient);
    else found.set(patient, depth);
  }
  if (asked.length === 0) return found;
  const rows = await sql<{ patient: string; opened: boolean; related: boolean; guarded: boolean }[]>`
    select p.id as patient,
      exists (select from glass g where g."user" = ${access.user} and g.patient = p.id collate "C" and g.left_s > 0) as opened,
      exists (select from record_relation x where x.patient = p.id collate "C" and x.actor = any(${sql.typed.texts(access.actors)}::text[])
        and x.ended > ${endedAfter(access)}) as related,
      exists (select from record_relation f where f.patient = p.id collate "C" and f.actor = ${guarded} and f.ended > ${Date.now()}) as guarded
    from unnest(${sql.typed.texts(asked)}::text[]) as p (id)`;
  if (access.remembered.size + rows.length > rememberedMax) access.remembered.clear();
  for (const { patient, opened, related, guarded } of rows) {
    const isCareful = guarded || access.kin.includes(patient);
    const depth = opened ? 'chart' : related ? (isCareful ? 'stay' : 'chart') : guarded ? 'none' : 'name';
    found.set(patient, depth);
    access.remembered.set(patient, { depth, atMs: monotonicMs() });
  }
  return found;
}

/** Without asking the database: undefined when it must be asked. */
export function rememberedDepth(access: Access, patient: string, enough: Depth): Depth | undefined {
  if (isBeyond(access, patient)) return undefined;
  if (access.own.includes(patient)) return 'chart';
  const known = access.remembered.get(patient);
  return known &&
    depths.indexOf(known.depth) >= depths.indexOf(enough) &&
    monotonicMs() - known.atMs < rememberedMs
    ? known.depth
    : undefined;
}

/** The condition on a Patient `r` that their name is found; the same as `readDepths` says, row by row. */
export function whereNamable(access: Access): Piece {
  return piece`(not exists (select from record_relation f where f.patient = r.id and f.actor = ${guarded} and f.ended > ${Date.now()})
    or exists (select from record_relation x where x.patient = r.id and x.actor = any(${access.actors}::text[]) and x.ended > ${endedAfter(access)})
    or exists (select from glass g where g."user" = ${access.user} and g.patient = r.id and g.left_s > 0))`;
}

function isBeyond({ only }: Access, patient: string): boolean {
  return only !== undefined && only !== patient;
}

/** All patients whose records are open. */
export interface OpenPatients {
  /** At least as far as `stay`. */
  readonly stay: readonly string[];
  readonly chart: readonly string[];
}

/** @throws Refusal `tooMuch` when they are too many to be named in a search. */
export async function readOpenPatients(sql: Sql, access: Access): Promise<OpenPatients> {
  const rows = await sql<{ patient: string; opened: boolean; guarded: boolean }[]>`
    with opened as (select patient from glass where "user" = ${access.user} and left_s > 0),
    open as (
      select x.patient from record_relation x where x.actor = any(${sql.typed.texts(access.actors)}::text[]) and x.ended > ${endedAfter(access)}
      union select patient from opened)
    select open.patient, open.patient in (select patient from opened) as opened,
      exists (select from record_relation f where f.patient = open.patient and f.actor = ${guarded} and f.ended > ${Date.now()}) as guarded
    from open limit ${openMax + 1}`;
  if (rows.length > openMax)
    throw new Refusal(
      'tooMuch',
      `more than ${openMax} patients are open to you; name the patient in the search`,
    );
  const stay = [...new Set([...access.own, ...rows.map(({ patient }) => patient)])].filter(
    (patient) => !isBeyond(access, patient),
  );
  const closed = new Set(
    rows.flatMap((row) =>
      !row.opened && (row.guarded || access.kin.includes(row.patient)) ? [row.patient] : [],
    ),
  );
  return { stay, chart: stay.filter((one) => !closed.has(one)) };
}

/** A row of the record, as far as seeing it needs. */
export interface Place {
  readonly rid: number;
  readonly type: string;
  readonly patient: string | null;
}

/** Those of the rows that may be seen; they count as shown. */
export async function onlySeen<T extends Place>(
  sql: Sql,
  sees: Restriction,
  rows: readonly T[],
): Promise<readonly T[]> {
  const seen = sees.access === undefined ? rows : await seenOf(sql, sees.access, rows);
  show(sees, seen);
  return seen;
}

async function seenOf<T extends Place>(sql: Sql, access: Access, rows: readonly T[]): Promise<T[]> {
  const asked: string[] = [];
  const shared: T[] = [];
  for (const row of rows) {
    const sight = access.sights.get(row.type);
    if (sight === undefined || sight === 'all') continue;
    if (row.patient !== null) {
      if (rememberedDepth(access, row.patient, sight) === undefined) asked.push(row.patient);
    } else if (sharedPaths(row.type).length > 0) shared.push(row);
  }
  const read = asked.length === 0 ? undefined : await readDepths(sql, access, asked);
  const open = shared.length === 0 ? undefined : await readSharedOpen(sql, access, shared);
  return rows.filter((row) => {
    const sight = access.sights.get(row.type);
    if (sight === undefined) return false;
    if (sight === 'all') return true;
    if (row.patient === null) return open?.has(row.rid) ?? false;
    const depth = read?.get(row.patient) ?? rememberedDepth(access, row.patient, sight) ?? 'none';
    return isOpenFor(access, row.type, depth);
  });
}

async function readSharedOpen(sql: Sql, access: Access, rows: readonly Place[]): Promise<Set<number>> {
  const open = await readOpenPatients(sql, access);
  const found = new Set<number>();
  for (const [type, some] of Map.groupBy(rows, (row) => row.type)) {
    const patients = access.sights.get(type) === 'chart' ? open.chart : open.stay;
    const seen = await sql<{ rid: number }[]>`
      select rid from record where rid = any(${`{${some.map(({ rid }) => rid).join(',')}}`}::text::bigint[])
        and tokens && ${sharedHashes(type, patients)}::text::bigint[]`;
    for (const { rid } of seen) found.add(rid);
  }
  return found;
}

// Of these some patients say nothing about the others: only programs see them.
const closedTypes = new Set(['Group', 'Person', 'AuditEvent']);

/** The paths by which a type that belongs to no single patient names patients (`Appointment.participant.actor`). */
export function sharedPaths(type: string): readonly string[] {
  return patientPath(type) !== undefined || closedTypes.has(type) ? [] : compartmentPaths('Patient', type);
}

/** The tokens by which a type names one of these patients, as an array literal of hashes. */
export function sharedHashes(type: string, patients: readonly string[]): string {
  const paths = sharedPaths(type);
  return `{${patients.flatMap((id) => paths.map((path) => tokenHash(tokenKey(path, `Patient/${id}`)))).join(',')}}`;
}

/** Notes what is shown. */
export function show(
  { shown }: Restriction,
  rows: readonly { readonly rid: number; readonly patient: string | null }[],
): void {
  if (!shown) return;
  for (const { rid, patient } of rows) {
    shown.rids.push(rid);
    if (patient !== null) shown.patients.add(patient);
  }
}

/** @throws Refusal `forbidden` when the role does not read the type at all. */
export function refuseType({ access }: Restriction, type: string): void {
  if (access && !access.sights.has(type))
    throw new Refusal('forbidden', `your role does not read ${type}`, { detail: 'role' });
}

/** @throws Refusal `forbidden`, which says how the record can be opened, when a patient's is not open for this type. */
export async function refuseClosed(
  sql: Sql,
  { access }: Restriction,
  type: string,
  patient: string,
): Promise<void> {
  const sight = access?.sights.get(type);
  if (!access || sight === undefined || sight === 'all') return;
  if (rememberedDepth(access, patient, sight) !== undefined) return;
  const depth = (await readDepths(sql, access, [patient], sight)).get(patient) ?? 'none';
  if (!isOpenFor(access, type, depth)) throw closed(patient);
}

export function closed(patient: string | null): Refusal {
  return patient === null
    ? new Refusal('forbidden', 'it belongs to no patient whose record is open to you', { detail: 'closed' })
    : new Refusal(
        'forbidden',
        `the record of Patient/${patient} is not open to you; with a reason you open it by Patient/${patient}/$break-glass`,
        { detail: 'closed' },
      );
}
