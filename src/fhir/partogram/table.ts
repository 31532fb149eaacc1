/**
 * The table of a partogram: from where the lines of alert and action are drawn, how often is looked, and what is outside the
 * limits, as data beside their source. A table is never changed once births were followed by it: a new edition is a new version. Which one
 * holds, and whether its numbers are the clinic's own, is the clinic's to decide (docs/clinical-safety/thresholds.md).
 */
import who2000 from './tables/who-2000.json' with { type: 'json' };

export interface Limit {
  /** Outside: less than. */
  readonly below?: number;
  /** Outside: so much or less. */
  readonly upTo?: number;
  /** Outside: so much or more. */
  readonly from?: number;
  /** Outside: more than. */
  readonly above?: number;
}

export interface PartogramTable {
  readonly id: string;
  readonly version: string;
  readonly name: string;
  readonly source: string;
  readonly limitsSource: string;
  /** The active phase begins, cm. */
  readonly activeFromCm: number;
  readonly alertCmPerHour: number;
  /** The action line lies so far to the right of the alert line. */
  readonly actionHoursLater: number;
  readonly fullCm: number;
  readonly examineEveryMinutes: number;
  readonly listenEveryMinutes: number;
  readonly limits: Readonly<Partial<Record<string, Limit>>>;
}

/** The one that births are followed by. */
export const partogramTable: PartogramTable = who2000;

export function isOutside(limit: Limit | undefined, value: number): boolean {
  if (limit === undefined) return false;
  const { below, upTo, from, above } = limit;
  return (
    (below !== undefined && value < below) ||
    (upTo !== undefined && value <= upTo) ||
    (from !== undefined && value >= from) ||
    (above !== undefined && value > above)
  );
}
