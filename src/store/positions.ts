/** Positions in the journal, taken from the sequence in blocks of 256 so that a write needs no round trip for them. */
import type { Sql } from './sql.ts';

const blockSize = 256; // The sequence's `increment by`, in migrations/0001.

export interface Positions {
  /** `count` positions, rising. A position that was taken and not used is a gap, which nobody minds. */
  take(count: number): Promise<number[]>;
}

export function createPositions(sql: Sql): Positions {
  let free: number[] = [];
  let filling: Promise<void> | undefined;
  const fill = async (count: number) => {
    const blocks = Math.ceil(count / blockSize);
    const rows = await sql<
      { first: number }[]
    >`select nextval('position') as first from generate_series(1, ${blocks})`;
    free = free.concat(rows.flatMap(({ first }) => Array.from({ length: blockSize }, (_, n) => first + n)));
  };
  return {
    async take(count) {
      while (free.length < count) {
        filling ??= fill(count).finally(() => (filling = undefined));
        await filling;
      }
      return free.splice(0, count);
    },
  };
}
