/**
 * Does the record equal the journal, and is the journal what was written? Reads everything once, in portions, while the
 * system works on: each portion is one snapshot.
 */
import { isObject } from '#fhir/json.ts';
import type { CustomParameters } from '#fhir/search-parameters.ts';
import { searchValues, type SearchValues } from '#fhir/search-values.ts';
import { digestOf, inOrder, type DigestedAct } from './digest.ts';
import { readParameters } from './parameters.ts';
import type { Sql } from './sql.ts';
import { cut, foldForIndex, noDate } from './index-rows.ts';
import { isPerson } from './writer.ts';
import { tokenHash } from './token-hash.ts';

export interface Difference {
  /** `act …`, `Patient/1/_history/2` or `Patient/1`. */
  readonly what: string;
  readonly problem: string;
}
export interface Verification {
  readonly acts: number;
  readonly versions: number;
  readonly records: number;
  readonly differences: readonly Difference[];
}
export interface VerifyOptions {
  readonly onProgress?: (done: number, total: number) => void;
}

const recordsAtOnce = 1000;
// An imported act may hold 500 resources: 20 of them are some 10 MB.
const actsAtOnce = 20;
/** After so many the rest tells nothing new; the count says that there are more. */
const differencesMax = 1000;

export async function verify(sql: Sql, options: VerifyOptions = {}): Promise<Verification> {
  const differences: Difference[] = [];
  const tell = (what: string, problem: string) => {
    if (differences.length < differencesMax) differences.push({ what, problem });
  };
  const [size] = await sql<{ acts: number; records: number }[]>`
    select (select count(*) from act) as acts, (select count(*) from record) as records`;
  const total = (size?.acts ?? 0) + (size?.records ?? 0);
  const journal = await verifyJournal(sql, tell, (done) => options.onProgress?.(done, total));
  const records = await verifyRecord(sql, tell, (done) => options.onProgress?.(journal.acts + done, total));
  await verifyOrphans(sql, tell);
  return { ...journal, records, differences };
}

type Tell = (what: string, problem: string) => void;

/** Each act's digest against its versions, and each resource's versions against 1, 2, 3 … */
async function verifyJournal(
  sql: Sql,
  tell: Tell,
  onProgress: (done: number) => void,
): Promise<{ acts: number; versions: number }> {
  let [acts, versions, after] = [0, 0, Number.MIN_SAFE_INTEGER];
  for (;;) {
    const rows = await sql<ActRow[]>`
      select act.seq, act.id, act.author, act.node, act.hlc, act.event_at as "eventAt", act.fingerprint, act.answers, act.digest,
        coalesce((select json_agg(json_build_object('type', v.type, 'id', v.id, 'version', v.version, 'updated', v.updated, 'body', v.body))
          from version v where v.act = act.seq), '[]') as changes
      from act where act.seq > ${after} order by act.seq limit ${actsAtOnce}`;
    for (const { digest, changes, ...act } of rows) {
      const ordered = inOrder(changes.map((change) => ({ ...change, body: change.body ?? undefined })));
      if (!Buffer.from(digest).equals(digestOf(act, ordered))) {
        tell(
          `act ${act.id}`,
          `does not match its digest: the act or one of its ${changes.length} versions (${ordered
            .slice(0, 3)
            .map((c) => `${c.type}/${c.id}/_history/${c.version}`)
            .join(', ')}) was changed after it was written`,
        );
      }
      versions += changes.length;
    }
    acts += rows.length;
    onProgress(acts);
    const last = rows.at(-1);
    if (!last) break;
    after = last.seq;
  }
  const gaps = await sql<{ type: string; id: string; versions: number; newest: number }[]>`
    select type, id, count(*)::integer as versions, max(version) as newest from version
    group by type, id having count(*) <> max(version) limit 100`;
  for (const gap of gaps)
    tell(
      `${gap.type}/${gap.id}`,
      `has ${gap.versions} versions in the journal, the newest is number ${gap.newest}: a version is missing`,
    );
  return { acts, versions };
}

interface ActRow extends DigestedAct {
  readonly seq: number;
  readonly digest: Uint8Array;
  readonly changes: readonly {
    type: string;
    id: string;
    version: number;
    updated: number;
    body: string | null;
  }[];
}

