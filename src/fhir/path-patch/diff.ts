/**
 * What leads from one text of a resource to another, as the operations of a FHIRPath Patch (`apply.ts`): applied to the
 * first they give the second. The id, the version and the time of both are left out, since no patch may change them.
 */
import { Refusal } from '#base/refusal.ts';
import { structures, type ElementTable } from '../definitions/tables.ts';
import { isRawNumber, parseLossless } from '../json-text.ts';
import { isObject, type Json } from '../json.ts';
import type { Tree } from './place.ts';

/** Longer resources are compared by whoever has them; where everything differs this is a second of work. */
const charactersMax = 4 * 1024 * 1024;

/**
 * The text of the Parameters; without a parameter when both are the same.
 * @throws Refusal `tooMuch` when they are longer than is compared here.
 */
export function diffText(from: string, to: string): string {
  if (from.length + to.length > charactersMax)
    throw new Refusal('tooMuch', `resources of more than ${charactersMax} characters are not compared here`);
  const [a, b] = [bareTree(from), bareTree(to)];
  const operations: Tree[] = [];
  const type = String(a['resourceType']);
  diffObject(a, b, type, type, operations);
  return JSON.stringify({
    resourceType: 'Parameters',
    ...(operations.length > 0 ? { parameter: operations } : {}),
  });
}

function bareTree(text: string): Json {
  const tree = parseLossless(text) as Tree;
  const meta = tree['meta'] as Tree | undefined;
  for (const key of ['id', '_id']) delete tree[key];
  for (const key of ['versionId', '_versionId', 'lastUpdated', '_lastUpdated']) delete meta?.[key];
  return tree;
}

/** One element as it stands in JSON: its value, and for a primitive what is beside it. */
interface Node {
  readonly value: unknown;
  readonly shadow: unknown;
}

function diffObject(a: Json, b: Json, type: string, path: string, out: Tree[]): void {
  const elements = structures[type]?.elements ?? {};
  const done = new Set<string>();
  for (const [key, element] of Object.entries(elements)) {
    const name = element.choice ?? key;
    if (done.has(name)) continue;
    const [before, after] = [
      chosen(a, name, key, element, elements),
      chosen(b, name, key, element, elements),
    ];
    done.add(name);
    if (!before && !after) continue;
    const at = `${path}.${quoted(name)}`;
    if (element.many) diffList(nodesOf(a, key), nodesOf(b, key), element, path, name, out);
    else if (!before && after) out.push(addition(path, name, after.element, nodeOf(b, after.key)));
    else if (before && !after) out.push(operation('delete', at));
    else if (before && after) {
      const [old, now] = [nodeOf(a, before.key), nodeOf(b, after.key)];
      const isOneType = before.key === after.key;
      if (isOneType && isSame(old, now)) continue;
      if (isOneType && isTree(after.element.type) && isObject(old.value) && isObject(now.value))
        diffObject(old.value, now.value, after.element.type, at, out);
      else out.push(operation('replace', at, valuePart(after.element, now)));
    }
  }
}

/** Which member an object has of an element: for a choice the one type that is there. */
function chosen(
  tree: Json,
  name: string,
  key: string,
  element: ElementTable,
  elements: Readonly<Record<string, ElementTable>>,
): { readonly key: string; readonly element: ElementTable } | undefined {
  if (element.choice === undefined) return isThere(tree, key) ? { key, element } : undefined;
  const found = Object.entries(elements).find(([one, { choice }]) => choice === name && isThere(tree, one));
  return found && { key: found[0], element: found[1] };
}

const isThere = (tree: Json, key: string): boolean =>
  tree[key] !== undefined || tree[`_${key}`] !== undefined;

function nodeOf(tree: Json, key: string): Node {
  return { value: tree[key], shadow: tree[`_${key}`] };
}

function nodesOf(tree: Json, key: string): Node[] {
  const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
  const [values, shadows] = [list(tree[key]), list(tree[`_${key}`])];
  return Array.from({ length: Math.max(values.length, shadows.length) }, (_, n) => ({
    value: values[n] ?? undefined,
    shadow: shadows[n] ?? undefined,
  }));
}

