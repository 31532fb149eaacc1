/**
 * A letter as FHIR: a Composition with a section for each part of it, made safely from plain text, and references to what
 * each was built from. What FHIR R4 has no place for is in extensions: to whom it goes, when a section was built and of
 * what, why it was wrong. docs/how/clinical-shapes.md
 */
import type {
  CodeableConcept,
  Composition,
  CompositionSection,
  Extension,
  Reference,
} from '@medplum/fhirtypes';
import { letterKindOf, letterKindSystem, letterSectionSystem, type LetterKind } from './kinds.ts';

export const receiverUrl = 'https://holdfast.dk/fhir/letter-receiver';
const builtUrl = 'https://holdfast.dk/fhir/letter-built';
export const wrongUrl = 'https://holdfast.dk/fhir/letter-wrong';

/** When the facts of a section were read, and the print of the text they gave. */
export interface Built {
  /** FHIR instant. */
  readonly at: string;
  readonly print: string;
}

export interface LetterSection {
  readonly id: string;
  readonly text: string;
  readonly built?: Built | undefined;
  /** `Condition/17` … that it was built from. */
  readonly entries: readonly string[];
}

export interface Letter {
  readonly kind: LetterKind;
  readonly patient: string;
  readonly encounter?: string | undefined;
  readonly title: string;
  readonly category?: string | undefined;
  readonly receivers: readonly Reference[];
  readonly sections: readonly LetterSection[];
  /** The letter that this one corrects. */
  readonly replaces?: string | undefined;
  /** The letter that this one answers. */
  readonly answers?: string | undefined;
}

/** A draft, which others go on with. @param at FHIR dateTime */
export function draftOf(letter: Letter, authors: readonly Reference[], at: string): Composition {
  const { kind, category, replaces, answers } = letter;
  const chosen = kind.categories.find(({ id }) => id === category);
  const sections = letter.sections
    .filter(({ text }) => cleaned(text).trim() !== '')
    .map((section) => sectionOf(section, kind));
  return {
    resourceType: 'Composition',
    status: 'preliminary',
    type: typeOf(kind),
    ...(chosen === undefined || kind.categorySystem === undefined
      ? {}
      : { category: [coded(kind.categorySystem, chosen.id, chosen.danish)] }),
    subject: { reference: `Patient/${letter.patient}` },
    ...(letter.encounter === undefined ? {} : { encounter: { reference: `Encounter/${letter.encounter}` } }),
    date: at,
    author: authors as Composition['author'],
    title: letter.title.trim() === '' ? kind.danish : letter.title.trim(),
    ...(replaces === undefined && answers === undefined
      ? {}
      : {
          relatesTo: [...relatesTo('replaces', replaces), ...relatesTo('appends', answers)],
        }),
    ...(letter.receivers.length === 0
      ? {}
      : { extension: letter.receivers.map((receiver) => ({ url: receiverUrl, valueReference: receiver })) }),
    ...(sections.length === 0 ? {} : { section: sections }),
  };
}

/** The same, signed: final, or amended when it corrects another. */
export function signed(draft: Composition, by: Reference, at: string): Composition {
  const corrects = draft.relatesTo?.some(({ code }) => code === 'replaces') === true;
  return {
    ...draft,
    status: corrects ? 'amended' : 'final',
    date: at,
    attester: [{ mode: 'legal', time: at, party: by as Reference<never> }],
  };
}

/** It should not have been written; what it said stays. */
export function wrong(letter: Composition, why: string): Composition {
  return {
    ...letter,
    status: 'entered-in-error',
    extension: [...(letter.extension ?? []), { url: wrongUrl, valueString: why }],
  };
}

