/** Which slice of a list an item belongs to (http://hl7.org/fhir/R4/profiling.html#discriminator). */
import { equals } from '../path/compare.ts';
import { compile, type Collection, type Environment, type Item, type Path } from '../path/compile.ts';
import { isObject } from '../json.ts';
import type { Rule } from './rules.ts';
import type { Discriminator } from './table.ts';

/** What matching asks of the check it is part of. */
export interface Judge {
  readonly rootOf: (canonical: string) => { readonly root: Rule; readonly type: string } | undefined;
  readonly conforms: (item: Item, canonical: string) => boolean | undefined;
  readonly isMember: (item: Item, valueSet: string) => boolean | undefined;
  readonly typeOfReference: (item: Item) => string | undefined;
  readonly resolve: (item: Item) => Item | undefined;
}

export function belongs(
  judge: Judge,
  item: Item,
  slice: Rule,
  discriminators: readonly Discriminator[],
  environment: Environment,
): boolean {
  return discriminators.every(({ type, path }) => {
    const steps = stepsOf(path);
    if (type === 'type') return isOfTypes(judge, item, slice, steps, environment);
    if (type === 'profile') return conformsToSlice(judge, item, slice, steps, environment);
    const values = valuesAt(item, path, environment);
    if (type === 'exists') {
      const asked = rulesAt(judge, slice, steps);
      if (asked.some(({ element }) => element.max === '0')) return values.length === 0;
      return !asked.some(({ element }) => (element.min ?? 0) > 0) || values.length > 0;
    }
    const expected = expectations(judge, slice, steps);
    return expected.length > 0 && expected.every((one) => values.some((value) => one(value)));
  });
}

// ---------------------------------------------------------------- paths

const paths = new Map<string, Path>();
const pathsMax = 10_000;
function valuesAt(item: Item, path: string, environment: Environment): Collection {
  if (path === '$this') return [item];
  let compiled = paths.get(path);
  if (!compiled) {
    if (paths.size >= pathsMax) paths.clear();
    paths.set(path, (compiled = compile(path)));
  }
  return compiled(item, environment);
}

/** `$this.extension('http://x').value.code` → `extension('http://x')`, `value`, `code`. */
function stepsOf(path: string): readonly string[] {
  const steps = path.match(/\w+\('[^']*'\)|\w+\([^)]*\)|[\w$]+/g) ?? [];
  return steps.filter((step) => step !== '$this');
}

/** The rules of a slice at a path, its types' profiles among them. */
function rulesAt(judge: Judge, rule: Rule, steps: readonly string[], depth = 0): readonly Rule[] {
  if (depth > 10) return [];
  const own = [rule, ...profileRoots(judge, rule)];
  const [step, ...rest] = steps;
  if (step === undefined) return own;
  return own.flatMap((one) =>
    childrenAt(judge, one, step).flatMap((child) => rulesAt(judge, child, rest, depth + 1)),
  );
}

function profileRoots(judge: Judge, { element }: Rule): readonly Rule[] {
  return (element.types ?? []).flatMap(({ profiles = [] }) =>
    profiles.flatMap((url) => judge.rootOf(url)?.root ?? []),
  );
}

function childrenAt(judge: Judge, rule: Rule, step: string): readonly Rule[] {
  const url = /^extension\('([^']*)'\)$/.exec(step)?.[1];
  if (url !== undefined) {
    const slices = [...(rule.children.get('extension')?.slices.values() ?? [])];
    return slices.filter((slice) => urlsOf(judge, slice).includes(url));
  }
  if (step === 'resolve()') {
    const targets = (rule.element.types ?? []).flatMap(({ targets: all = [] }) => all);
    return targets.flatMap((target) => judge.rootOf(target)?.root ?? []);
  }
  if (step.startsWith('ofType(')) return [rule];
  const child = rule.children.get(step) ?? rule.children.get(`${step}[x]`);
  return child ? [child, ...child.slices.values()] : [];
}

function urlsOf(judge: Judge, slice: Rule): readonly string[] {
  const named = (slice.element.types ?? []).flatMap(({ profiles = [] }) => profiles);
  const fixed = rulesAt(judge, slice, ['url']).flatMap(({ element }) =>
    typeof element.fixed === 'string' ? [element.fixed] : [],
  );
  return [...named.map((url) => url.replace(/\|.*$/, '')), ...fixed];
}

