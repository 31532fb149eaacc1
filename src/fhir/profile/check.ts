/**
 * Is this resource what a profile asks (http://hl7.org/fhir/R4/profiling.html)? Cardinality, fixed values and patterns,
 * slices, bindings, targets, extensions and invariants, beside what R4 itself asks. `mustSupport` is a promise of
 * programs, not of data, and is not judged.
 */
import type { Issue, IssueCode } from '#base/refusal.ts';
import { structures } from '../definitions/tables.ts';
import { isObject, type Json } from '../json.ts';
import { show } from '../parse.ts';
import { environmentOf, itemOf, PathError, truthOf, type Environment, type Item } from '../path/compile.ts';
import { addMembers, isOfType } from '../path/item.ts';
import { isMember } from '../terminology/value-set.ts';
import type { Library } from '../terminology/library.ts';
import { extensionsIn, mayStand } from './extensions.ts';
import type { Edition, FindProfile } from './library.ts';
import type { Profile, Rule } from './rules.ts';
import { belongs, holds, isFixed, type Judge } from './slices.ts';
import type { ElementType } from './table.ts';

export interface Known {
  readonly profiles: FindProfile;
  readonly terminology: Library;
}

/** Issues told of one resource, at most. */
const issuesMax = 100;
/** Elements looked at for one resource and its profiles, at most: some seconds of work would be a fault of the sender. */
const stepsMax = 300_000;
const pathStepsMax = 10_000_000;
/** Profiles within profiles. */
const depthMax = 20;
/** Resources of a Bundle whose own claims are judged. */
const entriesMax = 20_000;

interface Check {
  readonly known: Known;
  readonly issues: Issue[];
  readonly said: Set<string>;
  /** Shared by all checks of one resource. */
  readonly budget: { steps: number };
  /** What all invariants together may look at. */
  readonly pathBudget: { steps: number };
  readonly conforming: Map<unknown, Map<string, boolean>>;
  readonly entries: ReadonlyMap<string, Item>;
  readonly depth: number;
  readonly edition: Edition;
}
/** The resource an element stands in. */
interface Place {
  readonly resource: Item;
  readonly environment: Environment;
}

/**
 * Issues of all profiles that a resource claims, those in a Bundle for themselves too, and of those demanded.
 * A profile that is not known is a warning.
 */
export function checkProfiles(tree: Json, known: Known, demanded: readonly string[] = []): readonly Issue[] {
  const claimed = claimants(tree);
  if (claimed.length === 0 && demanded.length === 0) return [];
  const check: Check = {
    known,
    issues: [],
    said: new Set(),
    budget: { steps: stepsMax },
    pathBudget: { steps: pathStepsMax },
    conforming: new Map(),
    entries: entriesOf(tree),
    depth: 0,
    edition: 'newest',
  };
  const root = itemOf(tree);
  for (const url of demanded) checkCanonical(check, root, url, root.type);
  for (const { item, at } of claimed) {
    for (const url of claimsOf(item.value)) checkCanonical(check, item, url, at);
  }
  return check.issues;
}

function claimsOf(value: unknown): readonly string[] {
  const meta = isObject(value) ? value['meta'] : undefined;
  const claims = isObject(meta) ? meta['profile'] : undefined;
  return Array.isArray(claims) ? claims.filter((one): one is string => typeof one === 'string') : [];
}

function claimants(tree: Json): readonly { readonly item: Item; readonly at: string }[] {
  const type = String(tree['resourceType']);
  const found = claimsOf(tree).length > 0 ? [{ item: itemOf(tree), at: type }] : [];
  if (type !== 'Bundle' || !Array.isArray(tree['entry'])) return found;
  tree['entry'].slice(0, entriesMax).forEach((entry: unknown, n) => {
    const resource = isObject(entry) ? entry['resource'] : undefined;
    if (isObject(resource) && claimsOf(resource).length > 0) {
      found.push({ item: itemOf(resource), at: `Bundle.entry[${n}].resource` });
    }
  });
  return found;
}

/** By fullUrl and by `Type/id`. */
function entriesOf(tree: Json): ReadonlyMap<string, Item> {
  const found = new Map<string, Item>();
  if (tree['resourceType'] !== 'Bundle' || !Array.isArray(tree['entry'])) return found;
  for (const entry of tree['entry'].slice(0, entriesMax)) {
    if (!isObject(entry) || !isObject(entry['resource'])) continue;
    const item = itemOf(entry['resource']);
    if (typeof entry['fullUrl'] === 'string') found.set(entry['fullUrl'], item);
    found.set(`${item.type}/${String(entry['resource']['id'])}`, item);
  }
  return found;
}

