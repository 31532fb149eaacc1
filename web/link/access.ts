import type { Parameters, ParametersParameter } from '@medplum/fhirtypes';
import { exchange } from './exchange.ts';

// How far a patient's record is open to this user, and how a reason opens it. The server decides (src/store/access.ts);
// here is only what it says.

/** `none`: not even who it is. `name`: who it is. `stay`: also that they are here. `chart`: all. */
export type Depth = 'none' | 'name' | 'stay' | 'chart';
const depths: readonly Depth[] = ['none', 'name', 'stay', 'chart'];

export type Access = {
  readonly depth: Depth;
  /** Whether the user's role opens records with a reason. */
  readonly mayGiveReason: boolean;
  /** How long a reason opens a record. */
  readonly hoursGiven: number;
  /** The reason by which it is open now; undefined when it is open without, or not open. */
  readonly reason: string | undefined;
  /** Minutes that were left at `readAt`. */
  readonly minutesLeft: number | undefined;
  /** When the server said so, on the monotonic clock: a clock that is put right must not close a record on the screen. */
  readonly readAt: number;
};

/** Resources that relate a patient to a unit: when one changes, how far the record is open may have changed. */
export const relatingTypes: readonly string[] = [
  'Appointment',
  'CareTeam',
  'Encounter',
  'EpisodeOfCare',
  'Flag',
  'Patient',
  'ServiceRequest',
  'Task',
];

/** What the server takes for a reason, in letters. */
export const reasonLetters = { min: 5, max: 500 } as const;

export function isOpenFor(depth: Depth, needed: Depth): boolean {
  return depths.indexOf(depth) >= depths.indexOf(needed);
}

export async function readAccess(patient: string): Promise<Access> {
  const { parameter } = (await exchange(`/fhir/Patient/${patient}/$access`)) as Parameters;
  const depth = depths.find((one) => one === named(parameter, 'depth')?.valueCode) ?? 'none';
  return {
    depth,
    mayGiveReason: named(parameter, 'mayBreakGlass')?.valueBoolean === true,
    hoursGiven: named(parameter, 'hours')?.valueInteger ?? 0,
    reason: named(parameter, 'reason')?.valueString,
    minutesLeft: named(parameter, 'minutesLeft')?.valueInteger,
    readAt: performance.now(),
  };
}

type Opened = { readonly patient: string; readonly minutesLeft: number };

/** Opens a record that the server knows by its id. @throws LinkFault */
export function openWithReason(patient: string, reason: string): Promise<Opened> {
  return open(`Patient/${patient}`, { reason });
}

/** Opens the record of a person who is not found by name. @throws LinkFault `missing` when nobody has the number. */
export function openByNumber(cpr: string, reason: string): Promise<Opened> {
  return open('Patient', { reason, identifier: `urn:oid:1.2.208.176.1.2|${cpr}` });
}

async function open(path: string, texts: Readonly<Record<string, string>>): Promise<Opened> {
  const { parameter } = (await exchange(`/fhir/${path}/$break-glass`, {
    method: 'POST',
    headers: { 'content-type': 'application/fhir+json' },
    body: JSON.stringify({
      resourceType: 'Parameters',
      parameter: Object.entries(texts).map(([name, valueString]) => ({ name, valueString })),
    }),
  })) as Parameters;
  return {
    patient: named(parameter, 'patient')?.valueReference?.reference?.replace('Patient/', '') ?? '',
    minutesLeft: named(parameter, 'minutesLeft')?.valueInteger ?? 0,
  };
}

function named(
  parameters: readonly ParametersParameter[] | undefined,
  name: string,
): ParametersParameter | undefined {
  return parameters?.find((one) => one.name === name);
}
