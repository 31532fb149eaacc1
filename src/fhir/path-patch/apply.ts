/**
 * FHIRPath Patch (http://hl7.org/fhir/R4/fhirpatch.html): operations as Parameters. What no operation touches keeps its
 * place, and its numbers their spelling.
 */
import { Refusal } from '#base/refusal.ts';
import { parseLossless } from '../json-text.ts';
import { isObject, type Json } from '../json.ts';
import { compile, environmentOf, itemOf, PathError, type Item } from '../path/compile.ts';
import { contentOf, memberOf, type Bad } from './content.ts';
import {
  childrenOf,
  editList,
  insert,
  marked,
  placeOf,
  remove,
  replace,
  setMember,
  type Marked,
  type Place,
  type Tree,
} from './place.ts';

// A patch that says more than this is a document, not a patch.
const operationsMax = 1000;
/** Each operation looks at the whole resource: so many characters of it in all, half a second of work or less. */
const charactersMax = 16 * 1024 * 1024;
/** Items that all paths of a patch may look at together, about half a second of work. */
const stepsMax = 2_000_000;
const pathLengthMax = 2000;
const partNames = new Set(['type', 'path', 'name', 'value', 'index', 'source', 'destination']);

/**
 * The resource's text after the patch, whose text is that of valid Parameters.
 * @throws Refusal `invalid` when the patch is none; `unprocessable` when it does not fit the resource: then nothing was
 * changed.
 */
export function applyPathPatch(resourceText: string, patchText: string): string {
  const operations = operationsOf(patchText);
  if (operations.length * resourceText.length > charactersMax)
    throw new Refusal('tooMuch', 'this resource is too large for so many operations; send fewer at once');
  const document = parseLossless(resourceText) as Tree;
  const budget = { steps: stepsMax };
  operations.forEach((operation, n) => applyOne(document, operation, `Parameters.parameter[${n}]`, budget));
  return JSON.stringify(document);
}

function operationsOf(patchText: string): Json[] {
  const patch = parseLossless(patchText);
  const list = isObject(patch) ? (patch['parameter'] ?? []) : [];
  if (!Array.isArray(list) || list.length > operationsMax)
    throw new Refusal('invalid', `a FHIRPath Patch has at most ${operationsMax} operations`);
  return list.map((one: unknown, n) => {
    if (isObject(one) && one['name'] === 'operation') return one;
    throw new Refusal('invalid', [
      { code: 'structure', at: `Parameters.parameter[${n}]`, text: 'expected a parameter named operation' },
    ]);
  });
}

function applyOne(document: Tree, operation: Json, at: string, budget: { steps: number }): void {
  const bad: Bad = (text) => {
    throw new Refusal('invalid', [{ code: 'structure', at, text }]);
  };
  const misfit: Bad = (text) => {
    throw new Refusal('unprocessable', [{ code: 'processing', at, text }]);
  };
  const parts = partsOf(operation, bad);
  const path = wordOf(parts.get('path')) ?? bad('expected a path');
  const copy = marked(document);
  const found = evaluate(path, copy, budget, bad);
  const only = (): Item => {
    const [item] = found;
    if (!item || found.length > 1) return misfit(`the path finds ${found.length} elements; expected one`);
    return item;
  };
  const value = (): Json => parts.get('value') ?? bad('expected a value');
  switch (wordOf(parts.get('type')) ?? '') {
    case 'add': {
      const name = wordOf(parts.get('name')) ?? bad('expected a name');
      return add(document, placeIn(only(), copy, misfit), name, value(), misfit);
    }
    case 'insert': {
      const list = listOf(found, copy, misfit);
      const index = indexOf(parts, 'index', list.length, bad, misfit);
      return insert(
        list.place.holder,
        list.place.key,
        index,
        contentFor(list.place, value(), misfit).content,
      );
    }
    case 'delete': {
      if (found.length === 0) return undefined;
      const place = placeIn(only(), copy, misfit);
      return place ? remove(place) : misfit('the resource itself is deleted by DELETE');
    }
    case 'replace': {
      const place = placeIn(only(), copy, misfit);
      if (!place) return misfit('the resource itself is replaced by PUT');
      const { key, content } = contentFor(place, value(), misfit);
      return replace(place, key, content);
    }
    case 'move': {
      const list = listOf(found, copy, misfit);
      const from = indexOf(parts, 'source', list.length - 1, bad, misfit);
      const to = indexOf(parts, 'destination', list.length - 1, bad, misfit);
      return editList(list.place.holder, list.place.key, (values, shadows) => {
        values.splice(to, 0, ...values.splice(from, 1));
        shadows.splice(to, 0, ...shadows.splice(from, 1));
      });
    }
    default:
      return bad('expected the type add, insert, delete, replace or move');
  }
}

