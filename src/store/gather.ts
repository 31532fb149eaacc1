/**
 * Readings by name that come at the same moment are asked in one statement: with many clients at once a statement for
 * each would cost more than all else of a read.
 */
import { seesEverything, type Restriction } from './access.ts';
import { ifSeen, readAll, readNewest, type CurrentVersion } from './reader.ts';
import type { Sql } from './sql.ts';
import { createTogether } from './together.ts';

/** The newest version of one resource, as `readNewest`. */
export type Gather = (sees: Restriction, type: string, id: string) => Promise<CurrentVersion | undefined>;

// A statement for more would keep the first of them waiting for the last.
const togetherMax = 64;

interface Asked {
  readonly type: string;
  readonly id: string;
  readonly found: (version: CurrentVersion | undefined) => void;
  readonly failed: (error: unknown) => void;
}

export function createGather(sql: Sql): Gather {
  const add = createTogether<Asked>({ choose, run: (asked) => readTogether(sql, asked) });
  return async (sees, type, id) => {
    const version = await new Promise<CurrentVersion | undefined>((found, failed) =>
      add({ type, id, found, failed }),
    );
    return ifSeen(sql, sees, type, version);
  };
}

/** What each may see of it is asked afterwards, so people share a statement who see different things. */
function choose(waiting: readonly Asked[]): { taken: Asked[]; left: Asked[] } {
  return { taken: waiting.slice(0, togetherMax), left: waiting.slice(togetherMax) };
}

/** Never rejects: each who asked is told. */
async function readTogether(sql: Sql, asked: readonly Asked[]): Promise<void> {
  const [first] = asked;
  if (!first) return;
  try {
    if (asked.length === 1) return first.found(await readNewest(sql, seesEverything, first.type, first.id));
    const rows = await readAll(sql, asked);
    const byName = new Map(rows.map((row) => [`${row.type}/${row.id}`, row]));
    for (const { type, id, found } of asked) found(byName.get(`${type}/${id}`));
  } catch (error) {
    for (const { failed } of asked) failed(error);
  }
}
