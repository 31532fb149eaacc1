/**
 * The kinds of letters, as data: what stands in each, which facts fill it, who receives it, who may sign it, and when it is due. The
 * guard judges by it, the screens draw by it.
 */
import json from './kinds.json' with { type: 'json' };

/** Facts of the record that fill a section. */
const fills = [
  'diagnoses',
  'cave',
  'course',
  'procedures',
  'results',
  'vitals',
  'medication',
  'plan',
] as const;
export type Fill = (typeof fills)[number];

const receiverKinds = ['gp', 'department', 'municipality', 'patient'] as const;
export type ReceiverKind = (typeof receiverKinds)[number];

interface Named {
  readonly id: string;
  readonly danish: string;
  readonly english: string;
}

export interface SectionKind extends Named {
  /** undefined: written by hand. */
  readonly fill: Fill | undefined;
}

export interface LetterKind extends Named {
  readonly loinc?: string;
  readonly receivers: readonly ReceiverKind[];
  /** Roles that may sign it. */
  readonly signs: readonly string[];
  /** Roles that accept, send on or reject it where it comes in; none: it is only received. */
  readonly visits: readonly string[];
  readonly sections: readonly SectionKind[];
  /** Sections without which it is not signed. */
  readonly required: readonly string[];
  readonly categorySystem?: string;
  /** One of them is told, when there are any. */
  readonly categories: readonly Named[];
  /** Working days after the end of a stay. */
  readonly dueWorkdays?: number;
}

export const letterKindSystem = json.system;
export const letterSectionSystem = json.sectionSystem;

const sectionById = new Map<string, SectionKind>(
  json.sections.map((section) => [section.id, { ...section, fill: fillOf(section) }]),
);

export const letterKinds: readonly LetterKind[] = json.kinds.map((kind) => ({
  ...kind,
  receivers: receiverKinds.filter((receiver) => kind.receivers.includes(receiver)),
  visits: 'visits' in kind ? kind.visits : [],
  categories: 'categories' in kind ? kind.categories : [],
  sections: kind.sections.flatMap((id) => sectionById.get(id) ?? []),
}));

const kindById = new Map(letterKinds.map((kind) => [kind.id, kind]));

export function letterKindOf(id: string | undefined): LetterKind | undefined {
  return id === undefined ? undefined : kindById.get(id);
}

/** The kind of letter that a stay is ended with. */
export const dischargeLetter = 'discharge-letter';

function fillOf(section: object): Fill | undefined {
  const said: unknown = 'fill' in section ? section.fill : undefined;
  return fills.find((fill) => fill === said);
}
