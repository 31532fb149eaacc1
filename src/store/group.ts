/**
 * Acts that arrive together are committed together: one statement, one commit and one wait for the disk serve all who
 * came while the one before was under way, and under load a write costs a third. An act is alone in its fate all the same: when a statement is refused, each of its acts is written by
 * itself, and only the one that was at fault is told so.
 */
import type { Act } from './act.ts';
import { isConnectionLost, type Sql } from './sql.ts';
import { createTogether } from './together.ts';
import { writeActs, type WriterParts } from './writer.ts';

export interface Group {
  /** As `writeActs` of one act: it is durable on return; the error is the one that this act met. */
  readonly write: (act: Act) => Promise<void>;
}

const actsMax = 64;
const changesMax = 1000;
const charactersMax = 4 * 1024 * 1024;

interface Waiting {
  readonly act: Act;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

export function createGroup(sql: Sql, parts: WriterParts): Group {
  const add = createTogether<Waiting>({ choose, run: (taken) => writeTogether(sql, parts, taken) });
  return { write: (act) => new Promise((done, failed) => add({ act, done, failed })) };
}

/** The first acts that can share a statement: no two of the same id, resource or claim, which would refuse each other. */
function choose(waiting: readonly Waiting[]): { taken: Waiting[]; left: Waiting[] } {
  const [taken, left]: [Waiting[], Waiting[]] = [[], []];
  const keys = new Set<string>();
  let [changes, characters] = [0, 0];
  for (const one of waiting) {
    const { id: act, changes: written, claimed } = one.act;
    const own = [act, ...written.map(({ type, id }) => `${type}/${id}`), ...(claimed?.texts ?? [])];
    const size = one.act.changes.reduce((sum, { body }) => sum + (body?.length ?? 0), 0);
    const fits =
      taken.length < actsMax &&
      changes + one.act.changes.length <= changesMax &&
      characters + size <= charactersMax &&
      !own.some((key) => keys.has(key));
    if (taken.length > 0 && !fits) {
      left.push(one);
      // What comes later must not overtake what it would refuse or be refused by.
      for (const key of own) keys.add(key);
      continue;
    }
    taken.push(one);
    for (const key of own) keys.add(key);
    changes += one.act.changes.length;
    characters += size;
  }
  return { taken, left };
}

/** Never rejects: each act is told its own end. */
async function writeTogether(sql: Sql, parts: WriterParts, taken: readonly Waiting[]): Promise<void> {
  try {
    await writeActs(
      sql,
      parts,
      taken.map(({ act }) => act),
    );
    for (const { done } of taken) done();
  } catch (error) {
    // Whether a broken connection stored them is not known, and whoever asked finds out by the act's id. Everything else is
    // a refusal of the whole statement: nothing of it is there, and only one act may be at fault.
    if (taken.length === 1 || isConnectionLost(error)) {
      for (const { failed } of taken) failed(error);
      return;
    }
    await Promise.all(taken.map((one) => writeTogether(sql, parts, [one])));
  }
}
