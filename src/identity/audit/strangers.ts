/**
 * Refusals of strangers: who asks without a log-in costs us nothing, and must not fill the audit. Of each address the
 * first refusal is a line, and those that follow within a second are one more, with their number.
 */
import type { AuditLine } from './line.ts';

export interface Strangers {
  /** Notes a refusal, or counts it. */
  refused(line: AuditLine): void;
  /** Notes what was counted. */
  stop(): void;
}

const quietMs = 1000;
/** More addresses than this within a second are counted as one. */
const addressesMax = 1000;
const others = 'other addresses';

export function createStrangers(note: (line: AuditLine) => void): Strangers {
  const counted = new Map<string, { last: AuditLine; times: number }>();
  let timer: NodeJS.Timeout | undefined;

  const tell = () => {
    timer = undefined;
    const known = [...counted];
    counted.clear();
    for (const [from, { last, times }] of known) if (times > 0) note({ ...last, from, times });
  };
  return {
    refused(line) {
      const from = counted.has(line.from) || counted.size < addressesMax ? line.from : others;
      const before = counted.get(from);
      if (before) {
        before.last = line;
        before.times++;
      } else {
        counted.set(from, { last: line, times: 0 });
        note({ ...line, from });
      }
      timer ??= setTimeout(tell, quietMs).unref();
    },
    stop() {
      clearTimeout(timer);
      tell();
    },
  };
}
