/**
 * From a document to what it wants stored. An import keeps the ids of its source: a resource's own id, or the UUID of
 * its `urn:uuid:` address. So the same source imported again meets itself, and a reference can be turned without
 * knowing the rest of the file.
 */
import { createHash } from 'node:crypto';
import { Refusal } from '#base/refusal.ts';
import { readBundleEntries, replaceReferences, withReferences, type ReadBundleEntry } from '#fhir/bundle.ts';
import { parts } from '#fhir/json-text.ts';
import { isObject, type Json } from '#fhir/json.ts';
import { parseJson, parseResource, show, type Parsed } from '#fhir/parse.ts';
import { judge } from '#fhir/profile/judge.ts';

export interface ImportedResource {
  readonly type: string;
  readonly id: string;
  readonly text: string;
  readonly tree: Json;
  /** `ifNoneExist` of the entry: keep the one that is there, if one matches. */
  readonly onlyIfNone?: string;
}
export interface ImportedDocument {
  /** Held together or not at all (a transaction); otherwise each for itself. */
  readonly atomic: boolean;
  readonly resources: readonly ImportedResource[];
  /** References by search, still to be resolved. */
  readonly searches: readonly string[];
  readonly faults: readonly string[];
  /** The types of what was left out, one for each resource. */
  readonly skipped: readonly string[];
}
export interface DocumentOptions {
  readonly skip: ReadonlySet<string>;
  /** `Type/id` behind a `urn:uuid:` address that another part of the same large Bundle uses. */
  readonly targetOfUrn: (urn: string) => string | undefined;
}

const limits = { depthMax: 64 };
const idPattern = /^[A-Za-z0-9\-.]{1,64}$/;
const localPattern = /^[A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64}$/;
const uuidPattern = /^urn:uuid:([0-9a-fA-F-]{36})$/;

/** Reads a whole document. Faults are told, not thrown; a transaction with a fault has no resources. */
export function readDocument(text: string, options: DocumentOptions): ImportedDocument {
  return guarded(() => {
    const parsed = parseResource(text, limits);
    if (parsed.type !== 'Bundle') return readResources([parsed], false, options);
    const entries = readBundleEntries(parsed).map(opened);
    return readResources(entries, parsed.tree['type'] === 'transaction', options);
  });
}

/** Reads one entry of a Bundle that was too large to be held as one. */
export function readEntryDocument(text: string, options: DocumentOptions): ImportedDocument {
  return guarded(() => {
    const entry = parseJson(text, limits);
    const resource = parts(entry.text).find(({ key }) => key === 'resource');
    const own = {
      tree: isObject(entry.tree) ? entry.tree : {},
      text: resource && entry.text.slice(resource.start, resource.end),
      members: resource?.members ?? 0,
    };
    return readResources([opened(own)], false, options);
  });
}

/** What an entry is called by others and by us, for the first look at a large Bundle; undefined when it has no `urn:uuid:`. */
export function addressOfEntry(text: string): { readonly urn: string; readonly target: string } | undefined {
  if (!text.includes('"urn:uuid:')) return undefined;
  const tree: unknown = JSON.parse(text);
  if (!isObject(tree) || typeof tree['fullUrl'] !== 'string' || !uuidPattern.test(tree['fullUrl']))
    return undefined;
  const raw = opened({ tree, text: '', members: 0 });
  return raw.fault === undefined
    ? { urn: tree['fullUrl'], target: `${String(raw.tree['resourceType'])}/${idFor(raw)}` }
    : undefined;
}

function guarded(work: () => ImportedDocument): ImportedDocument {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { atomic: true, resources: [], searches: [], faults: [error.message], skipped: [] };
  }
}

interface Raw {
  readonly tree: Json;
  readonly text: string;
  readonly members: number;
  readonly fullUrl?: string;
  readonly onlyIfNone?: string;
  readonly fault?: string;
}

