/** Taking the fields that are asked from a resource, by the tables of R4: an element that is none is told, not left out. */
import { Refusal } from '#base/refusal.ts';
import { isResourceType, structures, type ElementTable } from '#fhir/definitions/tables.ts';
import { isObject, type Json } from '#fhir/json.ts';
import { compile, environmentOf, PathError, truthOf, valuesOf, type Item } from '#fhir/path/compile.ts';
import { depthMax, fieldsOf, textIn, wrong, type Field, type Question } from './document.ts';
import { put, type Output } from './output.ts';
import type { Links } from './links.ts';

/** What a query may take from the server, in values and in resources. */
const valuesMax = 200_000;
/** Elements that all FHIRPaths of a query may look at: some hundred milliseconds. */
export const pathStepsMax = 1_000_000;
/** What it costs to read an expression and to copy what it is asked of, in such steps. */
const stepsOfReading = 100;

export interface Selecting {
  readonly question: Question;
  readonly links: Links;
  values: number;
  /** How many elements the FHIRPaths of the query may still look at. */
  readonly budget: { steps: number };
}
/** An element or a resource of which fields are asked. */
interface Node {
  readonly type: string;
  readonly tree: Json;
  /** The resource it is in. */
  readonly resource: Json;
}

/** The fields of a resource, from its tree as `parseLossless` makes it. */
export async function selectResource(
  selecting: Selecting,
  tree: Json,
  selections: Field['selections'],
  depth: number,
): Promise<Output> {
  const output: Output = {};
  await selectInto(
    selecting,
    output,
    { type: String(tree['resourceType']), tree, resource: tree },
    selections,
    { depth, inList: false },
  );
  return output;
}

interface Around {
  readonly depth: number;
  /** The output gathers the fields of several elements. */
  readonly inList: boolean;
}

async function selectInto(
  selecting: Selecting,
  output: Output,
  node: Node,
  selections: Field['selections'],
  around: Around,
): Promise<void> {
  if (around.depth > depthMax) wrong(`selections nest deeper than ${depthMax}`);
  const isOf = (type: string) => type === node.type || (type === 'Resource' && isResourceType(node.type));
  for (const field of fieldsOf(selecting.question, selections, isOf)) {
    if (++selecting.values > valuesMax)
      throw new Refusal('tooMuch', `the answer has more than ${valuesMax} values; ask for less`);
    const asList = around.inList && !field.singleton;
    if (field.name === 'resourceType' || field.name === '__typename')
      put(output, field.key, node.type, asList);
    else if (field.name === 'resource' && !hasElement(node.type, 'resource'))
      await selectLink(selecting, output, node, field, around, asList);
    else if (/^[A-Z][A-Za-z]*(?:List|Connection)$/.test(field.name) && isResourceType(node.type))
      put(output, field.key, await selecting.links.list(selecting, field, node.tree, around.depth), asList);
    else await selectElement(selecting, output, node, field, around);
  }
}

function hasElement(type: string, name: string): boolean {
  return elementsOf(type).some(([key]) => key === name);
}

/** The JSON members that a name means: itself, or those of a choice. */
function membersOf(type: string, name: string): readonly (readonly [string, ElementTable])[] {
  return elementsOf(type).filter(([key, { choice }]) => key === name || choice === name);
}

function elementsOf(type: string): readonly (readonly [string, ElementTable])[] {
  return Object.entries(Object.hasOwn(structures, type) ? (structures[type]?.elements ?? {}) : {});
}

async function selectElement(
  selecting: Selecting,
  output: Output,
  node: Node,
  field: Field,
  around: Around,
): Promise<void> {
  const isShadow = field.name.startsWith('_');
  const members = membersOf(node.type, isShadow ? field.name.slice(1) : field.name);
  if (members.length === 0) wrong(`${node.type} has no element ${field.name.slice(0, 60)}`);
  for (const [name, element] of members) {
    const type = isShadow ? 'Element' : element.type;
    const isPrimitive = structures[type]?.kind === 'primitive' || type === 'xhtml';
    const value = node.tree[isShadow ? `_${name}` : name];
    // Of a choice what is there decides, and fields that are asked of another of its types are not meant.
    const isChoice = name !== field.name && !isShadow;
    if (isChoice && (value === undefined || (isPrimitive && field.selections.length > 0))) continue;
    if (isPrimitive && field.selections.length > 0)
      wrong(`${node.type}.${field.name} has no fields: it is a ${type}`);
    if (!isPrimitive && field.selections.length === 0)
      wrong(`${node.type}.${field.name} is a ${type}: ask for fields of it`);
    const all: readonly unknown[] = Array.isArray(value) ? value : value === undefined ? [] : [value];
    const items = filtered(selecting, field, all, type, isPrimitive);
    for (const [index, item] of items.entries()) {
      const key =
        field.slice === undefined
          ? field.key
          : `${field.key}.${sliceOf(selecting, field.slice, item, type, index)}`;
      const asList = (element.many || around.inList || field.slice !== undefined) && !field.singleton;
      if (isPrimitive || !isObject(item)) {
        put(output, key, item, asList);
        continue;
      }
      const own = type === 'Resource' ? String(item['resourceType']) : type;
      const next: Node = { type: own, tree: item, resource: type === 'Resource' ? item : node.resource };
      const inList = around.inList || element.many;
      if (field.flatten)
        await selectInto(selecting, output, next, field.selections, { depth: around.depth + 1, inList });
      else {
        const inner: Output = {};
        await selectInto(selecting, inner, next, field.selections, {
          depth: around.depth + 1,
          inList: false,
        });
        put(output, key, inner, asList);
      }
    }
  }
}

