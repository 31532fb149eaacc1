/** The store as one value: what reading and writing need, put together once. */
import { createHybridClock, type HybridClock } from './hybrid-clock.ts';
import { createPositions, type Positions } from './positions.ts';
import { connect, type ConnectOptions, type Sql } from './sql.ts';

export interface Store {
  readonly sql: Sql;
  readonly positions: Positions;
  readonly clock: HybridClock;
  /** The name of this node, kept with each act. */
  readonly node: string;
  /** Called after each commit of this process: followers in the same process need not wait for their next look. */
  readonly committed: { notify(): void; listen(listener: () => void): () => void };
  close(): Promise<void>;
}

export function openStore(to: ConnectOptions | string, options: { readonly poolSize: number; readonly node: string }): Store {
  const sql = connect(to, { max: options.poolSize });
  // Positions have a connection of their own: a writer that holds a lock must not wait for the pool that the writers who
  // wait for its lock have emptied.
  const positionsSql = connect(to, { max: 1, name: 'holdfast positions' });
  const listeners = new Set<() => void>();
  return {
    sql,
    positions: createPositions(positionsSql),
    clock: createHybridClock(Date.now),
    node: options.node,
    committed: {
      notify: () => listeners.forEach((listener) => listener()),
      listen: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    async close() {
      // Ends after what is under way has been answered.
      await Promise.all([sql.end({ timeout: 4 }), positionsSql.end({ timeout: 4 })]);
    },
  };
}
