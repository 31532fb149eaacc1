import type { DocumentReference } from '@medplum/fhirtypes';
import { instantOf } from '../../parts/format/date.ts';
import { referredId, wordsOf } from './coding.ts';

export type Note = {
  readonly id: string;
  readonly kind: string;
  readonly at: number;
  readonly author: string;
  /** Undefined when the text is not in the record but elsewhere. */
  readonly text: string | undefined;
  readonly superseded: boolean;
  readonly wrong: boolean;
  /** Waits to be countersigned. */
  readonly preliminary: boolean;
  /** The id of the note that it is an addendum to, or that it comes in the place of. */
  readonly appends: string | undefined;
  readonly replaces: string | undefined;
  readonly source: DocumentReference;
};

export function noteOf(document: DocumentReference): Note {
  return {
    id: document.id ?? '',
    kind: wordsOf(document.type) || (document.description ?? ''),
    at: instantOf(document.date ?? document.context?.period?.start) ?? 0,
    author: (document.author ?? []).flatMap((author) => author.display ?? []).join(', '),
    text: textOf(document),
    superseded: document.status === 'superseded',
    wrong: document.status === 'entered-in-error',
    preliminary: document.status === 'current' && document.docStatus === 'preliminary',
    appends: relatedTo(document, 'appends'),
    replaces: relatedTo(document, 'replaces'),
    source: document,
  };
}

/** Newest first; without what was entered in error, and without what a correction among them replaced. */
export function notesOf(documents: readonly DocumentReference[]): readonly Note[] {
  const valid = documents.filter((document) => document.status !== 'entered-in-error');
  const replaced = new Set(valid.flatMap((document) => relatedTo(document, 'replaces') ?? []));
  return valid
    .filter(({ id }) => !replaced.has(id ?? ''))
    .map(noteOf)
    .sort((a, b) => b.at - a.at);
}

function relatedTo({ relatesTo }: DocumentReference, kind: 'appends' | 'replaces'): string | undefined {
  return referredId(relatesTo?.find(({ code }) => code === kind)?.target, 'DocumentReference');
}

export function encodeText(text: string): string {
  return btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(''));
}

export function decodeText(data: string): string | undefined {
  try {
    const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function textOf(document: DocumentReference): string | undefined {
  const attachment = document.content?.find(
    (content) =>
      content.attachment.contentType?.startsWith('text/plain') === true &&
      content.attachment.data !== undefined,
  );
  return attachment?.attachment.data === undefined ? undefined : decodeText(attachment.attachment.data);
}
