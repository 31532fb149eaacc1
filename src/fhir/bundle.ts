/** Bundles as text: entries go out as they are stored, so a Bundle is joined, never serialised; and cut the same way. */
import { Refusal } from '#base/refusal.ts';
import { parts, type Span } from './json-text.ts';
import { isObject, type Json } from './json.ts';
import type { Parsed } from './parse.ts';

export interface BundleEntry {
  readonly fullUrl?: string;
  /** The resource's text. */
  readonly resource?: string | undefined;
  /** Further members of the entry: `search`, `request`, `response`. */
  readonly more?: object;
}
export interface BundleHead {
  readonly type: 'searchset' | 'history' | 'batch-response' | 'transaction-response' | 'document';
  /** Of a document: what names it, and when it was put together. */
  readonly identifier?: object;
  readonly timestamp?: string;
  readonly total?: number | undefined;
  readonly links?: readonly (readonly [relation: string, url: string])[];
  readonly lastUpdated?: string;
}

/** An entry that is a text is one or several as they are to stand there. */
export function bundleText(head: BundleHead, entries: readonly (BundleEntry | string)[]): string {
  const start = JSON.stringify({
    resourceType: 'Bundle',
    ...(head.lastUpdated ? { meta: { lastUpdated: head.lastUpdated } } : {}),
    ...(head.identifier ? { identifier: head.identifier } : {}),
    type: head.type,
    ...(head.timestamp === undefined ? {} : { timestamp: head.timestamp }),
    ...(head.total === undefined ? {} : { total: head.total }),
    ...(head.links?.length ? { link: head.links.map(([relation, url]) => ({ relation, url })) } : {}),
  });
  if (entries.length === 0) return start;
  return `${start.slice(0, -1)},"entry":[${entries.map((entry) => (typeof entry === 'string' ? entry : entryText(entry))).join(',')}]}`;
}

function entryText({ fullUrl, resource, more }: BundleEntry): string {
  const members: string[] = [];
  if (fullUrl !== undefined) members.push(`"fullUrl":${JSON.stringify(fullUrl)}`);
  if (resource !== undefined) members.push(`"resource":${resource}`);
  if (more) members.push(JSON.stringify(more).slice(1, -1));
  return `{${members.join(',')}}`;
}

/** An entry of a Bundle that came from outside: its tree, and its resource's own text, cut from the Bundle's. */
export interface ReadBundleEntry {
  readonly tree: Json;
  readonly text: string | undefined;
  /** How many members the resource's objects have together, as written: see `Parsed`. */
  readonly members: number;
}

/** @throws Refusal `invalid` when `entry` is no list of objects, or is there twice. */
export function readBundleEntries(parsed: Parsed): ReadBundleEntry[] {
  const trees = parsed.tree['entry'];
  // The Bundle's members, its entries, and theirs: one pass over what may be a hundred megabytes.
  const list = onlyMember(parts(parsed.text, 0, 3), 'entry', 'Bundle');
  if (trees === undefined || list === undefined) return [];
  if (!Array.isArray(trees))
    throw new Refusal('invalid', [{ code: 'structure', at: 'Bundle.entry', text: 'expected a list' }]);
  return (list.parts ?? []).map((entry, n) => {
    const tree: unknown = trees[n];
    if (!isObject(tree))
      throw new Refusal('invalid', [
        { code: 'structure', at: `Bundle.entry[${n}]`, text: 'expected an object' },
      ]);
    const resource = onlyMember(entry.parts ?? [], 'resource', `Bundle.entry[${n}]`);
    return {
      tree,
      text: resource && parsed.text.slice(resource.start, resource.end),
      members: resource?.members ?? 0,
    };
  });
}

// JSON.parse takes the last of two members with one name, and a cut by text would take the first: neither is right.
function onlyMember(members: readonly Span[], key: string, at: string): Span | undefined {
  const [first, ...others] = members.filter((part) => part.key === key);
  if (others.length > 0)
    throw new Refusal('invalid', [{ code: 'structure', at: `${at}.${key}`, text: 'is there twice' }]);
  return first;
}

// `"reference":"…"` in JSON text. A quote inside a string value is written \" and cannot match.
const referencePattern = /"reference" *: *("[^"\\]*(?:\\.[^"\\]*)*")/g;
// Addresses that are no references, such as an attachment's, only when they name an entry by its UUID.
const addressPattern = /"(?:reference|url)" *: *("[^"\\]*(?:\\.[^"\\]*)*")/g;
const hasUrnUrl = /"url" *: *"urn:/;

/** Some generators write `/` as `\/`: what is compared is the string, not its spelling. */
const read = (literal: string): string =>
  literal.includes('\\') ? String(JSON.parse(literal)) : literal.slice(1, -1);

/** Every reference in the text of a resource; contained ones too. */
export function referencesIn(text: string): string[] {
  return Array.from(text.matchAll(referencePattern), (match) => read(match[1] ?? '""'));
}

/** The text with references, and `url`s of the form `urn:…`, replaced where `replace` gives another. */
export function replaceReferences(text: string, replace: (reference: string) => string | undefined): string {
  return text.replace(hasUrnUrl.test(text) ? addressPattern : referencePattern, (whole, literal: string) => {
    const reference = read(literal);
    const isUrl = whole.startsWith('"url"');
    const other = isUrl && !reference.startsWith('urn:') ? undefined : replace(reference);
    return other === undefined ? whole : `"${isUrl ? 'url' : 'reference'}":${JSON.stringify(other)}`;
  });
}

/**
 * The same in the tree of that text: what nothing changes in is shared with the tree that was given. Parsing the changed
 * text again would cost as much as validating it.
 */
export function withReferences(tree: Json, replace: (reference: string) => string | undefined): Json {
  let turned: Record<string, unknown> | undefined;
  for (const key in tree) {
    const value = tree[key];
    const other =
      typeof value !== 'string'
        ? turnedValue(value, replace)
        : key === 'reference' || (key === 'url' && value.startsWith('urn:'))
          ? (replace(value) ?? value)
          : value;
    if (other !== value) (turned ??= { ...tree })[key] = other;
  }
  return turned ?? tree;
}

function turnedValue(value: unknown, replace: (reference: string) => string | undefined): unknown {
  if (isObject(value)) return withReferences(value, replace);
  if (!Array.isArray(value)) return value;
  const list: readonly unknown[] = value;
  let turned: unknown[] | undefined;
  for (let n = 0; n < list.length; n++) {
    const other = turnedValue(list[n], replace);
    if (other !== list[n]) (turned ??= [...list])[n] = other;
  }
  return turned ?? list;
}