interface RecordRow {
  readonly rid: number;
  readonly type: string;
  readonly id: string;
  readonly version: number;
  readonly seq: number;
  readonly deleted: boolean;
  readonly updated: number;
  readonly patient: string | null;
  readonly low: number;
  readonly high: number;
  readonly newest: number | null;
  readonly newestSeq: number | null;
  readonly newestUpdated: number | null;
  readonly body: string | null;
  readonly strings: readonly (readonly [string, string, string])[];
  readonly dates: readonly (readonly [string, number, number])[];
  /** 64-bit numbers, as text. */
  readonly tokens: readonly string[];
  readonly present: readonly number[];
  readonly numbers: readonly (readonly (string | number | null)[])[];
  readonly hasWords: boolean;
  readonly relations: readonly (readonly [
    actor: string,
    patient: string,
    ended: number,
    registered: boolean,
  ])[];
  /** Who wrote the first version. */
  readonly registeredBy: string | null;
}

/** Each row of the record against the newest version in the journal, and against what searching needs of its text. */
async function verifyRecord(sql: Sql, tell: Tell, onProgress: (done: number) => void): Promise<number> {
  const custom = await readParameters(sql);
  let [records, after] = [0, Number.MIN_SAFE_INTEGER];
  for (;;) {
    const rows = await sql<RecordRow[]>`
      select r.rid, r.type, r.id, r.version, r.seq, r.deleted, r.updated, r.patient, r.low, r.high,
        v.version as newest, v.seq as "newestSeq", v.updated as "newestUpdated", v.body,
        coalesce((select json_agg(json_build_array(s.path, s.folded, s.value)) from record_string s where s.rid = r.rid), '[]') as strings,
        coalesce((select json_agg(json_build_array(d.path, d.low, d.high)) from record_date d where d.rid = r.rid), '[]') as dates,
        coalesce((select json_agg(json_build_array(n.path, n.system, n.unit, n.low::text, n.high::text, n.base, n.base_low::text, n.base_high::text,
          n.element, coalesce(array_length(n.beside, 1), 0))) from record_number n where n.rid = r.rid), '[]') as numbers,
        to_json(r.tokens::text[]) as tokens, to_json(r.present) as present,
        exists (select from record_words w where w.rid = r.rid) as "hasWords",
        coalesce((select json_agg(json_build_array(x.actor, x.patient, x.ended, x.registered)) from record_relation x where x.rid = r.rid), '[]') as relations,
        case when r.type = 'Patient' then (select a.author from version f join act a on a.seq = f.act
          where f.type = r.type and f.id = r.id and f.version = 1) end as "registeredBy"
      from record r
      left join lateral (select version, updated, body, seq from version v where v.type = r.type and v.id = r.id order by v.version desc limit 1) v on true
      where r.rid > ${after} order by r.rid limit ${recordsAtOnce}`;
    const wanted = rows.map((row) => ({ row, values: valuesOf(row, custom) }));
    for (const { row, values } of wanted) {
      const problem = problemOf(row, values);
      if (problem) tell(`${row.type}/${row.id}`, problem);
    }
    await verifyTexts(sql, tell, wanted);
    records += rows.length;
    onProgress(records);
    const last = rows.at(-1);
    if (!last) return records;
    after = last.rid;
  }
}

/** Each text that leads to a code must be there, or the code is not found by it. */
async function verifyTexts(
  sql: Sql,
  tell: Tell,
  wanted: readonly { readonly row: RecordRow; readonly values: SearchValues | undefined }[],
): Promise<void> {
  const texts = wanted.flatMap(({ row, values }) =>
    (values?.texts ?? []).map(([path, text, key]) => ({ what: `${row.type}/${row.id}`, path, text, key })),
  );
  const missing = await sql<{ what: string }[]>`
    select distinct wanted.what
    from unnest(${sql.typed.texts(texts.map(({ what }) => what))}::text[], ${sql.typed.texts(texts.map(({ path }) => path))}::text[],
      ${sql.typed.texts(texts.map(({ text }) => text))}::text[], ${sql.typed.texts(texts.map(({ key }) => key))}::text[])
      as wanted (what, path, text, key)
    where not exists (select from token_text t where t.path = wanted.path collate "C" and t.text = wanted.text collate "C"
      and t.key = hashtextextended(wanted.key, 0))`;
  for (const { what } of missing) tell(what, 'a text by which one of its codes is found is not kept');
}

function valuesOf(row: RecordRow, custom: CustomParameters): SearchValues | undefined {
  const tree: unknown = row.body === null ? undefined : JSON.parse(row.body);
  return isObject(tree) ? searchValues(row.type, tree, custom) : undefined;
}

