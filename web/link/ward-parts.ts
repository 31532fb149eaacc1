import { taskKindSystem } from '#fhir/orders/steps.ts';
import { everydayTasks } from './patient-parts.ts';

// What the ward board is made of. First who lies where, then, for those patients, the rest: two round trips.

export type WardPart = keyof typeof wardParts;

type Part = { readonly url: (patients: string, nowMs: number) => string; readonly types: readonly string[] };

const hourMs = 3_600_000;
const since = (nowMs: number, hours: number) =>
  new Date(nowMs - hours * hourMs).toISOString().slice(0, 19).concat('Z');

export const staysUrl = (ward: string) =>
  `Encounter?location=Location/${ward}&status=in-progress,onleave,planned&_include=Encounter:subject&_include=Encounter:diagnosis&_count=300`;
export const bedsUrl = (ward: string) => `Location?partof=Location/${ward}&_count=300`;
export const wardUrl = (ward: string) => `Location/${ward}`;

export const wardParts = {
  ews: {
    url: (ids, now) =>
      `Observation?patient=${ids}&code=http://snomed.info/sct|1104051000000101&date=ge${since(now, 48)}&_sort=-date&_count=1000`,
    types: ['Observation'],
  },
  labs: {
    url: (ids, now) =>
      `Observation?patient=${ids}&category=laboratory&date=ge${since(now, 72)}&_sort=-date&_count=1000`,
    types: ['Observation'],
  },
  reports: {
    url: (ids, now) => `DiagnosticReport?patient=${ids}&date=ge${since(now, 72)}&_sort=-date&_count=300`,
    types: ['DiagnosticReport'],
  },
  // Of the results above, what somebody has answered for having seen.
  reviews: {
    url: (ids, now) =>
      `Task?patient=${ids}&code=${taskKindSystem}|result-review&_lastUpdated=ge${since(now, 72)}&_count=1000`,
    types: ['Task'],
  },
  cave: { url: (ids) => `AllergyIntolerance?patient=${ids}&_count=500`, types: ['AllergyIntolerance'] },
  flags: { url: (ids) => `Flag?patient=${ids}&_count=300`, types: ['Flag'] },
  medication: {
    url: (ids) => `MedicationRequest?patient=${ids}&status=active&_count=1000`,
    types: ['MedicationRequest'],
  },
  given: {
    url: (ids, now) =>
      `MedicationAdministration?patient=${ids}&effective-time=ge${since(now, 30)}&_count=1000`,
    types: ['MedicationAdministration'],
  },
  tasks: {
    url: (ids) => `Task?patient=${ids}&status=requested,in-progress&${everydayTasks}&_count=500`,
    types: ['Task'],
  },
  appointments: {
    url: (ids, now) => `Appointment?patient=${ids}&date=ge${since(now, 12)}&_sort=date&_count=300`,
    types: ['Appointment'],
  },
} as const satisfies Readonly<Record<string, Part>>;

/** Of which types the other lists of a ward are made, by the third word of their keys; the fourth names the patients. */
export const otherWardTypes: Readonly<Record<string, readonly string[]>> = {
  collection: ['Task', 'ServiceRequest', 'Specimen'],
  care: ['Task', 'CarePlan'],
  letters: ['Task', 'Composition', 'Encounter'],
  inbox: ['Task', 'ServiceRequest', 'Observation', 'DiagnosticReport'],
};

/** Bed boards are looked at, not searched: a minute is old. */
export const boardLimitMinutes = 1;
