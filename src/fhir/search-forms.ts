/**
 * The forms in which a value can be searched for: `system|code`, the texts of a name, the span of a date, the number and
 * unit of a quantity. One function for each kind of search, from the value as it stands in the resource.
 */
import { beginningOfTime, endOfTime, timeSpan, type TimeSpan } from './date.ts';
import type { PathTable } from './definitions/tables.ts';
import { isObject, type Json } from './json.ts';
import { fold } from './fold.ts';
import type { Companions } from './search-composites.ts';
import { canonicalAmount, canonicalUnit, ucumSystem } from './ucum.ts';

export interface NumberValue {
  readonly path: string;
  readonly system: string;
  readonly unit: string;
  readonly low: number;
  readonly high: number;
  /** The same amount in base units, when the unit is one of UCUM that we know. */
  readonly base?: { readonly unit: string; readonly low: number; readonly high: number };
  /** Of a number in an element that repeats and that a composite looks into. */
  readonly companions?: Companions;
}

/** The key under which a token, reference or uri is found. */
export function tokenKey(path: string, value: string): string {
  return `${path}#${value}`;
}

const asText = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;
const list = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value];

/** `Patient.deceased.exists() and Patient.deceased != false`, the one parameter that is reckoned: who has no word of it is alive. */
export function isDeceased(tree: Json): boolean {
  return (
    tree['deceasedBoolean'] === true ||
    tree['deceasedDateTime'] !== undefined ||
    tree['_deceasedDateTime'] !== undefined
  );
}

/** `system|code`, `|code`, `code` and `system|`: each form that a search may use (http://hl7.org/fhir/R4/search.html#token). */
export function tokensOf(value: unknown, type: string): string[] {
  if (typeof value === 'boolean' || typeof value === 'string') return [String(value)];
  if (!isObject(value)) return [];
  if (type === 'CodeableConcept')
    return list(value['coding']).flatMap((coding) => tokensOf(coding, 'Coding'));
  if (type === 'ContactPoint') return asText(value['value']) ? [String(value['value'])] : [];
  const code = asText(value[type === 'Identifier' ? 'value' : 'code']);
  const system = asText(value['system']);
  const forms: string[] = [];
  if (code) forms.push(code, `${system ?? ''}|${code}`);
  if (system) forms.push(`${system}|`);
  return forms;
}

/** `[text, key]`: the texts by which a code or identifier is found with `:text`, and the token that each leads to. */
export function tokenTexts(value: unknown, path: PathTable): [text: string, key: string][] {
  if (!isObject(value)) return [];
  const own = (text: string): [string, string] => [
    shortText(text),
    tokenKey(`${path.name}:text`, shortText(text)),
  ];
  if (path.type === 'Identifier') {
    const kind = value['type'];
    const text = isObject(kind) ? asText(kind['text']) : undefined;
    return text === undefined ? [] : [own(text)];
  }
  // A display is of its code, so it leads there: nothing more is kept of the resource. The text of a concept may be a
  // person's own words, and leads to itself unless a coding says the same.
  const found: [string, string][] = [];
  for (const coding of path.type === 'CodeableConcept' ? list(value['coding']) : [value]) {
    if (!isObject(coding)) continue;
    const [display, code] = [asText(coding['display']), asText(coding['code'])];
    if (display !== undefined && code !== undefined)
      found.push([shortText(display), tokenKey(path.name, `${asText(coding['system']) ?? ''}|${code}`)]);
  }
  const text = path.type === 'CodeableConcept' ? asText(value['text']) : undefined;
  if (text !== undefined && !found.some(([display]) => display === shortText(text))) found.push(own(text));
  return found;
}

/** What `:of-type` finds: `type system|type code|value`. */
export function typedIdentifierKeys(value: unknown, path: string): string[] {
  if (!isObject(value) || !isObject(value['type'])) return [];
  const text = asText(value['value']);
  if (text === undefined) return [];
  return list(value['type']['coding']).flatMap((coding) => {
    if (!isObject(coding)) return [];
    const [system, code] = [asText(coding['system']), asText(coding['code'])];
    return code === undefined ? [] : [tokenKey(`${path}:of-type`, `${system ?? ''}|${code}|${text}`)];
  });
}

/** A folded text as far as it is compared. */
export function shortText(text: string): string {
  return fold(text).slice(0, textLettersMax).toWellFormed();
}
const textLettersMax = 200;
/** Longer ones are found by equality alone: an index entry has room for 2,700 bytes. */
export const uriLettersMax = 500;

