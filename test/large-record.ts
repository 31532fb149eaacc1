// A record of a million resources and more in a minute, for asking how PostgreSQL answers over as many. The writer writes
// every patient, encounter and condition, and the observations of the first patients. Those of all others are copies that
// PostgreSQL makes of these: with ids, references, identifiers and texts of their own, and the codes, dates and amounts of
// the copied one, so that what is rare stays rare and what is common stays common.
import { actOf, changeTo, type TestResource } from './acts.ts';
import { assert } from '#base/assert.ts';
import { chartOf, commonResources } from './search-shapes.ts';
import { searchValues } from '#fhir/search-values.ts';
import type { Sql } from '#store/sql.ts';
import type { Store } from '#store/store.ts';
import { piece, run } from '#store/statement.ts';
import { writeActs } from '#store/writer.ts';

/** Charts written in one statement. */
const chartsAtOnce = 50;
/** Stands in a pattern where a copy has its patient's number. */
const name = 'NAME';
const copied = ['record', 'record_number', 'version'];
const tables = [...copied, 'record_string', 'record_date', 'record_words', 'token_text', 'act'];

const isObservation = ({ resourceType }: TestResource) => resourceType === 'Observation';

/**
 * Fills an empty database with this many charts.
 * @param written so many of them by the writer alone; the fewer, the sooner it is full
 */
export async function fillRecord(store: Store, patients: number, written = patients): Promise<void> {
  const { sql } = store;
  // Nothing of it must survive anything, and a plan must not depend on when autovacuum came by.
  for (const table of tables)
    await sql.unsafe(
      `alter table ${table} set unlogged; alter table ${table} set (autovacuum_enabled = off)`,
    );
  const makeIndexes = await dropIndexes(sql);
  await writeActs(sql, store, [actOf(commonResources().map((resource) => changeTo(resource)))]);
  for (let from = 0; from < patients; from += chartsAtOnce) {
    const charts = Array.from({ length: Math.min(chartsAtOnce, patients - from) }, (_, n) => {
      const chart = chartOf(from + n);
      return from + n < written ? chart : chart.filter((resource) => !isObservation(resource));
    });
    await writeActs(
      sql,
      store,
      charts.map((chart) => actOf(chart.map((resource) => changeTo(resource)))),
    );
  }
  if (written < patients) await copyObservations(sql, written);
  await store.transactions.run(async (tx) => {
    await tx`set local maintenance_work_mem = '1GB'`;
    await makeIndexes(tx);
  });
  await sql`vacuum analyze`;
}

/** Made at the end they cost a third of what they cost row by row. @returns what makes them again */
async function dropIndexes(sql: Sql): Promise<(sql: Sql) => Promise<void>> {
  const constraints = await sql<{ table: string; name: string; definition: string }[]>`
    select conrelid::regclass::text as table, conname as name, pg_get_constraintdef(oid) as definition
    from pg_constraint where conrelid = any(${copied}::text[]::regclass[]) and contype in ('p', 'u')`;
  const indexes = await sql<{ name: string; definition: string }[]>`
    select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition from pg_index
    where indrelid = any(${copied}::text[]::regclass[]) and not exists (select from pg_constraint where conindid = indexrelid)`;
  for (const one of constraints) await sql.unsafe(`alter table ${one.table} drop constraint ${one.name}`);
  for (const one of indexes) await sql.unsafe(`drop index ${one.name}`);
  return async (tx) => {
    for (const one of constraints)
      await tx.unsafe(`alter table ${one.table} add constraint ${one.name} ${one.definition}`);
    for (const one of indexes) await tx.unsafe(one.definition);
  };
}

async function copyObservations(sql: Sql, written: number): Promise<void> {
  await sql`
    create unlogged table pattern (number integer, place integer, rid bigint, low bigint,
      high bigint, present integer[], body text, keys text[], tokens bigint[])`;
  const each = await makePatterns(sql, written);
  await sql`create index pattern_of on pattern (number, place)`;
  await sql`create index record_number_of on record_number (rid)`;
  await sql`analyze pattern, record_number`;
  await insertCopies(sql, written, each);
  await sql`drop index record_number_of`;
  await sql`drop table pattern`;
}

