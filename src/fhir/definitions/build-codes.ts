/** The codes of value sets that required bindings name, from the official definitions. */
import type { CodesTable } from './tables.ts';

interface ValueSetInclude {
  readonly system?: string;
  readonly concept?: readonly { readonly code: string }[];
  readonly filter?: readonly { readonly property: string; readonly op: string; readonly value: string }[];
  readonly valueSet?: readonly string[];
}
interface Concept {
  readonly code: string;
  readonly concept?: readonly Concept[];
}
export interface Terminology {
  readonly resourceType: string;
  readonly url: string;
  readonly concept?: readonly Concept[];
  readonly compose?: {
    readonly include: readonly ValueSetInclude[];
    readonly exclude?: readonly ValueSetInclude[];
  };
}
type CodesBySystem = ReadonlyMap<string, ReadonlySet<string>>;

const bare = (canonical: string) => canonical.replace(/\|.*$/, '');

/** The codes of a value set by its url; undefined when it cannot be listed (media types, currencies, UCUM). */
export function codesByValueSet(
  all: readonly Terminology[],
): (url: string) => readonly CodesTable[] | undefined {
  const byUrl = (type: string) => new Map(all.filter((t) => t.resourceType === type).map((t) => [t.url, t]));
  const [valueSets, codeSystems] = [byUrl('ValueSet'), byUrl('CodeSystem')];
  const listed = (include: ValueSetInclude): CodesBySystem | undefined => {
    const { system, concept, filter, valueSet } = include;
    if (!system) return valueSet && together(valueSet.map((url) => expand(bare(url))));
    if (concept) return new Map([[system, new Set(concept.map((c) => c.code))]]);
    const concepts = codeSystems.get(bare(system))?.concept;
    if (!concepts) return undefined;
    let codes: string[] | undefined = flat(concepts);
    for (const { property, op, value } of filter ?? []) {
      if (property !== 'concept' || op !== 'is-a') return undefined;
      const kept = new Set(flat(conceptsOf(concepts, value)));
      codes = codes.filter((code) => kept.has(code));
    }
    return new Map([[bare(system), new Set(codes)]]);
  };
  const expand = (url: string): CodesBySystem | undefined => {
    const compose = valueSets.get(url)?.compose;
    if (!compose) return undefined;
    const [included, excluded] = [
      together(compose.include.map(listed)),
      together((compose.exclude ?? []).map(listed)),
    ];
    if (!included || !excluded) return undefined;
    return new Map(
      [...included].map(([system, codes]) => [
        system,
        new Set([...codes].filter((code) => !excluded.get(system)?.has(code))),
      ]),
    );
  };
  const known = new Map<string, readonly CodesTable[] | undefined>();
  return (url) => {
    if (!known.has(url)) {
      const found = expand(url);
      known.set(url, found && [...found].map(([system, codes]) => ({ system, codes: [...codes] })));
    }
    return known.get(url);
  };
}

function together(all: readonly (CodesBySystem | undefined)[]): CodesBySystem | undefined {
  const found = new Map<string, Set<string>>();
  for (const one of all) {
    if (!one) return undefined;
    for (const [system, codes] of one) {
      const into = found.get(system) ?? new Set<string>();
      for (const code of codes) into.add(code);
      found.set(system, into);
    }
  }
  return found;
}

function flat(concepts: readonly Concept[]): string[] {
  return concepts.flatMap((c) => [c.code, ...flat(c.concept ?? [])]);
}

/** The concepts of a code, itself among them. */
function conceptsOf(concepts: readonly Concept[], code: string): Concept[] {
  return concepts.flatMap((c) => (c.code === code ? [c] : conceptsOf(c.concept ?? [], code)));
}
