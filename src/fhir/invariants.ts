/** Invariants of R4 as closures, compiled when a type is first met (http://hl7.org/fhir/R4/conformance-rules.html#constraints). */
import { invariants, structures, type InvariantTable } from './definitions/tables.ts';
import type { Json } from './json.ts';
import { compile, PathError, truthOf, type Environment, type Item, type Path } from './path/compile.ts';

/**
 * Where the commonest invariants hold at a glance, for want of what they speak of: a chart is full of references, periods
 * and quantities, and most are of this kind. What is not sure at a glance is asked as it is written.
 */
const surely: Readonly<Record<string, (value: Json) => boolean>> = {
  'ref-1': ({ reference }) => reference === undefined || (isText(reference) && !reference.startsWith('#')),
  'qty-3': ({ code, _code, system }) => (code ?? _code) === undefined || typeof system === 'string',
  'per-1': ({ start, end }) =>
    start === undefined || end === undefined || (isText(start) && isText(end) && isInOrder(start, end)),
  'rng-2': ({ low, high }) => low === undefined || high === undefined,
  'cpt-2': ({ value, _value, system }) => (value ?? _value) === undefined || typeof system === 'string',
  'att-1': ({ data, _data, contentType }) => (data ?? _data) === undefined || typeof contentType === 'string',
  'obs-6': ({ dataAbsentReason }) => dataAbsentReason === undefined,
  'obs-7': ({ component }) => component === undefined,
  'dom-2': ({ contained }) => contained === undefined,
  'dom-4': ({ contained }) => contained === undefined,
  'dom-5': ({ contained }) => contained === undefined,
};

const isText = (value: unknown): value is string => typeof value === 'string';
/** Of two moments with the same precision, fraction and zone the text tells which is first. */
const isInOrder = (one: string, other: string): boolean =>
  one.length === other.length && one <= other && one.slice(secondsEnd) === other.slice(secondsEnd);
const secondsEnd = '2026-01-15T14:05:00'.length;

/** Those of an object's invariants that are not sure at a glance. */
export function openInvariants(all: readonly Invariant[], value: Json): readonly Invariant[] {
  let open: Invariant[] | undefined;
  for (const one of all) if (!one.surely?.(value)) (open ??= []).push(one);
  return open ?? none;
}
const none: readonly Invariant[] = [];

export interface Invariant {
  readonly key: string;
  /** True where it holds at a glance. */
  readonly surely: ((value: Json) => boolean) | undefined;
  readonly human: string;
  readonly path: Path;
}

/** Those of a type; a resource has those of every resource too. */
export function invariantsOfType(type: string): readonly Invariant[] {
  const isDomainResource = structures[type]?.elements['contained'] !== undefined && type !== 'DomainResource';
  return [...compiledOf(invariants.types[type]), ...(isDomainResource ? compiledOf(ofDomainResource) : [])];
}

/** dom-3 would look through the whole resource for each contained one; validate.ts sees all of it anyway. */
const ofDomainResource = invariants.types['DomainResource']?.filter(({ key }) => key !== 'dom-3');

/** Those of one member of a type, beside those of the member's own type. */
export function invariantsOfMember(type: string, key: string): readonly Invariant[] {
  return compiledOf(invariants.members[`${type}.${key}`]);
}

const compiled = new Map<InvariantTable, Invariant>();
function compiledOf(tables: readonly InvariantTable[] = []): readonly Invariant[] {
  return tables.map((table) => {
    let one = compiled.get(table);
    if (!one)
      compiled.set(
        table,
        (one = {
          key: table.key,
          human: table.human,
          surely: surely[table.key],
          path: compile(table.expression),
        }),
      );
    return one;
  });
}

/**
 * How an invariant is broken, or undefined. One whose answer is not known (dates of different precision, quantities in
 * different units) is not broken: later versions of FHIR say so for `per-1` and `rng-2`.
 */
export function whyBroken(
  invariant: Invariant,
  item: Item,
  environment: Environment,
): { readonly code: 'invariant' | 'too-costly'; readonly text: string } | undefined {
  try {
    if (truthOf(invariant.path(item, environment)) !== false) return undefined;
  } catch (error) {
    if (!(error instanceof PathError)) throw error;
    if (environment.budget.steps < 0) {
      return { code: 'too-costly', text: 'is too large for its invariants to be judged' };
    }
  }
  return { code: 'invariant', text: `breaks ${invariant.key}: ${invariant.human.replace(/\s+/g, ' ')}` };
}