/** A letter as it was written; undefined: of no kind that is known here. */
export function readLetter(composition: Composition): Letter | undefined {
  const kind = letterKindOf(kindIdOf(composition));
  if (kind === undefined) return undefined;
  const related = (code: string) =>
    composition.relatesTo
      ?.find((one) => one.code === code)
      ?.targetReference?.reference?.replace(/^Composition\//, '');
  return {
    kind,
    patient: idIn(composition.subject, 'Patient') ?? '',
    encounter: idIn(composition.encounter, 'Encounter'),
    title: composition.title,
    category: composition.category?.[0]?.coding?.find(({ system }) => system === kind.categorySystem)?.code,
    receivers: receiversOf(composition),
    sections: (composition.section ?? []).map(readSection),
    replaces: related('replaces'),
    answers: related('appends'),
  };
}

export function receiversOf({ extension = [] }: Composition): readonly Reference[] {
  return extension.flatMap(({ url, valueReference }) =>
    url === receiverUrl && valueReference !== undefined ? [valueReference] : [],
  );
}

export function kindIdOf({ type }: Pick<Composition, 'type'>): string | undefined {
  return type.coding?.find(({ system }) => system === letterKindSystem)?.code;
}

export const isSigned = ({ status }: Pick<Composition, 'status'>): boolean =>
  status === 'final' || status === 'amended';

/** Eight hexadecimal digits that differ when the text does (FNV-1a); tells that a fact has changed, and keeps no secret. */
export function printOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}

/** A narrative of plain text; nothing in it is markup (http://hl7.org/fhir/R4/narrative.html). */
export function divOf(text: string): string {
  const lines = cleaned(text).split('\n').map(escaped);
  return `<div xmlns="http://www.w3.org/1999/xhtml"><p>${lines.join('<br/>')}</p></div>`;
}

/** What of a text a narrative can hold: no characters that XML has not. */
export function cleaned(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{Cc}\t\n]|[\uFFFE\uFFFF]/gu, '');
}

/** The plain text of a narrative, ours or another's. */
export function textOfDiv(div: string): string {
  return div
    .replace(/<br\s*\/?>/gi, '\n')
    .replace(/<\/(?:p|li|tr|h[1-6])>\s*(?=<(?:p|li|tr|h[1-6])\b)/gi, '\n')
    .replace(/<[^>]*>/g, '')
    .replace(/&(lt|gt|quot|apos|amp|#\d{1,7}|#x[0-9a-f]{1,6});/gi, (whole, name: string) => {
      const known = entities[name.toLowerCase()];
      if (known !== undefined) return known;
      const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    });
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function typeOf(kind: LetterKind): CodeableConcept {
  return {
    coding: [
      { system: letterKindSystem, code: kind.id, display: kind.danish },
      ...(kind.loinc === undefined ? [] : [{ system: 'http://loinc.org', code: kind.loinc }]),
    ],
    text: kind.danish,
  };
}

function sectionOf({ id, text, built, entries }: LetterSection, kind: LetterKind): CompositionSection {
  const title = kind.sections.find((section) => section.id === id)?.danish ?? id;
  // As it was built it is made of the record alone; edited, it says more.
  const status = built !== undefined && printOf(text) === built.print ? 'generated' : 'additional';
  return {
    ...(built === undefined ? {} : { extension: [builtExtension(built)] }),
    title,
    code: coded(letterSectionSystem, id, title),
    text: { status, div: divOf(text) },
    ...(entries.length === 0 ? {} : { entry: entries.map((reference) => ({ reference })) }),
  };
}

function readSection({ code, text, entry = [], extension = [] }: CompositionSection): LetterSection {
  const parts = extension.find(({ url }) => url === builtUrl)?.extension;
  const at = parts?.find(({ url }) => url === 'at')?.valueInstant;
  const print = parts?.find(({ url }) => url === 'print')?.valueString;
  return {
    id: code?.coding?.find(({ system }) => system === letterSectionSystem)?.code ?? '',
    text: textOfDiv(text?.div ?? ''),
    ...(at === undefined || print === undefined ? {} : { built: { at, print } }),
    entries: entry.flatMap(({ reference }) => reference ?? []),
  };
}

function builtExtension({ at, print }: Built): Extension {
  return {
    url: builtUrl,
    extension: [
      { url: 'at', valueInstant: at },
      { url: 'print', valueString: print },
    ],
  };
}

function relatesTo(
  code: 'replaces' | 'appends',
  id: string | undefined,
): NonNullable<Composition['relatesTo']> {
  return id === undefined ? [] : [{ code, targetReference: { reference: `Composition/${id}` } }];
}

function coded(system: string, code: string, display: string): CodeableConcept {
  return { coding: [{ system, code, display }], text: display };
}

function idIn(reference: Reference | undefined, type: string): string | undefined {
  return new RegExp(`(?:^|/)${type}/([A-Za-z0-9.-]{1,64})`).exec(reference?.reference ?? '')?.[1];
}
