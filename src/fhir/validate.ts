/**
 * Is this resource what R4 allows? Structure, types, cardinality, required bindings and reference targets, from the
 * official definitions (http://hl7.org/fhir/R4/validation.html). Every issue names the element's FHIRPath, what was
 * found and what was expected. Invariants and profiles are not judged here yet.
 */
import type { Issue } from '#base/refusal.ts';
import { codes, structures, type ElementTable } from './definitions/tables.ts';
import { whyNotDate } from './date.ts';
import { isObject, show, type Json, type Parsed } from './parse.ts';

/** More than these say nothing new to whoever mends the resource, and a hostile one could make millions. */
const issuesMax = 50;

interface Walk {
  readonly issues: Issue[];
  members: number;
}

/** All that is wrong with a resource, at most 50 issues; an empty list when it is valid. */
export function validate(resource: Parsed): readonly Issue[] {
  const walk: Walk = { issues: [], members: 0 };
  validateResource(walk, resource.tree, resource.type);
  if (walk.issues.length === 0 && walk.members < resource.members) {
    report(
      walk,
      'structure',
      resource.type,
      'a member is written twice in the same object; which one is meant cannot be known',
    );
  }
  return walk.issues;
}

function report(walk: Walk, code: Issue['code'], at: string, text: string): void {
  if (walk.issues.length < issuesMax) walk.issues.push({ code, at, text });
}

function validateResource(walk: Walk, tree: Json, at: string): void {
  const type = tree['resourceType'];
  const table = typeof type === 'string' ? structures[type] : undefined;
  if (typeof type !== 'string' || table?.kind !== 'resource' || table.abstract) {
    report(walk, 'structure', at, `expected a resource with a known resourceType, found ${show(type)}`);
    return;
  }
  validateObject(walk, tree, type, at, true);
}

/** What validating a type needs of its table, looked up once: this runs for each member of each resource. */
interface Member {
  readonly element: ElementTable;
  /** What it adds to the path: `.value` for each type of a choice. */
  readonly step: string;
  readonly primitive: boolean;
  readonly codes: ReadonlySet<string> | undefined;
}
interface Rules {
  readonly members: ReadonlyMap<string, Member>;
  /** What must be there: the names it may have (each type of a choice), and its step. */
  readonly required: readonly { readonly names: readonly string[]; readonly step: string }[];
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
        element,
        step,
        primitive: structures[element.type]?.kind === 'primitive',
        codes: element.codes === undefined ? undefined : codeSet(element.codes),
      });
      if (element.min > 0) required.set(step, [...(required.get(step) ?? []), key]);
    }
    rules = { members, required: [...required].map(([step, names]) => ({ names, step })) };
    rulesByType.set(type, rules);
  }
  return rules;
}

