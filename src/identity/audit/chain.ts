/**
 * How a chain begins. Its first page names the ends of the chains before it that nobody has named yet, and so ties them
 * together: a chain that is taken away as a whole leaves the one that named it behind.
 */
import { isObject, type Json } from '#fhir/json.ts';
import type { Sql } from '#store/sql.ts';
import type { ChainEnd, KeptLine } from './line.ts';
import { readChainEnds, readOpenings } from './page.ts';

/** The ends of chains that no opening page names; of ended chains each is named once. */
export async function untiedEnds(sql: Sql): Promise<ChainEnd[]> {
  const named = new Set((await readOpenings(sql)).flatMap(tiesIn).map(placeOf));
  const ends = await readChainEnds(sql);
  return ends
    .map(({ program, number, digest }) => ({ program, number, digest: Buffer.from(digest).toString('hex') }))
    .filter((end) => !named.has(placeOf(end)));
}

/** What an opening page names; nothing of what someone made another thing: its page tells that. */
export function tiesIn(lines: string): readonly ChainEnd[] {
  const line = readLine(lines.split('\n', 1)[0] ?? '');
  return line?.what === 'start' && Array.isArray(line.chains) ? line.chains.filter(isEnd) : [];
}

function isEnd(one: unknown): one is ChainEnd {
  if (!isObject(one)) return false;
  const { program, number, digest } = one;
  return (
    typeof program === 'string' &&
    /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(program) &&
    typeof number === 'number' &&
    Number.isInteger(number) &&
    number > 0 &&
    number < 2 ** 31 &&
    typeof digest === 'string'
  );
}

/** A line that was written; undefined when someone made it another thing, which must not hide the others. */
export function readLine(text: string): KeptLine | undefined {
  try {
    const tree: unknown = JSON.parse(text);
    return isObject(tree) && isWritten(tree) ? (tree as unknown as KeptLine) : undefined;
  } catch {
    return undefined;
  }
}

/** What `lineText` writes is of these types. */
function isWritten(tree: Json): boolean {
  const { at, what, status, who, event, names, rids, patients } = tree;
  const isList = (list: unknown, type: 'string' | 'number') =>
    list === undefined || (Array.isArray(list) && list.every((one: unknown) => typeof one === type));
  return (
    typeof at === 'string' &&
    !Number.isNaN(Date.parse(at)) &&
    typeof what === 'string' &&
    typeof status === 'number' &&
    (who === undefined || isObject(who)) &&
    (event === undefined || (typeof event === 'string' && isObject(JSON.parse(event)))) &&
    ['asked', 'from', 'why', 'tried', 'view', 'session'].every((name) => isTextOrNone(tree[name])) &&
    isList(names, 'string') &&
    isList(patients, 'string') &&
    isList(rids, 'number') &&
    (rids === undefined || (rids as readonly number[]).every(Number.isSafeInteger)) &&
    (tree['chains'] === undefined || Array.isArray(tree['chains']))
  );
}

function isTextOrNone(value: unknown): boolean {
  return value === undefined || typeof value === 'string';
}

function placeOf({ program, number }: ChainEnd): string {
  return `${program} ${number}`;
}
