/**
 * What a search asks of terminology, `:in`, `:not-in`, `:above`, `:below`: of what is built in, stored in the record or
 * loaded as a table, the same as the terminology operations answer.
 */
import type { CodeLists } from '#fhir/search-conditions.ts';
import { codesAround, codesIn } from '#fhir/terminology/search.ts';
import { withStored } from './operations/stored-definitions.ts';
import type { Service } from './service.ts';

const asked = /:(in|not-in|above|below)$/;
/** How many value sets and codes one parameter may name. */
const namedMax = 20;

/** The lists that the parameters of a search ask for, read before it is understood. */
export async function codeListsFor(
  service: Service,
  parameters: readonly (readonly [string, string])[],
): Promise<CodeLists> {
  const valueSets = new Set<string>();
  const around = new Map<string, readonly [string, string, 'above' | 'below']>();
  for (const [name, value] of parameters) {
    const modifier = asked.exec(name)?.[1];
    if (modifier === undefined) continue;
    for (const one of value.split(',').slice(0, namedMax)) {
      if (modifier === 'above' || modifier === 'below') {
        const [, system, code] = /^(.+)\|([^|]+)$/.exec(one) ?? [];
        if (system !== undefined && code !== undefined)
          around.set(`${modifier} ${one}`, [system, code, modifier]);
      } else valueSets.add(one);
    }
  }
  if (valueSets.size + around.size === 0) return { expand: () => undefined, subsumed: () => undefined };
  const named = [...around.values()];
  return withStored(
    service,
    ({ terminology }) => {
      const lists = new Map([...valueSets].map((url) => [url, codesIn(terminology, url)]));
      const codes = new Map(
        named.map(([system, code, direction]) => [
          `${direction} ${system}|${code}`,
          codesAround(terminology, system, code, direction),
        ]),
      );
      return {
        expand: (url) => lists.get(url),
        subsumed: (system, code, direction) => codes.get(`${direction} ${system}|${code}`),
      };
    },
    [],
    named.length > 0
      ? {
          codes: named.map(([, code]) => code),
          under: named.flatMap(([, code, direction]) => (direction === 'below' ? [code] : [])),
        }
      : { filter: '' },
  );
}
