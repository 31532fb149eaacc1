/** Bundles as text: entries go out as they are stored, so a Bundle is joined, never serialised. */

export interface BundleEntry {
  readonly fullUrl?: string;
  /** The resource's text. */
  readonly resource?: string | undefined;
  /** Further members of the entry: `search`, `request`, `response`. */
  readonly more?: object;
}
export interface BundleHead {
  readonly type: 'searchset' | 'history' | 'batch-response' | 'transaction-response';
  readonly total?: number | undefined;
  readonly links?: readonly (readonly [relation: string, url: string])[];
  readonly lastUpdated?: string;
}

export function bundleText(head: BundleHead, entries: readonly BundleEntry[]): string {
  const start = JSON.stringify({
    resourceType: 'Bundle',
    ...(head.lastUpdated ? { meta: { lastUpdated: head.lastUpdated } } : {}),
    type: head.type,
    ...(head.total === undefined ? {} : { total: head.total }),
    ...(head.links?.length ? { link: head.links.map(([relation, url]) => ({ relation, url })) } : {}),
  });
  if (entries.length === 0) return start;
  return `${start.slice(0, -1)},"entry":[${entries.map(entryText).join(',')}]}`;
}

function entryText({ fullUrl, resource, more }: BundleEntry): string {
  const members: string[] = [];
  if (fullUrl !== undefined) members.push(`"fullUrl":${JSON.stringify(fullUrl)}`);
  if (resource !== undefined) members.push(`"resource":${resource}`);
  if (more) members.push(JSON.stringify(more).slice(1, -1));
  return `{${members.join(',')}}`;
}

// `"reference":"…"` in JSON text. A quote inside a string value is written \" and cannot match.
const referencePattern = /"reference":"((?:[^"\\]|\\.)*)"/g;

/** Every reference in the text of a resource, as written; contained ones too. `text` has no blanks between tokens. */
export function referencesIn(text: string): string[] {
  return Array.from(text.matchAll(referencePattern), (match) => match[1] ?? '');
}

/** The text with references replaced where `replace` gives another. */
export function replaceReferences(text: string, replace: (reference: string) => string | undefined): string {
  return text.replace(referencePattern, (whole, reference: string) => {
    const other = replace(reference);
    return other === undefined ? whole : `"reference":${JSON.stringify(other)}`;
  });
}
