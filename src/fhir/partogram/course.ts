/** How a birth goes: where its lines lie, on which side of them it is, and between which looks a curve may be drawn. Pure. */
import type { PartogramTable } from './table.ts';

/** Moments are ms since 1970. */
export interface Point {
  readonly at: number;
  readonly value: number;
}

export interface Lines {
  /** The first look in the active phase lies on the alert line. */
  readonly from: Point;
  readonly alertFullAt: number;
  readonly actionFrom: number;
  readonly actionFullAt: number;
}

export type Progress =
  /** Nobody has examined her. */
  | { readonly kind: 'unseen' }
  | { readonly kind: 'latent'; readonly last: Point }
  | { readonly kind: 'left-of-alert' | 'past-alert' | 'past-action'; readonly last: Point }
  | { readonly kind: 'full'; readonly last: Point };

const hourMs = 3_600_000;
const minuteMs = 60_000;
/** A look that is so much later than the table asks for is not late yet. */
const graceMinutes = 30;

/** @param looks Dilatation in cm, from early to late. undefined: not yet in the active phase. */
export function linesOf(looks: readonly Point[], table: PartogramTable): Lines | undefined {
  const from = looks.find(({ value }) => value >= table.activeFromCm);
  if (from === undefined) return undefined;
  const toFullMs = ((table.fullCm - from.value) / table.alertCmPerHour) * hourMs;
  const laterMs = table.actionHoursLater * hourMs;
  return {
    from,
    alertFullAt: from.at + toFullMs,
    actionFrom: from.at + laterMs,
    actionFullAt: from.at + toFullMs + laterMs,
  };
}

/** Told by the last look alone: what has become of it since is not known. */
export function progressOf(looks: readonly Point[], table: PartogramTable): Progress {
  const last = looks.at(-1);
  if (last === undefined) return { kind: 'unseen' };
  const lines = linesOf(looks, table);
  if (lines === undefined) return { kind: 'latent', last };
  if (last.value >= table.fullCm) return { kind: 'full', last };
  const lateMs = last.at - lines.from.at - ((last.value - lines.from.value) / table.alertCmPerHour) * hourMs;
  return {
    kind:
      lateMs <= 0 ? 'left-of-alert' : lateMs < table.actionHoursLater * hourMs ? 'past-alert' : 'past-action',
    last,
  };
}

/** Runs of looks with no more time between them than is asked for: a curve is drawn within a run and never over a gap. */
export function runsOf(looks: readonly Point[], everyMinutes: number): readonly (readonly Point[])[] {
  const runs: Point[][] = [];
  for (const look of looks) {
    const run = runs.at(-1);
    const before = run?.at(-1);
    if (run !== undefined && before !== undefined && !isLate(before.at, look.at, everyMinutes))
      run.push(look);
    else runs.push([look]);
  }
  return runs;
}

/**
 * From when a birth has not been looked at as often as the table asks: of what is examined and what is listened to, the one that is late
 * first. undefined: nobody has looked yet.
 * @param looks When, ms since 1970, and whether it was the cervix or the heart; other looks begin the birth alone.
 */
export function lateFrom(
  looks: readonly { readonly at: number; readonly kind: string }[],
  table: PartogramTable,
): { readonly at: number; readonly kind: 'dilatation' | 'heart-rate'; readonly minutes: number } | undefined {
  if (looks.length === 0) return undefined;
  const first = Math.min(...looks.map(({ at }) => at));
  const late = (kind: 'dilatation' | 'heart-rate', everyMinutes: number) => {
    const own = looks.flatMap((look) => (look.kind === kind ? [look.at] : []));
    const minutes = everyMinutes + graceMinutes;
    return { kind, minutes, at: (own.length === 0 ? first : Math.max(...own)) + minutes * minuteMs };
  };
  const [examined, heard] = [
    late('dilatation', table.examineEveryMinutes),
    late('heart-rate', table.listenEveryMinutes),
  ];
  return heard.at <= examined.at ? heard : examined;
}

/** Whether a look at `last` is older at `now` than it may be. */
export function isLate(last: number, now: number, everyMinutes: number): boolean {
  return now - last > (everyMinutes + graceMinutes) * minuteMs;
}
