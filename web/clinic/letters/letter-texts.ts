import type { LetterState } from '#fhir/letters/steps.ts';
import type { FoundIssue } from '../../link/fault.ts';
import type { Language } from '../../parts/settings.ts';
import type { Say, TextKey } from '../../parts/text.tsx';
import type { LetterRow } from './letter-rows.ts';

/** Of what has a name in both languages in the catalogue of kinds. */
export const nameOf = (
  one: { readonly danish: string; readonly english: string },
  language: Language,
): string => (language === 'da' ? one.danish : one.english);

/** Ready is not sent: nothing sends yet. */
export const stepTexts = {
  ready: 'letters.ready',
  sent: 'letters.sent',
  received: 'letters.received',
  accepted: 'letters.accepted',
  cancelled: 'letters.cancelled',
  rejected: 'letters.rejected',
} as const satisfies Record<LetterState, TextKey>;

export const statusTexts = {
  owed: 'letters.owed',
  draft: 'letters.sharedDraft',
  signed: 'letters.signed',
  replaced: 'letters.replaced',
  wrong: 'letters.wrong',
} as const satisfies Record<LetterRow['status'], TextKey>;

export const sourceTexts: Readonly<Record<string, TextKey>> = {
  Condition: 'letters.fromDiagnosis',
  AllergyIntolerance: 'letters.fromCave',
  Encounter: 'letters.fromStay',
  DocumentReference: 'letters.fromNote',
  Procedure: 'letters.fromProcedure',
  DiagnosticReport: 'letters.fromReport',
  Observation: 'letters.fromMeasurement',
  MedicationRequest: 'letters.fromMedication',
  CarePlan: 'letters.fromPlan',
  Appointment: 'letters.fromAppointment',
  ServiceRequest: 'letters.fromOrder',
};

const issueTexts: Readonly<Record<string, TextKey>> = {
  'letter-signed-already': 'letters.issueSigned',
  'replaced-already': 'letters.issueReplaced',
  'letter-kept': 'letters.issueKept',
  'not-author': 'letters.issueNotAuthor',
  'step-back': 'letters.issueStep',
  stale: 'letters.issueStale',
};

export function letterIssue({ detail }: FoundIssue, say: Say): string | undefined {
  const known = detail === undefined ? undefined : issueTexts[detail];
  return known === undefined ? undefined : say(known);
}
