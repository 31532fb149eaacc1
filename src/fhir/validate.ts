/**
 * Is this resource what R4 allows? Structure, types, cardinality, required bindings, reference targets, narrative and
 * invariants, from the official definitions (http://hl7.org/fhir/R4/validation.html). Every issue names the element's
 * FHIRPath, what was found and what was expected. Profiles are judged in profile/.
 */
import type { Issue } from '#base/refusal.ts';
import { requiredCodes, type RequiredCodes } from './codes.ts';
import { structures, type ElementTable } from './definitions/tables.ts';
import {
  invariantsOfMember,
  invariantsOfType,
  openInvariants,
  whyBroken,
  type Invariant,
} from './invariants.ts';
import { isObject, type Json } from './json.ts';
import { show, type Parsed } from './parse.ts';
import { environmentOf, itemOf, type Environment } from './path/compile.ts';
import { whyNotPrimitive } from './primitive.ts';
import { containedById, whyNotTarget } from './reference.ts';

/** More than these say nothing new to whoever mends the resource, and a hostile one could make millions. */
const issuesMax = 50;
/** What the invariants of a resource may look at: it grows with the resource, so judging takes time that does. */
const budgetOf = (members: number): { steps: number } => ({ steps: 1_000_000 + 100 * members });

interface Walk {
  readonly issues: Issue[];
  members: number;
  /** Asked at the end: an invariant means something only where the structure is right. */
  readonly asked: Question[];
  /** Contained resources, which must be referred to. */
  readonly contained: Contained[];
  /** JSON writes control characters with a backslash: without one in the text there are none. */
  readonly escapes: boolean;
}
/** A resource on the way: the one that came, one in a Bundle, or a contained one with its container. */
interface Place {
  readonly tree: Json;
  readonly container: Place | undefined;
  /** Ids of its elements. */
  readonly ids: Set<string>;
  contained: ReadonlyMap<string, string> | undefined;
  /** What it, and what it contains, points at within itself: `#a`. */
  readonly locals: Set<string>;
  /** Whether it points at its container: `#`. */
  pointsOut: boolean;
  environment: Environment | undefined;
}
interface Contained {
  readonly id: unknown;
  readonly place: Place;
  readonly container: Place;
  readonly at: string;
}
interface Question {
  readonly invariants: readonly Invariant[];
  readonly value: unknown;
  readonly type: string;
  readonly shadow: Json | undefined;
  readonly place: Place;
  readonly at: string;
}

/** All that is wrong with a resource, at most 50 issues; an empty list when it is valid. */
export function validate(resource: Parsed): readonly Issue[] {
  // A resource within Parameters comes without its text: then nothing is known of it.
  const escapes = resource.text === '' || resource.text.includes('\\');
  const walk: Walk = { issues: [], members: 0, asked: [], contained: [], escapes };
  validateResource(walk, resource.tree, resource.type, undefined);
  if (walk.issues.length === 0 && walk.members < resource.members) {
    report(
      walk,
      'structure',
      resource.type,
      'a member is written twice in the same object; which one is meant cannot be known',
    );
  }
  if (walk.issues.length === 0) askInvariants(walk);
  return walk.issues;
}

function askInvariants(walk: Walk): void {
  for (const { id, place, container, at } of walk.contained) {
    if (place.pointsOut || container.locals.has(`#${String(id)}`)) continue;
    report(
      walk,
      'invariant',
      at,
      'breaks dom-3: a contained resource is referred to from elsewhere in the resource, or refers to it',
    );
  }
  const budget = budgetOf(walk.members);
  for (const { invariants, value, type, shadow, place, at } of walk.asked) {
    const environment = (place.environment ??= environmentOf(itemOf(place.tree), {
      budget,
      rootResource: itemOf(place.container?.tree ?? place.tree),
    }));
    for (const invariant of invariants) {
      const why = whyBroken(invariant, { value, type, shadow }, environment);
      if (!why) continue;
      report(walk, why.code, at, why.text);
      if (why.code === 'too-costly' || walk.issues.length >= issuesMax) return;
    }
  }
}

function report(walk: Walk, code: Issue['code'], at: string, text: string): void {
  if (walk.issues.length < issuesMax) walk.issues.push({ code, at, text });
}

function validateResource(walk: Walk, tree: Json, at: string, container: Place | undefined): void {
  const type = tree['resourceType'];
  const table = typeof type === 'string' && Object.hasOwn(structures, type) ? structures[type] : undefined;
  if (typeof type !== 'string' || table?.kind !== 'resource' || table.abstract) {
    report(walk, 'structure', at, `expected a resource with a known resourceType, found ${show(type)}`);
    return;
  }
  const place: Place = {
    tree,
    container,
    ids: new Set(),
    contained: undefined,
    locals: new Set(),
    pointsOut: false,
    environment: undefined,
  };
  if (container) {
    const id = tree['id'];
    walk.contained.push({ id, place, container, at });
    if (id === undefined) report(walk, 'required', `${at}.id`, 'a contained resource needs an id');
    else if (typeof id === 'string' && container.ids.size === container.ids.add(`#${id}`).size) {
      report(walk, 'value', `${at}.id`, 'another contained resource has this id');
    }
  }
  validateObject(walk, tree, type, at, place, true);
}

