/**
 * A note as a DocumentReference (docs/how/clinical-shapes.md), and what becomes of it: pure, for screens, simulations and whoever
 * else writes notes. What is signed is never written over: a correction is a note of its own that replaces, an addendum one that
 * appends. When they may be stored is judged where they are stored (src/care/notes.ts).
 */
import type {
  DocumentReference,
  DocumentReferenceRelatesTo,
  Encounter,
  Extension,
  Practitioner,
  QuestionnaireResponse,
  Reference,
  Task,
} from '@medplum/fhirtypes';
import { taskKindSystem } from '../orders/steps.ts';

/** The code of the Task by which a colleague is asked to countersign. */
export const countersignKind = 'countersign';
/** Why a note has the status it has: `valueString`, of a note that was entered in error. */
export const wrongReasonUrl = 'https://holdfast.dk/fhir/status-reason';
/** When `authenticator` countersigned: `valueDateTime`. */
export const countersignedUrl = 'https://holdfast.dk/fhir/countersigned-at';
/** Text that was taken from an earlier note: nested `note` (`valueReference`) and `section` (`valueString`). */
export const carriedUrl = 'https://holdfast.dk/fhir/carried-from';

export interface Person {
  /** `Practitioner/anne-lund`; undefined for who is known by name alone. */
  readonly reference?: string | undefined;
  readonly name: string;
}

/** Text that came from another note, and which part of it; undefined: the whole. */
export interface Carried {
  readonly note: string;
  readonly section?: string | undefined;
}

export interface NewNote {
  readonly patient: string;
  readonly kind: string;
  /** An instant with its offset, `2026-01-15T14:05:00+01:00`. */
  readonly at: string;
  readonly author: Person;
  readonly stay?: string | undefined;
  /** The text in UTF-8, as base64. */
  readonly data: string;
  /** The answers that the text was made from. */
  readonly answers?: Reference<QuestionnaireResponse> | undefined;
  readonly carried?: readonly Carried[];
  /** The id of a note that this is added to. */
  readonly appends?: string | undefined;
  /** The id of a note that this comes in the place of. */
  readonly replaces?: string | undefined;
  /** A colleague is asked to countersign: until then it is preliminary. */
  readonly isPreliminary?: boolean;
}

export function noteFrom(note: NewNote): DocumentReference {
  const { patient, kind, at, author, stay, data, answers, carried = [], isPreliminary = false } = note;
  const relatesTo = relationsOf(note);
  const context = {
    ...(stay === undefined
      ? {}
      : { encounter: [{ reference: `Encounter/${stay}` } satisfies Reference<Encounter>] }),
    ...(answers === undefined ? {} : { related: [answers] }),
  };
  return {
    resourceType: 'DocumentReference',
    ...(carried.length === 0 ? {} : { extension: carried.map(carriedExtension) }),
    status: 'current',
    docStatus: isPreliminary ? 'preliminary' : 'final',
    type: { text: kind },
    subject: { reference: `Patient/${patient}` },
    date: at,
    author: [referenceOf(author)],
    ...(relatesTo.length === 0 ? {} : { relatesTo }),
    content: [{ attachment: { contentType: 'text/plain; charset=utf-8', language: 'da', data } }],
    ...(Object.keys(context).length === 0 ? {} : { context }),
  };
}

/** Asks a colleague to countersign. @param note `urn:uuid:…` or `DocumentReference/…` of the preliminary note */
export function askToCountersign(
  note: string,
  { patient, kind, at, author, stay }: NewNote,
  colleague: Person,
): Task {
  return {
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    code: { coding: [{ system: taskKindSystem, code: countersignKind }], text: 'Medunderskrift' },
    description: `Medunderskrift: ${kind}`,
    focus: { reference: note },
    for: { reference: `Patient/${patient}` },
    ...(stay === undefined ? {} : { encounter: { reference: `Encounter/${stay}` } }),
    authoredOn: at,
    requester: referenceOf(author),
    owner: referenceOf(colleague),
  };
}

/** The colleague has read it and stands by it. */
export function countersigned(note: DocumentReference, by: Person, at: string): DocumentReference {
  return {
    ...note,
    extension: [...(note.extension ?? []), { url: countersignedUrl, valueDateTime: at }],
    docStatus: 'final',
    authenticator: referenceOf(by),
  };
}

/** It should not have been written: it stays readable in the history, with the reason. */
export function enteredInError(note: DocumentReference, why: string): DocumentReference {
  return {
    ...note,
    extension: [...(note.extension ?? []), { url: wrongReasonUrl, valueString: why }],
    status: 'entered-in-error',
    docStatus: 'entered-in-error',
  };
}

/** What a note says of the texts in it that are from other notes. */
export function carriedIn(note: DocumentReference): readonly Carried[] {
  return (note.extension ?? [])
    .filter(({ url }) => url === carriedUrl)
    .flatMap(({ extension = [] }) => {
      const part = (name: string) => extension.find(({ url }) => url === name);
      const source = /^DocumentReference\/([A-Za-z0-9.-]{1,64})$/.exec(
        part('note')?.valueReference?.reference ?? '',
      )?.[1];
      return source === undefined ? [] : [{ note: source, section: part('section')?.valueString }];
    });
}

function carriedExtension({ note, section }: Carried): Extension {
  return {
    url: carriedUrl,
    extension: [
      { url: 'note', valueReference: { reference: `DocumentReference/${note}` } },
      ...(section === undefined ? [] : [{ url: 'section', valueString: section }]),
    ],
  };
}

function relationsOf({ appends, replaces }: NewNote): DocumentReferenceRelatesTo[] {
  const related = [
    ['replaces', replaces],
    ['appends', appends],
  ] as const;
  return related.flatMap(([code, id]) =>
    id === undefined ? [] : [{ code, target: { reference: `DocumentReference/${id}` } }],
  );
}

function referenceOf({ reference, name }: Person): Reference<Practitioner> {
  return { ...(reference === undefined ? {} : { reference }), display: name };
}
