/** A SearchParameter resource as a search parameter, when its FHIRPath is of the part that the index can follow. */
import type { Issue } from '#base/refusal.ts';
import { compilePaths, ExpressionError } from './definitions/compile.ts';
import {
  isResourceType,
  searchParameters,
  structures,
  type PathTable,
  type SearchParameterTable,
  type SearchType,
} from './definitions/tables.ts';
import { isObject, type Json } from './json.ts';

export interface CustomDefinition {
  readonly code: string;
  readonly byType: Readonly<Record<string, SearchParameterTable>>;
  /** What the values depend on: another text needs the values anew. */
  readonly text: string;
}

const kinds = new Set(['string', 'token', 'reference', 'date', 'number', 'quantity', 'uri']);
const isKind = (kind: unknown): kind is SearchType => typeof kind === 'string' && kinds.has(kind);

/**
 * What an active SearchParameter defines; undefined when it defines nothing here: a draft, or one of HL7's own, which
 * are built in. Issues name what does not fit.
 */
export function readCustomParameter(tree: Json): {
  readonly definition?: CustomDefinition;
  readonly issues: readonly Issue[];
} {
  const { status, url, code, base, type, expression, target } = tree;
  if (status !== 'active' || isOfficial(url)) return { issues: [] };
  const issues: Issue[] = [];
  const wrong = (at: string, text: string) => {
    issues.push({ code: 'not-supported', at: `SearchParameter.${at}`, text });
  };
  if (typeof code !== 'string' || !/^[A-Za-z][A-Za-z0-9_-]{0,63}$/.test(code))
    wrong(
      'code',
      'expected a letter and then up to 63 letters, digits, - and _, which a search can be made with',
    );
  if (!isKind(type)) wrong('type', `expected one of ${[...kinds].join(', ')}`);
  if (typeof expression !== 'string')
    wrong('expression', 'is needed: by it the values are found in the resource');
  const types = Array.isArray(base) ? base : [];
  const byType: Record<string, SearchParameterTable> = {};
  for (const one of types) {
    if (typeof one !== 'string' || !isResourceType(one)) {
      wrong('base', 'expected types of resources, each by its name');
    } else if (typeof code === 'string' && searchParameters[one]?.[code]) {
      wrong('code', `${one} has a parameter of this name already`);
    } else if (typeof expression === 'string' && isKind(type)) {
      const paths = pathsOf(expression, one, type, wrong);
      if (paths.length > 0)
        byType[one] = { type, paths, ...(Array.isArray(target) ? { targets: target.filter(isName) } : {}) };
    }
  }
  if (issues.length > 0 || typeof code !== 'string') return { issues };
  return { definition: { code, byType, text: JSON.stringify([type, types, expression]) }, issues };
}

const isName = (name: unknown): name is string => typeof name === 'string' && isResourceType(name);

function isOfficial(url: unknown): boolean {
  return typeof url === 'string' && url.startsWith('http://hl7.org/fhir/SearchParameter/');
}

function pathsOf(
  expression: string,
  type: string,
  kind: SearchType,
  wrong: (at: string, text: string) => void,
): PathTable[] {
  try {
    const paths = compilePaths(expression, type, structures);
    if (paths.length === 0)
      wrong('expression', `says nothing of ${type}, or of a member that ${type} has not`);
    for (const path of paths) {
      if (!fitting().has(`${kind} ${path.type}`))
        wrong('expression', `leads to a ${path.type} in ${type}, which a ${kind} parameter cannot look at`);
    }
    return paths;
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    wrong('expression', error.message);
    return [];
  }
}

let pairs: Set<string> | undefined;
/** Which kinds of parameters look at which types: as those of R4 do. */
function fitting(): Set<string> {
  pairs ??= new Set(
    Object.values(searchParameters).flatMap((table) =>
      Object.values(table).flatMap(({ type, paths }) => paths.map((path) => `${type} ${path.type}`)),
    ),
  );
  return pairs;
}

/** The definition of a stored text; undefined when it defines nothing. */
export function customParameterOf(body: string): CustomDefinition | undefined {
  const tree: unknown = JSON.parse(body);
  return isObject(tree) ? readCustomParameter(tree).definition : undefined;
}
