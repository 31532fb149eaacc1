/** What searching asks of terminology: `:in`, `:not-in`, `:above`, `:below` (http://hl7.org/fhir/R4/search.html#token). */
import { codeSystemOf } from './code-system.ts';
import type { Library } from './library.ts';
import { expand, NotExpanded, type CodedConcept } from './value-set.ts';

/** Codes of a value set; undefined when it is not known or cannot be listed. */
export function codesIn(library: Library, valueSet: string): readonly CodedConcept[] | undefined {
  const table = library.valueSet(valueSet);
  if (!table) return undefined;
  try {
    return expand(library, table);
  } catch (error) {
    if (error instanceof NotExpanded) return undefined;
    throw error;
  }
}

/** A code and all below it, or above it; undefined when the code or its system is not known. */
export function codesAround(
  library: Library,
  system: string,
  code: string,
  where: 'above' | 'below',
): readonly string[] | undefined {
  const table = library.codeSystem(system);
  // Of a part of a code system nobody knows what else is below.
  const codeSystem = table?.content === 'complete' ? codeSystemOf(table) : undefined;
  if (!codeSystem?.concept(code)) return undefined;
  return codeSystem[where](code).map((one) => one.code);
}
