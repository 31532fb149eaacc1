/**
 * Readings by name that come at the same moment are asked in one statement: with many clients at once a statement for
 * each would cost more than all else of a read.
 */
import { readNewest, readSeveral, type CurrentVersion, type Restriction } from './reader.ts';
import type { Sql } from './sql.ts';
import { createTogether } from './together.ts';

/** The newest version of one resource, as `readNewest`. */
export type Gather = (sees: Restriction, type: string, id: string) => Promise<CurrentVersion | undefined>;

// A statement for more would keep the first of them waiting for the last.
const togetherMax = 64;

interface Asked {
  readonly sees: Restriction;
  readonly type: string;
  readonly id: string;
  readonly found: (version: CurrentVersion | undefined) => void;
  readonly failed: (error: unknown) => void;
}

export function createGather(sql: Sql): Gather {
  const add = createTogether<Asked>({ choose, run: (asked) => readTogether(sql, asked) });
  return (sees, type, id) => new Promise((found, failed) => add({ sees, type, id, found, failed }));
}

/** What may be seen is part of the statement, so only those who see the same can share one. */
function choose(waiting: readonly Asked[]): { taken: Asked[]; left: Asked[] } {
  const sees = waiting[0]?.sees;
  const [taken, left]: [Asked[], Asked[]] = [[], []];
  for (const one of waiting) (one.sees === sees && taken.length < togetherMax ? taken : left).push(one);
  return { taken, left };
}

/** Never rejects: each who asked is told. */
async function readTogether(sql: Sql, asked: readonly Asked[]): Promise<void> {
  const [first] = asked;
  if (!first) return;
  try {
    if (asked.length === 1) return first.found(await readNewest(sql, first.sees, first.type, first.id));
    const rows = await readSeveral(sql, first.sees, asked);
    const byName = new Map(rows.map((row) => [`${row.type}/${row.id}`, row]));
    for (const { type, id, found } of asked) found(byName.get(`${type}/${id}`));
  } catch (error) {
    for (const { failed } of asked) failed(error);
  }
}
