/** Terminology as Holdfast keeps it in memory: compact lines for what is built in, and the same made of resources. */
import { isObject, type Json } from '../json.ts';

/** `[code, display, position of its parent or -1, designations]`; a parent comes before its children. */
export type ConceptRow = readonly [
  code: string,
  display: string,
  parent: number,
  designations?: readonly DesignationRow[],
];
export type DesignationRow = readonly [language: string, value: string];

export interface CodeSystemTable {
  readonly kind: 'CodeSystem';
  readonly url: string;
  readonly version?: string;
  readonly name?: string;
  /** `complete`, `fragment`, `example`, `not-present`: whether a code that is not here may be right. */
  readonly content: string;
  readonly caseSensitive: boolean;
  readonly concepts: readonly ConceptRow[];
}
export interface ValueSetTable {
  readonly kind: 'ValueSet';
  readonly url: string;
  readonly version?: string;
  readonly name?: string;
  readonly title?: string;
  readonly compose?: Compose;
}
export interface Compose {
  readonly include: readonly Include[];
  readonly exclude?: readonly Include[];
}
export interface Include {
  readonly system?: string;
  readonly concepts?: readonly (readonly [code: string, display?: string])[];
  readonly filters?: readonly { readonly property: string; readonly op: string; readonly value: string }[];
  readonly valueSets?: readonly string[];
}
export interface ConceptMapTable {
  readonly kind: 'ConceptMap';
  readonly url: string;
  readonly version?: string;
  readonly source?: string;
  readonly target?: string;
  readonly groups: readonly MapGroup[];
}
export interface MapGroup {
  readonly source?: string;
  readonly target?: string;
  /** `[code, target code, equivalence, display]`. */
  readonly rows: readonly (readonly [string, string, string, string?])[];
}
export type TerminologyTable = CodeSystemTable | ValueSetTable | ConceptMapTable;

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const objects = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.filter(isObject) : []);
const some = <T extends object>(name: string, value: unknown): T =>
  (value === undefined ? {} : { [name]: value }) as T;

/** A resource of terminology as a table; undefined for one without a url. */
export function tableOf(resource: Json): TerminologyTable | undefined {
  const url = text(resource['url']);
  if (url === undefined) return undefined;
  const common = {
    url,
    ...some<{ version?: string }>('version', text(resource['version'])),
    ...some<{ name?: string }>('name', text(resource['name'])),
  };
  switch (resource['resourceType']) {
    case 'CodeSystem':
      return {
        kind: 'CodeSystem',
        ...common,
        content: text(resource['content']) ?? 'complete',
        caseSensitive: resource['caseSensitive'] !== false,
        concepts: conceptRows(resource['concept']),
      };
    case 'ValueSet':
      return {
        kind: 'ValueSet',
        ...common,
        ...some<{ title?: string }>('title', text(resource['title'])),
        ...some<{ compose?: Compose }>('compose', composeOf(resource)),
      };
    case 'ConceptMap':
      return {
        kind: 'ConceptMap',
        ...common,
        ...some<{ source?: string }>('source', text(resource['sourceUri'] ?? resource['sourceCanonical'])),
        ...some<{ target?: string }>('target', text(resource['targetUri'] ?? resource['targetCanonical'])),
        groups: objects(resource['group']).map(groupOf),
      };
    default:
      return undefined;
  }
}

function conceptRows(list: unknown): ConceptRow[] {
  const rows: ConceptRow[] = [];
  // A stack, not recursion: a hierarchy may be as deep as a body allows.
  const waiting = [{ list: objects(list), at: 0, parent: -1 }];
  for (let top = waiting.at(-1); top; top = waiting.at(-1)) {
    const concept = top.list[top.at++];
    if (!concept) {
      waiting.pop();
      continue;
    }
    const designations = objects(concept['designation']).map((one): DesignationRow => [
      text(one['language']) ?? '',
      text(one['value']) ?? '',
    ]);
    const row = [text(concept['code']) ?? '', text(concept['display']) ?? '', top.parent] as const;
    rows.push(designations.length > 0 ? [...row, designations] : row);
    waiting.push({ list: objects(concept['concept']), at: 0, parent: rows.length - 1 });
  }
  return rows;
}

function composeOf(resource: Json): Compose | undefined {
  const compose = resource['compose'];
  if (isObject(compose)) {
    const exclude = objects(compose['exclude']).map(includeOf);
    return {
      include: objects(compose['include']).map(includeOf),
      ...(exclude.length > 0 ? { exclude } : {}),
    };
  }
  // A value set may come as its expansion alone.
  const { expansion } = resource;
  if (!isObject(expansion)) return undefined;
  const bySystem = new Map<string, [string, string?][]>();
  const waiting = [...objects(expansion['contains'])];
  for (let one = waiting.pop(); one; one = waiting.pop()) {
    waiting.push(...objects(one['contains']));
    const [system, code] = [text(one['system']), text(one['code'])];
    if (system === undefined || code === undefined || one['abstract'] === true) continue;
    const display = text(one['display']);
    bySystem.set(system, [...(bySystem.get(system) ?? []), display === undefined ? [code] : [code, display]]);
  }
  return { include: [...bySystem].map(([system, concepts]) => ({ system, concepts: concepts.reverse() })) };
}

function includeOf(include: Json): Include {
  const concepts = objects(include['concept']).map((one): readonly [string, string?] => {
    const display = text(one['display']);
    return display === undefined ? [text(one['code']) ?? ''] : [text(one['code']) ?? '', display];
  });
  const filters = objects(include['filter']).map((one) => ({
    property: text(one['property']) ?? '',
    op: text(one['op']) ?? '',
    value: text(one['value']) ?? '',
  }));
  const valueSets = (Array.isArray(include['valueSet']) ? include['valueSet'] : []).filter(
    (one): one is string => typeof one === 'string',
  );
  return {
    ...some<{ system?: string }>('system', text(include['system'])),
    ...(concepts.length > 0 ? { concepts } : {}),
    ...(filters.length > 0 ? { filters } : {}),
    ...(valueSets.length > 0 ? { valueSets } : {}),
  };
}

function groupOf(group: Json): MapGroup {
  return {
    ...some<{ source?: string }>('source', text(group['source'])),
    ...some<{ target?: string }>('target', text(group['target'])),
    rows: objects(group['element']).flatMap((element) =>
      objects(element['target']).map((target): readonly [string, string, string, string?] => {
        const row = [
          text(element['code']) ?? '',
          text(target['code']) ?? '',
          text(target['equivalence']) ?? 'equivalent',
        ] as const;
        const display = text(target['display']);
        return display === undefined ? row : [...row, display];
      }),
    ),
  };
}
