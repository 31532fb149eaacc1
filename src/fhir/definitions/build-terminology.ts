/** Code systems, value sets and concept maps as one line each, for ../terminology. */
import { isObject } from '../json.ts';
import { tableOf, type TerminologyTable } from '../terminology/tables.ts';

/** One line a table, in the order of their urls. Codes and names only: what a code means in words is in its publication. */
export function terminologyLines(resources: readonly unknown[]): string {
  const tables = new Map<string, TerminologyTable>();
  for (const resource of resources) {
    const table = isObject(resource) ? tableOf(resource) : undefined;
    // Supplements add words to another code system; here they would hide it.
    if (table && !(table.kind === 'CodeSystem' && table.content === 'supplement'))
      tables.set(`${table.kind} ${table.url}`, table);
  }
  const lines = [...tables].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, table]) => JSON.stringify(table));
  return `${lines.join('\n')}\n`;
}
