/**
 * What composite parameters need of the index (http://hl7.org/fhir/R4/search.html#combining). Where the components stand
 * in a part that there is once, two ordinary conditions say the same, and nothing is kept. Where the part may repeat,
 * which of them a value stands in matters: two tokens are kept as a pair, and a number carries the tokens beside it.
 */
import type { CompositeTable, PathTable } from './definitions/tables.ts';
import { isObject, type Json } from './json.ts';

/** The key under which two tokens of one element are found. */
export function pairKey(paths: readonly [string, string], values: readonly [string, string]): string {
  return `${paths[0]}$${paths[1]}#${values[0]}$${values[1]}`;
}

/** A number's companions: which element it stands in, counted from 0, and the keys of the tokens there. */
export interface Companions {
  readonly element: number;
  readonly keys: readonly string[];
}

export type KeysOf = (value: unknown, path: PathTable, kind: 'token' | 'reference') => readonly string[];
export type ValuesAt = (tree: Json, path: PathTable) => readonly unknown[];

/** What one composite of one type keeps. */
export interface CompositeJob {
  readonly steps: readonly string[];
  /** The parts within the element; paths begin at the element. */
  readonly parts: readonly {
    readonly kind: 'token' | 'reference' | 'number';
    readonly paths: readonly PathTable[];
  }[];
}

/** The distinct jobs of a type's composites; several parameters share one. */
export function compositeJobs(composites: readonly CompositeTable[]): CompositeJob[] {
  const jobs = new Map<string, CompositeJob>();
  for (const { repeats, steps, parts } of composites) {
    if (!repeats) continue;
    const job: CompositeJob = {
      steps,
      parts: parts
        .filter((part) => part.outside !== true)
        .map(({ type, paths }) => ({
          kind: type === 'token' || type === 'reference' ? type : 'number',
          paths: paths.map((path) => ({ ...path, steps: path.steps.slice(steps.length) })),
        })),
    };
    jobs.set(JSON.stringify(job), job);
  }
  return [...jobs.values()];
}

/** The elements that repeat, as they stand in the resource. */
export function elementsAt(tree: Json, steps: readonly string[]): readonly Json[] {
  let values: readonly unknown[] = [tree];
  for (const step of steps)
    values = values.flatMap((value) => {
      const found = isObject(value) ? value[step] : undefined;
      return found === undefined ? [] : Array.isArray(found) ? found : [found];
    });
  return values.filter(isObject);
}

/** Past so many an element's pairs would fill the index: a concept with more codings is found by its first ones. */
const pairsMax = 200;

/** The pairs of tokens of one element. */
export function pairsOf(element: Json, job: CompositeJob, keysOf: KeysOf, valuesAt: ValuesAt): string[] {
  const [first, second] = job.parts;
  if (!first || !second || first.kind === 'number' || second.kind === 'number') return [];
  const listed = (part: CompositeJob['parts'][number], kind: 'token' | 'reference') =>
    part.paths.flatMap((path) => valuesAt(element, path).flatMap((value) => keysOf(value, path, kind)));
  const [left, right] = [listed(first, first.kind), listed(second, second.kind)];
  if (left.length === 0 || right.length === 0) return [];
  const names: [string, string] = [first.paths[0]?.name ?? '', second.paths[0]?.name ?? ''];
  return left.flatMap((a) => right.map((b) => pairKey(names, [a, b]))).slice(0, pairsMax);
}