function checkCanonical(check: Check, item: Item, url: string, at: string): void {
  const profile = check.known.profiles(url, 'newest');
  if (!profile) {
    return report(
      check,
      'warning',
      'not-supported',
      at,
      `the profile ${url.slice(0, 200)} is not known here and was not judged`,
    );
  }
  const [newest, earlier] = (['newest', 'earlier'] as const).map((edition) => {
    const own: Check = { ...check, edition, issues: [], said: new Set(), conforming: new Map() };
    return () => {
      const found = check.known.profiles(url, edition) ?? profile;
      checkProfile(own, item, found, at);
      checkExtensions(own, item, at);
      return own.issues;
    };
  });
  const issues = newest?.() ?? [];
  const others = issues.some(isError) ? (earlier?.() ?? issues) : issues;
  for (const { severity = 'error', code, text, at: where = at } of others.some(isError) ? issues : others) {
    report(check, severity, code, where, text);
  }
}

/** Extensions that are defined here, wherever they stand: the profile need not speak of them. */
function checkExtensions(check: Check, item: Item, at: string): void {
  if (!isObject(item.value)) return;
  for (const found of extensionsIn(item.value, item.type, at)) {
    const profile = check.known.profiles(found.url, check.edition);
    if (profile?.table.type !== 'Extension' || --check.budget.steps < 0) continue;
    const { contexts } = profile.table;
    if (contexts && !mayStand(found, contexts)) {
      report(
        check,
        'error',
        'structure',
        found.at,
        `the extension ${profile.table.url} is for ${contexts.join(', ')}; found on ${found.path}`,
      );
    }
    checkProfile(check, { value: found.tree, type: 'Extension', shadow: undefined }, profile, found.at);
  }
}

export function isError({ severity = 'error' }: Issue): boolean {
  return severity === 'error';
}

function report(
  check: Check,
  severity: NonNullable<Issue['severity']>,
  code: IssueCode,
  at: string,
  text: string,
): void {
  const key = `${severity} ${at} ${text}`;
  if (check.issues.length >= issuesMax || check.said.has(key)) return;
  check.said.add(key);
  check.issues.push(severity === 'error' ? { code, at, text } : { severity, code, at, text });
}

function checkProfile(check: Check, item: Item, profile: Profile, at: string): void {
  const { table, root } = profile;
  if (check.depth > depthMax) return;
  if (!isOfType(item, table.type)) {
    return report(
      check,
      'error',
      'structure',
      at,
      `is a ${item.type}; the profile ${table.url} is for ${table.type}`,
    );
  }
  const deeper = { ...check, depth: check.depth + 1 };
  const base = table.base === undefined ? undefined : check.known.profiles(table.base, check.edition);
  if (base && base !== profile) checkProfile(deeper, item, base, at);
  checkRule(deeper, item, root, at, placeOf(deeper, item));
}

function placeOf(check: Check, resource: Item): Place {
  return {
    resource,
    environment: environmentOf(resource, {
      budget: check.pathBudget,
      resolve: (reference) => check.entries.get(reference),
      memberOf: (item, valueSet) => isCodedMember(check, item, valueSet),
      conformsTo: (item, profile) => conforms(check, item, profile),
    }),
  };
}

// ---------------------------------------------------------------- one element

