/** What an expression is evaluated in: its resource, what it may ask of the world, and how much work it may do. */
import type { Collection, Item } from './item.ts';
import { PathError } from './path-error.ts';

export interface Environment {
  /** `%resource`: the resource that holds the focus. */
  readonly resource: Item | undefined;
  /** `%rootResource`: the resource that holds a contained one. */
  readonly rootResource: Item | undefined;
  /** Other `%names`. */
  readonly variables: Readonly<Record<string, Collection>>;
  /** `resolve()`: the resource a reference names; without it contained resources are found only. */
  readonly resolve?: ((reference: string) => Item | undefined) | undefined;
  /** `memberOf()`: undefined when the value set is not known. */
  readonly memberOf?: ((item: Item, valueSet: string) => boolean | undefined) | undefined;
  /** `conformsTo()`: undefined when the profile is not known. */
  readonly conformsTo?: ((item: Item, profile: string) => boolean | undefined) | undefined;
  /** `now()`, with its zone. */
  readonly now: () => string;
  /** How many items may still be looked at; an expression of another must not keep the program busy. */
  readonly budget: { steps: number };
  /** Answers of those parts of expressions that depend on the resource alone. */
  readonly memory: Map<object, Collection>;
  /** The same as sets of keys, for `in`. */
  readonly sets: Map<object, ReadonlySet<string>>;
}

/** Items an evaluation looks at, at most: about a second of work. */
const stepsMax = 5_000_000;

export function environmentOf(
  resource: Item | undefined,
  more: Partial<Omit<Environment, 'resource' | 'memory' | 'sets'>> = {},
): Environment {
  return {
    resource,
    rootResource: more.rootResource ?? resource,
    variables: more.variables ?? {},
    resolve: more.resolve,
    memberOf: more.memberOf,
    conformsTo: more.conformsTo,
    now: more.now ?? (() => new Date().toISOString()),
    budget: more.budget ?? { steps: stepsMax },
    memory: new Map(),
    sets: new Map(),
  };
}

/** @throws PathError when the work is more than one expression may do. */
export function spend(environment: Environment, steps: number): void {
  environment.budget.steps -= steps;
  if (environment.budget.steps < 0) throw new PathError('the expression takes more work than is allowed');
}

/** Where a part of an expression stands: `$this`, `$index`, `$total`, `%context`. */
export interface Scope {
  readonly environment: Environment;
  readonly context: Collection;
  self: Collection;
  index: number;
  total: Collection;
}
export type Evaluate = (scope: Scope) => Collection;
