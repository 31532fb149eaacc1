import type { Resource } from '@medplum/fhirtypes';
import { instantOf } from '../../parts/format/date.ts';
import { wordsOf } from './coding.ts';
import { onsetOf } from './diagnoses.ts';
import { drugNameOf } from './dose.ts';
import { reportText, reportedAt } from './reports.ts';
import { noteOf } from './notes.ts';

// The whole course as one list of dated events, whatever kind of resource each is.

export const courseKinds = [
  'stay',
  'diagnosis',
  'procedure',
  'report',
  'imaging',
  'medication',
  'note',
  'immunization',
  'plan',
  'goal',
] as const;
export type CourseKind = (typeof courseKinds)[number];

export type CourseEvent = {
  readonly key: string;
  readonly kind: CourseKind;
  readonly at: number;
  readonly words: string;
  readonly more: string;
  /** The note whose whole text this is a part of. */
  readonly note?: string;
};

/** Newest first; what has no date comes last. */
export function courseEvents(resources: readonly Resource[]): readonly CourseEvent[] {
  return resources
    .flatMap((resource) => {
      const event = eventOf(resource);
      return event === undefined ? [] : [{ key: `${resource.resourceType}/${resource.id}`, ...event }];
    })
    .sort((a, b) => b.at - a.at);
}

function eventOf(resource: Resource): Omit<CourseEvent, 'key'> | undefined {
  // Kinds that are no event of the course (places, people, administrations) have no case.
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check
  switch (resource.resourceType) {
    case 'Encounter': {
      const reason = resource.reasonCode?.map(wordsOf).filter(Boolean).join(', ');
      const type = resource.type?.map(wordsOf).filter(Boolean).join(', ');
      return {
        kind: 'stay',
        at: time(resource.period?.start),
        words: reason || type || '',
        more: [reason ? type : '', resource.serviceProvider?.display].filter(Boolean).join(' · '),
      };
    }
    case 'Condition':
      return {
        kind: 'diagnosis',
        at: time(onsetOf(resource)),
        words: wordsOf(resource.code),
        more: wordsOf(resource.clinicalStatus),
      };
    case 'Procedure':
      // What is prepared, or came to nothing, was not done.
      if (resource.status === 'preparation' || resource.status === 'not-done') return undefined;
      return {
        kind: 'procedure',
        at: time(resource.performedDateTime ?? resource.performedPeriod?.start),
        words: wordsOf(resource.code),
        more: (resource.reasonReference ?? []).flatMap((each) => each.display ?? []).join(', '),
      };
    case 'DiagnosticReport':
      return {
        kind: 'report',
        at: reportedAt(resource),
        words: wordsOf(resource.code),
        more: shorten(reportText(resource)),
      };
    case 'ImagingStudy':
      return {
        kind: 'imaging',
        at: time(resource.started),
        words: resource.description ?? resource.procedureCode?.map(wordsOf).join(', ') ?? '',
        more: (resource.series ?? [])
          .map((series) =>
            [series.modality.display ?? series.modality.code, series.bodySite?.display]
              .filter(Boolean)
              .join(' '),
          )
          .join(', '),
      };
    case 'MedicationRequest':
      return {
        kind: 'medication',
        at: time(resource.authoredOn),
        words: wordsWithRest(drugNameOf(resource)),
        more: resource.dosageInstruction?.[0]?.text ?? '',
      };
    case 'DocumentReference': {
      const note = noteOf(resource);
      return {
        kind: 'note',
        at: note.at,
        words: note.kind,
        more: shorten(note.text ?? ''),
        note: note.id,
      };
    }
    case 'Immunization':
      return {
        kind: 'immunization',
        at: time(resource.occurrenceDateTime),
        words: wordsOf(resource.vaccineCode),
        more: resource.status === 'not-done' ? wordsOf(resource.statusReason) : '',
      };
    case 'CarePlan':
      return {
        kind: 'plan',
        at: time(resource.created ?? resource.period?.start),
        words: resource.title ?? resource.category?.map(wordsOf).filter(Boolean).at(-1) ?? '',
        more:
          resource.description ??
          (resource.activity ?? [])
            .map((activity) => wordsOf(activity.detail?.code))
            .filter(Boolean)
            .join(', '),
      };
    case 'Goal':
      return {
        kind: 'goal',
        at: time(resource.startDate ?? resource.statusDate),
        words: wordsOf(resource.description),
        more: resource.lifecycleStatus,
      };
    default:
      return undefined;
  }
}

/** As much as two lines hold, cut between sentences or words and marked as cut: half a number is a wrong number. */
export function shorten(text: string, letters = 170): string {
  const line = text.replace(/\s+/g, ' ').trim();
  if (line.length <= letters) return line;
  const part = line.slice(0, letters);
  const sentence = part.search(/[.!?] [^.!?]*$/);
  if (sentence > letters / 2) return `${part.slice(0, sentence + 1)} …`;
  // A number keeps its unit: the cut is before a word that no number precedes.
  const word = /^(.*[^\d\s.,/<>%]) \S*$/u.exec(part)?.[1];
  return `${(word ?? part.slice(0, part.lastIndexOf(' '))).replace(/[,;:]$/, '')} …`;
}

const time = (text: string | undefined): number => instantOf(text) ?? 0;
const wordsWithRest = (name: { readonly generic: string; readonly rest: string }): string =>
  [name.generic, name.rest].filter(Boolean).join(' ');
