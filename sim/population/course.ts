// What a course is: plain facts about how one illness goes in hospital, over hours since admission. A course file says
// what is typical; the chart builder makes one patient of it (severity, trend, other illnesses, noise) and writes FHIR.
import type { Consciousness } from '#fhir/early-warning/table.ts';
import type { Person } from './people.ts';
import type { Random } from './random.ts';
import type { Problem } from './tables/problems.ts';
import type { DrugKey } from './tables/formulary.ts';
import type { LaboratoryKey } from './tables/laboratory-tests.ts';
import type { Voice } from './voice.ts';

/** Values at hours since admission; straight lines between, flat outside. */
export type Curve = readonly (readonly [hours: number, value: number])[];

export function valueAt(curve: Curve, hours: number): number {
  let before = curve[0];
  if (before === undefined) return 0;
  for (const point of curve) {
    if (point[0] > hours) {
      const span = point[0] - before[0];
      return span <= 0 ? point[1] : before[1] + ((point[1] - before[1]) * (hours - before[0])) / span;
    }
    before = point;
  }
  return before[1];
}

export type VitalKey = 'respiration' | 'spo2' | 'oxygen' | 'systolic' | 'diastolic' | 'pulse' | 'temperature';

/** How this patient's stay goes: as the course says, slower, or turning for the worse in the last hours. */
export type Trend = 'better' | 'slow' | 'worse';

export interface About {
  readonly person: Person;
  readonly age: number;
  readonly random: Random;
  /** Hours since admission. */
  readonly hours: number;
  readonly trend: Trend;
  readonly has: (problem: Problem) => boolean;
  /** The drug itself, or what is given instead because of a known reaction. */
  readonly tolerated: (drug: DrugKey) => DrugKey;
}

export interface DrugPlan {
  readonly drug: DrugKey;
  readonly dose?: number;
  readonly times?: readonly string[];
  /** Hours since admission; may be the future's (then it is not ordered yet). */
  readonly from?: number;
  readonly to?: number;
  /** Why it ended at `to`. */
  readonly because?: string;
  /** The first dose at once, before the fixed times. */
  readonly atOnce?: true;
  /** As needed, so many times a day. */
  readonly asNeeded?: number;
  /** One bag or syringe every so many hours, at a rate. */
  readonly infusion?: { readonly everyHours: number; readonly rate: number; readonly unit: string };
  readonly once?: true;
  readonly pausedBecause?: string;
  readonly indication?: string;
}

export interface ReportPlan {
  readonly kind: 'MB' | 'PAT' | 'RAD' | 'EC';
  readonly name: string;
  /** Hours since admission when taken, and hours until the answer. */
  readonly at: number;
  readonly answeredAfter: number;
  readonly text: string;
  /** What the laboratory says meanwhile (microbiology). */
  readonly preliminary?: { readonly after: number; readonly text: string };
  readonly resistance?: readonly (readonly [drug: string, answer: 'S' | 'I' | 'R'])[];
}

export interface OrderPlan {
  readonly category:
    | 'laboratorium'
    | 'mikrobiologi'
    | 'blodbank'
    | 'billeddiagnostik'
    | 'EKG'
    | 'tilsyn'
    | 'fysioterapi';
  readonly what: string;
  /** Hours from now when it shall happen; orders of the past come from reports and samples. */
  readonly inHours: number;
  readonly urgent?: true;
  /** Also booked: the place. */
  readonly place?: string;
}

export interface NoteTexts {
  /** Why the patient came, after "Indlægges …". */
  readonly admittedWith: string;
  readonly history: string;
  readonly examination: string;
  readonly conclusion: string;
  readonly plan: readonly string[];
  /** One subjective sentence for the round, by how it goes. */
  readonly rounds: Readonly<Record<Trend, readonly string[]>>;
  readonly roundExamination: string;
  readonly roundPlan: (voice: Voice) => readonly string[];
  readonly nursing: readonly string[];
  readonly physiotherapy?: string;
  readonly operation?: { readonly at: number; readonly title: string; readonly text: string };
  /** A note of its own kind at a certain hour: birth, thrombolysis, family talk. */
  readonly others?: readonly {
    readonly at: number;
    readonly type: string;
    readonly by: 'doctor' | 'nurse';
    readonly text: string;
  }[];
}

export interface Course {
  readonly diagnoses: readonly (readonly [code: string, display: string])[];
  /** What stands on the board. */
  readonly reason: string;
  readonly vitals: Partial<Record<VitalKey, Curve>>;
  readonly consciousness?: (hours: number) => Consciousness;
  /** The normal consciousness of this one is not the course's to change: small children have no early-warning score. */
  readonly child?: true;
  /** In its first days: some laboratory values are judged by ranges of its own. */
  readonly newborn?: true;
  readonly laboratory: Partial<Record<LaboratoryKey, Curve>>;
  /** Taken each morning; the rest at admission and every third day. */
  readonly daily: readonly LaboratoryKey[];
  readonly drugs: readonly DrugPlan[];
  /** Home drugs that are paused while in hospital, and why. */
  readonly pauses?: Partial<Record<DrugKey, string>>;
  readonly reports: readonly ReportPlan[];
  readonly orders: readonly OrderPlan[];
  readonly notes: NoteTexts;
  readonly tasks: readonly string[];
  readonly flags?: readonly (readonly [code: 'isolation' | 'treatment-level' | 'fall-risk', text: string])[];
  readonly dischargeTo?: string;
}

export interface CourseDefinition {
  readonly ages: readonly [from: number, to: number];
  readonly sex?: 'male' | 'female';
  /** How many days patients with this have been in. */
  readonly days: readonly [from: number, to: number];
  /** Other illnesses that go with it, and how often. */
  readonly problems: Partial<Record<Problem, number>>;
  readonly course: (about: About) => Course;
}