function checkRule(check: Check, item: Item, rule: Rule, at: string, given: Place): void {
  if (--check.budget.steps < 0) {
    return report(check, 'error', 'too-costly', at, 'is too large for its profiles to be judged');
  }
  const isResource =
    isObject(item.value) && item.value['resourceType'] !== undefined && item.value !== given.resource.value;
  const place = isResource ? placeOf(check, item) : given;
  const { fixed, pattern, binding, maxLength, types } = rule.element;
  if (fixed !== undefined && !isFixed(fixed, item)) {
    report(check, 'error', 'value', at, `expected ${said(fixed)}, found ${show(item.value)}`);
  }
  if (pattern !== undefined && !holds(pattern, item.value)) {
    report(check, 'error', 'value', at, `expected ${said(pattern)} in it, found ${show(item.value)}`);
  }
  if (maxLength !== undefined && typeof item.value === 'string' && item.value.length > maxLength) {
    report(
      check,
      'error',
      'too-long',
      at,
      `at most ${maxLength} characters are allowed, found ${item.value.length}`,
    );
  }
  if (binding && isCodedMember(check, item, binding.valueSet) === false) {
    const [severity, code] =
      binding.strength === 'required'
        ? (['error', 'code-invalid'] as const)
        : (['warning', 'code-invalid'] as const);
    report(
      check,
      severity,
      code,
      at,
      `no code of it is in the ${binding.strength} value set ${binding.valueSet}`,
    );
  }
  if (types) checkTypes(check, item, types, at);
  for (const invariant of rule.invariants) {
    if (isBroken(invariant.path, item, place.environment)) {
      report(check, invariant.severity, 'invariant', at, `breaks ${invariant.key}: ${invariant.human}`);
    }
  }
  for (const [name, child] of rule.children) checkChild(check, item, name, child, at, place);
}

/** A fixed value or pattern as text: it is of the profile, not of a patient. */
function said(value: unknown): string {
  return JSON.stringify(value).slice(0, 300);
}

/** An invariant of a profile must be true; one that cannot be evaluated is not. */
function isBroken(path: Rule['invariants'][number]['path'], item: Item, environment: Environment): boolean {
  try {
    return truthOf(path(item, environment)) !== true;
  } catch (error) {
    if (error instanceof PathError) return true;
    throw error;
  }
}

function checkChild(check: Check, parent: Item, name: string, rule: Rule, at: string, place: Place): void {
  const bare = name.replace(/\[x\]$/, '');
  const items: Item[] = [];
  addMembers(parent, bare, items);
  const many = structures[parent.type]?.elements[name]?.many ?? items.length > 1;
  const here = `${at}.${bare}`;
  checkCount(check, rule, items.length, here, '');
  const places = items.map((item, n) => ({ item, at: many ? `${here}[${n}]` : here }));
  for (const one of places) checkRule(check, one.item, rule, one.at, place);
  if (rule.slices.size > 0) checkSlices(check, places, rule, here, place);
}

function checkCount(check: Check, { element }: Rule, count: number, at: string, which: string): void {
  const { min = 0, max } = element;
  if (count < min) {
    report(
      check,
      'error',
      'required',
      at,
      min === 1 && count === 0
        ? `${which}is required and missing`
        : `${which}at least ${min} are required, found ${count}`,
    );
  }
  if (max !== undefined && max !== '*' && count > Number(max)) {
    report(
      check,
      'error',
      'structure',
      at,
      max === '0' ? `${which}is not allowed here` : `${which}at most ${max} allowed, found ${count}`,
    );
  }
}

function checkSlices(
  check: Check,
  places: readonly { readonly item: Item; readonly at: string }[],
  rule: Rule,
  at: string,
  place: Place,
): void {
  // Types are told apart without saying so: `value[x]:valueQuantity`.
  const { discriminators, closed } = rule.element.slicing ?? {
    discriminators: [{ type: 'type', path: '$this' }],
    closed: undefined,
  };
  if (discriminators.length === 0) return;
  const judge = judgeOf(check);
  const matched = new Set<Item>();
  for (const [name, slice] of rule.slices) {
    const own = places.filter(({ item }) => belongs(judge, item, slice, discriminators, place.environment));
    checkCount(check, slice, own.length, at, `of the slice ${name}, `);
    for (const one of own) {
      matched.add(one.item);
      checkRule(check, one.item, slice, one.at, place);
    }
    if (slice.slices.size > 0) checkSlices(check, own, slice, at, place);
  }
  if (!closed) return;
  for (const { item, at: where } of places) {
    if (!matched.has(item)) {
      report(
        check,
        'error',
        'structure',
        where,
        `is none of what is allowed here: ${[...rule.slices.keys()].join(', ')}`,
      );
    }
  }
}

// ---------------------------------------------------------------- types, targets, codes

