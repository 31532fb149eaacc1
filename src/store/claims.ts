/**
 * What two acts must not be judged for at the same moment: that a bed is free, that nobody has this number. A claim is a text
 * that stands for it. No key of the journal could tell that the second of two was judged too early, so each act says how much
 * of the record it has surely seen (a snapshot from before its plan began), and what it claims. PostgreSQL refuses it when
 * somebody claimed the same since (`claim_was_seen`): nothing is locked while a plan runs, and one look at PostgreSQL serves
 * all plans of some milliseconds.
 */
import type { Claimed } from './act.ts';
import type { Sql } from './sql.ts';
import { noPiece, piece, type Piece } from './statement.ts';

/** The transactions that were over at a moment; what began to be read after it shows all that they did. */
export interface Snapshot {
  /** Rises from one to the next. */
  readonly order: number;
  /** A `pg_snapshot` of PostgreSQL. */
  readonly text: string;
}

export interface Claims {
  /** One from before now, by some milliseconds. An older one is as right, and sees more claims as too new. */
  recent(): Promise<Snapshot>;
  /** One of now. */
  fresh(): Promise<Snapshot>;
  /** Runs the work alone, among those of this process that name one of the same texts. Saves trying in vain, no more. */
  alone<T>(texts: ReadonlySet<string>, work: () => Promise<T>): Promise<T>;
}

/** Under load one serves many; whoever acts on the same thing twice is planned once all the same. */
const recentMs = 5;

export function createClaims(sql: Sql): Claims {
  let last: Snapshot | undefined;
  let lastAtMs = -Infinity;
  let orders = 0;
  let asked: Promise<Snapshot> | undefined;
  /** The end of whoever waits last for a text. */
  const queues = new Map<string, Promise<void>>();

  const fresh = async (): Promise<Snapshot> => {
    const order = ++orders;
    const atMs = performance.now();
    const [row] = await sql<{ text: string }[]>`select pg_current_snapshot()::text as text`;
    const snapshot = { order, text: row?.text ?? '' };
    if (last === undefined || last.order < order) [last, lastAtMs] = [snapshot, atMs];
    return snapshot;
  };
  const take = async (text: string): Promise<() => void> => {
    const before = queues.get(text);
    const { promise, resolve } = Promise.withResolvers<void>();
    queues.set(text, promise);
    await before;
    return () => {
      if (queues.get(text) === promise) queues.delete(text);
      resolve();
    };
  };
  return {
    fresh,
    async recent() {
      if (last !== undefined && performance.now() - lastAtMs < recentMs) return last;
      asked ??= fresh().finally(() => (asked = undefined));
      return asked;
    },
    async alone(texts, work) {
      const releases: (() => void)[] = [];
      try {
        // In one order for all, so that no two wait for each other.
        for (const text of [...texts].sort()) releases.push(await take(text));
        return await work();
      } finally {
        for (const release of releases) release();
      }
    },
  };
}

/**
 * The part of a statement that claims. Keys are of this life of the journal: a restored one numbers its transactions anew.
 * Two texts of one key are told apart by nobody, and then an act is judged once more than it needed.
 */
export function claimRows(claimed: readonly Claimed[], textsOf: (list: readonly string[]) => Piece): Piece {
  const [first, ...others] = claimed;
  if (first === undefined) return noPiece;
  // What the oldest has surely seen, all have.
  const { snapshot } = others.reduce(
    (oldest, one) => (one.snapshot.order < oldest.snapshot.order ? one : oldest),
    first,
  );
  return piece`, new_claim as (
    insert into claim (key, xid)
    select key, pg_current_xact_id() from (
      select distinct hashtextextended(text, hashtextextended(epoch.id::text, 1)) as key
      from unnest(${textsOf(claimed.flatMap(({ texts }) => texts))}) as text cross join epoch where text is not null) as claimed
    order by key
    on conflict (key) do update set
      xid = case when pg_visible_in_snapshot(claim.xid, ${snapshot.text}::text::pg_snapshot) then excluded.xid end)`;
}
