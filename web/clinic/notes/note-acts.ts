import type { Bundle, DocumentReference, Resource } from '@medplum/fhirtypes';
import {
  askToCountersign,
  countersigned,
  enteredInError,
  noteFrom,
  type NewNote,
  type Person,
} from '#fhir/notes/note.ts';
import { hasAnswers, noteText, responseOf, type Template } from '#fhir/notes/template.ts';
import type { Change } from '../../link/act.ts';
import { fhirMoment } from '../../parts/format/date.ts';
import { encodeText } from '../record/notes.ts';
import { answersIn, carriedInto, type Fields } from './draft-fields.ts';

// What the buttons of the notes write (docs/how/clinical-shapes.md).

export type Signed = {
  readonly patient: string;
  readonly stay: string | undefined;
  readonly author: Person;
  readonly at: number;
};

const noteUrn = 'urn:uuid:0b0f6a39-6f0c-4d4b-9a41-5d1d7f4f1a10';
const answersUrn = 'urn:uuid:0b0f6a39-6f0c-4d4b-9a41-5d1d7f4f1a11';

/** A note alone is a resource; with answers, or somebody to countersign it, a transaction that begins with the note. */
export function signedDraft(
  fields: Fields,
  template: Template,
  { patient, stay, author, at }: Signed,
): Resource {
  const answers = answersIn(fields, template);
  const text = noteText(template, answers);
  const isKept = hasAnswers(template, answers);
  const colleague = fields['colleague'];
  const moment = fhirMoment(at);
  const note: NewNote = {
    patient,
    kind: template.title,
    at: moment,
    author,
    stay,
    data: encodeText(text),
    carried: carriedInto(fields, text),
    appends: fields['appends'],
    replaces: fields['replaces'],
    isPreliminary: colleague !== undefined,
    ...(isKept && { answers: { reference: answersUrn } }),
  };
  const first = noteFrom(note);
  if (!isKept && colleague === undefined) return first;
  const reference = author.reference as `Practitioner/${string}` | undefined;
  return {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      { fullUrl: noteUrn, resource: first, request: { method: 'POST', url: 'DocumentReference' } },
      ...(isKept
        ? [
            {
              fullUrl: answersUrn,
              resource: responseOf(template, answers, {
                patient,
                stay,
                author: reference === undefined ? undefined : { reference, display: author.name },
                at: moment,
              }),
              request: { method: 'POST' as const, url: 'QuestionnaireResponse' },
            },
          ]
        : []),
      ...(colleague === undefined
        ? []
        : [
            {
              resource: askToCountersign(noteUrn, note, {
                reference: colleague,
                name: fields['colleagueName'] ?? '',
              }),
              request: { method: 'POST' as const, url: 'Task' },
            },
          ]),
    ],
  } satisfies Bundle;
}

export function countersignAct(note: DocumentReference, by: Person, at: number): readonly Change[] {
  return [put(note, countersigned(note, by, fhirMoment(at)))];
}

export function wrongNoteAct(note: DocumentReference, why: string): readonly Change[] {
  return [put(note, enteredInError(note, why))];
}

function put(note: DocumentReference, resource: DocumentReference): Change {
  return {
    method: 'PUT',
    url: `DocumentReference/${note.id ?? ''}`,
    resource,
    version: note.meta?.versionId,
  };
}