function partsOf(operation: Json, bad: Bad): ReadonlyMap<string, Json> {
  const parts = new Map<string, Json>();
  for (const part of Array.isArray(operation['part']) ? operation['part'] : []) {
    const name: unknown = isObject(part) ? part['name'] : undefined;
    if (typeof name !== 'string' || !partNames.has(name))
      return bad(`expected the parts ${[...partNames].join(', ')}`);
    if (parts.has(name)) return bad(`${name} is given twice`);
    parts.set(name, part as Json);
  }
  return parts;
}

/** The text of a part, whichever type of text it is given as. */
function wordOf(part: Json | undefined): string | undefined {
  const value = part?.['valueString'] ?? part?.['valueCode'];
  return typeof value === 'string' ? value : undefined;
}

function indexOf(
  parts: ReadonlyMap<string, Json>,
  name: string,
  most: number,
  bad: Bad,
  misfit: Bad,
): number {
  const part = parts.get(name);
  const index = part?.['valueInteger'] ?? part?.['valueUnsignedInt'] ?? part?.['valuePositiveInt'];
  if (typeof index !== 'number' || !Number.isInteger(index) || index < 0)
    return bad(`expected ${name} as a whole number from 0`);
  return index <= most ? index : misfit(`${name} is ${index}; the list allows at most ${most}`);
}

function evaluate(path: string, { copy }: Marked, budget: { steps: number }, bad: Bad): readonly Item[] {
  if (path.length > pathLengthMax) return bad(`expected a path of at most ${pathLengthMax} characters`);
  const item = itemOf(copy);
  try {
    return compile(path)(item, environmentOf(item, { budget }));
  } catch (error) {
    if (error instanceof PathError) return bad(`the path is not understood: ${error.message}`);
    throw error;
  }
}

/** Where a found element stands; undefined for the resource itself. */
function placeIn(item: Item, copy: Marked, misfit: Bad): Place | undefined {
  const place = placeOf(item, copy);
  if (place || item.value === copy.copy) return place;
  return misfit('the path finds no element of the resource, but something made from it');
}

function add(document: Tree, place: Place | undefined, name: string, part: Json, misfit: Bad): void {
  const isPrimitive = place !== undefined && /^[a-z]/.test(place.type);
  const type = place ? (isPrimitive ? 'Element' : place.type) : String(document['resourceType']);
  const member = memberOf(type, name, part);
  if (!member) return misfit(`${type} has no element '${name.slice(0, 60)}' of that type`);
  const { key, element } = member;
  const content = contentOf(part, member, misfit);
  const holder = place ? childrenOf(place) : document;
  if (element.many) {
    const length = Math.max(lengthOf(holder[key]), lengthOf(holder[`_${key}`]));
    return insert(holder, key, length, content);
  }
  const isThere = Object.keys(holder).some((other) => {
    const bare = other.replace(/^_/, '');
    return (
      bare === key || (element.choice !== undefined && memberOf(type, bare, {})?.element.choice === name)
    );
  });
  if (isThere) return misfit(`${name} is there already and is no list; expected replace`);
  setMember(holder, key, content.value);
  setMember(holder, `_${key}`, content.shadow);
}

const lengthOf = (value: unknown): number => (Array.isArray(value) ? value.length : 0);

function contentFor(place: Place, part: Json, misfit: Bad) {
  const { holderType, key } = place;
  const choice = memberOf(holderType, key, part)?.element.choice;
  const member = memberOf(holderType, choice ?? key, part);
  if (!member) return misfit('the value is of a type that is not possible here');
  return { key: member.key, content: contentOf(part, member, misfit) };
}

/** The one list whose elements are found: all of them, in their order. */
function listOf(
  found: readonly Item[],
  copy: Marked,
  misfit: Bad,
): { readonly place: Place; readonly length: number } {
  const places = found.map((item) => placeIn(item, copy, misfit));
  const [first] = places;
  if (!first) return misfit('the path finds no list; the first element of a list is added');
  const { holder, key } = first;
  const length = Math.max(lengthOf(holder[key]), lengthOf(holder[`_${key}`]));
  const isList = places.every(
    (place, n) => place?.holder === holder && place.key === key && place.index === n,
  );
  if (!isList || length !== places.length) return misfit('the path finds other than one whole list');
  return { place: first, length };
}
