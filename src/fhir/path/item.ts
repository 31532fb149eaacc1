/**
 * What FHIRPath works on: items with a type. An item of a resource is a node of its JSON tree; where JSON has a primitive
 * and beside it `_name`, both are one item. Items that an expression makes are of FHIRPath's own types (`System.String`).
 */
import { structures } from '../definitions/tables.ts';
import { isObject, type Json } from '../json.ts';

export interface Item {
  /** A JSON value; undefined for a primitive that has extensions only. A quantity of FHIRPath is `{value, unit}`. */
  readonly value: unknown;
  /** A type of FHIR (`Patient`, `code`, `Observation.component`) or of FHIRPath (`System.String`). */
  readonly type: string;
  /** `id` and `extension` of a primitive. */
  readonly shadow: Json | undefined;
}
export type Collection = readonly Item[];

export const nothing: Collection = [];
export const yes: Collection = [{ value: true, type: 'System.Boolean', shadow: undefined }];
export const no: Collection = [{ value: false, type: 'System.Boolean', shadow: undefined }];

export function boolean(value: boolean | undefined): Collection {
  return value === undefined ? nothing : value ? yes : no;
}
export function text(value: string): Collection {
  return [{ value, type: 'System.String', shadow: undefined }];
}
export function integer(value: number): Collection {
  return [{ value, type: 'System.Integer', shadow: undefined }];
}
/** Decimals are numbers of 15 digits here: 0.1 + 0.2 is 0.3. */
export function decimal(value: number): Collection {
  return Number.isFinite(value)
    ? [{ value: Number(value.toPrecision(15)), type: 'System.Decimal', shadow: undefined }]
    : nothing;
}

/** A resource as an item. */
export function itemOf(resource: Json): Item {
  return { value: resource, type: String(resource['resourceType']), shadow: undefined };
}

// ---------------------------------------------------------------- members

interface Access {
  readonly key: string;
  readonly type: string;
}
interface Members {
  /** By name without `[x]`. */
  readonly plain: ReadonlyMap<string, Access>;
  /** By name of the choice, then by JSON key, the type. */
  readonly choices: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** By JSON key. */
  readonly byKey: ReadonlyMap<string, Access>;
}
const membersByType = new Map<string, Members>();

function membersOf(type: string): Members {
  let members = membersByType.get(type);
  if (!members) {
    const [plain, choices, byKey] = [
      new Map<string, Access>(),
      new Map<string, Map<string, string>>(),
      new Map<string, Access>(),
    ];
    const table = Object.hasOwn(structures, type) ? structures[type] : undefined;
    for (const [key, element] of Object.entries(table?.elements ?? {})) {
      byKey.set(key, { key, type: element.type });
      if (element.choice === undefined) plain.set(key, { key, type: element.type });
      else {
        const choice = choices.get(element.choice) ?? new Map<string, string>();
        choices.set(element.choice, choice.set(key, element.type));
      }
    }
    members = { plain, choices, byKey };
    // Types are those of the tables, and a resource's type is checked before: the map cannot grow without end.
    if (table) membersByType.set(type, members);
  }
  return members;
}

/** Adds the members of this name to `found`. */
export function addMembers(item: Item, name: string, found: Item[]): void {
  const { value, type, shadow } = item;
  if (shadow) addFrom(shadow, 'Element', name, found);
  // `value` of a primitive is the primitive: published profiles say `Identifier.value` and then `value.matches(…)`.
  if (name === 'value' && value !== undefined && isPrimitive(type))
    found.push({ value, type, shadow: undefined });
  if (!isObject(value)) return;
  addFrom(value, type, name, found);
}

function addFrom(tree: Json, type: string, name: string, found: Item[]): void {
  const { plain, choices } = membersOf(type);
  const access = plain.get(name);
  if (access) return addValues(tree, access.key, access.type, found);
  const choice = choices.get(name);
  if (choice) {
    for (const key of Object.keys(tree)) {
      const chosen = choice.get(key);
      if (chosen !== undefined) addValues(tree, key, chosen, found);
      else if (key.startsWith('_') && tree[key.slice(1)] === undefined) {
        const alone = choice.get(key.slice(1));
        if (alone !== undefined) addValues(tree, key.slice(1), alone, found);
      }
    }
  } else if (type.startsWith('System.') && Object.hasOwn(tree, name)) {
    addValues(tree, name, name === 'unit' ? 'System.String' : 'System.Decimal', found);
  }
}