function problemOf(row: RecordRow, values: SearchValues | undefined): string | undefined {
  if (row.newest === null) return 'is in the record and not in the journal';
  if (row.newest !== row.version)
    return `the record shows version ${row.version}, the journal's newest is ${row.newest}`;
  if (row.seq !== row.newestSeq) return 'the record shows the text of another row of the journal';
  if (row.deleted !== (row.body === null))
    return row.deleted
      ? 'the record says deleted, the journal does not'
      : 'the journal says deleted, the record does not';
  if (row.updated !== row.newestUpdated)
    return 'the time of its last change differs between record and journal';
  if (!row.deleted && row.patient !== (values?.patient ?? null))
    return 'the record has it under another patient than its text says';
  if (row.low !== (values?.when?.low ?? noDate) || row.high !== (values?.when?.high ?? noDate))
    return 'the record has another date than its text says';
  const strings = (values?.strings ?? []).map(([path, text]) => [path, foldForIndex(text), cut(text)]);
  const dates = (values?.dates ?? []).map(([path, span]) => [path, span.low, span.high]);
  const numbers = (values?.numbers ?? []).map(({ base, companions, ...one }) => [
    one.path,
    one.system,
    one.unit,
    one.low,
    one.high,
    base?.unit,
    base?.low,
    base?.high,
    companions?.element,
    companions?.keys.length ?? 0,
  ]);
  const same = (a: readonly (readonly unknown[])[], b: readonly (readonly unknown[])[]) =>
    JSON.stringify(a.map(String).sort()) === JSON.stringify(b.map(String).sort());
  if (!same(row.strings, strings)) return 'the texts it is found by are not what it says';
  if (!same(row.dates, dates)) return 'the dates it is found by are not what it says';
  const stored = row.numbers.map((one) =>
    one.map((part, n) => (amountColumns.has(n) && part !== null ? Number(part) : part)),
  );
  if (!same(stored, numbers)) return 'the numbers it is found by are not what it says';
  if (!isSameSet(row.tokens, (values?.tokens ?? []).map(tokenHash)))
    return 'what it is found by (codes, identifiers, references) is not what its text says';
  if (!isSameSet(row.present.map(String), (values?.present ?? []).map(String)))
    return 'what the record says is missing in it is not what its text says';
  const relations = (values?.relations ?? []).map(({ actor, patient, ended }) => [
    cut(actor),
    patient,
    ended ?? row.updated,
    false,
  ]);
  const [registered, related] = [
    row.relations.filter((one) => one[3]),
    row.relations.filter((one) => !one[3]),
  ];
  if (!same(related, relations)) return 'whom its patient has to do with is not what it says';
  const isRegistered = row.registeredBy !== null && isPerson(row.registeredBy);
  if (
    registered.length !== (isRegistered ? 1 : 0) ||
    registered.some(([actor]) => actor !== row.registeredBy)
  )
    return 'who registered the patient is not who wrote its first version';
  if (row.hasWords !== (values?.words !== undefined)) return 'its words are not kept as its type says';
  return undefined;
}

function isSameSet(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && new Set(one).isSubsetOf(new Set(other));
}

/** Where amounts stand, which travel as text since JSON has no infinity. */
const amountColumns = new Set([3, 4, 6, 7]);

/** What belongs to nothing: versions without an act, resources in the journal that the record does not have. */
async function verifyOrphans(sql: Sql, tell: Tell): Promise<void> {
  const versions = await sql<{ type: string; id: string; version: number }[]>`
    select v.type, v.id, v.version from version v where not exists (select from act where act.seq = v.act) limit 100`;
  for (const one of versions) tell(`${one.type}/${one.id}/_history/${one.version}`, 'belongs to no act');
  const missing = await sql<{ type: string; id: string }[]>`
    select distinct v.type, v.id from version v where not exists (select from record r where r.type = v.type and r.id = v.id) limit 100`;
  for (const one of missing) tell(`${one.type}/${one.id}`, 'is in the journal and not in the record');
  for (const table of ['record_string', 'record_date', 'record_number', 'record_words', 'record_relation']) {
    const stray = await sql<
      { rid: number }[]
    >`select distinct x.rid from ${sql(table)} x where not exists (select from record r where r.rid = x.rid) limit 10`;
    if (stray.length > 0)
      tell(table, `has rows of no resource (row ids ${stray.map(({ rid }) => rid).join(', ')})`);
  }
}
