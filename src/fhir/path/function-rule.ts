/** The usual shapes of functions. */
import type { Scope } from './environment.ts';
import { nothing, type Collection, type Item } from './item.ts';
import { single } from './operators.ts';
import type { FunctionRule } from './functions.ts';

/** Parameters are evaluated where the call stands, and handed over as collections. */
export function plain(
  least: number,
  most: number,
  work: (items: Collection, parameters: readonly Collection[], scope: Scope) => Collection,
): FunctionRule {
  return {
    least,
    most,
    make: (source, parameters) => (scope) =>
      work(
        source(scope),
        parameters.map((one) => one(scope)),
        scope,
      ),
  };
}

/** The parameter is asked of each item, with `$this` and `$index`. */
export function onEach(
  least: number,
  work: (
    items: Collection,
    ask: ((item: Item, index: number) => Collection) | undefined,
    scope: Scope,
  ) => Collection,
): FunctionRule {
  return {
    least,
    most: 1,
    make: (source, [body]) =>
      body === undefined
        ? (scope) => work(source(scope), undefined, scope)
        : (scope) => {
            const items = source(scope);
            // One scope for all: an item is done with before the next one comes.
            const inner = scopeOf(scope);
            const ask = (item: Item, index: number) => {
              inner.self = [item];
              inner.index = index;
              return body(inner);
            };
            return work(items, ask, scope);
          },
  };
}

export function scopeOf({ environment, context, total }: Scope): Scope {
  return { environment, context, self: nothing, index: 0, total };
}

/** Works on one text; nothing of nothing, and nothing of what is no text. */
export function onText(
  least: number,
  most: number,
  work: (text: string, parameters: readonly (string | number | undefined)[]) => Collection,
): FunctionRule {
  return plain(least, most, (items, parameters) => {
    const value = single(items, 'a function of a text')?.value;
    if (typeof value !== 'string') return nothing;
    const values = parameters.map((one) => single(one, 'a parameter')?.value);
    return work(
      value,
      values.map((one) => (typeof one === 'string' || typeof one === 'number' ? one : undefined)),
    );
  });
}
