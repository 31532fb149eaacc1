// Shifts of a simulated ward: who is on duty acts again and again, each by what the board shows. One after the other they
// do the same for the same seed; at once they meet each other, which is what a busy ward is.
import type { Random } from '../population/random.ts';
import { minuteMs } from '../population/danish-time.ts';
import type { HospitalRecord } from './api.ts';
import { decide, type Role } from './clinician.ts';
import type { Ward } from './ward.ts';

export interface ShiftOptions {
  readonly ward: Ward;
  /** The record as each of them reaches it. */
  readonly recordOf: (role: Role) => HospitalRecord;
  readonly random: Random;
  readonly onDuty: Readonly<Record<Role, number>>;
  /** When it begins, ms since 1970. */
  readonly begins: number;
  readonly minutes: number;
  /** All who are on duty act at the same moment, not one after the other. */
  readonly atOnce: boolean;
}

export interface Tally {
  /** The versions that the record said it stored, `Type/id/_history/n`. */
  readonly stored: readonly string[];
  /** How often an act was refused, by the code it was refused with. */
  readonly refused: ReadonlyMap<string, number>;
}

// Somebody acts every five minutes.
const pace = 5;

export async function runShift(options: ShiftOptions): Promise<Tally> {
  const { ward, recordOf, onDuty, begins, minutes, atOnce } = options;
  const people = (Object.entries(onDuty) as [Role, number][]).flatMap(([role, count]) =>
    Array.from({ length: count }, (_, n) => ({ role, random: options.random.fork(`${role} ${n}`) })),
  );
  const stored: string[] = [];
  const refused = new Map<string, number>();
  const actOnce = async ({ role, random }: (typeof people)[number], now: number) => {
    const record = recordOf(role);
    const entries = await decide(role, { ward, record, random, now });
    if (entries === undefined) return;
    const outcome = await record.act(random.uuid(), entries);
    if ('stored' in outcome) stored.push(...outcome.stored);
    else refused.set(outcome.refused, (refused.get(outcome.refused) ?? 0) + 1);
  };
  for (let minute = 0; minute < minutes; minute += pace) {
    const now = begins + minute * minuteMs;
    if (atOnce) await Promise.all(people.map((person) => actOnce(person, now)));
    else for (const person of people) await actOnce(person, now);
  }
  return { stored, refused };
}