/** What validating a type needs of its table, looked up once: this runs for each member of each resource. */
interface Member {
  readonly key: string;
  readonly element: ElementTable;
  /** What it adds to the path: `.value` for each type of a choice. */
  readonly step: string;
  readonly primitive: boolean;
  readonly isResource: boolean;
  readonly codes: RequiredCodes | undefined;
  readonly invariants: readonly Invariant[];
}
interface Rules {
  readonly members: ReadonlyMap<string, Member>;
  /** What must be there: the names it may have (each type of a choice), and its step. */
  readonly required: readonly { readonly names: readonly string[]; readonly step: string }[];
  readonly invariants: readonly Invariant[];
}
const rulesByType = new Map<string, Rules>();

function rulesOf(type: string): Rules {
  let rules = rulesByType.get(type);
  if (!rules) {
    const members = new Map<string, Member>();
    const required = new Map<string, string[]>();
    for (const [key, element] of Object.entries(structures[type]?.elements ?? {})) {
      const step = `.${element.choice ?? key}`;
      members.set(key, {
        key,
        element,
        step,
        primitive: structures[element.type]?.kind === 'primitive',
        isResource: element.type === 'Resource' || structures[element.type]?.kind === 'resource',
        codes: element.codes === undefined ? undefined : requiredCodes(element.codes),
        invariants: invariantsOfMember(type, key),
      });
      if (element.min > 0) required.set(step, [...(required.get(step) ?? []), key]);
    }
    rules = {
      members,
      required: [...required].map(([step, names]) => ({ names, step })),
      invariants: invariantsOfType(type),
    };
    rulesByType.set(type, rules);
  }
  return rules;
}

function validateObject(
  walk: Walk,
  value: Json,
  type: string,
  at: string,
  place: Place,
  isResource: boolean,
): void {
  const { members, required, invariants } = rulesOf(type);
  const keys = Object.keys(value);
  walk.members += keys.length;
  if (keys.length === 0) report(walk, 'structure', at, 'an object must not be empty');
  let chosen: Map<string, string> | undefined;
  // Few objects have `_name` beside a name, and looking for what is not there costs more than the rest of a member.
  const shadowed = keys.some((key) => key.charCodeAt(0) === underscore);
  for (const key of keys) {
    if (isResource && key === 'resourceType') continue;
    const bare = shadowed && key.charCodeAt(0) === underscore ? key.slice(1) : key;
    const member = members.get(bare);
    if (!member || (bare !== key && !member.primitive)) {
      report(walk, 'structure', `${at}.${key.slice(0, 80)}`, `${type} has no such element`);
      continue;
    }
    const { element, step } = member;
    if (element.choice) {
      chosen ??= new Map();
      const before = chosen.get(element.choice);
      if (before !== undefined && before !== bare) {
        report(walk, 'structure', at + step, `one value is allowed, found ${before} and ${bare}`);
      }
      chosen.set(element.choice, bare);
    }
    const found = value[key];
    if (bare !== key) validateShadows(walk, found, element, at + step, value[bare], place);
    else if (!element.many) {
      if (Array.isArray(found)) report(walk, 'structure', at + step, 'expected one value, found a list');
      else validateValue(walk, found, member, at + step, place, shadowed ? value[`_${key}`] : undefined);
    } else if (!Array.isArray(found))
      report(walk, 'structure', at + step, `expected a list, found ${show(found)}`);
    else if (found.length === 0) report(walk, 'structure', at + step, 'a list must not be empty');
    else {
      const shadows = shadowed && member.primitive ? value[`_${key}`] : undefined;
      for (let n = 0; n < found.length; n++) {
        const shadow: unknown = Array.isArray(shadows) ? shadows[n] : undefined;
        if (found[n] !== null || !isObject(shadow)) {
          validateValue(walk, found[n], member, `${at}${step}[${n}]`, place, shadow);
        }
      }
    }
  }
  if (!isResource && value['id'] !== undefined)
    validateElementId(walk, value['id'], keys.length, type, at, place);
  for (const { names, step } of required) {
    if (!names.some((name) => Object.hasOwn(value, name) || Object.hasOwn(value, `_${name}`))) {
      report(walk, 'required', at + step, 'is required and missing');
    }
  }
  if (invariants.length === 0) return;
  const open = openInvariants(invariants, value);
  if (open.length > 0) walk.asked.push({ invariants: open, value, type, shadow: undefined, place, at });
}

