/**
 * How a chain begins. Its first page names the ends of the chains before it that nobody has named yet, and so ties them
 * together: a chain that is taken away as a whole leaves the one that named it behind.
 */
import { isObject } from '#fhir/parse.ts';
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

/** What an opening page names; nothing when it is none, or is not as it was written. */
export function tiesIn(lines: string): readonly ChainEnd[] {
  const line = readLine(lines.split('\n', 1)[0] ?? '');
  return line?.what === 'start' && Array.isArray(line.chains) ? line.chains : [];
}

/** A line that was written; undefined when someone made it another thing. */
export function readLine(text: string): KeptLine | undefined {
  try {
    const tree: unknown = JSON.parse(text);
    return isObject(tree) && typeof tree['at'] === 'string' && typeof tree['what'] === 'string'
      ? // What `lineText` wrote.
        (tree as unknown as KeptLine)
      : undefined;
  } catch {
    return undefined;
  }
}

function placeOf({ program, number }: ChainEnd): string {
  return `${program} ${number}`;
}
