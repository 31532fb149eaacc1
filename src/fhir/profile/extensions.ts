/** Extensions whose definition is known: where they may stand (http://hl7.org/fhir/R4/defining-extensions.html#context). */
import { structures } from '../definitions/tables.ts';
import { isObject, type Json } from '../json.ts';
import { isOfType } from '../path/item.ts';

export interface FoundExtension {
  readonly tree: Json;
  readonly url: string;
  readonly at: string;
  /** The FHIR type of what it extends, such as `Encounter.location` or `string`. */
  readonly of: string;
  /** The path of what it extends, without positions. */
  readonly path: string;
}

/** All extensions of a resource, but for those of resources in it. */
export function* extensionsIn(
  tree: Json,
  type: string,
  at: string,
  path = type,
  of = type,
): Iterable<FoundExtension> {
  for (const [key, value] of Object.entries(tree)) {
    const bare = key.startsWith('_') ? key.slice(1) : key;
    const element = structures[type]?.elements[bare];
    if (!element || structures[element.type]?.kind === 'resource') continue;
    const step = element.choice ?? bare;
    const list: readonly unknown[] = Array.isArray(value) ? value : [value];
    for (const [n, one] of list.entries()) {
      if (!isObject(one)) continue;
      const here = `${at}.${step}${Array.isArray(value) ? `[${n}]` : ''}`;
      if ((bare === 'extension' || bare === 'modifierExtension') && typeof one['url'] === 'string') {
        yield { tree: one, url: one['url'], at: here, of, path };
      }
      // Beside a primitive stand its id and extensions.
      yield* extensionsIn(
        one,
        bare === key ? element.type : 'Element',
        here,
        `${path}.${step}`,
        element.type,
      );
    }
  }
}

/** @param contexts types, paths (`Patient.contact`), or extensions' urls, which are taken at their word */
export function mayStand({ of, path }: FoundExtension, contexts: readonly string[]): boolean {
  return contexts.some((context) => {
    const [bare = ''] = context.split('#');
    if (bare === 'Element' || bare.startsWith('http')) return true;
    return path === bare || isOfType({ value: undefined, type: of, shadow: undefined }, bare);
  });
}
