// What operations is told. One function for each event, with typed fields and units in their names; no free text and no
// personal data, because a log is read by more people than a record is. An event that someone must act on has a page of
// the same name in docs/operate. To add an event: a line in `Events` and a line in `createEvents`.

/** What we need of a pino logger. */
interface Log {
  info(fields: object, event: string): void;
  warn(fields: object, event: string): void;
  error(fields: object, event: string): void;
}

export interface Events {
  started(fields: { readonly url: string; readonly tookMs: number }): void;
  stopping(fields: { readonly reason: string }): void;
  stopped(fields: { readonly tookMs: number; readonly unfinished: readonly string[] }): void;
  databaseStarted(fields: { readonly pid: number; readonly tookMs: number; readonly version: string }): void;
  databaseStopped(fields: { readonly tookMs: number; readonly how: 'fast' | 'immediate' }): void;
  /** The server ended although nobody asked it to; it is started again after `retryInMs`. */
  databaseDied(fields: { readonly pid: number; readonly cause: string; readonly retryInMs: number }): void;
  /** A server that an earlier, killed program left behind was stopped, to be started again under this one. */
  databaseTakenOver(fields: { readonly pid: number; readonly tookMs: number }): void;
  /** A process that serves ended although nobody asked it to; another is started after `retryInMs`. */
  workerDied(fields: { readonly pid: number; readonly cause: string; readonly retryInMs: number }): void;
  /** A request met a bug of ours. The caller was shown the same id. */
  requestFailed(fields: { readonly id: string; readonly route: string; readonly error: Error }): void;
  /** A write whose answer never came: stored or not, the act id will tell. */
  writeOutcomeUnknown(fields: {
    readonly actId: string;
    readonly tookMs: number;
    readonly cause: string;
  }): void;
  diskLow(fields: { readonly freeBytes: number; readonly reserveBytes: number }): void;
  diskRecovered(fields: {
    readonly freeBytes: number;
    readonly reserveBytes: number;
    readonly lowMs: number;
  }): void;
  /** Lines of the audit could not be written; they wait, and are tried again by themselves. */
  auditDelayed(fields: { readonly error: Error }): void;
  /** More lines of the audit came than could wait: so many are gone, which the audit tells in a line of its own. */
  auditLinesLost(fields: { readonly lines: number }): void;
  loginRefused(fields: { readonly reason: string }): void;
  migrationApplied(fields: { readonly name: string; readonly tookMs: number }): void;
  /** A subscriber could not be told for too long; it is told no more until someone sets its subscription to `requested`. */
  subscriptionFailed(fields: { readonly subscription: string; readonly reason: string }): void;
  /** Following subscriptions met a bug of ours, or a database that is away; it goes on by itself. */
  subscriptionsDelayed(fields: { readonly error: Error }): void;
  /** Critical results could not be looked for, or not be escalated; it is tried again all the time. */
  criticalResultsDelayed(fields: { readonly error: Error }): void;
  /** FMK gives no answer, or changes to the medication card could not be looked for; it is tried again all the time. */
  medicationCardDelayed(fields: { readonly error: Error; readonly waiting: number }): void;
  demoLoaded(fields: {
    readonly patients: number;
    readonly resources: number;
    readonly tookMs: number;
  }): void;
}

export function createEvents(log: Log): Events {
  return Object.freeze<Events>({
    started: (fields) => log.info(fields, 'started'),
    stopping: (fields) => log.info(fields, 'stopping'),
    stopped: (fields) => log.info(fields, 'stopped'),
    databaseStarted: (fields) => log.info(fields, 'databaseStarted'),
    databaseStopped: (fields) => log.info(fields, 'databaseStopped'),
    databaseDied: (fields) => log.error(fields, 'databaseDied'),
    databaseTakenOver: (fields) => log.warn(fields, 'databaseTakenOver'),
    workerDied: (fields) => log.error(fields, 'workerDied'),
    // pino prints an error's stack only under its own key.
    requestFailed: ({ error, ...fields }) => log.error({ ...fields, err: error }, 'requestFailed'),
    writeOutcomeUnknown: (fields) => log.error(fields, 'writeOutcomeUnknown'),
    diskLow: (fields) => log.error(fields, 'diskLow'),
    diskRecovered: (fields) => log.warn(fields, 'diskRecovered'),
    auditDelayed: ({ error }) => log.error({ err: error }, 'auditDelayed'),
    auditLinesLost: (fields) => log.error(fields, 'auditLinesLost'),
    loginRefused: (fields) => log.warn(fields, 'loginRefused'),
    migrationApplied: (fields) => log.info(fields, 'migrationApplied'),
    subscriptionFailed: (fields) => log.error(fields, 'subscriptionFailed'),
    subscriptionsDelayed: ({ error }) => log.error({ err: error }, 'subscriptionsDelayed'),
    criticalResultsDelayed: ({ error }) => log.error({ err: error }, 'criticalResultsDelayed'),
    medicationCardDelayed: ({ error, waiting }) => log.warn({ err: error, waiting }, 'medicationCardDelayed'),
    demoLoaded: (fields) => log.info(fields, 'demoLoaded'),
  });
}
