import type { WardPart } from '../../link/ward-parts.ts';

// A column of what the role does not read is left out: empty, it would say that there is nothing.

const partOfColumn: ReadonlyMap<string, WardPart> = new Map([
  ['ews', 'ews'],
  ['cave', 'cave'],
  ['results', 'labs'],
]);

export function isColumnRead(column: string, unread: ReadonlySet<WardPart>): boolean {
  const part = partOfColumn.get(column);
  return part === undefined || !unread.has(part);
}
