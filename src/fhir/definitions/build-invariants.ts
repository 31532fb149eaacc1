/**
 * The invariants of R4 of severity error, by the type or member they are asked of. Each is compiled once here, so that an
 * expression that Holdfast cannot evaluate makes the build fail, not a write.
 */
import { compile } from '../path/compile.ts';
import type { InvariantTable, StructureTable } from './tables.ts';

interface Constraint {
  readonly key: string;
  readonly severity: string;
  readonly human: string;
  readonly expression?: string;
}
interface Definition {
  readonly type: string;
  readonly snapshot?: {
    readonly element: readonly { readonly path: string; readonly constraint?: readonly Constraint[] }[];
  };
}

/** Judged by validate.ts itself, because there it costs nothing. */
const judgedElsewhere: Readonly<Record<string, string>> = {
  'ele-1': 'an object without members, or with an id alone, is refused where members are read',
  'txt-1': 'the narrative is read by narrative.ts',
  'txt-2': 'the narrative is read by narrative.ts',
};
/** What R4 says is not what it means; each is said so in a later version of FHIR or cannot be evaluated as it stands. */
const corrected: Readonly<Record<string, string>> = {
  // `%context` lost two letters where the definitions were printed.
  'ig-1': 'resource.groupingId.all(%context.grouping.id contains $this)',
  'ig-2': 'definition.resource.fhirVersion.all(%context.fhirVersion contains $this)',
};

/** `members` are `Type.member`, with the name of a choice as JSON has it (`probabilityRange`). */
export function buildInvariants(
  definitions: readonly Definition[],
  structures: Readonly<Record<string, StructureTable>>,
): { readonly types: Record<string, InvariantTable[]>; readonly members: Record<string, InvariantTable[]> } {
  const [types, members]: [Record<string, InvariantTable[]>, Record<string, InvariantTable[]>] = [{}, {}];
  for (const definition of definitions) {
    for (const { path, constraint = [] } of definition.snapshot?.element ?? []) {
      // Those that every resource has stand once, at DomainResource.
      const own = (key: string) => path === 'DomainResource' || !key.startsWith('dom-');
      if (structures[path]) types[path] = invariantsOf(constraint).filter(({ key }) => own(key));
    }
  }
  for (const definition of definitions) {
    for (const { path, constraint = [] } of definition.snapshot?.element ?? []) {
      const [, owner = '', name = ''] = /^(.*)\.([^.]+)$/.exec(path) ?? [];
      if (structures[path] || !structures[owner]) continue;
      const keys = Object.entries(structures[owner].elements).filter(
        ([key, element]) => key === name || `${element.choice}[x]` === name,
      );
      for (const [key, element] of keys) {
        const ofType = new Set(types[element.type]?.map((one) => one.key));
        const own = invariantsOf(constraint).filter((one) => !ofType.has(one.key));
        if (own.length > 0) members[`${owner}.${key}`] = own;
      }
    }
  }
  return { types: Object.fromEntries(Object.entries(types).filter(([, list]) => list.length > 0)), members };
}

function invariantsOf(constraints: readonly Constraint[]): InvariantTable[] {
  return constraints
    .filter(({ severity, key }) => severity === 'error' && judgedElsewhere[key] === undefined)
    .map(({ key, human, expression = '' }) => {
      const asked = corrected[key] ?? expression;
      compile(asked);
      return { key, expression: asked, human };
    });
}