/** An element is more than its id (`ele-1`), and has the id for itself within its resource. */
function validateElementId(
  walk: Walk,
  id: unknown,
  members: number,
  type: string,
  at: string,
  place: Place,
): void {
  if (members === 1 && type !== 'Element')
    report(walk, 'invariant', at, 'has an id only; expected a value or members');
  // A StructureDefinition has its elements, and their ids, twice: as snapshot and as differential.
  if (place.tree['resourceType'] === 'StructureDefinition' || typeof id !== 'string') return;
  if (place.ids.has(id)) report(walk, 'value', `${at}.id`, 'another element of the resource has this id');
  place.ids.add(id);
}

/** `_birthDate`: id and extensions of a primitive; a list with nulls for a repeated one. */
function validateShadows(
  walk: Walk,
  found: unknown,
  element: ElementTable,
  at: string,
  beside: unknown,
  place: Place,
): void {
  if (!element.many) {
    if (isObject(found)) validateShadow(walk, found, at, beside, place);
    else report(walk, 'structure', at, `expected an object with id or extension, found ${show(found)}`);
    return;
  }
  if (!Array.isArray(found)) {
    return report(walk, 'structure', at, `expected a list of objects and nulls, found ${show(found)}`);
  }
  if (found.length === 0) return report(walk, 'structure', at, 'a list must not be empty');
  if (Array.isArray(beside) && beside.length !== found.length) {
    report(
      walk,
      'structure',
      at,
      `the list of values has ${beside.length} elements, the list beside it ${found.length}`,
    );
  }
  found.forEach((shadow: unknown, n) => {
    const value: unknown = Array.isArray(beside) ? beside[n] : undefined;
    if (shadow === null) {
      if (beside === undefined)
        report(walk, 'structure', `${at}[${n}]`, 'expected a value or an extension, found neither');
    } else if (isObject(shadow)) validateShadow(walk, shadow, `${at}[${n}]`, value, place);
    else report(walk, 'structure', `${at}[${n}]`, `expected an object or null, found ${show(shadow)}`);
  });
}

function validateShadow(walk: Walk, shadow: Json, at: string, beside: unknown, place: Place): void {
  validateObject(walk, shadow, 'Element', at, place, false);
  if ((beside === undefined || beside === null) && shadow['extension'] === undefined) {
    report(walk, 'invariant', at, 'has an id only; expected a value or an extension');
  }
}

function validateValue(
  walk: Walk,
  found: unknown,
  member: Member,
  at: string,
  place: Place,
  shadow: unknown,
): void {
  const { element, primitive, codes, invariants } = member;
  const { type } = element;
  if (invariants.length > 0) {
    const beside = primitive && isObject(shadow) ? shadow : undefined;
    walk.asked.push({ invariants, value: found, type, shadow: beside, place, at });
  }
  if (primitive) {
    const why = whyNotPrimitive(type, found, walk.escapes);
    if (typeof found === 'string' && found.charCodeAt(0) === hash) noteLocal(member, found, place);
    if (why) report(walk, 'value', at, why);
    else if (codes && !codes.hasCode(String(found))) {
      report(walk, 'code-invalid', at, `${show(found)} is not in the required value set ${element.codes}`);
    }
    return;
  }
  if (!isObject(found))
    return report(walk, 'structure', at, `expected an object (${type}), found ${show(found)}`);
  if (member.isResource) {
    return validateResource(walk, found, at, member.key === 'contained' ? place : undefined);
  }
  validateObject(walk, found, type, at, place, false);
  if (type === 'Reference') {
    const container = place.container ?? place;
    const why = whyNotTarget(
      found,
      element.targets,
      () => (container.contained ??= containedById(container.tree)),
    );
    if (why) report(walk, 'value', at, why);
  } else if (codes) validateCoded(walk, found, codes, element, at);
}

const hash = 35;
const underscore = 95;
const addresses: ReadonlySet<string> = new Set(['uri', 'url', 'canonical']);

/** What dom-3 looks for: references and addresses that begin with `#`. */
function noteLocal({ key, element: { type } }: Member, found: string, place: Place): void {
  if (key !== 'reference' && !addresses.has(type)) return;
  (place.container ?? place).locals.add(found);
  if (found === '#') place.pointsOut = true;
}

function validateCoded(
  walk: Walk,
  found: Json,
  codes: RequiredCodes,
  element: ElementTable,
  at: string,
): void {
  const codings = element.type === 'Coding' ? [found] : (found['coding'] ?? []);
  if (!Array.isArray(codings)) return;
  // An extension may say why there is no code (data-absent-reason).
  if (codings.length === 0 && found['extension'] !== undefined) return;
  const isIn = (coding: unknown) =>
    isObject(coding) && codes.hasCoding(String(coding['system']), String(coding['code']));
  if (!codings.some(isIn)) {
    report(walk, 'code-invalid', at, `no coding is in the required value set ${element.codes}`);
  }
}
