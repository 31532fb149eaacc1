/**
 * The only writes there are: acts. One statement writes any number of acts with all their versions, index rows and
 * answers, so it happens whole or not at all and costs one round trip. Concurrent writers are told apart by the journal's
 * own keys: `version_once` refuses the second of two who build upon the same version, `act_once` the second arrival of
 * the same act. Both are refused by PostgreSQL at commit, never decided by what was read before.
 */
import { relationTypes } from '#fhir/relations.ts';
import { proseTypes } from '#fhir/search-words.ts';
import type { Act, Change } from './act.ts';
import { claimRows } from './claims.ts';
import { digestOf, inOrder, order } from './digest.ts';
import type { HybridClock } from './hybrid-clock.ts';
import { fieldEnd, joined, noDate, nothing, rowEnd, type IndexRows, type Rows } from './index-rows.ts';
import type { KnownTexts } from './known-texts.ts';
import type { Positions } from './positions.ts';
import type { Sql } from './sql.ts';
import { noPiece, piece, run } from './statement.ts';

export interface WriterParts {
  readonly positions: Positions;
  readonly clock: HybridClock;
  readonly texts: KnownTexts;
}

/**
 * Writes acts. When it returns, they are durable. It throws the driver's error with `constraint_name` `act_once`,
 * `version_once`, `record_once` or `claim_was_seen` when another was first; then nothing of them is written.
 */
export async function writeActs(sql: Sql, parts: WriterParts, acts: readonly Act[]): Promise<void> {
  const ordered = acts.map((act) => ({ act, changes: inOrder(act.changes) }));
  const changes = ordered.flatMap((one) => one.changes);
  const created = changes.filter((change) => change.rid === undefined).length;
  const taken = await parts.positions.take(acts.length + changes.length + created);
  // In rising order: of two acts or versions written together, the later one stands later in the journal.
  let used = 0;
  const next = () => taken[used++] ?? 0;
  const rows: ChangeRow[] = [];
  const actRows = ordered.map(({ act, changes: own }) => {
    const seq = next();
    for (const change of own) {
      rows.push({
        change,
        author: act.author,
        act: seq,
        seq: next(),
        rid: change.rid ?? next(),
        isNew: change.rid === undefined,
      });
    }
    const hlc = parts.clock.next();
    return { act, seq, hlc, digest: digestOf({ ...act, hlc }, own) };
  });
  // In one order for all statements, so that two of them that meet at two keys never wait for each other in a ring.
  if (acts.length > 1) {
    actRows.sort((a, b) => (a.act.id < b.act.id ? -1 : 1));
    rows.sort((a, b) => order(a.change, b.change));
  }
  const list = parts.texts.unknown(rows.flatMap(textsOf));
  const fresh = await run<{ path: string; text: string }>(
    sql,
    piece`
    with
    ${insertActs(actRows)}
    ${claimRows(
      acts.flatMap(({ claimed }) => claimed ?? []),
      texts,
    )}
    ${rows.length === 0 ? noPiece : writeVersions(rows)}
    ${list.length === 0 ? piece`select` : writeTexts(list)}`,
  );
  if (list.length > 0)
    parts.texts.learn(list, new Set(fresh.map(({ path, text }) => `${path}${fieldEnd}${text}`)));
}

export interface IndexedRow {
  readonly rid: number;
  /** When the version was written, ms since 1970. */
  readonly updated: number;
  /** The version that the values are of. */
  readonly seq: number;
  readonly type: string;
  readonly index: IndexRows;
}

/**
 * Replaces what stored resources are found by, without a new version; those that have another version by now are left
 * alone. The caller keeps writers out (reindex.ts).
 */
export async function writeIndex(tx: Sql, known: KnownTexts, rows: readonly IndexedRow[]): Promise<void> {
  const current = await tx<{ rid: number }[]>`
    select r.rid from unnest(${numbers(rows.map(({ rid }) => rid))}::text::bigint[], ${numbers(rows.map(({ seq }) => seq))}::text::bigint[])
      as wanted (rid, seq) join record r using (rid, seq)`;
  const unchanged = new Set(current.map(({ rid }) => rid));
  const kept = rows
    .filter(({ rid }) => unchanged.has(rid))
    .map(({ rid, updated, type, index }): IndexedOnly => ({
      rid,
      isNew: false,
      change: { type, updated, body: '', index },
    }));
  if (kept.length === 0) return;
  const list = known.unknown(kept.flatMap(textsOf));
  const rids = numbers(kept.map(({ rid }) => rid));
  await run(
    tx,
    piece`
    with changed_record as (
      update record set patient = row.patient, low = row.low, high = row.high, tokens = row.tokens::bigint[],
        present = row.present::integer[]
      from unnest(${rids}::text::bigint[], ${indexColumns(kept)}) as row (rid, patient, low, high, tokens, present)
      where record.rid = row.rid)
    ${goneRows(kept)}
    ${rowsBeside(kept)}
    ${list.length === 0 ? piece`select` : writeTexts(list)}`,
  );
}

