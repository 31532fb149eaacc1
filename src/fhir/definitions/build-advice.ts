/** What R4 advises and does not demand: extensible bindings, and invariants of severity warning. */
import { compile } from '../path/compile.ts';
import type { InvariantTable, StructureTable } from './tables.ts';

interface Definition {
  readonly snapshot?: {
    readonly element: readonly {
      readonly path: string;
      readonly binding?: { readonly strength: string; readonly valueSet?: string };
      readonly constraint?: readonly {
        readonly key: string;
        readonly severity: string;
        readonly human: string;
        readonly expression?: string;
      }[];
    }[];
  };
}
const coded = ['code', 'Coding', 'CodeableConcept', 'Quantity'];
/** Best practice for people's eyes (dom-6), and a rule of a later version of FHIR. */
const left = new Set(['dom-6', 'dom-r4b']);

/** `bindings` by `Type.member`, `invariants` by type. */
export function buildAdvice(
  definitions: readonly Definition[],
  structures: Readonly<Record<string, StructureTable>>,
): { readonly bindings: Record<string, string>; readonly invariants: Record<string, InvariantTable[]> } {
  const [bindings, invariants]: [Record<string, string>, Record<string, InvariantTable[]>] = [{}, {}];
  for (const { snapshot } of definitions) {
    for (const { path, binding, constraint = [] } of snapshot?.element ?? []) {
      const [, owner = '', name = ''] = /^(.*)\.([^.]+)$/.exec(path) ?? [];
      if (binding?.strength === 'extensible' && binding.valueSet) {
        for (const [key, element] of Object.entries(structures[owner]?.elements ?? {})) {
          const isMeant = key === name || `${element.choice}[x]` === name;
          if (isMeant && coded.includes(element.type))
            bindings[`${owner}.${key}`] = binding.valueSet.replace(/\|.*$/, '');
        }
      }
      const own = constraint.flatMap(({ key, severity, human, expression }) =>
        severity === 'warning' && expression !== undefined && !left.has(key)
          ? [{ key, expression, human }]
          : [],
      );
      for (const { expression } of own) compile(expression);
      if (structures[path] && own.length > 0) invariants[path] = own;
    }
  }
  return { bindings, invariants };
}
