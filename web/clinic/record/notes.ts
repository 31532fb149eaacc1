import type { DocumentReference } from '@medplum/fhirtypes';
import { instantOf } from '../../parts/format/date.ts';
import { wordsOf } from './coding.ts';

export type Note = {
  readonly id: string;
  readonly kind: string;
  readonly at: number;
  readonly author: string;
  /** Undefined when the text is not in the record but elsewhere. */
  readonly text: string | undefined;
  readonly superseded: boolean;
  readonly source: DocumentReference;
};

export function noteOf(document: DocumentReference): Note {
  return {
    id: document.id ?? '',
    kind: wordsOf(document.type) || (document.description ?? ''),
    at: instantOf(document.date ?? document.context?.period?.start) ?? 0,
    author: (document.author ?? []).flatMap((author) => author.display ?? []).join(', '),
    text: textOf(document),
    superseded: document.status !== 'current',
    source: document,
  };
}

/** Newest first; what was entered in error is not shown. */
export function notesOf(documents: readonly DocumentReference[]): readonly Note[] {
  return documents
    .filter((document) => document.status !== 'entered-in-error')
    .map(noteOf)
    .sort((a, b) => b.at - a.at);
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
