/**
 * Lines of the audit by time, for who searches it. Pages of several programs overlap in time, so pages are read in the
 * order of their edges, and a line is given when no page that is still to come can hold one before it. Where to go on
 * from is the place of a line, so pages of an answer stay right while lines are added.
 */
import type { Sql } from '#store/sql.ts';
import { readLine } from './chain.ts';
import type { KeptLine } from './line.ts';
import { readPage, readPages, type PageFilter, type PagePlace, type StoredPage } from './page.ts';

/** Where a line stands; its id is `program-page-number`. */
export interface LinePlace {
  /** ms since 1970. */
  readonly atMs: number;
  readonly program: string;
  readonly page: number;
  /** 1, 2, 3 … within the page. */
  readonly number: number;
}
export interface FoundLine extends LinePlace {
  readonly line: KeptLine;
}
export type Order = 'falling' | 'rising';

/** 2 MB or so. */
const pagesAtOnce = 20;

export function lineId({ program, page, number }: Omit<LinePlace, 'atMs'>): string {
  return `${program}-${page}-${number}`;
}

const idPattern = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})-([1-9]\d{0,8})-([1-9]\d{0,4})$/;

/** The line of an id; undefined when there is none. */
export async function findLine(sql: Sql, id: string): Promise<FoundLine | undefined> {
  const [, program = '', page, number] = idPattern.exec(id) ?? [];
  if (program === '') return undefined;
  const found = await readPage(sql, program, Number(page));
  return found && linesOf(found).find((one) => one.number === Number(number));
}

/** Groups of lines in order, after a place; each group is of as many pages as are read at once. */
export async function* walkLines(
  sql: Sql,
  filter: PageFilter,
  order: Order,
  after: LinePlace | undefined,
): AsyncGenerator<readonly FoundLine[]> {
  const isFalling = order === 'falling';
  const { low = Number.NEGATIVE_INFINITY, high = Number.POSITIVE_INFINITY } = filter;
  const isWanted = (one: FoundLine) =>
    one.atMs >= low && one.atMs < high && (after === undefined || compareLines(one, after, order) > 0);
  // What lies before the place need not be read again.
  const rest = {
    ...filter,
    ...(after && isFalling ? { high: Math.min(high, after.atMs + 1) } : {}),
    ...(after && !isFalling ? { low: Math.max(low, after.atMs) } : {}),
  };
  let waiting: FoundLine[] = [];
  let place: PagePlace | undefined;
  for (;;) {
    const pages = await readPages(sql, rest, order, place, pagesAtOnce);
    for (const page of pages) waiting.push(...linesOf(page).filter(isWanted));
    waiting.sort((a, b) => compareLines(a, b, order));
    const last = pages.at(-1);
    if (!last || pages.length < pagesAtOnce) {
      yield waiting;
      return;
    }
    const edge = isFalling ? last.lastAt : last.firstAt;
    place = { at: edge, program: last.program, number: last.number };
    const until = waiting.findIndex(({ atMs }) => (isFalling ? atMs <= edge : atMs >= edge));
    const ready = waiting.splice(0, until < 0 ? waiting.length : until);
    if (ready.length > 0) yield ready;
  }
}

function linesOf({ program, number: page, lines }: StoredPage): FoundLine[] {
  return lines.split('\n').flatMap((text, n) => {
    const line = readLine(text);
    // What someone made another thing is found by `verify`.
    return line ? [{ atMs: Date.parse(line.at), program, page, number: n + 1, line }] : [];
  });
}

/** Below 0 when the first comes first. */
export function compareLines(a: LinePlace, b: LinePlace, order: Order): number {
  const rising =
    a.atMs - b.atMs ||
    (a.program < b.program ? -1 : a.program > b.program ? 1 : a.page - b.page || a.number - b.number);
  return order === 'rising' ? rising : -rising;
}