function checkTypes(check: Check, item: Item, types: readonly ElementType[], at: string): void {
  const own = types.filter(({ code }) => isOfType(item, code));
  if (own.length === 0) {
    if (item.type.startsWith('System.')) return;
    return report(
      check,
      'error',
      'structure',
      at,
      `is a ${item.type}; expected ${types.map(({ code }) => code).join(', ')}`,
    );
  }
  const profiles = own.flatMap((type) => type.profiles ?? []);
  const known = profiles.flatMap((url) => check.known.profiles(url, check.edition) ?? []);
  const [only] = known;
  if (known.length === 1 && profiles.length === 1 && only) checkProfile(check, item, only, at);
  else if (known.length > 0 && known.length === profiles.length) {
    if (!profiles.some((url) => conforms(check, item, url) === true)) {
      report(check, 'error', 'structure', at, `is as none of these profiles asks: ${profiles.join(', ')}`);
    }
  }
  const targets = own.flatMap((type) => type.targets ?? []);
  if (targets.length === 0 || own.some((type) => !type.targets)) return;
  const allowed = targets.map((target) => typeOfTarget(check, target));
  const found = typeOfReference(check, item);
  if (found === undefined || allowed.includes(undefined) || allowed.includes(found)) return;
  report(check, 'error', 'value', at, `points at a ${found}; expected ${[...new Set(allowed)].join(', ')}`);
}

function typeOfTarget(check: Check, target: string): string | undefined {
  const profile = check.known.profiles(target, check.edition);
  if (profile) return profile.table.type;
  const name = target.replace(/\|.*$/, '').replace(/^http:\/\/hl7\.org\/fhir\/StructureDefinition\//, '');
  return structures[name] ? name : undefined;
}

const typed = /(?:^|\/)([A-Z][A-Za-z]+)(?:\/[A-Za-z0-9.-]{1,64}(?:\/_history\/[A-Za-z0-9.-]{1,64})?|\?\S*)$/;

function typeOfReference(check: Check, item: Item): string | undefined {
  if (!isObject(item.value)) return undefined;
  const { reference, type } = item.value;
  if (typeof reference !== 'string') return undefined;
  const known = check.entries.get(reference)?.type ?? typed.exec(reference)?.[1];
  const found = known ?? (typeof type === 'string' ? type : undefined);
  return found !== undefined && structures[found]?.kind === 'resource' ? found : undefined;
}

/** A code, Coding, CodeableConcept or Quantity; undefined when it cannot be told, or has no code. */
function isCodedMember(check: Check, { value, type }: Item, valueSet: string): boolean | undefined {
  const library = check.known.terminology;
  if (typeof value === 'string') return isMember(library, valueSet, undefined, value);
  if (!isObject(value)) return undefined;
  const codings: readonly unknown[] =
    type === 'CodeableConcept' ? (Array.isArray(value['coding']) ? value['coding'] : []) : [value];
  const answers = codings.map((coding) => {
    if (!isObject(coding) || typeof coding['code'] !== 'string') return false;
    const system = typeof coding['system'] === 'string' ? coding['system'] : '';
    return isMember(library, valueSet, system, coding['code']);
  });
  return answers.includes(true)
    ? true
    : answers.includes(undefined)
      ? undefined
      : answers.length === 0
        ? undefined
        : false;
}

function judgeOf(check: Check): Judge {
  return {
    rootOf: (canonical) => {
      const profile = check.known.profiles(canonical, check.edition);
      return profile && { root: profile.root, type: profile.table.type };
    },
    conforms: (item, canonical) => conforms(check, item, canonical),
    isMember: (item, valueSet) => isCodedMember(check, item, valueSet),
    typeOfReference: (item) => typeOfReference(check, item),
    resolve: (item) => {
      const reference = isObject(item.value) ? item.value['reference'] : undefined;
      return typeof reference === 'string' ? check.entries.get(reference) : undefined;
    },
  };
}

/** Whether an item has no error by a profile; undefined when the profile is not known. */
function conforms(check: Check, item: Item, canonical: string): boolean | undefined {
  const profile = check.known.profiles(canonical, check.edition);
  if (!profile) return undefined;
  const byUrl = check.conforming.get(item.value) ?? new Map<string, boolean>();
  check.conforming.set(item.value, byUrl);
  const key = `${profile.table.url}|${profile.table.version}`;
  const known = byUrl.get(key);
  if (known !== undefined) return known;
  // While it is being found out, what asks about itself is given the benefit of the doubt.
  byUrl.set(key, true);
  const inner: Check = { ...check, issues: [], said: new Set() };
  checkProfile(inner, item, profile, item.type);
  const answer = !inner.issues.some(isError);
  byUrl.set(key, answer);
  return answer;
}
