// Shifts of simulated wards: who is on duty acts again and again, each by what the board shows. One after the other they
// do the same for the same seed; at once they meet each other, which is what a busy ward is.
import type { Random } from '../population/random.ts';
import { minuteMs } from '../population/danish-time.ts';
import type { HospitalRecord } from './api.ts';
import { decide } from './clinician.ts';
import type { OnDuty, Role } from './rhythm.ts';
import { personOf, type Ward } from './ward.ts';

export interface ShiftOptions {
  readonly wards: readonly Ward[];
  /** The record as each of them reaches it. */
  readonly recordOf: (role: Role, ward: Ward) => HospitalRecord;
  readonly random: Random;
  /** How many of each are on duty on each ward at a moment. */
  readonly onDuty: (now: number) => OnDuty;
  /** When it begins, ms since 1970. */
  readonly begins: number;
  readonly minutes: number;
  /** All who are on duty act at the same moment, not one after the other. */
  readonly atOnce: boolean;
  readonly spared?: ReadonlySet<string>;
  /** After each day: is all as it must be? */
  readonly onDay?: (day: number, tally: Tally) => Promise<void>;
}

export interface Tally {
  /** The versions that the record said it stored, `Type/id/_history/n`. */
  readonly stored: readonly string[];
  /** How often an act was refused, by the code it was refused with. */
  readonly refused: ReadonlyMap<string, number>;
}

// Everybody acts every quarter of an hour.
const pace = 15;
const minutesOfDay = 24 * 60;
/** More of one role are not on one ward. */
const ofRoleMax = 4;

export async function runShift(options: ShiftOptions): Promise<Tally> {
  const { wards, recordOf, onDuty, begins, minutes, atOnce } = options;
  const people = wards.flatMap((ward) =>
    (['nurse', 'secretary', 'doctor', 'laboratory'] as const).flatMap((role) =>
      Array.from({ length: ofRoleMax }, (_, n) => ({
        ward,
        others: wards.filter((one) => one !== ward),
        role,
        n,
        random: options.random.fork(`${wards.indexOf(ward)} ${role} ${n}`),
        // Two wards may do the same, and do not do it in the same acts.
        acts: options.random.fork(`${ward.ward.id ?? ''} ${role} ${n}`),
      })),
    ),
  );
  const stored: string[] = [];
  const refused = new Map<string, number>();
  const actOnce = async ({ ward, others, role, random, acts }: (typeof people)[number], now: number) => {
    const record = recordOf(role, ward);
    const entries = await decide(role, {
      ward,
      others,
      self: personOf(ward, role),
      record,
      random,
      own: acts,
      now,
      ...(options.spared === undefined ? {} : { spared: options.spared }),
    });
    if (entries === undefined) return;
    const outcome = await record.act(acts.uuid(), entries);
    if ('stored' in outcome) stored.push(...outcome.stored);
    else refused.set(outcome.refused, (refused.get(outcome.refused) ?? 0) + 1);
  };
  for (let minute = 0; minute < minutes; minute += pace) {
    const now = begins + minute * minuteMs;
    const duty = onDuty(now);
    const here = people.filter(({ role, n }) => n < duty[role]);
    if (atOnce) await Promise.all(here.map((person) => actOnce(person, now)));
    else for (const person of here) await actOnce(person, now);
    if ((minute + pace) % minutesOfDay === 0)
      await options.onDay?.((minute + pace) / minutesOfDay, { stored, refused });
  }
  return { stored, refused };
}
