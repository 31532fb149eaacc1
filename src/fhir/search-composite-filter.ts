/** The value of a composite parameter, `8480-6$gt140`, as conditions (http://hl7.org/fhir/R4/search.html#composite). */
import { Refusal } from '#base/refusal.ts';
import type { CompositePart, CompositeTable } from './definitions/tables.ts';
import { parseNumber } from './search-comparisons.ts';
import { pairKey } from './search-composites.ts';
import type { Filter } from './search-conditions.ts';
import { splitComponents, unescape } from './search-text.ts';

/** How a component by itself is read. */
export type ReadPart = (part: CompositePart, value: string) => Filter;

/** @throws Refusal `invalid` when there are more or fewer components than the parameter has, or one does not fit. */
export function compositeFilter(
  name: string,
  composites: readonly CompositeTable[],
  values: readonly string[],
  readPart: ReadPart,
): Filter {
  const filters = values.flatMap((value) => {
    const components = splitComponents(value);
    return composites.map((composite) => {
      if (components.length !== composite.parts.length)
        throw new Refusal('invalid', [
          {
            code: 'value',
            at: name.slice(0, 80),
            text: `expected ${composite.parts.length} values divided by $, found ${components.length}`,
          },
        ]);
      return oneComposite(name, composite, components, readPart);
    });
  });
  const [only] = filters;
  return filters.length === 1 && only ? only : { by: 'any', filters };
}

function oneComposite(
  name: string,
  { repeats, parts }: CompositeTable,
  values: readonly string[],
  readPart: ReadPart,
): Filter {
  const given = parts.map((part, n) => ({ part, value: values[n] ?? '' }));
  const apart = given.filter(({ part }) => !repeats || part.outside === true);
  const together = given.filter(({ part }) => repeats && part.outside !== true);
  const filters = apart.map(({ part, value }) => readPart(part, value));
  // The tokens by themselves are found by the index as well, and are fewer than the numbers in a range.
  for (const { part, value } of together) if (part.type === 'token') filters.push(readPart(part, value));
  if (together.length > 0) filters.push(within(name, together));
  const [only] = filters;
  return filters.length === 1 && only ? only : { by: 'all', filters };
}

interface Given {
  readonly part: CompositePart;
  readonly value: string;
}

function within(name: string, [first, second]: readonly Given[]): Filter {
  if (!first || !second) throw new Error(`the composite ${name} has no two components in one element`);
  const [one, other] = [pathOf(first.part), pathOf(second.part)];
  if (isNumber(first.part))
    return {
      by: 'numberPair',
      numbers: [
        { path: one, value: parseNumber(name, first.value) },
        { path: other, value: parseNumber(name, second.value) },
      ],
    };
  const token = unescape(first.value);
  if (isNumber(second.part))
    return { by: 'number', paths: [other], values: [parseNumber(name, second.value)], beside: [token] };
  if ([token, unescape(second.value)].some((value) => value.endsWith('|')))
    throw new Refusal('invalid', [
      {
        code: 'not-supported',
        at: name.slice(0, 80),
        text: 'a system without a code is not looked for here',
      },
    ]);
  return {
    by: 'token',
    not: false,
    keys: formsOf(first).flatMap((a) => formsOf(second).map((b) => pairKey([one, other], [a, b]))),
  };
}

/** As the index has it: a plain code without its system, a reference with its type. */
function formsOf({ part, value }: Given): string[] {
  const text = unescape(value);
  const bare = text.slice(text.indexOf('|') + 1);
  if (part.type === 'reference' && !text.includes('/'))
    return part.targets?.map((type) => `${type}/${text}`) ?? [];
  return [...new Set(part.paths.map((path) => (path.type === 'code' ? bare : text)))];
}

const isNumber = (part: CompositePart) => part.type === 'number' || part.type === 'quantity';
const pathOf = (part: CompositePart) => part.paths[0]?.name ?? '';
