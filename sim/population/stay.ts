// One patient's stay while its chart is being written: what all builders (vitals, laboratory, medication, notes) share.
import type { Course, Trend } from './course.ts';
import { hourMs } from './danish-time.ts';
import type { Person } from './people.ts';
import type { Random } from './random.ts';
import type { Staff, WardStaff } from './staff.ts';
import type { Problem } from './tables/problems.ts';

export interface Stay {
  readonly person: Person;
  readonly random: Random;
  readonly course: Course;
  readonly trend: Trend;
  /** 1 is as the course says; less is milder. */
  readonly severity: number;
  readonly problems: readonly Problem[];
  readonly encounterId: string;
  readonly admitted: number;
  /** The last moment that is told of: now, or when the patient left. */
  readonly until: number;
  readonly hours: number;
  readonly staff: WardStaff;
  readonly doctor: Staff;
  readonly nurse: Staff;
  readonly spo2Scale: 1 | 2;
  /** A measurement, and a dose, that should have come already. */
  readonly measuredLate: boolean;
  readonly doseLate: boolean;
  readonly dischargeAt?: number;
  /** The patient has left; nothing is active any more. */
  readonly finished: boolean;
}

export function atHours(stay: Stay, hours: number): number {
  return stay.admitted + hours * hourMs;
}

/** A slow course lags behind the typical one; the acute events (operations, doses) keep their hours. */
export function courseHours(stay: Stay, at: number): number {
  const hours = (at - stay.admitted) / hourMs;
  return hours * (stay.trend === 'better' ? 1 : stay.trend === 'slow' ? 0.65 : 0.75);
}

/** 0 until ten hours ago, then up to 1 now: how far a patient who gets worse has got. */
export function decline(stay: Stay, at: number): number {
  if (stay.trend !== 'worse') return 0;
  return Math.max(0, Math.min(1, 1 - (stay.until - at) / (10 * hourMs)));
}