// ---------------------------------------------------------------- values

type Expectation = (value: Item) => boolean;

/** What a slice asks of the value at a path: a fixed value, a pattern (also of what holds the value), a value set. */
function expectations(judge: Judge, rule: Rule, steps: readonly string[], depth = 0): readonly Expectation[] {
  if (depth > 10) return [];
  const found: Expectation[] = [];
  for (const one of [rule, ...profileRoots(judge, rule)]) {
    const { fixed, pattern, binding } = one.element;
    const wanted = fixed ?? pattern;
    const inner = wanted === undefined ? [] : drilled(wanted, steps);
    if (inner.length > 0) found.push(({ value }) => inner.some((part) => holds(part, value)));
    else if (steps.length === 0 && binding?.strength === 'required') {
      found.push((value) => judge.isMember(value, binding.valueSet) === true);
    }
    const [step, ...rest] = steps;
    if (step === undefined || inner.length > 0) continue;
    for (const child of childrenAt(judge, one, step))
      found.push(...expectations(judge, child, rest, depth + 1));
  }
  const [step] = steps;
  if (found.length === 0 && step === 'url' && steps.length === 1) {
    // An extension is told by its definition's url, also when that definition is not known here.
    const urls = urlsOf(judge, rule);
    if (urls.length > 0) found.push(({ value }) => typeof value === 'string' && urls.includes(value));
  }
  return found;
}

function drilled(value: unknown, steps: readonly string[]): readonly unknown[] {
  let parts: readonly unknown[] = [value];
  for (const step of steps) {
    parts = parts
      .flatMap((part) => (isObject(part) ? part[step] : undefined))
      .filter((part) => part !== undefined);
  }
  return parts.flat();
}

/** Whether a value has all that a pattern says (http://hl7.org/fhir/R4/elementdefinition-definitions.html#ElementDefinition.pattern_x_). */
export function holds(pattern: unknown, value: unknown): boolean {
  if (Array.isArray(pattern)) {
    return Array.isArray(value) && pattern.every((one) => value.some((other) => holds(one, other)));
  }
  if (isObject(pattern)) {
    return isObject(value) && Object.entries(pattern).every(([key, one]) => holds(one, value[key]));
  }
  return pattern === value;
}

/** Whether a value is just this. */
export function isFixed(fixed: unknown, value: Item): boolean {
  return isObject(fixed) ? equals([{ ...value, value: fixed }], [value]) === true : fixed === value.value;
}

// ---------------------------------------------------------------- types and profiles

function isOfTypes(
  judge: Judge,
  item: Item,
  slice: Rule,
  steps: readonly string[],
  environment: Environment,
): boolean {
  if (steps.at(-1) === 'resolve()') {
    const targets = rulesAt(judge, slice, steps.slice(0, -1)).flatMap(({ element }) =>
      (element.types ?? []).flatMap(({ targets: all = [] }) => all),
    );
    const types = targets.map(
      (target) => judge.rootOf(target)?.type ?? target.replace(/\|.*$/, '').replace(/^.*\//, ''),
    );
    const references = valuesAt(item, steps.slice(0, -1).join('.') || '$this', environment);
    return references.some((one) => types.includes(judge.typeOfReference(one) ?? ''));
  }
  const types = rulesAt(judge, slice, steps).flatMap(({ element }) =>
    (element.types ?? []).map(({ code }) => code),
  );
  return valuesAt(item, steps.join('.') || '$this', environment).some(({ type }) => types.includes(type));
}

function conformsToSlice(
  judge: Judge,
  item: Item,
  slice: Rule,
  steps: readonly string[],
  environment: Environment,
): boolean {
  const resolves = steps.at(-1) === 'resolve()';
  const at = resolves ? steps.slice(0, -1) : steps;
  const named = rulesAt(judge, slice, at).flatMap(({ element }) =>
    (element.types ?? []).flatMap(({ profiles = [], targets = [] }) => (resolves ? targets : profiles)),
  );
  const values = valuesAt(item, at.join('.') || '$this', environment);
  return values.some((value) =>
    named.some((canonical) => {
      if (!resolves) return judge.conforms(value, canonical) === true;
      const target = judge.resolve(value);
      // What is elsewhere is told by its type.
      return target
        ? judge.conforms(target, canonical) === true
        : judge.rootOf(canonical)?.type === judge.typeOfReference(value);
    }),
  );
}
