/**
 * From a document to what it wants stored. An import keeps the ids of its source: a resource's own id, or the UUID of
 * its `urn:uuid:` address. So the same source imported again meets itself, and a reference can be turned without
 * knowing the rest of the file.
 */
import { createHash } from 'node:crypto';
import type { Issue } from '#base/refusal.ts';
import { Refusal } from '#base/refusal.ts';
import { replaceReferences } from '#fhir/bundle.ts';
import { compact, parts } from '#fhir/json-text.ts';
import { isObject, parseResource, type Json, type Parsed } from '#fhir/parse.ts';
import { validate } from '#fhir/validate.ts';

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
}
export interface DocumentOptions {
  readonly skip: ReadonlySet<string>;
  readonly onSkip: (type: string) => void;
  /** The type behind a `urn:uuid:` address that another part of the same large Bundle uses. */
  readonly typeOfUrn: (urn: string) => string | undefined;
}

const limits = { depthMax: 64 };
const idPattern = /^[A-Za-z0-9\-.]{1,64}$/;
const uuidPattern = /^urn:uuid:([0-9a-fA-F-]{36})$/;

/** Reads a whole document. Faults are told, not thrown; a transaction with a fault has no resources. */
export function readDocument(text: string, options: DocumentOptions): ImportedDocument {
  return guarded(() => {
    const parsed = parseResource(Buffer.from(text), limits);
    if (parsed.type !== 'Bundle') return readResources([{ tree: parsed.tree, text: parsed.text }], false, options);
    const kind = parsed.tree['type'];
    const entries = parsed.tree['entry'];
    if (!Array.isArray(entries)) return { atomic: false, resources: [], searches: [], faults: [] };
    const span = parts(parsed.text).find(({ key }) => key === 'entry');
    const texts = span ? parts(parsed.text, span.start) : [];
    const raw = texts.map((part, n) => ({ tree: isObject(entries[n]) ? entries[n] : {}, text: parsed.text.slice(part.start, part.end) }));
    return readResources(raw.map(opened), kind === 'transaction', options);
  });
}

/** Reads one entry of a Bundle that was too large to be held as one. */
export function readEntryDocument(text: string, options: DocumentOptions): ImportedDocument {
  return guarded(() => {
    const tree: unknown = JSON.parse(text);
    return readResources([opened({ tree: isObject(tree) ? tree : {}, text: compact(text) })], false, options);
  });
}

/** The type and `urn:uuid:` address of an entry, for the first look at a large Bundle; undefined when it has none. */
export function addressOfEntry(text: string): { urn: string; type: string } | undefined {
  const urn = /"fullUrl"\s*:\s*"(urn:uuid:[^"]+)"/.exec(text)?.[1];
  const type = /"resourceType"\s*:\s*"([A-Za-z]+)"/.exec(text)?.[1];
  return urn && type ? { urn, type } : undefined;
}

function guarded(work: () => ImportedDocument): ImportedDocument {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Refusal) && !(error instanceof SyntaxError)) throw error;
    return { atomic: true, resources: [], searches: [], faults: [error instanceof Refusal ? error.message : 'not valid JSON'] };
  }
}

interface Raw {
  readonly tree: Json;
  readonly text: string;
  readonly fullUrl?: string;
  readonly onlyIfNone?: string;
  readonly fault?: string;
}

/** An entry's resource, with what the entry says about it. */
function opened({ tree, text }: { readonly tree: Json; readonly text: string }): Raw {
  const resource = parts(text).find(({ key }) => key === 'resource');
  const request = tree['request'];
  const fullUrl = typeof tree['fullUrl'] === 'string' ? { fullUrl: tree['fullUrl'] } : {};
  if (!resource || !isObject(tree['resource'])) return { tree: {}, text: '', fault: 'an entry without a resource', ...fullUrl };
  const method = isObject(request) ? request['method'] : undefined;
  if (method !== undefined && method !== 'POST' && method !== 'PUT') return { tree: {}, text: '', fault: `an entry that is a ${String(method).slice(0, 10)}: an import only adds`, ...fullUrl };
  const onlyIfNone = isObject(request) && typeof request['ifNoneExist'] === 'string' ? { onlyIfNone: request['ifNoneExist'] } : {};
  return { tree: tree['resource'], text: text.slice(resource.start, resource.end), ...fullUrl, ...onlyIfNone };
}

function readResources(raw: readonly Raw[], atomic: boolean, options: DocumentOptions): ImportedDocument {
  const faults: string[] = [];
  const searches = new Set<string>();
  const links = new Map<string, string>();
  const named: { raw: Raw; type: string; id: string; n: number }[] = [];
  raw.forEach((one, n) => {
    const type = String(one.tree['resourceType'] ?? '');
    if (one.fault !== undefined) return faults.push(raw.length === 1 ? one.fault : `entry[${n}]: ${one.fault}`);
    if (options.skip.has(type)) return options.onSkip(type);
    const id = idFor(one);
    if (one.fullUrl !== undefined) links.set(one.fullUrl, `${type}/${id}`);
    named.push({ raw: one, type, id, n });
    return undefined;
  });
  const relink = (reference: string): string | undefined => {
    const known = links.get(reference);
    if (known !== undefined) return known;
    const uuid = uuidPattern.exec(reference)?.[1];
    const type = uuid === undefined ? undefined : options.typeOfUrn(reference);
    if (type !== undefined) return `${type}/${uuid?.toLowerCase()}`;
    if (/^[A-Z][A-Za-z]+\?/.test(reference)) searches.add(reference);
    return undefined;
  };
  const resources: ImportedResource[] = [];
  for (const { raw: one, type, id, n } of named) {
    const text = replaceReferences(one.text, relink);
    const parsed = guardedParse(text);
    const issues: readonly Issue[] = typeof parsed === 'string' ? [{ code: 'structure', text: parsed }] : validate(parsed);
    if (issues.length > 0) {
      const at = raw.length === 1 ? '' : `entry[${n}]: `;
      faults.push(`${at}${issues.slice(0, 3).map((issue) => (issue.at ? `${issue.at}: ${issue.text}` : issue.text)).join('; ')}${issues.length > 3 ? ` (and ${issues.length - 3} more)` : ''}`);
    } else if (typeof parsed !== 'string') {
      resources.push({ type, id, text: parsed.text, tree: { ...parsed.tree, id }, ...(one.onlyIfNone === undefined ? {} : { onlyIfNone: one.onlyIfNone }) });
    }
  }
  const broken = atomic && faults.length > 0;
  return { atomic, resources: broken ? [] : resources, searches: broken ? [] : [...searches], faults };
}

function guardedParse(text: string): Parsed | string {
  try {
    return parseResource(text, limits);
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
}

function idFor({ tree, text, fullUrl }: Raw): string {
  const own = tree['id'];
  if (typeof own === 'string' && idPattern.test(own)) return own;
  const uuid = uuidPattern.exec(fullUrl ?? '')?.[1];
  // Without a name of its own a resource is named by what it says.
  return uuid?.toLowerCase() ?? createHash('sha256').update(text).digest('hex').slice(0, 32);
}
