/** A code system as it is asked: is there such a code, what is it called, what is above and below it. */
import type { CodeSystemTable, ConceptRow, DesignationRow } from './tables.ts';

export interface Concept {
  readonly code: string;
  readonly display: string;
  readonly designations: readonly DesignationRow[];
}
export interface CodeSystem {
  readonly table: CodeSystemTable;
  readonly concept: (code: string) => Concept | undefined;
  /** Whether `below` is `above` or anything under it; undefined when it is not known itself. */
  readonly subsumes: (above: string, below: string) => boolean | undefined;
  /** The code and all above it. */
  readonly above: (code: string) => readonly Concept[];
  /** The code and all under it, in the order of the code system. */
  readonly below: (code: string) => readonly Concept[];
  readonly all: () => readonly Concept[];
}

const views = new WeakMap<CodeSystemTable, CodeSystem>();

export function codeSystemOf(table: CodeSystemTable): CodeSystem {
  let view = views.get(table);
  if (!view) views.set(table, (view = made(table)));
  return view;
}

function made(table: CodeSystemTable): CodeSystem {
  const { concepts, caseSensitive } = table;
  const keyOf = (code: string) => (caseSensitive ? code : code.toLowerCase());
  // A code may stand in several places of a hierarchy; each place is a row.
  const places = new Map<string, number[]>();
  concepts.forEach(([code], n) => {
    const known = places.get(keyOf(code));
    if (known) known.push(n);
    else places.set(keyOf(code), [n]);
  });
  const conceptOf = (row: ConceptRow): Concept => ({
    code: row[0],
    display: row[1],
    designations: row[3] ?? [],
  });
  const rowsBelow = (code: string): number[] => {
    const inside = new Set(places.get(keyOf(code)) ?? []);
    // Parents come first, so one pass meets every row after what is above it.
    concepts.forEach(([, , parent], n) => {
      if (inside.has(parent)) inside.add(n);
    });
    return [...inside].sort((a, b) => a - b);
  };
  return {
    table,
    concept: (code) => {
      const row = concepts[places.get(keyOf(code))?.[0] ?? -1];
      return row && conceptOf(row);
    },
    subsumes: (above, below) => {
      const [top, bottom] = [places.get(keyOf(above)), places.get(keyOf(below))];
      if (!bottom) return undefined;
      // Nothing is below a code that is not there.
      if (!top) return false;
      const wanted = new Set(top);
      return bottom.some((place) => {
        for (let at = place; at >= 0; at = concepts[at]?.[2] ?? -1) if (wanted.has(at)) return true;
        return false;
      });
    },
    above: (code) =>
      distinct(
        (places.get(keyOf(code)) ?? []).flatMap((place) => {
          const found: Concept[] = [];
          for (let at = place; at >= 0; at = concepts[at]?.[2] ?? -1) {
            const row = concepts[at];
            if (row) found.push(conceptOf(row));
          }
          return found;
        }),
      ),
    below: (code) => distinct(rowsBelow(code).flatMap((n) => (concepts[n] ? [conceptOf(concepts[n])] : []))),
    all: () => distinct(concepts.map(conceptOf)),
  };
}

function distinct(concepts: readonly Concept[]): readonly Concept[] {
  const seen = new Set<string>();
  return concepts.filter(({ code }) => (seen.has(code) ? false : seen.add(code)));
}
