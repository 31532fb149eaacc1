/** Imports files: reads, checks, writes, counts, and says for each line that could not be taken what was wrong with it. */
import { availableParallelism } from 'node:os';
import { replaceReferences } from '#fhir/bundle.ts';
import { cprSystem } from '#fhir/cpr.ts';
import { matchesFilters } from '#fhir/match.ts';
import { parseSearch } from '#fhir/search-query.ts';
import { tokenKey } from '#fhir/search-forms.ts';
import { noCustomParameters } from '#fhir/search-parameters.ts';
import { searchValues } from '#fhir/search-values.ts';
import { Refusal } from '#base/refusal.ts';
import { inBulk } from '#store/bulk.ts';
import { seesEverything } from '#store/access.ts';
import { firstMatches } from '#store/search/search.ts';
import type { Store } from '#store/store.ts';
import { assignCpr } from './assign-cpr.ts';
import type { ImportedResource } from './documents.ts';
import type { SourceFile } from './files.ts';
import { readyActs, type OpenDocument, type PreparedDocument, type Reading } from './prepare.ts';
import { createPreparePool, type PreparePool } from './prepare-pool.ts';
import { createWriteQueue, type WriteQueue } from './write-queue.ts';

export interface ImportOptions {
  /** Resource types to leave out, e.g. the billing half of American sources. */
  readonly skip: readonly string[];
  /** Gives each patient without a CPR number an invented one that no real person can have. */
  readonly assignCpr: boolean;
  /** How many threads prepare what this one writes; when absent, what suits the size of the files and the machine. */
  readonly threads?: number;
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

// Less is prepared sooner than a thread has begun.
const threadsFromBytes = 4 * 1024 * 1024;
const threadsMax = 4;
const packedTimes = 12;

/** Imports all files; when it returns, all that was taken is durable. Memory: flat, whatever the files' size (bench/RESULTS.md). */
export async function importFiles(
  store: Store,
  files: readonly SourceFile[],
  options: ImportOptions,
): Promise<ImportResult> {
  const begun = performance.now();
  const skip = new Set(options.skip);
  await store.parameters.reload();
  const custom = store.parameters.custom();
  const pool = createPreparePool(options.threads ?? threadsFor(files), {
    skip,
    assignCpr: options.assignCpr,
    ...(custom === noCustomParameters ? {} : { custom }),
  });
  const run: Run = {
    store,
    options,
    begun,
    queue: createWriteQueue(store, 'import'),
    pool,
    skipped: new Map(),
    found: new Map(),
    missing: new Set(),
    cprOwners: new Map(),
    bytesTotal: files.reduce((sum, file) => sum + file.bytes, 0),
    bytesRead: 0,
    faults: 0,
  };
  try {
    await inBulk(store.sql, () => passes(run, files));
  } finally {
    await pool.end();
  }
  report(run);
  const { resources, unchanged } = run.queue.written();
  return {
    written: resources,
    unchanged,
    skipped: run.skipped,
    faults: run.faults,
    tookMs: performance.now() - begun,
  };
}

function threadsFor(files: readonly SourceFile[]): number {
  const bytes = files.reduce(
    (sum, file) => sum + file.bytes * (file.path.endsWith('.gz') ? packedTimes : 1),
    0,
  );
  // This thread and PostgreSQL keep a core busy.
  return bytes < threadsFromBytes ? 0 : Math.min(Math.max(1, availableParallelism() - 1), threadsMax);
}

async function passes(run: Run, files: readonly SourceFile[]): Promise<void> {
  let later = await pass(
    run,
    files.map((file) => ({ file })),
    false,
  );
  // What pointed by search at something that came later is read again now that all is there, and again while that helps.
  while (later.length > 0) {
    run.missing.clear();
    const left = await pass(run, later, false);
    if (postponed(left) === postponed(later)) {
      run.missing.clear();
      await pass(run, left, true);
      break;
    }
    later = left;
  }
}

interface Run {
  readonly store: Store;
  readonly options: ImportOptions;
  readonly begun: number;
  readonly queue: WriteQueue;
  readonly pool: PreparePool;
  readonly skipped: Map<string, number>;
  /** References by search that were resolved. */
  readonly found: Map<string, string>;
  /** References by search that were looked for in this pass and were not there: whoever points so waits for the next. */
  readonly missing: Set<string>;
  /** Which patient got which invented CPR number in this run. */
  readonly cprOwners: Map<string, string>;
  readonly bytesTotal: number;
  bytesRead: number;
  faults: number;
}

function postponed(readings: readonly Reading[]): number {
  return readings.reduce((sum, { only }) => sum + (only?.size ?? 0), 0);
}

/** Returns what must wait for a later pass: its place in its file, not its text, so that memory stays flat. */
async function pass(run: Run, readings: readonly Reading[], last: boolean): Promise<Reading[]> {
  const later: Reading[] = [];
  for await (const { reading, documents } of run.pool.prepare(readings)) {
    const waiting = new Set<number>();
    for await (const document of documents) {
      run.bytesRead += document.bytesRead;
      if (!(await importDocument(run, reading.file, document, last))) waiting.add(document.ordinal);
      report(run);
    }
    if (waiting.size > 0) later.push({ file: reading.file, only: waiting });
  }
  await run.queue.flush();
  return later;
}

function report({ options, bytesRead, bytesTotal, queue, begun }: Run): void {
  options.onProgress?.({
    bytesRead,
    bytesTotal,
    resources: queue.written().resources,
    tookMs: performance.now() - begun,
  });
}

/** Whether the document was dealt with; false: it points at something that is not there yet. */
async function importDocument(
  run: Run,
  { path }: SourceFile,
  { line, faults, skipped, acts, open }: PreparedDocument,
  last: boolean,
): Promise<boolean> {
  const fault = (text: string) => {
    run.faults++;
    run.options.onFault?.(`${path}:${line}: ${text}`);
  };
  const { resources, unresolved } = open ? await resolveSearches(run, open) : nothingOpen;
  if (unresolved.length > 0 && !last) return false;
  for (const search of unresolved)
    fault(`the reference by search '${search.slice(0, 100)}' does not match exactly one resource`);
  for (const text of faults) fault(text);
  for (const type of skipped) run.skipped.set(type, (run.skipped.get(type) ?? 0) + 1);
  for (const act of acts) await run.queue.add(act);
  if (!open || (open.atomic && unresolved.length > 0)) return true;
  const named = run.options.assignCpr ? await withCpr(run, resources) : resources;
  const purpose = run.options.assignCpr ? 'import with CPR' : 'import';
  for (const act of readyActs(open.atomic, named, open.content, purpose, run.store.parameters.custom()))
    await run.queue.add(act);
  return true;
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

interface Resolved {
  /** With their references by search resolved; those that could not be are left out. */
  readonly resources: readonly ImportedResource[];
  readonly unresolved: readonly string[];
}

const nothingOpen: Resolved = { resources: [], unresolved: [] };

async function resolveSearches(run: Run, open: OpenDocument): Promise<Resolved> {
  const imported = {
    searches: open.searches,
    resources: open.resources.map((one): ImportedResource => ({
      ...one,
      tree: { ...JSON.parse(one.text), id: one.id },
    })),
  };
  const conditional = imported.resources.some((resource) => resource.onlyIfNone !== undefined);
  if (imported.searches.length === 0 && !conditional)
    return { resources: imported.resources, unresolved: [] };
  const targets = new Map<string, string>();
  const unresolved = new Set<string>();
  for (const search of imported.searches) {
    const target = run.missing.has(search) ? undefined : await findOne(run, search, imported.resources);
    if (target !== undefined) targets.set(search, target);
    else {
      run.missing.add(search);
      unresolved.add(search);
    }
  }
  const kept: ImportedResource[] = [];
  for (const resource of imported.resources) {
    const there =
      resource.onlyIfNone === undefined
        ? undefined
        : await findOne(run, `${resource.type}?${resource.onlyIfNone}`, []);
    if (there === undefined) kept.push(resource);
    else targets.set(`${resource.type}/${resource.id}`, there);
  }
  const resources = kept.flatMap((resource) => {
    let whole = true;
    const text = replaceReferences(resource.text, (reference) => {
      if (unresolved.has(reference)) whole = false;
      return targets.get(reference);
    });
    if (!whole) return [];
    return text === resource.text
      ? [resource]
      : [{ ...resource, text, tree: { ...JSON.parse(text), id: resource.id } }];
  });
  return { resources, unresolved: [...unresolved] };
}

/** What a search finds, in the record and among `beside`, which will be written together; undefined when it is not exactly one. */
async function findOne(
  run: Run,
  search: string,
  beside: readonly ImportedResource[],
): Promise<string | undefined> {
  const known = run.found.get(search);
  if (known !== undefined) return known;
  const [type = '', criteria = ''] = search.split(/\?(.*)/s);
  try {
    const query = parseSearch(type, [...new URLSearchParams(criteria)], {
      strict: true,
      pageDefault: 2,
      pageMax: 2,
      base: '',
    });
    if (query.filters.length === 0) return undefined;
    const own = beside
      .filter(
        (one) => one.type === type && matchesFilters(query.filters, one.id, searchValues(type, one.tree)),
      )
      .map(({ id }) => id);
    const look = async () => [
      ...new Set([...own, ...(await firstMatches(run.store.sql, seesEverything, query)).map(({ id }) => id)]),
    ];
    let matches = await look();
    if (matches.length === 0) {
      // It may be among what has been read and is not yet written.
      await run.queue.flush();
      matches = await look();
    }
    const [match] = matches;
    if (match === undefined || matches.length > 1) return undefined;
    if (own.length === 0) run.found.set(search, `${type}/${match}`);
    return `${type}/${match}`;
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}