/** What the rows beside the record are made of. */
interface IndexedOnly {
  readonly rid: number;
  readonly isNew: boolean;
  readonly change: Pick<Change, 'type' | 'updated' | 'body' | 'index'>;
}

interface ChangeRow extends IndexedOnly {
  readonly change: Change;
  readonly author: string;
  readonly act: number;
  readonly seq: number;
}

function insertActs(rows: readonly { act: Act; seq: number; hlc: number; digest: Buffer }[]) {
  const [first] = rows;
  if (rows.length === 1 && first) {
    const { act } = first;
    return piece`new_act as (
      insert into act (seq, id, author, node, hlc, event_at, fingerprint, answers, digest)
      values (${first.seq}, ${act.id}, ${act.author}, ${act.node}, ${first.hlc}, ${act.eventAt ?? null},
        ${act.fingerprint ? Buffer.from(act.fingerprint) : null}, ${JSON.stringify(act.answers)}::text::jsonb, ${first.digest}))`;
  }
  return piece`new_act as (
    insert into act (seq, id, author, node, hlc, event_at, fingerprint, answers, digest)
    select seq, id, author, node, hlc, event_at, decode(fingerprint, 'hex'),
      answers::jsonb, decode(digest, 'hex')
    from unnest(${numbers(rows.map((row) => row.seq))}::text::bigint[],
      ${texts(rows.map((row) => row.act.id))}::uuid[],
      ${texts(rows.map((row) => row.act.author))},
      ${texts(rows.map((row) => row.act.node))},
      ${numbers(rows.map((row) => row.hlc))}::text::bigint[],
      ${texts(rows.map((row) => row.act.eventAt ?? ''))},
      ${texts(rows.map((row) => Buffer.from(row.act.fingerprint ?? []).toString('hex')))},
      ${texts(rows.map((row) => JSON.stringify(row.act.answers)))},
      ${texts(rows.map((row) => row.digest.toString('hex')))}
    ) as row (seq, id, author, node, hlc, event_at, fingerprint, answers, digest))`;
}

/** A list of texts as an array; the empty text becomes null. */
const texts = (list: readonly string[]) => split(joined(list));
const split = (column: string) => piece`string_to_array(${column}, ${rowEnd}, ${nothing})`;
const numbers = (list: readonly number[]) => `{${list.join(',')}}`;

function writeVersions(rows: readonly ChangeRow[]) {
  // A resource changed twice in one act (by a batch of imports) is in the record once: as its last version.
  const newest = newestOnly(rows);
  const created = newest.filter((row) => row.isNew);
  const updated = newest.filter((row) => !row.isNew);
  return piece`
    , new_version as (
      insert into version (seq, act, type, id, version, updated, body)
      select seq, act, type, id, version, updated, body
      from unnest(${numbers(rows.map((row) => row.seq))}::text::bigint[], ${numbers(rows.map((row) => row.act))}::text::bigint[],
        ${texts(rows.map((row) => row.change.type))},
        ${texts(rows.map((row) => row.change.id))},
        ${numbers(rows.map((row) => row.change.version))}::text::integer[],
        ${numbers(rows.map((row) => row.change.updated))}::text::bigint[],
        ${split(rows.map((row) => row.change.body ?? nothing).join(rowEnd))}
      ) as row (seq, act, type, id, version, updated, body))
    ${
      created.length === 0
        ? noPiece
        : piece`, new_record as (
      insert into record (rid, type, id, version, seq, deleted, updated, patient, low, high, tokens, present)
      select rid, type, id, version, seq, deleted, updated, patient, low, high, tokens::bigint[], present::integer[]
      from ${recordRows(created)})`
    }
    ${
      updated.length === 0
        ? noPiece
        : piece`, changed_record as (
      update record set version = row.version, seq = row.seq, deleted = row.deleted, updated = row.updated,
        -- What was deleted still belongs to whom it belonged: they alone are told of it.
        patient = case when row.deleted then record.patient else row.patient end,
        low = row.low, high = row.high, tokens = row.tokens::bigint[], present = row.present::integer[]
      from ${recordRows(updated)}
      where record.rid = row.rid)
    ${goneRows(updated)}`
    }
    ${rowsBeside(newest)} ${registeredRows(rows, newest)}`;
}

function newestOnly(rows: readonly ChangeRow[]): ChangeRow[] {
  const byKey = new Map<string, ChangeRow>();
  for (const row of rows) byKey.set(`${row.change.type}/${row.change.id}`, row);
  return byKey.size === rows.length ? [...rows] : [...byKey.values()];
}

