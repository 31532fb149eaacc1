/** Functions of whole collections (http://hl7.org/fhirpath/N1/#functions): existence, filters, parts, trees. */
import { keyOf } from './compare.ts';
import { spend, type Evaluate, type Scope } from './environment.ts';
import { onEach, plain, scopeOf } from './function-rule.ts';
import type { FunctionRule } from './functions.ts';
import {
  addChildren,
  boolean,
  integer,
  isOfType,
  no,
  nothing,
  yes,
  type Collection,
  type Item,
} from './item.ts';
import { condition, distinct, single } from './operators.ts';
import { typeNameOf } from './parse.ts';
import { PathError } from './path-error.ts';

/** How far below an item its descendants are looked for; a resource is refused before it is as deep. */
const depthMax = 500;

const isTrue = (items: Collection) => condition(items) === true;
const keysOf = (items: Collection) => new Set(items.map(keyOf));
const numberIn = (items: Collection | undefined) => {
  const value = items?.[0]?.value;
  return typeof value === 'number' ? value : undefined;
};

/** `allTrue()` and its like: what is there of one kind. */
const allAre = (wanted: boolean) =>
  plain(0, 0, (items) => boolean(items.every((item) => item.value === wanted)));
const anyIs = (wanted: boolean) =>
  plain(0, 0, (items) => boolean(items.some((item) => item.value === wanted)));

export const collectionFunctions: Readonly<Record<string, FunctionRule>> = {
  empty: plain(0, 0, (items) => (items.length === 0 ? yes : no)),
  exists: onEach(0, (items, ask, scope) => {
    if (!ask) return items.length > 0 ? yes : no;
    spend(scope.environment, items.length);
    return items.some((item, n) => isTrue(ask(item, n))) ? yes : no;
  }),
  all: onEach(1, (items, ask, scope) => {
    spend(scope.environment, items.length);
    return boolean(items.every((item, n) => ask !== undefined && isTrue(ask(item, n))));
  }),
  where: onEach(1, (items, ask, scope) => {
    spend(scope.environment, items.length);
    return items.filter((item, n) => ask !== undefined && isTrue(ask(item, n)));
  }),
  select: onEach(1, (items, ask, scope) => {
    spend(scope.environment, items.length);
    return items.flatMap((item, n) => ask?.(item, n) ?? nothing);
  }),
  repeat: onEach(1, (items, ask, scope) => {
    const [found, seen]: [Item[], Set<string>] = [[], new Set()];
    let level: Collection = items;
    for (let depth = 0; level.length > 0 && depth < depthMax; depth++) {
      spend(scope.environment, level.length);
      level = level
        .flatMap((item, n) => ask?.(item, n) ?? nothing)
        .filter((item) => {
          const key = keyOf(item);
          return seen.has(key) ? false : seen.add(key);
        });
      found.push(...level);
    }
    return found;
  }),
  aggregate: {
    least: 1,
    most: 2,
    make:
      (source, [body, initial]) =>
      (scope) => {
        const inner = scopeOf(scope);
        inner.total = initial?.(scope) ?? nothing;
        source(scope).forEach((item, n) => {
          inner.self = [item];
          inner.index = n;
          inner.total = body?.(inner) ?? nothing;
        });
        return inner.total;
      },
  },
  iif: {
    least: 2,
    most: 3,
    make:
      (source, [test, then, otherwise]) =>
      (scope) => {
        // Asked of the source, where there is one: `resolve().iif(empty(), true, …)`.
        const inner: Scope = { ...scope, self: source(scope) };
        const answer = test && condition(test(inner)) === true ? then : otherwise;
        return answer?.(inner) ?? nothing;
      },
  },
  allTrue: allAre(true),
  allFalse: allAre(false),
  anyTrue: anyIs(true),
  anyFalse: anyIs(false),
  not: plain(0, 0, (items) => {
    const value = condition(items);
    return value === undefined ? nothing : value ? no : yes;
  }),
  count: plain(0, 0, (items) => integer(items.length)),
  distinct: plain(0, 0, (items) => distinct(items)),
  isDistinct: plain(0, 0, (items) => boolean(keysOf(items).size === items.length)),
  subsetOf: plain(1, 1, (items, [others = nothing]) => {
    const keys = keysOf(others);
    return boolean(items.every((item) => keys.has(keyOf(item))));
  }),
  supersetOf: plain(1, 1, (items, [others = nothing]) => {
    const keys = keysOf(items);
    return boolean(others.every((item) => keys.has(keyOf(item))));
  }),
  intersect: plain(1, 1, (items, [others = nothing]) => {
    if (items.length === 0 || others.length === 0) return nothing;
    const keys = keysOf(others);
    return distinct(items.filter((item) => keys.has(keyOf(item))));
  }),
  exclude: plain(1, 1, (items, [others = nothing]) => {
    const keys = keysOf(others);
    return items.filter((item) => !keys.has(keyOf(item)));
  }),
  union: plain(1, 1, (items, [others = nothing], scope) => distinct(together(items, others, scope))),
  combine: plain(1, 1, (items, [others = nothing], scope) => together(items, others, scope)),
  single: plain(0, 0, (items) => {
    const item = single(items, 'single()');
    return item ? [item] : nothing;
  }),
  first: plain(0, 0, (items) => items.slice(0, 1)),
  last: plain(0, 0, (items) => items.slice(-1)),
  tail: plain(0, 0, (items) => items.slice(1)),
  skip: plain(1, 1, (items, [count]) => items.slice(Math.max(0, numberIn(count) ?? 0))),
  take: plain(1, 1, (items, [count]) => items.slice(0, Math.max(0, numberIn(count) ?? 0))),
  children: plain(0, 0, (items, _, scope) => childrenOf(items, scope)),
  descendants: plain(0, 0, (items, _, scope) => {
    const found: Item[] = [];
    let level: Collection = childrenOf(items, scope);
    for (let depth = 0; level.length > 0; depth++) {
      if (depth > depthMax) throw new PathError(`descendants() goes ${depthMax} levels deep at most`);
      for (const item of level) found.push(item);
      level = childrenOf(level, scope);
    }
    return found;
  }),
  is: {
    least: 1,
    most: 1,
    make: (source, _, [type]) => {
      const name = typeNameOf(type);
      return (scope) => {
        const item = single(source(scope), 'is()');
        return item ? boolean(isOfType(item, name)) : nothing;
      };
    },
  },
  as: { least: 1, most: 1, make: (source, _, [type]) => ofType(source, typeNameOf(type)) },
  ofType: { least: 1, most: 1, make: (source, _, [type]) => ofType(source, typeNameOf(type)) },
  type: plain(0, 0, (items) =>
    items.map(({ type }) => {
      const system = type.startsWith('System.');
      return {
        value: { namespace: system ? 'System' : 'FHIR', name: system ? type.slice(7) : type },
        type: 'System.TypeInfo',
        shadow: undefined,
      };
    }),
  ),
  trace: { least: 1, most: 2, make: (source) => source },
};

/** R4's own expressions say `as` of many (`descendants().as(canonical)`), so `as()` filters like `ofType()`. */
function ofType(source: Evaluate, name: string): Evaluate {
  return (scope) => source(scope).filter((item) => isOfType(item, name));
}

function together(items: Collection, others: Collection, scope: Scope): Collection {
  spend(scope.environment, items.length + others.length);
  return [...items, ...others];
}

function childrenOf(items: Collection, scope: Scope): Item[] {
  const found: Item[] = [];
  for (const item of items) addChildren(item, found);
  spend(scope.environment, found.length);
  return found;
}
