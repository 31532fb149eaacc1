/**
 * Sorting and paging. A page ends with a cursor that holds the sort values of its last resource; the next page begins
 * after them. So a page costs the same wherever it is, and writes in between neither repeat nor drop a resource whose
 * sort values stay the same.
 */
import { Refusal } from '#base/refusal.ts';
import type { SortKey } from '#fhir/search-sort.ts';
import { noPiece, piece, type Piece } from '../statement.ts';

export interface Order {
  readonly sort: readonly SortKey[];
  readonly severalTypes: boolean;
}
export type CursorValue = string | number;

// What sorts last in either direction: a resource without the value comes after those with one.
const lastText = '\u{10ffff}';
const lastNumber = 9.1e15;
// A range that is open at one end counts as this, since a cursor is JSON, which has no infinity.
const lastFinite = 9.05e15;

/** The sort keys as SQL expressions on `r` and its version `v`, the id last so that the order is total. */
export function sortExpressions({ sort, severalTypes }: Order): readonly {
  readonly value: Piece;
  readonly descending: boolean;
  readonly kind: 'string' | 'number';
}[] {
  const keys = sort.map((key) => ({
    value: expression(key),
    descending: key.descending,
    kind: textual.has(key.by) ? ('string' as const) : ('number' as const),
  }));
  // Over several types the row is what is unique, and what there is an index by.
  if (severalTypes) return [...keys, { value: piece`r.rid`, descending: false, kind: 'number' }];
  return sort.some((key) => key.by === 'id')
    ? keys
    : [...keys, { value: piece`r.id`, descending: false, kind: 'string' }];
}
const textual: ReadonlySet<SortKey['by']> = new Set(['id', 'string', 'text']);

function expression({ by, paths, places, descending }: SortKey): Piece {
  const names = paths;
  switch (by) {
    case 'id':
      return piece`r.id`;
    case 'updated':
      return piece`r.updated`;
    case 'mainDate':
      return piece`r.low`;
    case 'date':
      return descending
        ? piece`coalesce((select max(d.low) from record_date d where d.rid = r.rid and d.path = any(${names}::text[])), ${-lastNumber})`
        : piece`coalesce((select min(d.low) from record_date d where d.rid = r.rid and d.path = any(${names}::text[])), ${lastNumber})`;
    case 'number':
      return descending
        ? piece`coalesce((select max(least(greatest(coalesce(n.base_low, n.low), ${-lastFinite}::float8), ${lastFinite}::float8)) from record_number n where n.rid = r.rid and n.path = any(${names}::text[])), ${-lastNumber})`
        : piece`coalesce((select min(least(greatest(coalesce(n.base_low, n.low), ${-lastFinite}::float8), ${lastFinite}::float8)) from record_number n where n.rid = r.rid and n.path = any(${names}::text[])), ${lastNumber})`;
    case 'string':
      return descending
        ? piece`coalesce((select max(s.folded) from record_string s where s.rid = r.rid and s.path = any(${names}::text[])), '')`
        : piece`coalesce((select min(s.folded) from record_string s where s.rid = r.rid and s.path = any(${names}::text[])), ${lastText})`;
    case 'text':
      // The index has only hashes of these, so they are read from the resource.
      return descending
        ? piece`coalesce((select max(text collate "C") from texts_at(v.body, ${places}::text[]::jsonpath[]) as text), '')`
        : piece`coalesce((select min(text collate "C") from texts_at(v.body, ${places}::text[]::jsonpath[]) as text), ${lastText})`;
  }
}

export function orderBy(order: Order): Piece {
  return sortExpressions(order).reduce<Piece>(
    (all, { value, descending }, n) =>
      piece`${all} ${n === 0 ? piece`order by` : piece`,`} ${value} ${descending ? piece`desc` : piece`asc`}`,
    noPiece,
  );
}

/** The condition "after the cursor", begun with `and`; nothing without a cursor. */
export function afterCursor(order: Order, cursor: readonly CursorValue[] | undefined): Piece {
  if (!cursor) return noPiece;
  const keys = sortExpressions(order);
  if (cursor.length !== keys.length || cursor.some((value, n) => typeof value !== keys[n]?.kind))
    throw new Refusal('invalid', [
      {
        code: 'value',
        at: '_cursor',
        text: 'belongs to a search with another order; begin at the first page',
      },
    ]);
  // (a > x) or (a = x and ((b > y) or (b = y and …))), with a >= x in front, which an index can use.
  const [first] = keys;
  const bound = cursor[0] ?? '';
  const beyond = (n: number): Piece => {
    const key = keys[n];
    const value = cursor[n];
    if (!key || value === undefined) return piece`false`;
    const strictly = key.descending ? piece`${key.value} < ${value}` : piece`${key.value} > ${value}`;
    return n === keys.length - 1
      ? strictly
      : piece`(${strictly} or (${key.value} = ${value} and ${beyond(n + 1)}))`;
  };
  const outer = first?.descending
    ? piece`${first.value} <= ${bound}`
    : piece`${first?.value ?? piece`r.id`} >= ${bound}`;
  return piece`and ${outer} and ${beyond(0)}`;
}

export function writeSearchCursor(values: readonly CursorValue[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

/** @throws Refusal `invalid` when the text is not a cursor of ours. */
export function readSearchCursor(text: string): CursorValue[] {
  try {
    const values: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    if (
      Array.isArray(values) &&
      values.length <= 16 &&
      values.every((v) => typeof v === 'string' || typeof v === 'number')
    )
      return values;
  } catch {
    // Not JSON: refused below like every other text that is no cursor.
  }
  throw new Refusal('invalid', [
    { code: 'value', at: '_cursor', text: 'is not a cursor that this server made; begin at the first page' },
  ]);
}
