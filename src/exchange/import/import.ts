/** Imports files: reads, checks, writes, counts, and says for each line that could not be taken what was wrong with it. */
import { actIdOfContent } from '#base/id.ts';
import { replaceReferences } from '#fhir/bundle.ts';
import { cprSystem } from '#fhir/cpr.ts';
import { parseSearch } from '#fhir/search-query.ts';
import { tokenKey } from '#fhir/search-values.ts';
import { Refusal } from '#base/refusal.ts';
import { inBulk } from '#store/bulk.ts';
import { seesEverything } from '#store/reader.ts';
import { firstMatches } from '#store/search/search.ts';
import type { Store } from '#store/store.ts';
import { assignCpr } from './assign-cpr.ts';
import { addressOfEntry, readDocument, readEntryDocument, type ImportedDocument, type ImportedResource } from './documents.ts';
import { readDocuments, type SourceDocument, type SourceFile } from './files.ts';
import { createWriteQueue, type WriteQueue } from './write-queue.ts';

export interface ImportOptions {
  /** Resource types to leave out, e.g. the billing half of American sources. */
  readonly skip: readonly string[];
  /** Gives each patient without a CPR number an invented one that no real person can have. */
  readonly assignCpr: boolean;
  readonly onProgress?: (progress: ImportProgress) => void;
  /** `file:line: what was wrong`. */
  readonly onFault?: (fault: string) => void;
}
export interface ImportProgress {
  readonly bytesRead: number;
  readonly bytesTotal: number;
  readonly resources: number;
  readonly tookMs: number;
}
export interface ImportResult {
  /** Resource versions written. */
  readonly written: number;
  /** Resources that were there already with the same content, and were left alone. */
  readonly unchanged: number;
  /** Resources left out by `skip`, by type. */
  readonly skipped: ReadonlyMap<string, number>;
  readonly faults: number;
  readonly tookMs: number;
}

/** Imports all files; when it returns, all that was taken is durable. Memory: about 200 MB, whatever the files' size. */
export async function importFiles(store: Store, files: readonly SourceFile[], options: ImportOptions): Promise<ImportResult> {
  const begun = performance.now();
  const run: Run = {
    store, options, begun,
    queue: createWriteQueue(store, 'import'),
    skip: new Set(options.skip),
    skipped: new Map(),
    found: new Map(),
    typeByUrn: new Map(),
    cprOwners: new Map(),
    bytesTotal: files.reduce((sum, file) => sum + file.bytes, 0),
    bytesRead: 0,
    faults: 0,
    later: [],
  };
  await inBulk(store.sql, async () => {
    for (const file of files) await importFile(run, file);
    await run.queue.flush();
    // What pointed by search at something that came in a later file is tried again now that all is there.
    for (const document of run.later.splice(0)) await importDocument(run, document, true);
    await run.queue.flush();
  });
  report(run);
  const { resources, unchanged } = run.queue.written();
  return { written: resources, unchanged, skipped: run.skipped, faults: run.faults, tookMs: performance.now() - begun };
}

interface Run {
  readonly store: Store;
  readonly options: ImportOptions;
  readonly begun: number;
  readonly queue: WriteQueue;
  readonly skip: ReadonlySet<string>;
  readonly skipped: Map<string, number>;
  /** References by search that were resolved. */
  readonly found: Map<string, string>;
  readonly typeByUrn: Map<string, string>;
  /** Which patient got which invented CPR number in this run. */
  readonly cprOwners: Map<string, string>;
  readonly bytesTotal: number;
  bytesRead: number;
  faults: number;
  readonly later: SourceDocument[];
}

function report({ options, bytesRead, bytesTotal, queue, begun }: Run): void {
  options.onProgress?.({ bytesRead, bytesTotal, resources: queue.written().resources, tookMs: performance.now() - begun });
}

function fault(run: Run, { file, line }: SourceDocument, text: string): void {
  run.faults++;
  run.options.onFault?.(`${file}:${line}: ${text}`);
}

async function importFile(run: Run, file: SourceFile): Promise<void> {
  try {
    let large = false;
    for await (const document of readDocuments(file, (bytes) => (run.bytesRead += bytes))) {
      if (document.partOf && !large) {
        // A Bundle cut into entries: entries point at each other, so all addresses are learned in a first look.
        large = true;
        await learnAddresses(run, file);
      }
      await importDocument(run, document, false);
      report(run);
    }
    run.typeByUrn.clear();
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string' || !/^(?:Z_|E[A-Z]+|ERR_)/.test(error.code)) throw error;
    fault(run, { file: file.path, line: 0 }, `cannot be read (${error.message})`);
  }
}