/** What searching needs of a row's resource; a deleted one is found by nothing. */
function indexOf({ change }: Pick<IndexedOnly, 'change'>): IndexRows | undefined {
  return change.body === undefined ? undefined : change.index;
}

function textsOf(row: IndexedOnly): readonly string[] {
  const list = indexOf(row)?.texts ?? '';
  return list === '' ? [] : list.split(rowEnd);
}

function recordRows(rows: readonly ChangeRow[]) {
  return piece`unnest(${numbers(rows.map((row) => row.rid))}::text::bigint[],
    ${texts(rows.map((row) => row.change.type))},
    ${texts(rows.map((row) => row.change.id))},
    ${numbers(rows.map((row) => row.change.version))}::text::integer[],
    ${numbers(rows.map((row) => row.seq))}::text::bigint[],
    ${`{${rows.map((row) => row.change.body === undefined).join(',')}}`}::text::boolean[],
    ${numbers(rows.map((row) => row.change.updated))}::text::bigint[],
    ${indexColumns(rows)}
  ) as row (rid, type, id, version, seq, deleted, updated, patient, low, high, tokens, present)`;
}

function indexColumns(rows: readonly IndexedOnly[]) {
  return piece`${texts(rows.map((row) => indexOf(row)?.patient ?? ''))},
    ${numbers(rows.map((row) => indexOf(row)?.low ?? noDate))}::text::bigint[],
    ${numbers(rows.map((row) => indexOf(row)?.high ?? noDate))}::text::bigint[],
    ${texts(rows.map((row) => indexOf(row)?.tokens ?? '{}'))},
    ${texts(rows.map((row) => indexOf(row)?.present ?? '{}'))}`;
}

/** Before a resource's rows beside the record are written anew. */
function goneRows(rows: readonly IndexedOnly[]) {
  const rids = numbers(rows.map(({ rid }) => rid));
  const related = rows.filter(({ change }) => relationTypes.has(change.type));
  const goneRelations =
    related.length === 0
      ? noPiece
      : piece`, gone_relation as (delete from record_relation
          where rid = any(${numbers(related.map(({ rid }) => rid))}::text::bigint[]) and not registered)`;
  return piece`${goneRelations}
    , gone_string as (delete from record_string where rid = any(${rids}::text::bigint[]))
    , gone_date as (delete from record_date where rid = any(${rids}::text::bigint[]))
    , gone_number as (delete from record_number where rid = any(${rids}::text::bigint[]))`;
}

interface Table {
  /** The row id of each row, as an array literal. */
  readonly rids: string;
  /** The column `n` of all rows, joined with `between`. */
  readonly column: (n: number, between: string) => string;
}

/** The rows of one of the tables beside the record, of all resources; undefined when there are none. */
function tableOf(rows: readonly IndexedOnly[], pick: (index: IndexRows) => Rows): Table | undefined {
  const found: Rows[] = [];
  const rids: number[] = [];
  for (const row of rows) {
    const index = indexOf(row);
    const own = index && pick(index);
    if (own === undefined || own.count === 0) continue;
    found.push(own);
    for (let n = 0; n < own.count; n++) rids.push(row.rid);
  }
  if (found.length === 0) return undefined;
  return {
    rids: numbers(rids),
    column: (n, between) => found.map(({ columns }) => columns[n] ?? '').join(between),
  };
}

function rowsBeside(rows: readonly IndexedOnly[]) {
  return piece`${stringRows(rows)} ${dateRows(rows)} ${numberRows(rows)} ${wordRows(rows)} ${relationRows(rows)}`;
}

function relationRows(rows: readonly IndexedOnly[]) {
  const table = tableOf(rows, ({ relations }) => relations);
  if (!table) return noPiece;
  const updated = rows.flatMap((row) =>
    Array.from({ length: indexOf(row)?.relations.count ?? 0 }, () => row.change.updated),
  );
  return piece`, new_relation as (insert into record_relation (rid, actor, patient, ended)
    select rid, actor, patient, coalesce(ended::bigint, updated) from unnest(${table.rids}::text::bigint[],
      ${split(table.column(0, rowEnd))}, ${split(table.column(1, rowEnd))}, ${split(table.column(2, rowEnd))}, ${numbers(updated)}::text::bigint[]
    ) as row (rid, actor, patient, ended, updated))`;
}

