/** The value of an operation: `value[x]`, a resource, or parts that name the members of a type without a name. */
import { structures, type ElementTable } from '../definitions/tables.ts';
import { isObject, type Json } from '../json.ts';
import { setMember, type Content, type Tree } from './place.ts';

/** Throws what the caller makes of it; never returns. */
export type Bad = (text: string) => never;

export interface Chosen {
  /** The JSON member's name: `valueQuantity` for the choice `value`. */
  readonly key: string;
  readonly element: ElementTable;
}

/** The member that `name` means in a type; for a choice the one of the value's type. */
export function memberOf(type: string, name: string, part: Json): Chosen | undefined {
  const elements = structures[type]?.elements ?? {};
  const plain = Object.hasOwn(elements, name) ? elements[name] : undefined;
  if (plain) return { key: name, element: plain };
  const given = valueKeyOf(part)?.slice('value'.length) ?? '';
  const key = `${name}${given}`;
  const chosen = Object.hasOwn(elements, key) ? elements[key] : undefined;
  return chosen?.choice === name ? { key, element: chosen } : undefined;
}

/** `valueString` of a part that has it, or only what stands beside it. */
function valueKeyOf(part: Json): string | undefined {
  return Object.keys(part)
    .map((key) => key.replace(/^_/, ''))
    .find((key) => /^value[A-Z]/.test(key));
}

/** What a part holds, as a value for this element. */
export function contentOf(part: Json, { element }: Chosen, bad: Bad): Content {
  const key = valueKeyOf(part);
  if (key !== undefined) return { value: part[key], shadow: part[`_${key}`] };
  if (part['resource'] !== undefined) return { value: part['resource'], shadow: undefined };
  const parts = part['part'];
  if (!Array.isArray(parts))
    return bad(`expected a value[x], a resource or parts for ${String(part['name'])}`);
  return { value: objectOf(parts, element.type, bad), shadow: undefined };
}

function objectOf(parts: readonly unknown[], type: string, bad: Bad): Tree {
  const made: Tree = {};
  for (const part of parts) {
    const name = isObject(part) ? part['name'] : undefined;
    if (!isObject(part) || typeof name !== 'string') return bad('expected parts with a name');
    const member = memberOf(type, name, part);
    if (!member) return bad(`${type} has no element '${name.slice(0, 60)}' of that type`);
    const { key, element } = member;
    const { value, shadow } = contentOf(part, member, bad);
    if (!element.many) {
      if (made[key] !== undefined || made[`_${key}`] !== undefined) return bad(`${name} is given twice`);
      setMember(made, key, value);
      setMember(made, `_${key}`, shadow);
      continue;
    }
    const [values, shadows] = [listIn(made, key), listIn(made, `_${key}`)];
    setMember(made, key, [...values, value ?? null]);
    if (shadow !== undefined || shadows.length > 0) {
      const filled = [...shadows, ...values.slice(shadows.length).map(() => null), shadow ?? null];
      setMember(made, `_${key}`, filled);
    }
  }
  // A list of nothing but what stands beside its values is no member.
  for (const [key, list] of Object.entries(made))
    if (Array.isArray(list) && list.every((one) => one === null)) delete made[key];
  return made;
}

function listIn(tree: Tree, key: string): readonly unknown[] {
  const value = tree[key];
  return Array.isArray(value) ? value : [];
}