/** An entry's resource, with what the entry says about it. */
function opened({ tree, text, members }: ReadBundleEntry): Raw {
  const { request, fullUrl, resource } = tree;
  const address = typeof fullUrl === 'string' ? { fullUrl } : {};
  if (text === undefined || !isObject(resource))
    return { tree: {}, text: '', members, fault: 'an entry without a resource', ...address };
  const method = isObject(request) ? request['method'] : undefined;
  if (method !== undefined && method !== 'POST' && method !== 'PUT') {
    return {
      tree: {},
      text: '',
      members,
      fault: `an entry whose method is ${show(method)}: an import only adds`,
      ...address,
    };
  }
  const onlyIfNone =
    isObject(request) && typeof request['ifNoneExist'] === 'string'
      ? { onlyIfNone: request['ifNoneExist'] }
      : {};
  return { tree: resource, text, members, ...address, ...onlyIfNone };
}

const noResource =
  'an AuditEvent is a line of the audit and no resource of the record: send it to a running program by POST to AuditEvent, or leave it out with --skip AuditEvent';

function readResources(raw: readonly Raw[], atomic: boolean, options: DocumentOptions): ImportedDocument {
  const faults: string[] = [];
  const skipped: string[] = [];
  const searches = new Set<string>();
  const links = new Map<string, string>();
  const named: { raw: Raw; type: string; id: string; n: number }[] = [];
  raw.forEach((one, n) => {
    const type = typeof one.tree['resourceType'] === 'string' ? one.tree['resourceType'] : '';
    if (one.fault !== undefined)
      return faults.push(raw.length === 1 ? one.fault : `entry[${n}]: ${one.fault}`);
    if (options.skip.has(type)) return skipped.push(type);
    if (type === 'AuditEvent') return faults.push(`${raw.length === 1 ? '' : `entry[${n}]: `}${noResource}`);
    const id = idFor(one);
    if (one.fullUrl !== undefined) links.set(one.fullUrl, `${type}/${id}`);
    named.push({ raw: one, type, id, n });
    return undefined;
  });
  const relink = (reference: string, base: string | undefined): string | undefined => {
    const known = links.get(reference) ?? options.targetOfUrn(reference);
    if (known !== undefined) return known;
    // The source's own address in front of a reference to another of its resources.
    if (base !== undefined && reference.startsWith(base) && localPattern.test(reference.slice(base.length)))
      return reference.slice(base.length);
    if (/^[A-Z][A-Za-z]+\?/.test(reference)) searches.add(reference);
    return undefined;
  };
  const resources: ImportedResource[] = [];
  for (const { raw: one, type, id, n } of named) {
    const base = /^(https?:.*\/)[A-Z][A-Za-z]+\/[^/]+$/.exec(one.fullUrl ?? '')?.[1];
    const text = replaceReferences(one.text, (reference) => relink(reference, base));
    const tree =
      text === one.text ? one.tree : withReferences(one.tree, (reference) => relink(reference, base));
    const parsed: Parsed = { type, text, tree, members: one.members };
    const issues = judge(parsed);
    if (issues.length > 0) {
      const at = raw.length === 1 ? '' : `entry[${n}]: `;
      faults.push(
        `${at}${issues
          .slice(0, 3)
          .map((issue) => (issue.at ? `${issue.at}: ${issue.text}` : issue.text))
          .join('; ')}${issues.length > 3 ? ` (and ${issues.length - 3} more)` : ''}`,
      );
    } else {
      resources.push({
        type,
        id,
        text,
        tree: tree['id'] === id ? tree : { ...tree, id },
        ...(one.onlyIfNone === undefined ? {} : { onlyIfNone: one.onlyIfNone }),
      });
    }
  }
  const broken = atomic && faults.length > 0;
  return {
    atomic,
    resources: broken ? [] : resources,
    searches: broken ? [] : [...searches],
    faults,
    skipped,
  };
}

function idFor({ tree, text, fullUrl }: Raw): string {
  const own = tree['id'];
  if (typeof own === 'string' && idPattern.test(own)) return own;
  const uuid = uuidPattern.exec(fullUrl ?? '')?.[1];
  // Without a name of its own a resource is named by what it says.
  return uuid?.toLowerCase() ?? createHash('sha256').update(text).digest('hex').slice(0, 32);
}
