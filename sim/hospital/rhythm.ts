// The day of a hospital: three shifts with fewer people at night, and hours that belong to something: samples at six, rounds from
// eight to eleven, drug rounds at fixed times, letters after the rounds, a hand-over at each change of shift.
import { danishHour } from '../population/danish-time.ts';

export type Role = 'nurse' | 'secretary' | 'doctor' | 'laboratory';
export type OnDuty = Readonly<Record<Role, number>>;

export type ShiftName = 'day' | 'evening' | 'night';

export function shiftAt(now: number): ShiftName {
  const hour = danishHour(now);
  if (hour >= 7 && hour < 15) return 'day';
  return hour >= 15 && hour < 23 ? 'evening' : 'night';
}

/** Who is on duty on one ward. */
export const onDutyBy: Readonly<Record<ShiftName, OnDuty>> = {
  day: { nurse: 2, secretary: 1, doctor: 2, laboratory: 1 },
  evening: { nurse: 2, secretary: 0, doctor: 1, laboratory: 1 },
  night: { nurse: 1, secretary: 0, doctor: 1, laboratory: 0 },
};

const drugRounds = [8, 12, 14, 18, 22];

export const isSampleTime = (now: number): boolean => [6, 7].includes(danishHour(now));
export const isRoundTime = (now: number): boolean => danishHour(now) >= 8 && danishHour(now) < 11;
/** Half an hour before and after the fixed times, in whole hours. */
export const isDrugRound = (now: number): boolean =>
  drugRounds.some((hour) => Math.abs(danishHour(now) + minutesOf(now) / 60 - hour) <= 0.5);
export const isHandOver = (now: number): boolean =>
  [6, 14, 22].includes(danishHour(now)) && minutesOf(now) >= 30;

/** Denmark is whole hours from UTC. */
const minutesOf = (now: number): number => new Date(now).getUTCMinutes();