export function referenceKeys(value: unknown, path: PathTable): string[] {
  if (typeof value === 'string') {
    const bare = value.replace(/\|.*$/, '');
    return [...new Set([value, bare])].map((text) => tokenKey(path.name, text));
  }
  if (!isObject(value)) return [];
  // `Bundle?composition=…` points at a resource that is not referred to but held.
  const held =
    path.type === 'Resource' ? `${String(value['resourceType'])}/${String(value['id'])}` : undefined;
  const target = held ?? referenceTarget(value['reference']);
  const keys = target === undefined ? [] : [tokenKey(path.name, target)];
  for (const token of tokensOf(value['identifier'], 'Identifier'))
    keys.push(tokenKey(`${path.name}:identifier`, token));
  return keys;
}

const local = /^([A-Z][A-Za-z]+\/[A-Za-z0-9.-]{1,64})(?:\/_history\/.*)?$/;

/** What a reference points at, for comparing: `Patient/1` without a version, another server's as an absolute URL; not `#contained`. */
export function referenceTarget(reference: unknown): string | undefined {
  const text = asText(reference);
  if (!text || text.startsWith('#')) return undefined;
  return local.exec(text)?.[1] ?? text.replace(/\/_history\/[^/]*$/, '');
}

export function textsOf(value: unknown, type: string): string[] {
  if (typeof value === 'string') return value === '' ? [] : [value];
  if (!isObject(value)) return [];
  const members =
    type === 'HumanName'
      ? ['family', 'given', 'prefix', 'suffix', 'text']
      : type === 'Address'
        ? ['line', 'city', 'district', 'state', 'postalCode', 'country', 'text']
        : ['text', 'display'];
  return members.flatMap((member) => list(value[member]).flatMap((text) => asText(text) ?? []));
}

export function spanOf(value: unknown, type: string): TimeSpan | undefined {
  if (typeof value === 'string') return timeSpan(value);
  if (!isObject(value)) return undefined;
  if (type === 'Timing') {
    const repeat = value['repeat'];
    const spans = list(value['event']).flatMap((event) => spanOf(event, 'dateTime') ?? []);
    const bounds = isObject(repeat) ? spanOf(repeat['boundsPeriod'], 'Period') : undefined;
    if (bounds) spans.push(bounds);
    return spans.length === 0
      ? undefined
      : { low: Math.min(...spans.map((s) => s.low)), high: Math.max(...spans.map((s) => s.high)) };
  }
  if (type !== 'Period') return undefined;
  const start = asText(value['start']);
  const end = asText(value['end']);
  return start === undefined && end === undefined
    ? undefined
    : { low: timeSpan(start ?? '')?.low ?? beginningOfTime, high: timeSpan(end ?? '')?.high ?? endOfTime };
}

export function numberOf(path: string, value: unknown, type: string): NumberValue | undefined {
  if (typeof value === 'number') return { path, system: '', unit: '', low: value, high: value };
  if (!isObject(value)) return undefined;
  const quantity = (from: unknown) =>
    isObject(from) && typeof from['value'] === 'number' ? from['value'] : undefined;
  if (type === 'Range') {
    const [low, high] = [quantity(value['low']), quantity(value['high'])];
    const sample = isObject(value['low']) ? value['low'] : value['high'];
    if ((low === undefined && high === undefined) || !isObject(sample)) return undefined;
    const ends = [low ?? -Infinity, high ?? Infinity] as const;
    return { path, ...unitOf(sample), low: ends[0], high: ends[1], ...baseOf(unitOf(sample), ...ends) };
  }
  const amount = quantity(value);
  if (amount === undefined) return undefined;
  if (type === 'Money')
    return {
      path,
      system: 'urn:iso:std:iso:4217',
      unit: asText(value['currency']) ?? '',
      low: amount,
      high: amount,
    };
  const unit = unitOf(value);
  return { path, ...unit, low: amount, high: amount, ...baseOf(unit, amount, amount) };
}

function baseOf(
  { system, unit }: { readonly system: string; readonly unit: string },
  low: number,
  high: number,
): Pick<NumberValue, 'base'> {
  const canonical = system === ucumSystem ? canonicalUnit(unit) : undefined;
  return canonical === undefined
    ? {}
    : {
        base: {
          unit: canonical.unit,
          low: canonicalAmount(low, canonical),
          high: canonicalAmount(high, canonical),
        },
      };
}

function unitOf(quantity: Json): { system: string; unit: string } {
  return {
    system: asText(quantity['system']) ?? '',
    unit: asText(quantity['code']) ?? asText(quantity['unit']) ?? '',
  };
}

export { fold };