function validateObject(walk: Walk, value: Json, type: string, at: string, isResource: boolean): void {
  const { members, required } = rulesOf(type);
  const keys = Object.keys(value);
  walk.members += keys.length;
  if (keys.length === 0) report(walk, 'structure', at, 'an object must not be empty');
  let chosen: Map<string, string> | undefined;
  for (const key of keys) {
    if (isResource && key === 'resourceType') continue;
    const bare = key.startsWith('_') ? key.slice(1) : key;
    const member = members.get(bare);
    if (!member || (bare !== key && !member.primitive)) {
      report(walk, 'structure', `${at}.${key}`, `${type} has no such element`);
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
    if (bare !== key) validateShadows(walk, found, element, at + step, value[bare]);
    else if (!element.many) {
      if (Array.isArray(found)) report(walk, 'structure', at + step, 'expected one value, found a list');
      else validateValue(walk, found, member, at + step);
    } else if (!Array.isArray(found))
      report(walk, 'structure', at + step, `expected a list, found ${show(found)}`);
    else if (found.length === 0) report(walk, 'structure', at + step, 'a list must not be empty');
    else {
      const shadows = member.primitive ? value[`_${key}`] : undefined;
      for (let n = 0; n < found.length; n++) {
        const hasShadow = found[n] === null && Array.isArray(shadows) && isObject(shadows[n]);
        if (!hasShadow) validateValue(walk, found[n], member, `${at}${step}[${n}]`);
      }
    }
  }
  for (const { names, step } of required) {
    if (!names.some((name) => Object.hasOwn(value, name) || Object.hasOwn(value, `_${name}`))) {
      report(walk, 'required', at + step, 'is required and missing');
    }
  }
}

/** `_birthDate`: id and extensions of a primitive; a list with nulls for a repeated one. */
function validateShadows(
  walk: Walk,
  found: unknown,
  element: ElementTable,
  at: string,
  beside: unknown,
): void {
  if (!element.many) {
    if (isObject(found)) validateObject(walk, found, 'Element', at, false);
    else report(walk, 'structure', at, `expected an object with id or extension, found ${show(found)}`);
    return;
  }
  if (!Array.isArray(found)) return report(walk, 'structure', at, `expected a list, found ${show(found)}`);
  if (Array.isArray(beside) && beside.length !== found.length) {
    report(
      walk,
      'structure',
      at,
      `the list of values has ${beside.length} elements, the list beside it ${found.length}`,
    );
  }
  found.forEach((shadow: unknown, n) => {
    if (shadow === null) return;
    if (isObject(shadow)) validateObject(walk, shadow, 'Element', `${at}[${n}]`, false);
    else report(walk, 'structure', `${at}[${n}]`, `expected an object or null, found ${show(shadow)}`);
  });
}

function validateValue(walk: Walk, found: unknown, member: Member, at: string): void {
  const { element, primitive, codes: allowed } = member;
  const { type } = element;
  if (primitive) {
    const why = whyNotPrimitive(type, found);
    if (why) report(walk, 'value', at, why);
    else if (allowed && !allowed.has(String(found))) {
      report(walk, 'code-invalid', at, `${show(found)} is not in the required value set ${element.codes}`);
    }
    return;
  }
  if (!isObject(found))
    return report(walk, 'structure', at, `expected an object (${type}), found ${show(found)}`);
  if (type === 'Resource' || structures[type]?.kind === 'resource') return validateResource(walk, found, at);
  validateObject(walk, found, type, at, false);
  if (type === 'Reference') validateReference(walk, found, element, at);
  else if (allowed) validateCoded(walk, found, allowed, element, at);
}

const codeSets = new Map<string, ReadonlySet<string>>();
function codeSet(url: string): ReadonlySet<string> {
  let set = codeSets.get(url);
  if (!set) codeSets.set(url, (set = new Set(codes[url])));
  return set;
}

function validateCoded(
  walk: Walk,
  found: Json,
  allowed: ReadonlySet<string>,
  element: ElementTable,
  at: string,
): void {
  const codings = element.type === 'Coding' ? [found] : found['coding'];
  if (!Array.isArray(codings) || codings.length === 0) return;
  if (!codings.some((coding) => isObject(coding) && allowed.has(String(coding['code'])))) {
    report(walk, 'code-invalid', at, `no coding is in the required value set ${element.codes}`);
  }
}

const relativeReference =
  /^(?:https?:\/\/[^\s]+\/)?([A-Z][A-Za-z]+)\/[A-Za-z0-9.-]{1,64}(?:\/_history\/[A-Za-z0-9.-]{1,64})?$/;

function validateReference(walk: Walk, found: Json, element: ElementTable, at: string): void {
  if (!element.targets) return;
  const reference = found['reference'];
  const pointed = typeof reference === 'string' ? relativeReference.exec(reference)?.[1] : undefined;
  if (pointed && structures[pointed]?.kind === 'resource' && !element.targets.includes(pointed)) {
    report(walk, 'value', at, `points at a ${pointed}; expected ${element.targets.join(', ')}`);
  }
}

// ---------------------------------------------------------------- primitives (http://hl7.org/fhir/R4/datatypes.html)

const patterns: Readonly<Record<string, readonly [RegExp, string]>> = {
  id: [/^[A-Za-z0-9\-.]{1,64}$/, 'an id: 1 to 64 of letters, digits, - and .'],
  code: [/^[^\s]+(?: [^\s]+)*$/, 'a code without leading, trailing or double blanks'],
  oid: [/^urn:oid:[0-2](?:\.(?:0|[1-9]\d*))+$/, 'urn:oid:…'],
  uuid: [/^urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, 'urn:uuid:…'],
  uri: [/^\S+$/, 'a URI without blanks'],
  url: [/^\S+$/, 'a URL without blanks'],
  canonical: [/^\S+$/, 'a URL without blanks'],
  time: [/^(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?$/, 'a time such as 14:05:00'],
};
// eslint-disable-next-line no-control-regex -- FHIR forbids control characters other than tab, line feed and return.
const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/;
const scripts = /<\s*(?:script|iframe|object|embed|form|input|link|base)\b|\son\w+\s*=|javascript:/i;

function whyNotPrimitive(type: string, found: unknown): string | undefined {
  switch (type) {
    case 'boolean':
      return typeof found === 'boolean' ? undefined : `expected true or false, found ${show(found)}`;
    case 'decimal':
      if (typeof found !== 'number') return `expected a number, found ${show(found)}`;
      return Number.isFinite(found) ? undefined : 'expected a number of less than 308 digits';
    case 'integer':
    case 'unsignedInt':
    case 'positiveInt': {
      const least = type === 'integer' ? -2147483648 : type === 'unsignedInt' ? 0 : 1;
      const fits = Number.isInteger(found) && Number(found) >= least && Number(found) <= 2147483647;
      return fits ? undefined : `expected a whole number from ${least} to 2147483647, found ${show(found)}`;
    }
    default:
  }
  if (typeof found !== 'string') return `expected a text (${type}), found ${show(found)}`;
  if (found === '') return 'a text must not be empty';
  if (type === 'date' || type === 'dateTime' || type === 'instant') {
    const why = whyNotDate(type, found);
    return why && `${why}; found ${show(found)}`;
  }
  if (type === 'xhtml') {
    if (!found.startsWith('<div')) return 'a narrative starts with <div';
    return scripts.test(found) ? 'a narrative must not hold scripts, forms or event handlers' : undefined;
  }
  if (type === 'base64Binary') return isBase64(found) ? undefined : `expected base64, found ${show(found)}`;
  const pattern = patterns[type];
  if (pattern && !pattern[0].test(found)) return `expected ${pattern[1]}; found ${show(found)}`;
  return control.test(found) ? 'control characters are not allowed in a text' : undefined;
}

/** In time that grows with the length only: a picture has megabytes. */
function isBase64(text: string): boolean {
  const bare = text.replace(/\s+/g, '');
  return bare.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(bare);
}
