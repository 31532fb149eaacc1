/**
 * From a file to what can be written: reading, checking, stamping, indexing. Nothing here looks at the record, so it may
 * run in a thread of its own (prepare-thread.ts); what only the record can tell is handed on as *open*.
 */
import { createHash } from 'node:crypto';
import { actIdOfContent, type ActId } from '#base/id.ts';
import { stampText } from '#fhir/json-text.ts';
import type { CustomParameters } from '#fhir/search-parameters.ts';
import { searchValues } from '#fhir/search-values.ts';
import type { Change } from '#store/act.ts';
import { indexRows } from '#store/index-rows.ts';
import {
  addressOfEntry,
  readDocument,
  readEntryDocument,
  type ImportedDocument,
  type ImportedResource,
} from './documents.ts';
import { readDocuments, type SourceFile } from './files.ts';
import type { SourceDocument } from './source-document.ts';

/** A file, and which of its documents are to be read: all, or those that an earlier pass could not take. */
export interface Reading {
  readonly file: SourceFile;
  readonly only?: ReadonlySet<number>;
}
export interface PrepareOptions {
  readonly skip: ReadonlySet<string>;
  /** Patients are open: which numbers are taken is in the record. */
  readonly assignCpr: boolean;
  /** Search parameters that are stored in the record, when there are any. */
  readonly custom?: CustomParameters;
}

/** A document of a file, ready to be written but for what is open. It holds texts and numbers only, so that it travels well. */
export interface PreparedDocument {
  readonly line: number;
  readonly ordinal: number;
  /** How far the file was read since the document before, in bytes as they lie on the disk. */
  readonly bytesRead: number;
  readonly faults: readonly string[];
  /** The types of what was left out, one for each resource. */
  readonly skipped: readonly string[];
  readonly acts: readonly ReadyAct[];
  readonly open?: OpenDocument;
}
export interface ReadyAct {
  readonly id: ActId;
  readonly changes: readonly FirstVersion[];
}
/** A resource as its first version; its tree, a hundred small objects, is dropped while it is young. */
export type FirstVersion = Change & {
  readonly body: string;
  /** SHA-256 of what it says, for types that many documents repeat. */
  readonly digest?: string;
};
/** A document with references by search, or with patients who are to get a number. */
export interface OpenDocument {
  readonly atomic: boolean;
  readonly resources: readonly Omit<ImportedResource, 'tree'>[];
  readonly searches: readonly string[];
  /** What the id of an atomic document's act is made from. */
  readonly content: string;
}

/** The documents of a file, in their order. */
export async function* prepareFile(
  { file, only }: Reading,
  options: PrepareOptions,
): AsyncGenerator<PreparedDocument> {
  let bytesRead = 0;
  let targetByUrn: ReadonlyMap<string, string> | undefined;
  for await (const document of readDocuments(file, (bytes) => (bytesRead += bytes))) {
    // A Bundle cut into entries: entries point at each other, so all addresses are learned in a first look.
    if (document.partOf) targetByUrn ??= await learnAddresses(file);
    if (only && !only.has(document.ordinal)) continue;
    const { line, ordinal } = document;
    const prepared = prepareDocument(document, options, targetByUrn);
    yield { ...prepared, line, ordinal, bytesRead: only ? 0 : bytesRead };
    bytesRead = 0;
  }
}

async function learnAddresses(file: SourceFile): Promise<Map<string, string>> {
  const targetByUrn = new Map<string, string>();
  for await (const { text } of readDocuments(file, () => {})) {
    const address = text === undefined ? undefined : addressOfEntry(text);
    if (address) targetByUrn.set(address.urn, address.target);
  }
  return targetByUrn;
}

function prepareDocument(
  document: SourceDocument,
  options: PrepareOptions,
  targetByUrn: ReadonlyMap<string, string> | undefined,
): Pick<PreparedDocument, 'faults' | 'skipped' | 'acts' | 'open'> {
  if (document.text === undefined) return { faults: [document.fault ?? 'is empty'], skipped: [], acts: [] };
  const read = document.partOf ? readEntryDocument : readDocument;
  const imported = read(document.text, {
    skip: options.skip,
    targetOfUrn: (urn) => targetByUrn?.get(urn),
  });
  const { faults, skipped, atomic, resources, searches } = imported;
  const content = document.digest ?? document.text;
  if (isOpen(imported, options)) {
    const open = { atomic, searches, content, resources: resources.map(withoutTree) };
    return { faults, skipped, acts: [], open };
  }
  return { faults, skipped, acts: readyActs(atomic, resources, content, 'import', options.custom) };
}

function withoutTree({ tree: _tree, ...rest }: ImportedResource): Omit<ImportedResource, 'tree'> {
  return rest;
}

function isOpen({ searches, resources }: ImportedDocument, { assignCpr }: PrepareOptions): boolean {
  return (
    searches.length > 0 ||
    resources.some(({ type, onlyIfNone }) => onlyIfNone !== undefined || (assignCpr && type === 'Patient'))
  );
}

/** One act of what holds together, one for each resource otherwise; what the same text becomes has the same id each time. */
export function readyActs(
  atomic: boolean,
  resources: readonly ImportedResource[],
  content: string,
  purpose: string,
  custom?: CustomParameters,
): ReadyAct[] {
  const firstVersion = (resource: ImportedResource) => firstVersionOf(resource, custom);
  if (atomic)
    return resources.length === 0
      ? []
      : [{ id: actIdOfContent(`${purpose}\n`, content), changes: resources.map(firstVersion) }];
  return resources.map((resource) => ({
    id: actIdOfContent(`${purpose}\n${resource.type}/${resource.id}\n`, resource.text),
    changes: [firstVersion(resource)],
  }));
}

function firstVersionOf(
  { type, id, text, tree }: ImportedResource,
  custom: CustomParameters | undefined,
): FirstVersion {
  const updated = Date.now();
  const stamp = { type, id, version: 1, lastUpdated: new Date(updated).toISOString() };
  return {
    type,
    id,
    version: 1,
    updated,
    body: stampText(text, stamp, tree),
    index: indexRows(searchValues(type, tree, custom)),
    ...(sharedTypes.has(type) ? { digest: createHash('sha256').update(text).digest('base64') } : {}),
  };
}

const sharedTypes = new Set([
  'Organization',
  'Practitioner',
  'PractitionerRole',
  'Location',
  'HealthcareService',
  'Medication',
  'Device',
  'Questionnaire',
]);
