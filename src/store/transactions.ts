/**
 * Transactions of several statements, each on a connection of its own. Not the driver's `begin`: when the connection
 * breaks, that one sends a rollback into a socket that is gone, and the process ends (postgres 3.4.9, `nextWrite`).
 *
 * When a connection breaks, the driver sends the next statement on a new one, where no transaction is open: a write
 * would be stored by itself, and a plain `commit` would be answered with success for nothing. PostgreSQL itself rules both
 * out: these connections are read-only but for `begin read write`, and `commit and chain` is an error outside of a transaction.
 */
import { connect, errorCode, isConnectionLost, type ConnectOptions, type Sql } from './sql.ts';

export interface Transactions {
  /** Commits what the work did, or rolls it back when it throws. Waits for a free connection. */
  run<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  end(timeoutS: number): Promise<void>;
}

interface Lane {
  readonly sql: Sql;
  /** Connections that ended so far. */
  breaks: number;
}

export function createTransactions(to: ConnectOptions | string, lanesMax: number): Transactions {
  const lanes: Lane[] = [];
  const free: Lane[] = [];
  const waiting: ((lane: Lane) => void)[] = [];

  const newLane = (): Lane => {
    const lane: Lane = {
      sql: connect(to, { max: 1, readOnly: true, onClose: () => (lane.breaks += 1) }),
      breaks: 0,
    };
    lanes.push(lane);
    return lane;
  };
  const take = async (): Promise<Lane> => {
    const lane = free.pop();
    if (lane) return lane;
    return lanes.length < lanesMax ? newLane() : new Promise((resolve) => waiting.push(resolve));
  };
  const give = (lane: Lane) => {
    const next = waiting.shift();
    if (next) next(lane);
    else free.push(lane);
  };
  return {
    async run(work) {
      const lane = await take();
      try {
        return await runOn(lane, work);
      } finally {
        give(lane);
      }
    },
    async end(timeout) {
      await Promise.all(lanes.map((lane) => lane.sql.end({ timeout })));
    },
  };
}

async function runOn<T>(lane: Lane, work: (sql: Sql) => Promise<T>): Promise<T> {
  await lane.sql`begin read write`;
  const { breaks } = lane;
  const sql = new Proxy(lane.sql, {
    apply(target, self, args) {
      if (lane.breaks !== breaks) throw connectionBroke();
      return Reflect.apply(target, self, args);
    },
  });
  try {
    const result = await work(sql);
    await sql`commit and chain`;
    // What was chained is an empty transaction: it ends with the connection, if that should break now.
    await lane.sql`rollback`.catch(() => {});
    return result;
  } catch (error) {
    if (outsideTransaction.has(errorCode(error) ?? '')) throw connectionBroke(error);
    // The end of a connection is a rollback already.
    if (lane.breaks === breaks && !isConnectionLost(error)) await lane.sql`rollback`.catch(() => {});
    throw error;
  }
}

/** read_only_sql_transaction, no_active_sql_transaction: this is not the connection that the transaction began on. */
const outsideTransaction = new Set(['25006', '25P01']);

function connectionBroke(cause?: unknown): Error {
  const error = new Error('the connection broke within a transaction', { cause });
  return Object.assign(error, { code: 'CONNECTION_CLOSED' });
}