/** What both lists begin and end with stays; between, elements change in pairs, and the rest is deleted or inserted. */
function diffList(
  a: readonly Node[],
  b: readonly Node[],
  element: ElementTable,
  path: string,
  name: string,
  out: Tree[],
): void {
  const list = `${path}.${quoted(name)}`;
  let start = 0;
  while (start < a.length && start < b.length && isSame(a[start], b[start])) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && isSame(a.at(-1 - end), b.at(-1 - end))) end++;
  const [aEnd, bEnd] = [a.length - end, b.length - end];
  const pairs = Math.min(aEnd, bEnd) - start;
  for (let n = start; n < start + pairs; n++) {
    const [old, now] = [a[n], b[n]];
    if (!now || isSame(old, now)) continue;
    const at = `${list}[${n}]`;
    const isNested = isTree(element.type) && isObject(old?.value) && isObject(now.value);
    if (isNested) diffObject(old?.value as Json, now.value as Json, element.type, at, out);
    else out.push(operation('replace', at, valuePart(element, now)));
  }
  for (let n = aEnd - 1; n >= start + pairs; n--) out.push(operation('delete', `${list}[${n}]`));
  for (let n = start + pairs; n < bEnd; n++) {
    const now = b[n];
    if (!now) continue;
    out.push(
      end === 0
        ? addition(path, name, element, now)
        : operation('insert', list, valuePart(element, now), { name: 'index', valueInteger: n }),
    );
  }
}

/** Whether changes within it have paths of their own; another resource in its place is replaced whole. */
function isTree(type: string): boolean {
  return structures[type]?.kind === 'type';
}

function isSame(one: Node | undefined, other: Node | undefined): boolean {
  return same(one?.value, other?.value) && same(one?.shadow, other?.shadow);
}

function same(one: unknown, other: unknown): boolean {
  if (isRawNumber(one) || isRawNumber(other) || !isContainer(one) || !isContainer(other))
    return JSON.stringify(one) === JSON.stringify(other);
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const [left, right] = [Object.entries(one), Object.entries(other)];
  const others = other as Readonly<Record<string, unknown>>;
  return (
    left.length === right.length &&
    left.every(([key, value]) => Object.hasOwn(others, key) && same(value, others[key]))
  );
}

const isContainer = (value: unknown): value is object => typeof value === 'object' && value !== null;

// ---------------------------------------------------------------- operations

function operation(type: string, path: string, ...parts: readonly Tree[]): Tree {
  return {
    name: 'operation',
    part: [{ name: 'type', valueCode: type }, { name: 'path', valueString: path }, ...parts],
  };
}

function addition(path: string, name: string, element: ElementTable, node: Node): Tree {
  return operation('add', path, { name: 'name', valueString: name }, valuePart(element, node));
}

const valueTypes = new Map(
  Object.entries(structures['Parameters.parameter']?.elements ?? {}).flatMap(([key, { choice, type }]) =>
    choice === 'value' ? [[type, key]] : [],
  ),
);

function valuePart(element: ElementTable, node: Node): Tree {
  return namedPart('value', element, node);
}

/** A value as a parameter: `value[x]` where its type is one of those, a resource, or its members as parts. */
function namedPart(name: string, { type }: ElementTable, { value, shadow }: Node): Tree {
  if (structures[type]?.kind === 'resource') return { name, resource: value };
  const isPrimitive = structures[type]?.kind === 'primitive';
  // An xhtml is no value of Parameters: its text is.
  const key = valueTypes.get(type) ?? (isPrimitive ? 'valueString' : undefined);
  if (key !== undefined)
    return {
      name,
      ...(value === undefined ? {} : { [key]: value }),
      ...(shadow === undefined ? {} : { [`_${key}`]: shadow }),
    };
  return { name, part: isObject(value) ? partsOf(value, type) : [] };
}

function partsOf(tree: Json, type: string): Tree[] {
  return Object.entries(structures[type]?.elements ?? {}).flatMap(([key, element]) => {
    if (!isThere(tree, key)) return [];
    const nodes = element.many ? nodesOf(tree, key) : [nodeOf(tree, key)];
    return nodes.map((node) => namedPart(element.choice ?? key, element, node));
  });
}

/** Words that are operators of FHIRPath where a name may stand. */
const keywords = new Set([
  'and',
  'as',
  'contains',
  'div',
  'in',
  'implies',
  'is',
  'mod',
  'or',
  'xor',
  'true',
  'false',
]);

function quoted(name: string): string {
  return keywords.has(name) ? `\`${name}\`` : name;
}
