/** The connection to PostgreSQL. Reading functions take `Sql`; writes go through writer.ts. */
import postgres from 'postgres';
import { Refusal } from '#base/refusal.ts';

interface Types extends Record<string, unknown> {
  bigint: number;
  texts: readonly string[];
  uuids: readonly string[];
  /** As an array literal. */
  bigints: string;
}
export type Sql = postgres.Sql<Types>;
export type Fragment = postgres.PendingQuery<postgres.Row[]>;

export interface ConnectOptions {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password?: string;
  readonly database: string;
}

/**
 * A pool of connections. Queries are never cancelled and have no time-out of their own: PostgreSQL may have committed
 * what it is told to cancel, and says so only in a warning.
 */
export function connect(
  to: ConnectOptions | string,
  options: {
    readonly max: number;
    readonly name?: string;
    readonly onClose?: () => void;
    /** Writes need `begin read write`. */
    readonly readOnly?: boolean;
    /**
     * For statements that are best run in one way, whatever their values: PostgreSQL plans them once for each connection.
     * Planning anew, as it would for lists of different lengths, costs a write more than its rows.
     */
    readonly planOnce?: boolean;
  },
): Sql {
  const common = {
    max: options.max,
    idle_timeout: 0,
    connect_timeout: 10,
    // Reconnecting is quick: an embedded server that crashed is back in less than a second.
    backoff: (retries: number) => Math.min(1, 0.05 * 2 ** retries),
    onnotice: () => {},
    onclose: () => options.onClose?.(),
    // The driver would ask each new connection for the types of arrays, and when that connection breaks meanwhile, the
    // rejection is nobody's and ends the process (3.4.9). We know the few types that we use.
    fetch_types: false,
    // One statement under way on a connection: one that the driver sends after another's failure, before it has seen the
    // connection close, is never answered (3.4.9), and a quick one would wait behind a slow one.
    max_pipeline: 0,
    connection: {
      application_name: options.name ?? 'holdfast',
      TimeZone: 'UTC',
      // Compiling a plan took 130 ms where running it takes 3 (a patient's everything, PostgreSQL 15): it does so whenever it
      // expects far too many rows.
      jit: 'off',
      ...(options.readOnly ? { default_transaction_read_only: true } : {}),
      ...(options.planOnce ? { plan_cache_mode: 'force_generic_plan' } : {}),
    },
    types: {
      // Positions stay below 2^53 for as long as anyone lives: 9e15 acts.
      bigint: { to: 20, from: [20], serialize: String, parse: Number },
      texts: { to: 1009, from: [], serialize: arrayText, parse: refuseArray },
      uuids: { to: 2951, from: [], serialize: arrayText, parse: refuseArray },
      bigints: { to: 1016, from: [], serialize: (literal: string) => literal, parse: refuseText },
    },
  };
  return typeof to === 'string' ? postgres(to, common) : postgres({ ...to, ...common });
}

/** A list as PostgreSQL reads it: https://www.postgresql.org/docs/15/arrays.html#ARRAYS-IO */
function arrayText(list: readonly string[]): string {
  return `{${list.map((text) => `"${text.replace(/["\\]/g, '\\$&')}"`).join(',')}}`;
}

const arrayAnswered = 'no statement of ours answers with an array: select it as JSON';
function refuseArray(): readonly string[] {
  throw new Error(arrayAnswered);
}
function refuseText(): string {
  throw new Error(arrayAnswered);
}

/** Turns what PostgreSQL or the driver throws into a refusal, where it is one that the caller can act on. */
export function refusalOf(error: unknown): Refusal | undefined {
  const code = errorCode(error);
  if (code === '53100')
    return new Refusal('full', 'there is no room left on the disk: nothing was written, reading goes on', {
      cause: error,
    });
  // Class 57P: shutdown and crash; the driver's own codes: the connection is gone.
  if (code !== undefined && (code.startsWith('57P') || lostCodes.has(code))) {
    return new Refusal('unavailable', 'the database cannot be reached just now', {
      cause: error,
      headers: { 'retry-after': '1' },
    });
  }
  return undefined;
}

const lostCodes = new Set([
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  'CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EPIPE',
  '08006',
  '08003',
  '08001',
]);

/** The connection broke while something was under way: whether it was committed is not known. */
export function isConnectionLost(error: unknown): boolean {
  const code = errorCode(error);
  return code !== undefined && (code.startsWith('57P') || lostCodes.has(code));
}

export function errorCode(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
}

/** A key that somebody else has, or a check that a row did not pass. */
export function violatedConstraint(error: unknown): string | undefined {
  return ['23505', '23514'].includes(errorCode(error) ?? '') &&
    typeof error === 'object' &&
    error !== null &&
    'constraint_name' in error
    ? String(error.constraint_name)
    : undefined;
}
