/**
 * A StructureDefinition reduced to what it asks beyond R4 itself: the elements that constrain something, each under its
 * id (`Patient.identifier:cpr.value`). What R4 asks is judged by validate.ts.
 */
import { structures } from '../definitions/tables.ts';
import { isObject, type Json } from '../json.ts';

export interface ProfileTable {
  readonly url: string;
  readonly version?: string;
  /** The R4 type that is constrained. */
  readonly type: string;
  /** The package it was published in. */
  readonly package?: string;
  /** Read too when there is a differential only. */
  readonly base?: string;
  /** Where an extension may stand: R4 types and paths; absent when anywhere. */
  readonly contexts?: readonly string[];
  readonly elements: readonly ProfileElement[];
}
export interface ProfileElement {
  readonly id: string;
  readonly min?: number;
  /** A number as text, or `*`. */
  readonly max?: string;
  readonly slicing?: { readonly discriminators: readonly Discriminator[]; readonly closed?: true };
  readonly types?: readonly ElementType[];
  readonly fixed?: unknown;
  readonly pattern?: unknown;
  readonly binding?: { readonly strength: 'required' | 'extensible'; readonly valueSet: string };
  readonly maxLength?: number;
  readonly invariants?: readonly ProfileInvariant[];
}
export interface Discriminator {
  readonly type: string;
  readonly path: string;
}
export interface ElementType {
  readonly code: string;
  readonly profiles?: readonly string[];
  readonly targets?: readonly string[];
}
export interface ProfileInvariant {
  readonly key: string;
  readonly severity: 'error' | 'warning';
  readonly expression: string;
  readonly human: string;
}

const objects = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.filter(isObject) : []);
const texts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** @param published the package it comes from. Undefined for what is no profile: a logical model, R4's own type. */
export function profileTable(definition: Json, published?: string): ProfileTable | undefined {
  const [url, type] = [text(definition['url']), text(definition['type'])];
  if (url === undefined || type === undefined || structures[type] === undefined) return undefined;
  if (definition['derivation'] !== 'constraint') return undefined;
  const { snapshot, differential } = definition;
  const whole = isObject(snapshot) ? snapshot : differential;
  if (!isObject(whole)) return undefined;
  const elements = objects(whole['element']).flatMap((element) => elementOf(element) ?? []);
  const contexts =
    type === 'Extension'
      ? objects(definition['context']).flatMap((one) => text(one['expression']) ?? [])
      : [];
  const [version, base] = [text(definition['version']), text(definition['baseDefinition'])];
  return {
    url,
    ...(version === undefined ? {} : { version }),
    type,
    ...(published === undefined ? {} : { package: published }),
    ...(isObject(snapshot) || base === undefined ? {} : { base }),
    ...(contexts.length > 0 ? { contexts } : {}),
    elements,
  };
}

function elementOf(element: Json): ProfileElement | undefined {
  const id = text(element['id']) ?? text(element['path']);
  if (id === undefined) return undefined;
  const base = isObject(element['base']) ? element['base'] : {};
  const { min, max } = element;
  const sliced = id.includes(':');
  const slicing = isObject(element['slicing']) ? element['slicing'] : undefined;
  const invariants = objects(element['constraint']).flatMap((one) => invariantOf(one) ?? []);
  const types = objects(element['type']).flatMap((one) => typeOf(one) ?? []);
  const binding = bindingOf(element['binding']);
  const said = Object.entries(element);
  const [fixed] = said.filter(([key]) => key.startsWith('fixed'));
  const [pattern] = said.filter(([key]) => key.startsWith('pattern'));
  const made: ProfileElement = {
    id,
    ...(typeof min === 'number' && (sliced || min !== base['min']) && min > 0 ? { min } : {}),
    ...(typeof max === 'string' && (sliced || max !== base['max']) && max !== '*' ? { max } : {}),
    ...(slicing ? { slicing: slicingOf(slicing) } : {}),
    ...(matters(id, types) ? { types } : {}),
    ...(fixed ? { fixed: fixed[1] } : {}),
    ...(pattern ? { pattern: pattern[1] } : {}),
    ...(binding ? { binding } : {}),
    ...(typeof element['maxLength'] === 'number' ? { maxLength: element['maxLength'] } : {}),
    ...(invariants.length > 0 ? { invariants } : {}),
  };
  return Object.keys(made).length > 1 ? made : undefined;
}

/** Types say something when they name profiles, or fewer types than R4 allows there. */
function matters(id: string, types: readonly ElementType[]): boolean {
  if (types.length === 0 || !id.includes('.')) return false;
  return (
    types.some(({ profiles, targets }) => profiles || targets) ||
    id.includes('[x]') ||
    id.endsWith('.resource')
  );
}

function slicingOf(slicing: Json): NonNullable<ProfileElement['slicing']> {
  const discriminators = objects(slicing['discriminator']).map((one) => ({
    type: text(one['type']) ?? 'value',
    path: text(one['path']) ?? '$this',
  }));
  return { discriminators, ...(slicing['rules'] === 'closed' ? { closed: true } : {}) };
}

function typeOf(type: Json): ElementType | undefined {
  const code = text(type['code']);
  if (code === undefined) return undefined;
  const [profiles, all] = [texts(type['profile']), texts(type['targetProfile'])];
  // A list that names `Resource` names anything.
  const targets = all.some((one) => /\/Resource(?:\||$)/.test(one)) ? [] : all;
  return {
    code: code.replace('http://hl7.org/fhirpath/System.String', 'string'),
    ...(profiles.length > 0 ? { profiles } : {}),
    ...(targets.length > 0 ? { targets } : {}),
  };
}

function bindingOf(binding: unknown): ProfileElement['binding'] {
  if (!isObject(binding)) return undefined;
  const { strength, valueSet } = binding;
  return (strength === 'required' || strength === 'extensible') && typeof valueSet === 'string'
    ? { strength, valueSet }
    : undefined;
}

/** R4's own invariants are asked of every write already. */
function invariantOf(constraint: Json): ProfileInvariant | undefined {
  const [key, expression] = [text(constraint['key']), text(constraint['expression'])];
  if (key === undefined || expression === undefined) return undefined;
  const source = text(constraint['source']) ?? '';
  if (
    /^(?:ele|ext|dom|txt)-\d+$/.test(key) ||
    /^http:\/\/hl7\.org\/fhir\/StructureDefinition\/[A-Z]\w*$/.test(source)
  ) {
    return undefined;
  }
  return {
    key,
    severity: constraint['severity'] === 'warning' ? 'warning' : 'error',
    expression,
    human: text(constraint['human']) ?? '',
  };
}
