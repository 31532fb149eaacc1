/** The store as one value: what reading and writing need, put together once. */
import { createClaims, type Claims } from './claims.ts';
import { createHybridClock, type HybridClock } from './hybrid-clock.ts';
import { createGather, type Gather } from './gather.ts';
import { createGroup, type Group } from './group.ts';
import { createKnownTexts, type KnownTexts } from './known-texts.ts';
import { createParameters, type Parameters } from './parameters.ts';
import { createPositions, type Positions } from './positions.ts';
import { createReindexer, type Reindexer } from './reindexer.ts';
import { createGatherPages, type GatherPages } from './search/gather-pages.ts';
import { connect, type ConnectOptions, type Sql } from './sql.ts';
import { statementsMax } from './together.ts';
import { createTidy } from './tidy.ts';
import { createTransactions, type Transactions } from './transactions.ts';

export interface Store {
  readonly sql: Sql;
  /** For statements whose plan is known beforehand: see search/known-plan.ts. */
  readonly planned: Sql;
  /** Opens a connection for the pages of the audit, so that a log-in waits for nobody's search; whoever opens it ends it. */
  readonly openAudit: () => Sql;
  readonly transactions: Transactions;
  readonly positions: Positions;
  readonly clock: HybridClock;
  readonly texts: KnownTexts;
  /** Search parameters that are stored in the record. */
  readonly parameters: Parameters;
  readonly reindexer: Reindexer;
  /** Writes single acts, together with others that arrive at the same moment. */
  readonly group: Group;
  readonly claims: Claims;
  /** Reads the newest version of a resource, together with others asked for at the same moment. */
  readonly gather: Gather;
  /** Pages of searches of one patient, together with others asked for at the same moment. */
  readonly gatherPages: GatherPages;
  /** The name of this node, kept with each act. */
  readonly node: string;
  /** Called after each commit of this process: followers in the same process need not wait for their next look. */
  readonly committed: { notify(): void; listen(listener: () => void): () => void };
  /** Ends after what is under way has been answered, or cuts it after a second, or at once when `hurry` is aborted. */
  close(hurry?: AbortSignal): Promise<void>;
}

/** As many as two cores can answer at once, and some that wait for a disk. */
const plannedMax = 4;
/** Writes and readings by name, each with its own: see group.ts and gather.ts. */
const directMax = 2 * statementsMax;

export function openStore(
  to: ConnectOptions | string,
  options: {
    readonly poolSize: number;
    readonly node: string;
    /** How long a walk through the index waits for other processes (reindex.ts). */
    readonly reindexSettleMs?: number;
  },
): Store {
  // For what walks through much (an index made anew, a table of concepts loaded): it never keeps others waiting.
  const lanes = Math.max(1, Math.min(2, options.poolSize - 1));
  const sql = connect(to, { max: Math.max(1, options.poolSize - lanes) });
  // Positions have a connection of their own: a writer that holds a lock must not wait for the pool that the writers who
  // wait for its lock have emptied.
  const positionsSql = connect(to, { max: 1, name: 'holdfast positions' });
  const planned = connect(to, {
    max: Math.min(plannedMax, options.poolSize),
    name: 'holdfast planned',
    planOnce: true,
  });
  // What is read by name and written: few statements, short, and shared by all who ask at the same moment.
  const direct = connect(to, {
    max: Math.min(directMax, options.poolSize),
    name: 'holdfast direct',
    planOnce: true,
  });
  const transactions = createTransactions(to, lanes);
  const tidy = createTidy(sql);
  const listeners = new Set<() => void>();
  const positions = createPositions(positionsSql);
  const clock = createHybridClock(Date.now);
  const texts = createKnownTexts();
  const store: Store = {
    sql,
    planned,
    openAudit: () => connect(to, { max: 1, name: 'holdfast audit' }),
    transactions,
    positions,
    clock,
    texts,
    parameters: createParameters(sql),
    reindexer: createReindexer(() => store, options.reindexSettleMs),
    group: createGroup(direct, { positions, clock, texts }),
    claims: createClaims(direct),
    gather: createGather(direct),
    gatherPages: createGatherPages(planned),
    node: options.node,
    committed: {
      notify: () => {
        tidy.note();
        listeners.forEach((listener) => listener());
      },
      listen: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    async close(hurry) {
      store.reindexer.stop();
      tidy.stop();
      const timeout = hurry?.aborted ? 0 : 1;
      await Promise.all([
        sql.end({ timeout }),
        direct.end({ timeout }),
        planned.end({ timeout }),
        transactions.end(timeout),
        positionsSql.end({ timeout }),
      ]);
    },
  };
  return store;
}
