/**
 * Where the items that a path finds stand in a document, and how to change it there. The path is evaluated on a copy in
 * which every node, primitives too, has an object of its own that tells where its original is.
 */
import { structures } from '../definitions/tables.ts';
import { isRawNumber } from '../json-text.ts';
import type { Item } from '../path/compile.ts';
import { isObject, type Json } from '../json.ts';

export type Tree = { [key: string]: unknown };

/** An element in the document: a member of `holder`, or one of a list. */
export interface Place {
  readonly holder: Tree;
  readonly holderType: string;
  readonly key: string;
  readonly index: number | undefined;
  readonly type: string;
}
export interface Marked {
  readonly copy: Json;
  readonly places: ReadonlyMap<object, Place>;
}

/** A copy of a resource whose nodes tell where they came from. */
export function marked(resource: Tree): Marked {
  const places = new Map<object, Place>();
  return { copy: copyOf(resource, String(resource['resourceType']), places), places };
}

function copyOf(tree: Tree, type: string, places: Map<object, Place>): Json {
  const elements = structures[type]?.elements ?? {};
  const copy: Tree = {};
  for (const key of new Set(Object.keys(tree).map((name) => name.replace(/^_/, '')))) {
    const element = Object.hasOwn(elements, key) ? elements[key] : undefined;
    if (!element) {
      copy[key] = tree[key];
      continue;
    }
    const value = tree[key];
    const isPrimitive = structures[element.type]?.kind === 'primitive';
    const one = (found: unknown, beside: unknown, index: number | undefined) => {
      const place: Place = { holder: tree, holderType: type, key, index, type: element.type };
      return isPrimitive ? copyPrimitive(found, beside, place, places) : copyNode(found, place, places);
    };
    const beside = tree[`_${key}`];
    if (Array.isArray(value ?? beside)) {
      const [values, shadows] = [listOf(value), listOf(beside)];
      const copies = Array.from({ length: Math.max(values.length, shadows.length) }, (_, n) =>
        one(values[n], shadows[n], n),
      );
      copy[key] = copies.map((made) => made.value);
      if (isPrimitive) copy[`_${key}`] = copies.map((made) => made.shadow);
    } else {
      const made = one(value, beside, undefined);
      if (made.value !== undefined) copy[key] = made.value;
      if (isPrimitive) copy[`_${key}`] = made.shadow;
    }
  }
  return copy;
}

interface Copied {
  readonly value: unknown;
  readonly shadow?: Json;
}

function copyPrimitive(value: unknown, beside: unknown, place: Place, places: Map<object, Place>): Copied {
  const shadow = isObject(beside) ? copyOf(beside as Tree, 'Element', places) : {};
  places.set(shadow, place);
  return { value: isRawNumber(value) ? Number(value.rawJSON) : value, shadow };
}

function copyNode(value: unknown, place: Place, places: Map<object, Place>): Copied {
  if (!isObject(value)) return { value };
  const own = value['resourceType'];
  const type = typeof own === 'string' && structures[place.type]?.kind === 'resource' ? own : place.type;
  const copy = copyOf(value as Tree, type, places);
  places.set(copy, { ...place, type });
  return { value: copy };
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Where an item stands; undefined for what the path has made, and for the resource itself. */
export function placeOf(item: Item, { places }: Marked): Place | undefined {
  if (item.shadow) return places.get(item.shadow);
  return isObject(item.value) ? places.get(item.value) : undefined;
}

// ---------------------------------------------------------------- changing

/** A value with what stands beside it, when it is a primitive. */
export interface Content {
  readonly value: unknown;
  readonly shadow: unknown;
}

/** The object whose members the children of the element are; made where a primitive has nothing beside it yet. */
export function childrenOf({ holder, key, index, type }: Place): Tree {
  if (structures[type]?.kind !== 'primitive') {
    const value = holder[key];
    return (index === undefined ? value : listOf(value)[index]) as Tree;
  }
  if (index === undefined) return (holder[`_${key}`] ??= {}) as Tree;
  let made: Tree = {};
  editList(holder, key, (_values, shadows) => {
    if (isObject(shadows[index])) made = shadows[index] as Tree;
    else shadows[index] = made;
  });
  return made;
}

/** The values of a list and those beside them, changed together; an empty list is no member. */
export function editList(
  holder: Tree,
  key: string,
  edit: (values: unknown[], shadows: unknown[]) => void,
): void {
  const [values, shadows] = [[...listOf(holder[key])], [...listOf(holder[`_${key}`])]];
  const length = Math.max(values.length, shadows.length);
  while (values.length < length) values.push(null);
  while (shadows.length < length) shadows.push(null);
  edit(values, shadows);
  setMember(holder, key, values.some((one) => one !== null) ? values : undefined);
  setMember(holder, `_${key}`, shadows.some((one) => one !== null) ? shadows : undefined);
}

export function insert(holder: Tree, key: string, index: number, { value, shadow }: Content): void {
  editList(holder, key, (values, shadows) => {
    values.splice(index, 0, value ?? null);
    shadows.splice(index, 0, shadow ?? null);
  });
}

export function remove({ holder, key, index }: Place): void {
  if (index === undefined) {
    setMember(holder, key, undefined);
    setMember(holder, `_${key}`, undefined);
  } else {
    editList(holder, key, (values, shadows) => {
      values.splice(index, 1);
      shadows.splice(index, 1);
    });
  }
}

/** Puts a value in the place of another, also under another name of the same choice; the other members keep their places. */
export function replace({ holder, key, index }: Place, newKey: string, { value, shadow }: Content): void {
  if (index !== undefined) {
    editList(holder, key, (values, shadows) => {
      values[index] = value ?? null;
      shadows[index] = shadow ?? null;
    });
    return;
  }
  const members = Object.entries(holder);
  let isDone = false;
  for (const [name] of members) delete holder[name];
  for (const [name, old] of members) {
    if (name !== key && name !== `_${key}`) setMember(holder, name, old);
    else if (!isDone) {
      setMember(holder, newKey, value);
      setMember(holder, `_${newKey}`, shadow);
      isDone = true;
    }
  }
}

export function setMember(holder: Tree, key: string, value: unknown): void {
  if (value === undefined) delete holder[key];
  // `__proto__` as a name must become a member like any other.
  else Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}
