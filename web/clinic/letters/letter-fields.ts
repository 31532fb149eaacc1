import type { Composition, Reference } from '@medplum/fhirtypes';
import type { Letter, LetterSection } from '#fhir/letters/letter.ts';
import { cleaned, printOf, readLetter, receiversOf } from '#fhir/letters/letter.ts';
import type { LetterKind, SectionKind } from '#fhir/letters/kinds.ts';
import { textOfLines } from './build-letter.ts';
import type { Line } from './letter-line.ts';

// What an author has in hand: the texts of a letter as they stand in the form, with what each was built from and when. It is kept as text on the
// device, and tells whether a fact has changed since.

export type Field = {
  readonly text: string;
  readonly built?: { readonly at: string; readonly print: string };
  readonly entries: readonly string[];
};

export type LetterFields = {
  readonly title: string;
  readonly category?: string | undefined;
  readonly receiver?: Reference | undefined;
  /** Who gets the same letter too. */
  readonly others?: readonly Reference[];
  readonly sections: Readonly<Record<string, Field>>;
  /** The version of the shared draft that these came from. */
  readonly version?: string | undefined;
  /** Who wrote on it before. */
  readonly authors: readonly Reference[];
};

/** A section as the record gives it now. */
export function builtField(lines: readonly Line[], at: number): Field {
  const text = cleaned(textOfLines(lines));
  return {
    text,
    built: { at: new Date(at).toISOString(), print: printOf(text) },
    entries: [...new Set(lines.flatMap(({ from }) => from ?? []))],
  };
}

export type SectionState =
  /** Written by hand, from the beginning. */
  | 'free'
  /** Word for word what the record said. */
  | 'built'
  | 'edited'
  /** The record says something else now. */
  | 'changed';

export function stateOfField(field: Field, now: Field | undefined): SectionState {
  if (field.built === undefined) return 'free';
  if (now?.built !== undefined && now.built.print !== field.built.print) return 'changed';
  return printOf(cleaned(field.text)) === field.built.print ? 'built' : 'edited';
}

/** Kept as it stands, knowing what the record says now. */
export const keptField = (field: Field, now: Field): Field => ({
  ...field,
  ...(now.built === undefined ? {} : { built: now.built }),
  entries: now.entries,
});

export function emptyFields(
  kind: LetterKind,
  sections: Readonly<Record<string, Field>>,
  receiver: Reference | undefined,
  answered?: Composition,
): LetterFields {
  return {
    title: answered === undefined ? kind.danish : `SV: ${answered.title}`,
    receiver: answered === undefined ? receiver : receiversOf(answered)[0],
    category: kind.id === 'referral' ? 'routine' : undefined,
    sections,
    authors: [],
  };
}

/** As a stored letter has them: a shared draft to go on with, or a signed one to correct. */
export function fieldsOf(composition: Composition): LetterFields | undefined {
  const letter = readLetter(composition);
  if (letter === undefined) return undefined;
  return {
    title: letter.title,
    category: letter.category,
    receiver: letter.receivers[0],
    others: letter.receivers.slice(1),
    sections: Object.fromEntries(
      letter.sections.map(({ id, text, built, entries }) => [
        id,
        { text, entries, ...(built === undefined ? {} : { built }) },
      ]),
    ),
    version: composition.meta?.versionId,
    authors: composition.author,
  };
}

export function letterOf(
  fields: LetterFields,
  about: Pick<Letter, 'kind' | 'patient' | 'encounter' | 'replaces' | 'answers'>,
): Letter {
  return {
    ...about,
    title: fields.title,
    category: fields.category,
    receivers: receiversIn(fields),
    sections: about.kind.sections.flatMap(({ id }): LetterSection[] => {
      const field = fields.sections[id];
      return field === undefined ? [] : [{ id, ...field }];
    }),
  };
}

/** Each once, those without a name left out. */
function receiversIn({ receiver, others = [] }: LetterFields): readonly Reference[] {
  const named = [receiver, ...others].filter((one) => one !== undefined && (one.display ?? '').trim() !== '');
  const key = (one: Reference | undefined) => one?.reference ?? one?.display?.trim();
  return named.flatMap((one, at) =>
    one === undefined || named.findIndex((other) => key(other) === key(one)) < at ? [] : [one],
  );
}

export type Lack = 'receiver' | 'category' | 'changed' | SectionKind;

/** Why it cannot be signed yet, the first thing of all. */
export function lackOf(
  kind: LetterKind,
  fields: LetterFields,
  now: Readonly<Record<string, Field | undefined>>,
): Lack | undefined {
  const missing = kind.sections.find(
    ({ id }) => kind.required.includes(id) && (fields.sections[id]?.text ?? '').trim() === '',
  );
  if (missing !== undefined) return missing;
  if ((fields.receiver?.display ?? '').trim() === '') return 'receiver';
  if (kind.categories.length > 0 && fields.category === undefined) return 'category';
  const changed = kind.sections.some(({ id }) => {
    const field = fields.sections[id];
    return field !== undefined && stateOfField(field, now[id]) === 'changed';
  });
  return changed ? 'changed' : undefined;
}

/** Sections in which a colleague's newer draft says something else than these fields. */
export function differing(mine: LetterFields, theirs: LetterFields): readonly string[] {
  const ids = new Set([...Object.keys(mine.sections), ...Object.keys(theirs.sections)]);
  return [...ids].filter((id) => (mine.sections[id]?.text ?? '') !== (theirs.sections[id]?.text ?? ''));
}
