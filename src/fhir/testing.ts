/** For the tests of this folder: resources as the definitions allow them, and texts that are the same but for order. */
import { resourceTypes, structures } from './definitions/tables.ts';
import { parseLossless } from './json-text.ts';
import { isObject } from './json.ts';

/** The same JSON with members in the order of their names. */
export function ordered(text: string): string {
  const order = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(order);
    if (!isObject(value) || 'rawJSON' in value) return value;
    const names = Object.keys(value).sort();
    return Object.fromEntries(names.map((name) => [name, order(value[name])]));
  };
  return JSON.stringify(order(parseLossless(text)));
}

type Next = () => number;

const words = ['æøå', ' blank ', 'a"b', '<&>', "'", 'line\nline', 'tab\t', '😀', '\\', '1.0', ']]>'];
const numbers = ['1.00', '0', '-0.10', '12345678901234567890.123', '1e3', '7'];

/** A resource of this type with whatever its definition allows; `next` gives numbers to choose by. */
export function invented(type: string, next: Next, depth = 0): object {
  const tree: Record<string, unknown> = structures[type]?.kind === 'resource' ? { resourceType: type } : {};
  const chosen = new Set<string>();
  for (const [name, element] of Object.entries(structures[type]?.elements ?? {})) {
    if (next() % (depth === 0 ? 3 : 4 + depth * 2) > 0 || chosen.has(element.choice ?? name)) continue;
    if (depth > 4 && structures[element.type]?.kind !== 'primitive') continue;
    chosen.add(element.choice ?? name);
    const count = element.many ? 1 + (next() % 3) : 1;
    const values = Array.from({ length: count }, () => value(element.type, next, depth + 1));
    const isPrimitive = structures[element.type]?.kind === 'primitive' && element.type !== 'xhtml';
    const isAttribute =
      (name === 'id' && structures[type]?.kind !== 'resource') || (name === 'url' && type === 'Extension');
    const shadows =
      isPrimitive && !isAttribute && next() % 3 === 0
        ? values.map(() => (next() % 2 ? { id: 'beside' } : null))
        : [];
    if (element.many)
      tree[name] =
        shadows.length > 0 ? values.map((one, n) => (shadows[n] && next() % 2 ? null : one)) : values;
    else if (!shadows[0] || next() % 2) tree[name] = values[0];
    if (Array.isArray(tree[name]) && tree[name].every((one) => one === null)) delete tree[name];
    if (shadows.some((one) => one !== null)) tree[`_${name}`] = element.many ? shadows : shadows[0];
  }
  if (Object.keys(tree).length === 0) return type === 'Extension' ? { url: 'x' } : { id: 'only' };
  return tree;
}

function value(type: string, next: Next, depth: number): unknown {
  if (type === 'Resource' || structures[type]?.kind === 'resource')
    return invented(resourceTypes[next() % resourceTypes.length] ?? '', next, depth + 1);
  if (structures[type]?.kind !== 'primitive') return invented(type, next, depth);
  if (type === 'xhtml') return '<div xmlns="http://www.w3.org/1999/xhtml"><p class="a">x &amp; y</p>\n</div>';
  if (type === 'boolean') return next() % 2 === 0;
  if (type === 'decimal') return parseLossless(numbers[next() % numbers.length] ?? '0');
  if (['integer', 'unsignedInt', 'positiveInt'].includes(type)) return next();
  return words[next() % words.length];
}
