/** Rows as text: JSON, NDJSON, CSV (RFC 4180). */
import type { Cell, Column } from '#fhir/view/view.ts';

export interface TableForm {
  readonly kind: 'json' | 'ndjson' | 'csv';
  /** Whether CSV begins with the names of the columns. */
  readonly header: boolean;
}

export const tableTypes = {
  json: 'application/json',
  ndjson: 'application/x-ndjson',
  csv: 'text/csv; charset=utf-8',
} as const satisfies Record<TableForm['kind'], string>;

/** Turns pages of rows into the text of a table, a piece for each page. */
export async function* tableText(
  columns: readonly Column[],
  { kind, header }: TableForm,
  pages: AsyncIterable<readonly (readonly Cell[])[]>,
): AsyncGenerator<string> {
  if (kind === 'json') yield '[';
  if (kind === 'csv' && header) yield `${columns.map(({ name }) => name).join(',')}\r\n`;
  let isFirst = true;
  for await (const rows of pages) {
    if (rows.length === 0) continue;
    if (kind === 'csv') yield rows.map((row) => `${row.map(csvCell).join(',')}\r\n`).join('');
    else {
      const objects = rows.map((row) => objectText(columns, row));
      yield kind === 'ndjson' ? `${objects.join('\n')}\n` : `${isFirst ? '' : ','}${objects.join(',')}`;
    }
    isFirst = false;
  }
  if (kind === 'json') yield ']';
}

function objectText(columns: readonly Column[], row: readonly Cell[]): string {
  return `{${columns.map(({ name }, n) => `${JSON.stringify(name)}:${JSON.stringify(row[n] ?? null)}`).join(',')}}`;
}

function csvCell(cell: Cell): string {
  if (cell === null || cell === undefined) return '';
  const text = typeof cell === 'string' ? cell : JSON.stringify(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
