import type { Resource, Task } from '@medplum/fhirtypes';
import { taskKindSystem } from '#fhir/orders/steps.ts';
import type { Depth } from './access.ts';

// What a chart is made of: one search each, of which resource types it shows something, and how old it may be before it
// looks stale. A part is fetched when a panel shows it and again when the feed says that one of its types changed.

export type PatientPart = keyof typeof patientParts;

type Part = {
  readonly url: (patient: string) => string;
  readonly types: readonly string[];
  readonly limitMinutes: number;
  /** Follow the pages of the answer: screens that show everything. */
  readonly all?: true;
  /** How far the record must be open for it; the whole chart, unless it says less. */
  readonly needs?: Depth;
  /**
   * Of a part that holds all resources of a kind, newest first: the date by which it does; undefined: of another kind. What
   * is written here is put into such a part from the answer, without asking again.
   */
  readonly dateOf?: (resource: Resource) => string | undefined;
};

const dayMs = 86_400_000;

/** Tasks that have a place of their own: the ways of orders and letters, results, countersigning, calls of the cancelled. */
const otherKinds = [
  'order',
  'critical-result',
  'result-review',
  'letter',
  'letter-due',
  'countersign',
  'call-cancelled',
  'fmk',
];

/** What somebody has to do. */
export const everydayTasks = otherKinds.map((kind) => `code:not=${taskKindSystem}|${kind}`).join('&');

