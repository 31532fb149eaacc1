/**
 * Phrases: a point and a short name, such as `.obj`, become a text. The region's are concepts of a CodeSystem (`code` the name,
 * `definition` the text); a person's own are kept by `Basic/$phrases`, and go before the region's of the same name.
 */
import type { CodeSystem } from '@medplum/fhirtypes';
import { fold } from '../fold.ts';
import json from './phrases.json' with { type: 'json' };

export const phrasesUrl = json.url;

export interface Phrase {
  /** Without its point. */
  readonly name: string;
  readonly text: string;
  /** The person's own, not the region's. */
  readonly isOwn: boolean;
}

export const isPhraseName = (name: string): boolean => /^[\p{L}\d]{1,20}$/u.test(name);
export const phraseTextMax = 4000;

/** What the program brings, as a resource: the demo region stores it. */
export function phraseSystem(): CodeSystem {
  return {
    resourceType: 'CodeSystem',
    id: 'note-phrases',
    url: phrasesUrl,
    version: '1',
    name: 'NotePhrases',
    title: 'Fraser til notater',
    status: 'active',
    content: 'complete',
    concept: json.phrases.map(([code = '', definition = '']) => ({ code, display: `.${code}`, definition })),
  };
}

/** The region's: what it stored, or what the program brings. */
export function regionalPhrases(stored: CodeSystem | undefined): readonly Phrase[] {
  return ((stored ?? phraseSystem()).concept ?? []).flatMap(({ code, definition }) =>
    code === undefined || definition === undefined ? [] : [{ name: code, text: definition, isOwn: false }],
  );
}

export interface Typed {
  /** Where the point is. */
  readonly from: number;
  /** What is typed after the point; may be empty. */
  readonly name: string;
}

/** The phrase that is being typed before the cursor: a point at the beginning of a word, so that 7.5 and e.g. are none. */
export function typedPhrase(text: string, cursor: number): Typed | undefined {
  const [, name] = /(?:^|[\s(])\.([\p{L}\d]{0,20})$/u.exec(text.slice(0, cursor)) ?? [];
  return name === undefined ? undefined : { from: cursor - name.length - 1, name };
}

/** Those that begin so, the exact one first, a person's own before the region's of the same name. */
export function matching(phrases: readonly Phrase[], name: string): readonly Phrase[] {
  const asked = fold(name);
  const own = new Set(phrases.filter(({ isOwn }) => isOwn).map((phrase) => phrase.name));
  return phrases
    .filter((phrase) => phrase.isOwn || !own.has(phrase.name))
    .filter((phrase) => fold(phrase.name).startsWith(asked))
    .sort((a, b) => rank(a, asked) - rank(b, asked) || a.name.localeCompare(b.name, 'da'));
}

const rank = ({ name }: Phrase, asked: string): number => (fold(name) === asked ? 0 : 1);
