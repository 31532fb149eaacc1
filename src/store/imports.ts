/** How far imports are: see migrations/0010-imports.sql. */
import type { Sql } from './sql.ts';

export interface ImportStep {
  readonly input: number;
  /** How many lines of the input are done. */
  readonly lines: number;
  readonly stored: number;
  readonly unchanged: number;
  readonly failed: number;
  /** NDJSON. */
  readonly errors: string | undefined;
}

/** Keeps a step; one that is there, of another program, stays. */
export async function addImportStep(sql: Sql, request: string, step: ImportStep): Promise<void> {
  await sql`
    insert into import_step (request, input, lines, stored, unchanged, failed, errors)
    select id, ${step.input}, ${step.lines}, ${step.stored}, ${step.unchanged}, ${step.failed}, ${step.errors ?? null}
    from deferred_request where id = ${request}
    on conflict do nothing`;
}

export type ImportSum = Omit<ImportStep, 'errors'>;

/** What each input has come to, in order. */
export async function readImportSums(sql: Sql, request: string): Promise<ImportSum[]> {
  return sql<ImportSum[]>`
    select input, max(lines) as lines, sum(stored)::bigint as stored, sum(unchanged)::bigint as unchanged, sum(failed)::bigint as failed
    from import_step where request = ${request} group by input order by input`;
}

/** The errors of an input, a step at a time. */
export async function* importErrors(sql: Sql, request: string, input: number): AsyncGenerator<string> {
  for (let after = 0; ;) {
    const [row] = await sql<{ lines: number; errors: string }[]>`
      select lines, errors from import_step
      where request = ${request} and input = ${input} and lines > ${after} and errors is not null
      order by lines limit 1`;
    if (!row) return;
    yield row.errors;
    after = row.lines;
  }
}