function addValues(tree: Json, key: string, type: string, found: Item[]): void {
  const value = tree[key];
  if (value === undefined) {
    // Only a primitive has a shadow, so most absent members end here.
    if (!isPrimitive(type)) return;
    const alone = tree[`_${key}`];
    for (const one of Array.isArray(alone) ? alone : [alone]) {
      if (isObject(one)) found.push({ value: undefined, type, shadow: one });
    }
    return;
  }
  const shadow = isPrimitive(type) ? tree[`_${key}`] : undefined;
  if (Array.isArray(value)) {
    for (let n = 0; n < value.length; n++) {
      addOne(value[n], type, Array.isArray(shadow) ? shadow[n] : undefined, found);
    }
  } else addOne(value, type, shadow, found);
}

function addOne(value: unknown, type: string, beside: unknown, found: Item[]): void {
  const shadow = isObject(beside) ? beside : undefined;
  if (value === null) {
    if (shadow) found.push({ value: undefined, type, shadow });
    return;
  }
  const own = type === 'Resource' && isObject(value) ? String(value['resourceType']) : type;
  found.push({ value, type: own, shadow });
}

/** All children of an item, in the order of the JSON. */
export function addChildren(item: Item, found: Item[]): void {
  const { value, type, shadow } = item;
  if (shadow) addAll(shadow, 'Element', found);
  if (isObject(value)) addAll(value, type, found);
}

function addAll(tree: Json, type: string, found: Item[]): void {
  const { byKey } = membersOf(type);
  for (const key of Object.keys(tree)) {
    const bare = key.startsWith('_') ? key.slice(1) : key;
    if (bare !== key && tree[bare] !== undefined) continue;
    const access = byKey.get(bare);
    if (access) addValues(tree, bare, access.type, found);
  }
}

// ---------------------------------------------------------------- types

const strings = new Set(['code', 'id', 'markdown']);
const uris = new Set(['url', 'canonical', 'uuid', 'oid']);
const integers = new Set(['positiveInt', 'unsignedInt']);
const quantities = new Set(['Age', 'Count', 'Distance', 'Duration', 'MoneyQuantity', 'SimpleQuantity']);
const backbones = new Set(['Timing', 'Dosage', 'ElementDefinition']);
const notDomain = new Set(['Bundle', 'Binary', 'Parameters']);
const primitives = new Set(
  Object.entries(structures).flatMap(([name, { kind }]) => (kind === 'primitive' ? [name] : [])),
);

export function isPrimitive(type: string): boolean {
  return primitives.has(type);
}

function kindOf(type: string): 'resource' | 'type' | 'primitive' | undefined {
  return Object.hasOwn(structures, type) ? structures[type]?.kind : undefined;
}

/** The type that a type is a kind of; undefined at the top. */
function parentOf(type: string): string | undefined {
  if (strings.has(type)) return 'string';
  if (uris.has(type)) return 'uri';
  if (integers.has(type)) return 'integer';
  if (quantities.has(type)) return 'Quantity';
  if (type.includes('.') || backbones.has(type)) return 'BackboneElement';
  if (type === 'Resource' || type === 'Element') return undefined;
  if (kindOf(type) === 'resource')
    return type === 'DomainResource' || notDomain.has(type) ? 'Resource' : 'DomainResource';
  return 'Element';
}

/**
 * Whether an item is of a type as an expression names it. A bare `Boolean` means FHIR's `boolean` too: R4's own
 * invariants write it so (que-7).
 */
export function isOfType(item: Item, wanted: string): boolean {
  const { type } = item;
  if (type.startsWith('System.')) {
    const bare = type.slice(7);
    return wanted === type || wanted === bare || wanted === 'System.Any' || wanted === lowered(bare);
  }
  if (wanted.startsWith('System.'))
    return primitives.has(type) && lowered(wanted.slice(7)) === systemOf(type);
  const name = wanted.startsWith('FHIR.') ? wanted.slice(5) : wanted;
  for (let at: string | undefined = type; at !== undefined; at = parentOf(at)) if (at === name) return true;
  return (
    primitives.has(type) &&
    /^[A-Z]/.test(name) &&
    lowered(name) === systemOf(type) &&
    kindOf(name) === undefined
  );
}

function lowered(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
/** Which type of FHIRPath a primitive of FHIR is read as, in lower case. */
function systemOf(type: string): string {
  if (type === 'instant') return 'dateTime';
  if (integers.has(type)) return 'integer';
  return ['boolean', 'integer', 'decimal', 'date', 'dateTime', 'time'].includes(type) ? type : 'string';
}