/** Whoever registers a patient has to do with them from then on; programs do not. */
function registeredRows(rows: readonly ChangeRow[], newest: readonly ChangeRow[]) {
  const authors = new Map(
    rows.flatMap(({ change, author }) =>
      change.type === 'Patient' && change.version === 1 && isPerson(author) ? [[change.id, author]] : [],
    ),
  );
  const made = newest.flatMap(({ rid, change }) => {
    const author = change.type === 'Patient' ? authors.get(change.id) : undefined;
    return author === undefined ? [] : [{ rid, change, author }];
  });
  if (made.length === 0) return noPiece;
  return piece`, new_registration as (insert into record_relation (rid, actor, patient, ended, registered)
    select rid, actor, patient, ended, true from unnest(${numbers(made.map(({ rid }) => rid))}::text::bigint[],
      ${texts(made.map(({ author }) => author))}, ${texts(made.map(({ change }) => change.id))},
      ${numbers(made.map(({ change }) => change.updated))}::text::bigint[]) as row (rid, actor, patient, ended))`;
}

/** Authors that are people are references. */
export function isPerson(author: string): boolean {
  return author.includes('/');
}

function stringRows(rows: readonly IndexedOnly[]) {
  const table = tableOf(rows, ({ strings }) => strings);
  if (!table) return noPiece;
  return piece`, new_string as (insert into record_string (rid, path, folded, value)
    select rid, path, coalesce(folded, ''), coalesce(value, '') from unnest(${table.rids}::text::bigint[],
      ${split(table.column(0, rowEnd))}, ${split(table.column(1, rowEnd))}, ${split(table.column(2, rowEnd))}
    ) as row (rid, path, folded, value))`;
}

function dateRows(rows: readonly IndexedOnly[]) {
  const table = tableOf(rows, ({ dates }) => dates);
  if (!table) return noPiece;
  return piece`, new_date as (insert into record_date (rid, path, low, high)
    select * from unnest(${table.rids}::text::bigint[], ${split(table.column(0, rowEnd))},
      ${`{${table.column(1, ',')}}`}::text::bigint[], ${`{${table.column(2, ',')}}`}::text::bigint[]))`;
}

function numberRows(rows: readonly IndexedOnly[]) {
  const table = tableOf(rows, ({ numbers: own }) => own);
  if (!table) return noPiece;
  const amounts = (n: number) => `{${table.column(n, ',')}}`;
  return piece`, new_number as (insert into record_number (rid, path, system, unit, low, high, base, base_low, base_high, element, beside)
    select rid, path, coalesce(system, ''), coalesce(unit, ''), low, high, base, base_low, base_high, element, beside::bigint[]
    from unnest(${table.rids}::text::bigint[],
      ${split(table.column(0, rowEnd))}, ${split(table.column(1, rowEnd))}, ${split(table.column(2, rowEnd))},
      ${amounts(3)}::text::double precision[], ${amounts(4)}::text::double precision[],
      ${split(table.column(5, rowEnd))}, ${amounts(6)}::text::double precision[], ${amounts(7)}::text::double precision[],
      ${amounts(8)}::text::integer[], ${split(table.column(9, rowEnd))}
    ) as row (rid, path, system, unit, low, high, base, base_low, base_high, element, beside))`;
}

/** The words of prose; a resource that was there before may have some to replace or to lose. */
function wordRows(rows: readonly IndexedOnly[]) {
  const table = tableOf(rows, ({ words }) => words);
  const lost = rows.filter(
    (row) => !row.isNew && proseTypes.has(row.change.type) && !indexOf(row)?.words.count,
  );
  const gone =
    lost.length === 0
      ? noPiece
      : piece`, gone_words as (delete from record_words where rid = any(${numbers(lost.map(({ rid }) => rid))}::text::bigint[]))`;
  if (!table) return gone;
  return piece`${gone}, new_words as (insert into record_words (rid, words)
    -- Far apart, so that no phrase reaches from one into the next.
    select rid, ts_delete(
      setweight(to_tsvector('danish', coalesce(narrative, '')) || '_:99' || to_tsvector('english', coalesce(narrative, '')), 'A')
      || '_:99' || to_tsvector('danish', coalesce(content, '')) || '_:99' || to_tsvector('english', coalesce(content, '')), '_')
    from unnest(${table.rids}::text::bigint[], ${split(table.column(0, rowEnd))}, ${split(table.column(1, rowEnd))}
    ) as row (rid, narrative, content)
    on conflict (rid) do update set words = excluded.words)`;
}

/** By which texts tokens are found. Answers with those that were not there, `KnownTexts` remembers the others. */
function writeTexts(list: readonly string[]) {
  return piece`, new_text as (insert into token_text (path, text, key)
    select split_part(row, ${fieldEnd}, 1), split_part(row, ${fieldEnd}, 2), hashtextextended(split_part(row, ${fieldEnd}, 3), 0)
    from unnest(${split(joined(list))}) as row
    on conflict do nothing returning path, text)
  select path, text from new_text`;
}