/** What the writer wrote of each observation, parted into what each copy has as well and what it has of its own. */
async function makePatterns(sql: Sql, written: number): Promise<number> {
  const chart = chartOf(0, name).filter(isObservation);
  const keys = chart.flatMap((resource, place) =>
    searchValues(resource.resourceType, resource)
      .tokens.filter((key) => key.includes(name))
      .map((key) => ({ place, key })),
  );
  await sql`
    with own as (
      select place, array_agg(key) as keys from json_to_recordset(${JSON.stringify(keys)}::text::json) as key (place integer, key text)
      group by place),
    observation as (
      select r.*, v.body, substr(r.patient, 2) as number, split_part(r.id, '-o', 2)::integer as place
      from record r join version v on v.seq = r.seq where r.type = 'Observation'),
    hashed as (
      select o.*, own.keys, array(select hashtextextended(replace(key, ${name}, number), 0) from unnest(own.keys) as key) as hashes
      from observation o join own using (place))
    insert into pattern (number, place, rid, low, high, present, body, keys, tokens)
    select number::integer, place, rid, low, high, present,
      regexp_replace(body, '\\m(p|sample-)' || number || '\\M', '\\1' || ${name}, 'g'), keys,
      array(select token from unnest(tokens) as token where token <> all(hashes))
    from hashed`;
  const [whole] = await sql<{ count: number }[]>`
    select count(*) from pattern p join record r using (rid) where cardinality(p.tokens) + cardinality(p.keys) = cardinality(r.tokens)`;
  assert(whole?.count === written * chart.length, 'a pattern names what its observation does not');
  return chart.length;
}

async function insertCopies(sql: Sql, written: number, each: number): Promise<void> {
  const [next] = await sql<{ seq: number }[]>`select nextval('position') as seq`;
  // As the writer's: in the order of patients, and of each a row of the record after its version. In the act of the
  // patient, and later than anything the writer made.
  const seq = piece`${next?.seq ?? 0}::bigint + 2 * (${each}::integer * (copy.number - ${written}::integer) + p.place)`;
  const updated = piece`copy.updated + 600000 + copy.number`;
  const copies = piece`
    (select substr(id, 2)::integer as number, act, updated from version where type = 'Patient'
     order by substr(id, 2)::integer offset ${written}) as copy
    cross join lateral (select * from pattern p where p.number = copy.number % ${written}::integer order by p.place) as p`;
  await run(
    sql,
    piece`
    insert into version (seq, act, type, id, version, updated, body)
    select ${seq}, copy.act, 'Observation', 'p' || copy.number || '-o' || p.place, 1, ${updated},
      replace(p.body, ${name}, copy.number::text)
    from ${copies}`,
  );
  await run(
    sql,
    piece`
    insert into record (rid, type, id, version, seq, deleted, updated, patient, low, high, tokens, present)
    select ${seq} + 1, 'Observation', 'p' || copy.number || '-o' || p.place, 1, ${seq}, false, ${updated},
      'p' || copy.number, p.low, p.high,
      p.tokens || array(select hashtextextended(replace(key, ${name}, copy.number::text), 0) from unnest(p.keys) as key),
      p.present
    from ${copies}`,
  );
  await run(
    sql,
    piece`
    insert into record_number (rid, path, system, unit, low, high, base, base_low, base_high, element, beside)
    select ${seq} + 1, n.path, n.system, n.unit, n.low, n.high, n.base, n.base_low, n.base_high, n.element, n.beside
    from ${copies} cross join lateral (select * from record_number n where n.rid = p.rid) as n`,
  );
  await sql`select setval('position', (select max(rid) from record))`;
}
