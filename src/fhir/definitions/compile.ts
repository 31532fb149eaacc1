/**
 * From the FHIRPath of a search parameter to the JSON paths its values stand at. R4 uses a small part of FHIRPath in its
 * 1,375 expressions: names, `|`, `as`/`ofType`, `[0]`, `.where(a='b')`, `.where(resolve() is T)` and one `exists()`.
 * `build.ts` compiles the official parameters with it, and the server those that are stored while it runs.
 */
import type {
  CompositePart,
  CompositeTable,
  PathTable,
  SearchParameterTable,
  SearchType,
  StructureTable,
} from './tables.ts';

type Structures = Readonly<Record<string, StructureTable>>;

/** What of an expression does not fit; the message names the piece. */
export class ExpressionError extends Error {}

/** FHIR's own expressions have 3,500 characters at most (`Resource` parameters over many types). */
const lettersMax = 5000;

/** The paths for one type; an empty list when the expression says nothing of it. @throws ExpressionError naming the piece that does not fit. */
export function compilePaths(expression: string, type: string, structures: Structures): PathTable[] {
  if (expression.length > lettersMax)
    throw new ExpressionError(`${expression.length} characters; at most ${lettersMax} are taken`);
  if (expression.includes('.exists() and')) {
    if (expression !== deceased)
      throw new ExpressionError(`${shortened(expression)} is more than a path to values`);
    return type === 'Patient' ? [{ name: `${type}.deceased`, steps: ['deceased'], type: 'deceased' }] : [];
  }
  const all: PathTable[] = [];
  for (let part of expression.split('|').map((piece) => piece.trim())) {
    part = part.replace(/\bextension\('([^'()]*)'\)/g, "extension.where(url='$1')");
    part = part.replace(/^\((.*) as (\w+)\)/, '$1.ofType($2)').replace(/ as (\w+)$/, '.ofType($1)');
    while (/^\(.*\)/.test(part)) part = part.replace(/^\((.*)\)(.*)$/, '$1$2');
    const tokens = part.match(/[A-Za-z]+\([^()]*(?:\(\)[^()]*)?\)|[A-Za-z]\w*(?:\[\d+\])?/g) ?? [];
    if (tokens.join('.') !== part) throw new ExpressionError(`${shortened(part)} is not understood`);
    const [root, ...rest] = tokens;
    if (root !== type && root !== 'Resource' && root !== 'DomainResource') continue;
    all.push(...follow(type, rest, structures));
  }
  const seen = new Set<string>();
  return all.filter((path) => {
    const key = JSON.stringify(path);
    return seen.has(key) ? false : (seen.add(key), true);
  });
}

const deceased = 'Patient.deceased.exists() and Patient.deceased != false';
const shortened = (text: string) => `'${text.slice(0, 80)}'`;

interface Draft {
  readonly at: string;
  readonly steps: readonly string[];
  readonly names: readonly string[];
  readonly filter?: PathTable['filter'];
  readonly resolves?: string;
}

function follow(type: string, tokens: readonly string[], structures: Structures): PathTable[] {
  let drafts: Draft[] = [{ at: type, steps: [], names: [] }];
  tokens.forEach((token, index) => {
    const call = /^(\w+)\((.*)\)$/.exec(token);
    if (!call) {
      const [, name = '', nth] = /^(\w+)(?:\[(\d+)\])?$/.exec(token) ?? [];
      if (nth !== undefined && nth !== '0') throw new ExpressionError(`'${token}': only [0] is known`);
      const wanted = /^(?:ofType|as)\((\w+)\)$/.exec(tokens[index + 1] ?? '')?.[1];
      drafts = drafts.flatMap((draft) => {
        const elements = structures[draft.at]?.elements ?? {};
        return Object.entries(elements)
          .filter(
            ([key, e]) => (e.choice ?? key) === name && (wanted === undefined || isType(e.type, wanted)),
          )
          .map(([key, element]) => ({
            ...draft,
            at: element.type,
            steps: [...draft.steps, nth === undefined ? key : `${key}[0]`],
            names: [...draft.names, name],
          }));
      });
    } else if (call[1] === 'where') {
      drafts = drafts.map((draft) => where(draft, token, call[2] ?? ''));
    } else if (call[1] !== 'ofType' && call[1] !== 'as') {
      throw new ExpressionError(`the function '${token.slice(0, 80)}' is not known`);
    }
  });
  return drafts.map((draft) => ({
    name: [type, ...draft.names].join('.') + (draft.filter ? `:${draft.filter.value}` : ''),
    steps: draft.steps,
    type: draft.at,
    ...(draft.filter ? { filter: draft.filter } : {}),
    ...(draft.resolves ? { resolves: draft.resolves } : {}),
  }));
}

/** The components of `code-value-date` write `DateTime` for `dateTime`. */
function isType(type: string, wanted: string): boolean {
  return type === wanted || type === wanted.charAt(0).toLowerCase() + wanted.slice(1);
}

function where(draft: Draft, token: string, condition: string): Draft {
  const resolves = /^resolve\(\) is (\w+)$/.exec(condition)?.[1];
  if (resolves) return { ...draft, resolves };
  const [, key, value] = /^(\w+) ?= ?'([^']*)'$/.exec(condition) ?? [];
  if (key === undefined || value === undefined)
    throw new ExpressionError(`'${token.slice(0, 80)}' is not understood`);
  if (draft.filter) throw new ExpressionError(`'${token.slice(0, 80)}' is a second condition; one is taken`);
  return { ...draft, filter: { step: draft.steps.length, key, value } };
}

// ---------------------------------------------------------------- composites

export interface Component {
  /** What the component's own definition is. */
  readonly parameter: SearchParameterTable;
  readonly expression: string;
}

/** A composite for one type: the elements within which all components must match, and the components' paths. */
export function compileComposites(
  expression: string,
  components: readonly Component[],
  type: string,
  structures: Structures,
): CompositeTable[] {
  return compilePaths(expression, type, structures).map(({ name, steps }) => {
    const parts = components.map((component): CompositePart => {
      const found = component.expression.split('|').flatMap((piece) => {
        const text = piece.trim();
        return text.startsWith('%resource.')
          ? compilePaths(`${type}.${text.slice('%resource.'.length)}`, type, structures)
          : compilePaths(`${name}.${text}`, type, structures);
      });
      const kind = component.parameter.type;
      // DocumentReference's `relationship` has the expressions of its two components the wrong way round.
      const paths = found.every((path) => isKind(path.type, kind)) ? found : component.parameter.paths;
      const outside = paths.some((path) => !steps.every((step, n) => path.steps[n] === step));
      const { targets } = component.parameter;
      return { type: kind, paths, ...(targets ? { targets } : {}), ...(outside ? { outside } : {}) };
    });
    return { name, steps, repeats: repeats(type, steps, structures), parts };
  });
}

function isKind(type: string, kind: SearchType): boolean {
  return (type === 'Reference') === (kind === 'reference');
}

function repeats(type: string, steps: readonly string[], structures: Structures): boolean {
  let at = type;
  return steps.some((step) => {
    const element = structures[at]?.elements[step];
    at = element?.type ?? '';
    return element?.many ?? true;
  });
}
