/**
 * Sorting and paging. A page ends with a cursor that holds the sort values of its last resource; the next page begins
 * after them. So a page costs the same wherever it is, and writes in between neither repeat nor drop a resource whose
 * sort values stay the same.
 */
import { Refusal } from '#base/refusal.ts';
import type { SortKey } from '#fhir/search-sort.ts';
import type { Fragment, Sql, Transaction } from '../sql.ts';

type Any = Sql | Transaction;
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
export function sortExpressions(
  sql: Any,
  { sort, severalTypes }: Order,
): readonly { readonly value: Fragment; readonly descending: boolean; readonly kind: 'string' | 'number' }[] {
  const keys = sort.map((key) => ({
    value: expression(sql, key),
    descending: key.descending,
    kind: textual.has(key.by) ? ('string' as const) : ('number' as const),
  }));
  // Over several types the row is what is unique, and what there is an index by.
  if (severalTypes) return [...keys, { value: sql`r.rid`, descending: false, kind: 'number' }];
  return sort.some((key) => key.by === 'id')
    ? keys
    : [...keys, { value: sql`r.id`, descending: false, kind: 'string' }];
}
const textual: ReadonlySet<SortKey['by']> = new Set(['id', 'string', 'text']);

function expression(sql: Any, { by, paths, places, descending }: SortKey): Fragment {
  const names = sql.typed.texts(paths);
  switch (by) {
    case 'id':
      return sql`r.id`;
    case 'updated':
      return sql`r.updated`;
    case 'mainDate':
      return sql`r.low`;
    case 'date':
      return descending
        ? sql`coalesce((select max(d.low) from record_date d where d.rid = r.rid and d.path = any(${names}::text[])), ${-lastNumber})`
        : sql`coalesce((select min(d.low) from record_date d where d.rid = r.rid and d.path = any(${names}::text[])), ${lastNumber})`;
    case 'number':
      return descending
        ? sql`coalesce((select max(least(greatest(coalesce(n.base_low, n.low), ${-lastFinite}::float8), ${lastFinite}::float8)) from record_number n where n.rid = r.rid and n.path = any(${names}::text[])), ${-lastNumber})`
        : sql`coalesce((select min(least(greatest(coalesce(n.base_low, n.low), ${-lastFinite}::float8), ${lastFinite}::float8)) from record_number n where n.rid = r.rid and n.path = any(${names}::text[])), ${lastNumber})`;
    case 'string':
      return descending
        ? sql`coalesce((select max(s.folded) from record_string s where s.rid = r.rid and s.path = any(${names}::text[])), '')`
        : sql`coalesce((select min(s.folded) from record_string s where s.rid = r.rid and s.path = any(${names}::text[])), ${lastText})`;
    case 'text':
      // The index has only hashes of these, so they are read from the resource.
      return descending
        ? sql`coalesce((select max(text collate "C") from texts_at(v.body, ${sql.typed.texts(places)}::text[]::jsonpath[]) as text), '')`
        : sql`coalesce((select min(text collate "C") from texts_at(v.body, ${sql.typed.texts(places)}::text[]::jsonpath[]) as text), ${lastText})`;
  }
}

export function orderBy(sql: Any, order: Order): Fragment {
  return sortExpressions(sql, order).reduce<Fragment>(
    (all, { value, descending }, n) =>
      sql`${all} ${n === 0 ? sql`order by` : sql`,`} ${value} ${descending ? sql`desc` : sql`asc`}`,
    sql``,
  );
}

/** The condition "after the cursor", begun with `and`; nothing without a cursor. */
export function afterCursor(sql: Any, order: Order, cursor: readonly CursorValue[] | undefined): Fragment {
  if (!cursor) return sql``;
  const keys = sortExpressions(sql, order);
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
  const beyond = (n: number): Fragment => {
    const key = keys[n];
    const value = cursor[n];
    if (!key || value === undefined) return sql`false`;
    const strictly = key.descending ? sql`${key.value} < ${value}` : sql`${key.value} > ${value}`;
    return n === keys.length - 1
      ? strictly
      : sql`(${strictly} or (${key.value} = ${value} and ${beyond(n + 1)}))`;
  };
  const outer = first?.descending
    ? sql`${first.value} <= ${bound}`
    : sql`${first?.value ?? sql`r.id`} >= ${bound}`;
  return sql`and ${outer} and ${beyond(0)}`;
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
