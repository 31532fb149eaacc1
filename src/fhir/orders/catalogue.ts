/**
 * What can be ordered, and how it is found: by Danish or English name, by synonym, by the beginning of each word, with the
 * letters æ, ø and å as letters of their own. Data and pure functions: the browser searches it, the guard judges by it, the
 * demo region orders from it.
 */
import { fold } from '../fold.ts';
import json from './catalogue.json' with { type: 'json' };

/** `ServiceRequest.priority` as it is ordered: rutine, haste, livstruende. */
export const priorities = ['routine', 'urgent', 'stat'] as const;
export type Priority = (typeof priorities)[number];
/** What must be said with an order: why (`reasonCode`), where on the body (`bodySite`), how many (`quantityQuantity`). */
const questions = ['reason', 'site', 'quantity'] as const;
export type Question = (typeof questions)[number];

export interface Receiver {
  /** Also `ServiceRequest.category.text`, by which a receiver's people see its patients. */
  readonly id: string;
  readonly danish: string;
  readonly english: string;
  /** Minutes after which a step that has not come is overdue. */
  readonly overdueMinutes: Readonly<Record<'received' | 'answered', Readonly<Record<Priority, number>>>>;
}

export interface Orderable {
  readonly id: string;
  readonly receiver: string;
  readonly danish: string;
  readonly english: string;
  readonly synonyms: readonly string[];
  readonly npu?: string;
  /** What is taken; undefined: nothing is. */
  readonly specimen?: string;
  /** What it is taken into. */
  readonly container?: string;
  /** Of one container; analyses in the same container share it. */
  readonly bloodMl?: number;
  readonly requires: readonly Question[];
  /** Within these hours the same again is told of. */
  readonly intervalHours: number;
}

export interface OrderSet {
  readonly id: string;
  readonly danish: string;
  readonly english: string;
  readonly synonyms: readonly string[];
  readonly priority: Priority;
  readonly items: readonly string[];
  /** Stands in the question until somebody writes another. */
  readonly reason?: string;
}

/** The system of the codes that are our own. */
export const orderableSystem = json.system;
export const receivers: readonly Receiver[] = json.receivers;
export const orderables: readonly Orderable[] = json.items.map((item) => ({
  ...item,
  requires: questionsOf(item),
}));
export const orderSets: readonly OrderSet[] = json.sets.map((set) => ({ ...set, priority: priorityOf(set) }));

const byId = new Map(orderables.map((item) => [item.id, item]));
const receiverById = new Map(receivers.map((receiver) => [receiver.id, receiver]));

export function orderableOf(id: string): Orderable | undefined {
  return byId.get(id);
}

export function receiverOf(id: string): Receiver | undefined {
  return receiverById.get(id);
}

export type FoundOrderable =
  | { readonly kind: 'set'; readonly set: OrderSet }
  | { readonly kind: 'item'; readonly item: Orderable };

/** As many as a list of fixed length shows, and how many there are. */
export interface FoundOrderables {
  readonly shown: readonly FoundOrderable[];
  readonly all: number;
}

/**
 * What the words find: each word must begin a word of the name or of a synonym. A whole word comes before one that begins
 * so, the beginning of a name before that of a synonym; then sets before single orders, then the order of the catalogue. So the same
 * words find the same list, and a letter more only takes lines away.
 */
export function findOrderables(text: string, shownMax = 10): FoundOrderables {
  const asked = wordsOf(text);
  if (asked.length === 0) return { shown: [], all: 0 };
  const ranked = indexed.flatMap((entry) => {
    const rank = rankOf(entry, asked);
    return rank === undefined ? [] : [{ entry, rank }];
  });
  // Sorting keeps the catalogue's order where ranks are equal.
  ranked.sort((a, b) => a.rank - b.rank);
  return { shown: ranked.slice(0, shownMax).map(({ entry }) => entry.found), all: ranked.length };
}

interface Indexed {
  readonly found: FoundOrderable;
  readonly names: readonly string[];
  readonly synonyms: readonly string[];
}

const indexed: readonly Indexed[] = [
  ...orderSets.map((set) => indexOne(set, { kind: 'set', set })),
  ...orderables.map((item) => indexOne(item, { kind: 'item', item })),
];

function indexOne(
  { danish, english, synonyms }: Pick<Orderable, 'danish' | 'english' | 'synonyms'>,
  found: FoundOrderable,
): Indexed {
  return { found, names: [...wordsOf(danish), ...wordsOf(english)], synonyms: synonyms.flatMap(wordsOf) };
}

/** 0 is best; undefined: not found. */
function rankOf({ names, synonyms }: Indexed, asked: readonly string[]): number | undefined {
  let worst = 0;
  for (const word of asked) {
    const rank =
      names.includes(word) || synonyms.includes(word)
        ? 0
        : names.some((name) => name.startsWith(word))
          ? 1
          : synonyms.some((synonym) => synonym.startsWith(word))
            ? 2
            : undefined;
    if (rank === undefined) return undefined;
    worst = Math.max(worst, rank);
  }
  return worst;
}

/** P-Kalium is found as kalium and as p-kalium: a word with signs in it counts whole and in its parts. */
function wordsOf(text: string): string[] {
  return fold(text)
    .split(/[\s,;/()]+/)
    .filter((word) => word !== '')
    .flatMap((word) => {
      const parts = word.split(/[^\p{L}\p{N}+]+/u).filter((part) => part !== '');
      return parts.length > 1 || (parts.length === 1 && parts[0] !== word) ? [word, ...parts] : [word];
    });
}

/** Millilitres of blood that these orders take: one of each container, as the tubes are shared. */
export function bloodMlOf(items: readonly Orderable[]): number {
  const tubes = new Map<string, number>();
  for (const { container, bloodMl } of items) {
    if (bloodMl === undefined) continue;
    const tube = container ?? '';
    tubes.set(tube, Math.max(tubes.get(tube) ?? 0, bloodMl));
  }
  return [...tubes.values()].reduce((sum, ml) => sum + ml, 0);
}

function questionsOf(item: object): readonly Question[] {
  const asked: unknown = 'requires' in item ? item.requires : [];
  return Array.isArray(asked) ? questions.filter((question) => asked.includes(question)) : [];
}

function priorityOf(set: object): Priority {
  const said: unknown = 'priority' in set ? set.priority : undefined;
  return priorities.find((priority) => priority === said) ?? 'routine';
}