export const patientParts = {
  person: { url: (id) => `Patient/${id}`, types: ['Patient'], limitMinutes: 24 * 60, needs: 'name' },
  stays: {
    url: (id) => `Encounter?patient=${id}&_sort=-date&_count=100`,
    types: ['Encounter'],
    limitMinutes: 1,
    all: true,
    needs: 'stay',
  },
  cave: {
    url: (id) => `AllergyIntolerance?patient=${id}&_count=100`,
    types: ['AllergyIntolerance'],
    limitMinutes: 5,
    all: true,
  },
  // Ended ones as well: whoever decides a treatment level sees what held before.
  flags: {
    url: (id) => `Flag?patient=${id}&_count=100`,
    types: ['Flag'],
    limitMinutes: 5,
    all: true,
  },
  diagnoses: {
    url: (id) => `Condition?patient=${id}&_count=300`,
    types: ['Condition'],
    limitMinutes: 5,
    all: true,
  },
  medication: {
    url: (id) => `MedicationRequest?patient=${id}&_sort=-authoredon&_count=300`,
    types: ['MedicationRequest'],
    limitMinutes: 1,
    all: true,
    dateOf: (one) => (one.resourceType === 'MedicationRequest' ? (one.authoredOn ?? '') : undefined),
  },
  // All of them: a dose that was given and is not fetched would look like one that was forgotten.
  given: {
    url: (id) => `MedicationAdministration?patient=${id}&_sort=-effective-time&_count=1000`,
    types: ['MedicationAdministration'],
    limitMinutes: 1,
    all: true,
    dateOf: (one) =>
      one.resourceType === 'MedicationAdministration'
        ? (one.effectiveDateTime ?? one.effectivePeriod?.start ?? '')
        : undefined,
  },
  // Two days of a patient who is measured every hour, eight values each time.
  vitals: {
    url: (id) => `Observation?patient=${id}&category=vital-signs&_sort=-date&_count=400`,
    types: ['Observation'],
    limitMinutes: 5,
  },
  fluids: {
    url: (id) =>
      `Observation?patient=${id}&category=https://holdfast.dk/fhir/observation-category|fluid-balance&_sort=-date&_count=400`,
    types: ['Observation'],
    limitMinutes: 5,
    all: true,
  },
  labour: {
    url: (id) => `Observation?patient=${id}&category=https://holdfast.dk/fhir/partogram|labour&_count=500`,
    types: ['Observation'],
    limitMinutes: 5,
    all: true,
  },
  labs: {
    url: (id) => `Observation?patient=${id}&category=laboratory&_sort=-date&_count=150`,
    types: ['Observation'],
    limitMinutes: 5,
  },
  reports: {
    url: (id) => `DiagnosticReport?patient=${id}&_sort=-date&_count=50`,
    types: ['DiagnosticReport'],
    limitMinutes: 5,
  },
  notes: {
    url: (id) => `DocumentReference?patient=${id}&_sort=-date&_count=100`,
    types: ['DocumentReference'],
    limitMinutes: 5,
    all: true,
  },
  plans: {
    url: (id) => `CarePlan?patient=${id}&_sort=-date&_count=50`,
    types: ['CarePlan'],
    limitMinutes: 5,
    all: true,
  },
  orders: {
    url: (id) => `ServiceRequest?patient=${id}&_sort=-authored&_count=200`,
    types: ['ServiceRequest'],
    limitMinutes: 5,
    all: true,
    dateOf: (one) => (one.resourceType === 'ServiceRequest' ? (one.authoredOn ?? '') : undefined),
  },
  tasks: {
    url: (id) => `Task?patient=${id}&status=requested,in-progress&${everydayTasks}&_count=100`,
    types: ['Task'],
    limitMinutes: 5,
    all: true,
  },
  careTasks: {
    url: (id) => `Task?patient=${id}&code=${taskKindSystem}|care&_sort=-authored-on&_count=200`,
    types: ['Task'],
    limitMinutes: 5,
  },
  transports: {
    url: (id) => `Task?patient=${id}&code=${taskKindSystem}|transport&_sort=-authored-on&_count=20`,
    types: ['Task'],
    limitMinutes: 1,
  },
  // Of the newest orders: an older one has been answered or is told of by its own status.
  ways: {
    url: (id) => `Task?patient=${id}&code=${taskKindSystem}|order&_sort=-authored-on&_count=300`,
    types: ['Task'],
    limitMinutes: 1,
    dateOf: (one) =>
      one.resourceType === 'Task' && isKind(one, 'order') ? (one.authoredOn ?? '') : undefined,
  },
  samples: {
    url: (id) => `Specimen?patient=${id}&_sort=-_lastUpdated&_count=100`,
    types: ['Specimen'],
    limitMinutes: 5,
  },
  reviews: {
    url: (id) => `Task?patient=${id}&code=${taskKindSystem}|result-review&_count=1000`,
    types: ['Task'],
    limitMinutes: 1,
    all: true,
  },
  escalations: {
    url: (id) => `Task?patient=${id}&code=${taskKindSystem}|critical-result&status=requested&_count=100`,
    types: ['Task'],
    limitMinutes: 1,
    all: true,
  },
  letters: {
    url: (id) =>
      `Composition?patient=${id}&type=https://holdfast.dk/fhir/letter-kind|&_sort=-date&_count=200`,
    types: ['Composition'],
    limitMinutes: 5,
    all: true,
  },
  letterWays: {
    url: (id) => `Task?patient=${id}&code=${taskKindSystem}|letter,${taskKindSystem}|letter-due&_count=300`,
    types: ['Task'],
    limitMinutes: 5,
    all: true,
  },
  appointments: {
    url: (id) => `Appointment?patient=${id}&date=ge${dayBefore()}&_sort=date&_count=50`,
    types: ['Appointment'],
    limitMinutes: 5,
    all: true,
    needs: 'stay',
  },
  procedures: {
    url: (id) => `Procedure?patient=${id}&_sort=-date&_count=300`,
    types: ['Procedure'],
    limitMinutes: 5,
    all: true,
  },
  immunizations: {
    url: (id) => `Immunization?patient=${id}&_sort=-date&_count=300`,
    types: ['Immunization'],
    limitMinutes: 60,
    all: true,
  },
  imaging: {
    url: (id) => `ImagingStudy?patient=${id}&_count=100`,
    types: ['ImagingStudy'],
    limitMinutes: 60,
    all: true,
  },
  goals: { url: (id) => `Goal?patient=${id}&_count=100`, types: ['Goal'], limitMinutes: 60, all: true },
  relatives: {
    url: (id) => `RelatedPerson?patient=${id}&_count=50`,
    types: ['RelatedPerson'],
    limitMinutes: 24 * 60,
    all: true,
  },
  observations: {
    url: (id) => `Observation?patient=${id}&_sort=-date&_count=1000`,
    types: ['Observation'],
    limitMinutes: 5,
    all: true,
  },
  everyReport: {
    url: (id) => `DiagnosticReport?patient=${id}&_sort=-date&_count=500`,
    types: ['DiagnosticReport'],
    limitMinutes: 5,
    all: true,
  },
} as const satisfies Readonly<Record<string, Part>>;

export const partOf = (name: PatientPart): Part => patientParts[name];

function isKind({ code }: Task, kind: string): boolean {
  return code?.coding?.some((coding) => coding.system === taskKindSystem && coding.code === kind) === true;
}

function dayBefore(): string {
  return new Date(Date.now() - dayMs).toISOString().slice(0, 10);
}
