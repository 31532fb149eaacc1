/** The log: events as lines of JSON on standard error. */
import { pino } from 'pino';
import type { Config } from '#base/config.ts';
import { createEvents, type Events } from '#base/events.ts';

export function createLog(config: Config): Events {
  return createEvents(
    pino(
      { level: config.log, base: null, timestamp: pino.stdTimeFunctions.isoTime },
      pino.destination({ dest: 2, sync: true }),
    ),
  );
}
