// The schema as one readable text, so that a review sees what a migration does. Made from the catalogue, in a form that
// is the same on every PostgreSQL we support.
import type { Sql } from '#store/sql.ts';

export async function describeSchema(sql: Sql): Promise<string> {
  const parts = [await sequences(sql), ...(await tables(sql)), ...(await functions(sql))];
  return `-- What the migrations come to. Written by migrate.pg.test.ts: \`npx vitest run -u --project database migrate\`.\n\n${parts.join('\n\n')}\n`;
}

async function sequences(sql: Sql): Promise<string> {
  const rows = await sql<{ name: string; step: number }[]>`
    select sequencename as name, increment_by as step from pg_sequences where schemaname = 'public' order by 1`;
  return rows.map(({ name, step }) => `create sequence ${name} increment by ${step};`).join('\n');
}

async function tables(sql: Sql): Promise<string[]> {
  const rows = await sql<
    { name: string; columns: string[]; constraints: string[]; indexes: string[]; triggers: string[] }[]
  >`
    select c.relname as name,
      (select json_agg(quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod)
          || case when a.attcollation = 'pg_catalog."C"'::regcollation then ' collate "C"' else '' end
          || case when a.attnotnull then ' not null' else '' end
          || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')
          || case when a.attstorage <> t.typstorage then ' storage ' || a.attstorage::text else '' end order by a.attnum)
        from pg_attribute a join pg_type t on t.oid = a.atttypid left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
      -- PostgreSQL 18 lists 'not null' here as well (contype n); it stands with its column.
      coalesce((select json_agg('constraint ' || conname || ' ' || pg_get_constraintdef(k.oid) order by contype desc, conname)
        from pg_constraint k where k.conrelid = c.oid and contype <> 'n'), '[]') as constraints,
      coalesce((select json_agg(pg_get_indexdef(i.indexrelid) order by i.indexrelid::regclass::text)
        from pg_index i where i.indrelid = c.oid and not exists (select from pg_constraint k where k.conindid = i.indexrelid)), '[]') as indexes,
      coalesce((select json_agg(pg_get_triggerdef(g.oid) order by g.tgname) from pg_trigger g where g.tgrelid = c.oid and not g.tgisinternal), '[]') as triggers
    from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' order by c.relname`;
  return rows.map(({ name, columns, constraints, indexes, triggers }) =>
    [
      `create table ${name} (\n${[...columns, ...constraints].map((line) => `  ${line}`).join(',\n')}\n);`,
      ...[...indexes, ...triggers].map((line) => `${line};`),
    ].join('\n'),
  );
}

async function functions(sql: Sql): Promise<string[]> {
  const rows = await sql<{ text: string }[]>`
    select pg_get_functiondef(oid) as text from pg_proc where pronamespace = 'public'::regnamespace order by proname`;
  return rows.map(({ text }) => `${text.trim()};`);
}