// ---------------------------------------------------------------- lists

/** `name(use: official, fhirpath: "family.exists()", _count: 1)`, `@first`. */
function filtered(
  selecting: Selecting,
  field: Field,
  items: readonly unknown[],
  type: string,
  isPrimitive: boolean,
): readonly unknown[] {
  let found = items;
  let [offset, count] = [0, Infinity];
  for (const [name, value] of Object.entries(field.given)) {
    if (name === 'fhirpath') found = found.filter((item) => asks(selecting, textIn(value), item, type));
    else if (name === '_offset' || name === '_count') {
      if (!/^\d{1,6}$/.test(textIn(value))) wrong(`${name}: expected a whole number`);
      if (name === '_count') count = Number(value);
      else offset = Number(value);
    } else {
      const [member] = isPrimitive ? [] : membersOf(type, name);
      if (!member)
        return wrong(`${field.name} is filtered by ${name.slice(0, 60)}, which ${type} does not have`);
      if (structures[member[1].type]?.kind !== 'primitive')
        wrong(`${field.name} cannot be filtered by ${name}: it is no simple value`);
      found = found.filter((item) => {
        const own = isObject(item) ? item[member[0]] : undefined;
        return (Array.isArray(own) ? own : [own]).some(
          (one) => one !== undefined && plainText(one) === textIn(value),
        );
      });
    }
  }
  found = found.slice(offset, count === Infinity ? undefined : offset + count);
  return field.first ? found.slice(0, 1) : found;
}

/** A number that is spelled in its own way is an object in the tree. */
function plainText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function asks(selecting: Selecting, expression: string, item: unknown, type: string): boolean {
  return truthOf(evaluated(selecting, expression, item, type)) === true;
}

function sliceOf(
  selecting: Selecting,
  expression: string,
  item: unknown,
  type: string,
  index: number,
): string {
  if (expression === '$index') return String(index);
  const [value] = valuesOf(evaluated(selecting, expression, item, type));
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : '';
}

function evaluated({ budget }: Selecting, expression: string, item: unknown, type: string): readonly Item[] {
  // FHIRPath works with plain numbers.
  const value: unknown = JSON.parse(JSON.stringify(item));
  budget.steps -= stepsOfReading;
  const focus: Item = { value, type, shadow: undefined };
  try {
    return compile(expression)(focus, environmentOf(focus, { budget }));
  } catch (error) {
    if (error instanceof PathError) return wrong(`the FHIRPath is not understood: ${error.message}`);
    throw error;
  }
}

// ---------------------------------------------------------------- references

/** `subject { resource(optional: true, type: Patient) { id } }` */
async function selectLink(
  selecting: Selecting,
  output: Output,
  node: Node,
  field: Field,
  around: Around,
  asList: boolean,
): Promise<void> {
  if (node.type !== 'Reference') wrong(`${node.type} has no element resource`);
  if (field.selections.length === 0) wrong('resource: ask for fields of it');
  const strange = Object.keys(field.given).find((name) => name !== 'optional' && name !== 'type');
  if (strange !== undefined) wrong(`resource takes optional and type, not ${strange.slice(0, 60)}`);
  const reference = node.tree['reference'];
  const found =
    typeof reference === 'string' ? await selecting.links.resolve(reference, node.resource) : undefined;
  const wanted = field.given['type'];
  if (found && wanted !== undefined && found['resourceType'] !== wanted) return;
  if (found) {
    if (field.flatten) {
      const next: Node = { type: String(found['resourceType']), tree: found, resource: found };
      await selectInto(selecting, output, next, field.selections, { ...around, depth: around.depth + 1 });
    } else
      put(
        output,
        field.key,
        await selectResource(selecting, found, field.selections, around.depth + 1),
        asList,
      );
    return;
  }
  if (!isTrue(field.given['optional']))
    throw new Refusal(
      'unprocessable',
      'a reference leads to nothing that is here; resource(optional: true) leaves it out',
      {
        code: 'not-found',
      },
    );
}

function isTrue(value: unknown): boolean {
  return value === true || value === 'true';
}