async function learnAddresses(run: Run, file: SourceFile): Promise<void> {
  for await (const { text } of readDocuments(file, () => {})) {
    const address = text === undefined ? undefined : addressOfEntry(text);
    if (address) run.typeByUrn.set(address.urn, address.type);
  }
}

async function importDocument(run: Run, document: SourceDocument, last: boolean): Promise<void> {
  if (document.text === undefined) return fault(run, document, document.fault ?? 'is empty');
  const read = document.partOf ? readEntryDocument : readDocument;
  const imported = read(document.text, {
    skip: run.skip,
    onSkip: (type) => run.skipped.set(type, (run.skipped.get(type) ?? 0) + 1),
    typeOfUrn: (urn) => run.typeByUrn.get(urn),
  });
  const resolved = await resolveSearches(run, imported);
  if (typeof resolved === 'string') {
    if (!last) return void run.later.push(document);
    return fault(run, document, resolved);
  }
  for (const text of imported.faults) fault(run, document, text);
  const resources = run.options.assignCpr ? await withCpr(run, resolved) : resolved;
  const purpose = run.options.assignCpr ? 'import with CPR' : 'import';
  if (imported.atomic) {
    if (resources.length > 0) await run.queue.add({ id: actIdOfContent(`${purpose}\n${document.text}`), resources });
  } else {
    for (const resource of resources) {
      await run.queue.add({ id: actIdOfContent(`${purpose}\n${resource.type}/${resource.id}\n${resource.text}`), resources: [resource] });
    }
  }
}

function withCpr(run: Run, resources: readonly ImportedResource[]): Promise<ImportedResource[]> {
  return Promise.all(
    resources.map((resource) =>
      assignCpr(resource, async (cpr, patientId) => {
        const owner = run.cprOwners.get(cpr);
        if (owner !== undefined) return owner !== patientId;
        run.cprOwners.set(cpr, patientId);
        const key = tokenKey('Patient.identifier', `${cprSystem}|${cpr}`);
        const query = { type: 'Patient', filters: [{ by: 'token' as const, keys: [key], not: false }] };
        const others = await firstMatches(run.store.sql, seesEverything, query);
        return others.some(({ id }) => id !== patientId);
      }),
    ),
  );
}

/** The resources with their references by search resolved; or what could not be found. */
async function resolveSearches(run: Run, imported: ImportedDocument): Promise<readonly ImportedResource[] | string> {
  const conditional = imported.resources.some((resource) => resource.onlyIfNone !== undefined);
  if (imported.searches.length === 0 && !conditional) return imported.resources;
  for (const search of imported.searches) {
    if (run.found.has(search)) continue;
    const target = await findOne(run, search);
    if (target === undefined) return `the reference by search '${search.slice(0, 100)}' does not match exactly one resource`;
    run.found.set(search, target);
  }
  const kept: ImportedResource[] = [];
  const elsewhere = new Map<string, string>();
  for (const resource of imported.resources) {
    const there = resource.onlyIfNone === undefined ? undefined : await findOne(run, `${resource.type}?${resource.onlyIfNone}`);
    if (there === undefined) kept.push(resource);
    else elsewhere.set(`${resource.type}/${resource.id}`, there);
  }
  return kept.map((resource) => {
    const text = replaceReferences(resource.text, (reference) => run.found.get(reference) ?? elsewhere.get(reference));
    return text === resource.text ? resource : { ...resource, text, tree: { ...JSON.parse(text), id: resource.id } };
  });
}

async function findOne(run: Run, search: string): Promise<string | undefined> {
  const [type = '', criteria = ''] = search.split(/\?(.*)/s);
  try {
    const query = parseSearch(type, [...new URLSearchParams(criteria)], { strict: true, pageDefault: 2, pageMax: 2, base: '' });
    const look = () => firstMatches(run.store.sql, seesEverything, query);
    let matches = await look();
    if (matches.length === 0) {
      // It may be among what has been read and is not yet written.
      await run.queue.flush();
      matches = await look();
    }
    return matches.length === 1 ? `${type}/${matches[0]?.id}` : undefined;
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}
