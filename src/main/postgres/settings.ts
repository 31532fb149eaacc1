import { isSocket, type Listening } from './listen.ts';

/** What the server runs with. Durability is spelled out although it is the default: nobody shall turn it off by a file. */
export function serverSettings(
  listening: Listening,
  extra: Readonly<Record<string, string>>,
): Record<string, string> {
  return {
    listen_addresses: isSocket(listening) ? '' : listening.host,
    unix_socket_directories: isSocket(listening) ? listening.host : '',
    unix_socket_permissions: '0700',
    port: String(listening.port),

    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    wal_compression: 'on',
    max_wal_size: '1GB',
    // A server that crashes inside recovers by itself, without us.
    restart_after_crash: 'on',

    shared_buffers: '256MB',
    max_connections: '100',
    // Short statements gain nothing from compiling, and a misjudged one loses hundreds of milliseconds.
    jit: 'off',
    timezone: 'UTC',
    // A connection whose program hangs inside a transaction must not hold back vacuum and locks for ever.
    idle_in_transaction_session_timeout: '60s',

    logging_collector: 'off',
    log_destination: 'stderr',
    log_timezone: 'UTC',
    log_line_prefix: '%m [%p] ',
    // A log is read by more people than a record is: no statements, and no details, which quote values of rows.
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    // Refused statements belong to the requests that sent them.
    log_min_messages: 'log',
    ...extra,
  };
}
