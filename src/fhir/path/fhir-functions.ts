/** What FHIR adds to FHIRPath (http://hl7.org/fhir/R4/fhirpath.html#functions), and the clock. */
import { isObject } from '../json.ts';
import { quantityOf } from './compare.ts';
import { spend, type Environment } from './environment.ts';
import { plain } from './function-rule.ts';
import type { FunctionRule } from './functions.ts';
import {
  addMembers,
  boolean,
  integer,
  isPrimitive,
  itemOf,
  nothing,
  text,
  type Collection,
  type Item,
} from './item.ts';
import { momentOf } from './moment.ts';
import { single } from './operators.ts';
import { whyNotNarrative } from '../narrative.ts';

const textIn = (items: Collection | undefined): string | undefined => {
  const value = items?.[0]?.value;
  return typeof value === 'string' ? value : undefined;
};
const clock = (cut: (now: string) => string, type: string) =>
  plain(0, 0, (_, __, { environment }) => [{ value: cut(environment.now()), type, shadow: undefined }]);

export const fhirFunctions: Readonly<Record<string, FunctionRule>> = {
  extension: plain(1, 1, (items, [url], { environment }) => {
    const [wanted, found]: [string | undefined, Item[]] = [textIn(url), []];
    for (const item of items) addMembers(item, 'extension', found);
    spend(environment, items.length + found.length);
    return found.filter(({ value }) => isObject(value) && value['url'] === wanted);
  }),
  hasValue: plain(0, 0, (items) =>
    boolean(items.length === 1 && items[0] !== undefined && hasValue(items[0])),
  ),
  getValue: plain(0, 0, (items) => {
    const [item] = items;
    return items.length === 1 && item && hasValue(item) ? [{ ...item, shadow: undefined }] : nothing;
  }),
  resolve: plain(0, 0, (items, _, { environment }) => items.flatMap((item) => resolved(item, environment))),
  memberOf: plain(1, 1, (items, [valueSet], { environment }) => {
    const [item, url] = [single(items, 'memberOf()'), textIn(valueSet)];
    return item && url !== undefined ? boolean(environment.memberOf?.(item, url)) : nothing;
  }),
  conformsTo: plain(1, 1, (items, [profile], { environment }) => {
    const [item, url] = [single(items, 'conformsTo()'), textIn(profile)];
    return item && url !== undefined ? boolean(environment.conformsTo?.(item, url)) : nothing;
  }),
  htmlChecks: plain(0, 0, (items) => {
    const value = textIn(items);
    return value === undefined ? nothing : boolean(whyNotNarrative(value) === undefined);
  }),
  comparable: plain(1, 1, (items, [other]) => {
    const [one, two] = [single(items, 'comparable()'), single(other ?? nothing, 'comparable()')];
    const [left, right] = [one && quantityOf(one), two && quantityOf(two)];
    return left && right ? boolean(left.unit === right.unit) : nothing;
  }),
  precision: plain(0, 0, (items) => {
    const value = single(items, 'precision()')?.value;
    if (typeof value === 'number') return integer((String(value).split('.')[1] ?? '').length);
    return typeof value === 'string' && momentOf(value)
      ? integer(value.replace(/(?:Z|[+-]\d\d:\d\d)$/, '').replace(/\D/g, '').length)
      : nothing;
  }),
  getResourceKey: plain(0, 0, (items) =>
    items.flatMap(({ value }) =>
      isObject(value) && typeof value['id'] === 'string' ? text(value['id']) : nothing,
    ),
  ),
  getReferenceKey: {
    least: 0,
    most: 1,
    make: (source, _, [type]) => {
      const wanted = type?.kind === 'member' ? type.name : undefined;
      return (scope) =>
        source(scope).flatMap(({ value }) => {
          const reference = isObject(value) ? value['reference'] : undefined;
          const [, found, id] =
            typeof reference === 'string'
              ? (/(?:^|\/)([A-Z][A-Za-z]+)\/([A-Za-z0-9.-]{1,64})(?:\/_history\/[^/]+)?$/.exec(reference) ??
                [])
              : [];
          return id !== undefined && (wanted === undefined || wanted === found) ? text(id) : nothing;
        });
    },
  },
  now: clock((now) => now, 'System.DateTime'),
  today: clock((now) => now.slice(0, 10), 'System.Date'),
  timeOfDay: clock((now) => now.slice(11, 23), 'System.Time'),
};

function hasValue({ value, type }: Item): boolean {
  return value !== undefined && (isPrimitive(type) || type.startsWith('System.'));
}

/** A contained resource by `#id`, the container by `#`, others as the environment knows them. */
function resolved(item: Item, environment: Environment): Collection {
  const value = isObject(item.value) ? item.value['reference'] : item.value;
  if (typeof value !== 'string') return nothing;
  if (!value.startsWith('#')) {
    const found = environment.resolve?.(value);
    return found ? [found] : nothing;
  }
  const root = environment.rootResource;
  if (value === '#') return root ? [root] : nothing;
  const contained = isObject(root?.value) ? root.value['contained'] : undefined;
  if (!Array.isArray(contained)) return nothing;
  spend(environment, contained.length);
  const found: unknown = contained.find((one: unknown) => isObject(one) && one['id'] === value.slice(1));
  return isObject(found) ? [itemOf(found)] : nothing;
}
