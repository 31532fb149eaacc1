/**
 * What is written waits before the index of tokens until enough of it is there (migrations/0014), and each look into the
 * index goes through what waits: 0.1 ms at most, but a list of a thousand codes is a thousand looks. So it is merged a
 * second after something was written; under load those who write do it sooner themselves.
 */
import type { Sql } from './sql.ts';

export interface Tidy {
  /** Something was written. */
  note(): void;
  stop(): void;
}

const afterMs = 1000;

export function createTidy(sql: Sql): Tidy {
  let timer: NodeJS.Timeout | undefined;
  return {
    note() {
      timer ??= setTimeout(() => {
        timer = undefined;
        // It is merged without us as well, only later: a database that restarts just now is no harm.
        sql`select gin_clean_pending_list('record_by_token'::regclass)`.catch(() => {});
      }, afterMs).unref();
    },
    stop() {
      clearTimeout(timer);
    },
  };
}
