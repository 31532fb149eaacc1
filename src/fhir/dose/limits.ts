/** Times by which a dose is early, due or late. Each is listed in docs/clinical-safety/thresholds.md, where it waits for a clinician. */
const minuteMs = 60_000;

/** A dose is due from so long before its planned time. */
export const dueBeforeMs = 30 * minuteMs;
/** A dose that nobody answered is late so long after its planned time. */
export const lateAfterMs = 30 * minuteMs;
/** Given further from its planned time than this, a dose is told as early or late before it is signed. */
export const earlyOrLateMs = 60 * minuteMs;
/** Further than this from a planned time, what is given is another dose, and is written as one. */
export const answersWithinMs = 24 * 60 * minuteMs;
