/**
 * Doing an import: a hundred lines are one act, whose id follows from the import and the place. So a step that is done
 * again, by this program or another, is answered as the first time. What is stored already in these very words is left
 * alone: an export that is imported where it came from changes nothing.
 */
import { noGuards } from '#care/guard.ts';
import { actIdOf } from '#base/id.ts';
import { Refusal, statusOf, type Issue } from '#base/refusal.ts';
import { stampText } from '#fhir/json-text.ts';
import { operationOutcome } from '#fhir/outcome.ts';
import { parseResource, type Parsed } from '#fhir/parse.ts';
import { readAsked, type DeferredAnswer, type DeferredRequest } from '#store/deferred-requests.ts';
import { readExportFiles } from '#store/exports.ts';
import { addImportStep, readImportSums } from '#store/imports.ts';
import { readAct, readSeveral } from '#store/reader.ts';
import type { ExportJob } from '../export/job.ts';
import { exportLines } from '../export/work.ts';
import type { FhirRequest, Service } from '../service.ts';
import { readEntry, type WriteEntry } from '../write/entry.ts';
import { performEntries } from '../write/write.ts';
import type { ImportInput, ImportJob } from './job.ts';

const linesPerStep = 100;
/** A step begins no further line when it has so many characters. */
const charactersPerStep = 4 * 1024 * 1024;

export async function makeImport(
  service: Service,
  deferred: DeferredRequest,
  tell: (progress: string) => Promise<boolean>,
): Promise<DeferredAnswer> {
  try {
    return await importAll(service, deferred, tell);
  } catch (error) {
    if (!(error instanceof Refusal) || isPassing(error)) throw error;
    return answer(statusOf[error.kind], operationOutcome(error.issues));
  }
}

async function importAll(
  service: Service,
  { id, request }: DeferredRequest,
  tell: (progress: string) => Promise<boolean>,
): Promise<DeferredAnswer> {
  // What `askImport` wrote.
  const job = request as ImportJob;
  const { sql } = service.store;
  const done = new Map((await readImportSums(sql, id)).map(({ input, lines }) => [input, lines]));
  for (const [n, input] of job.inputs.entries()) {
    let lines = done.get(n) ?? 0;
    for await (const step of stepsOf(linesOf(service, job, input), lines)) {
      const result = await importStep(service, job, {
        key: `${id} ${n} ${lines}`,
        first: lines,
        texts: step,
        input,
      });
      lines += step.length;
      await addImportStep(sql, id, { input: n, lines, ...result });
      if (!(await tell(`input ${n + 1} of ${job.inputs.length}, ${lines} lines`))) return answer(410, {});
    }
  }
  return answer(200, await reportOf(service, job, id));
}

function answer(status: number, body: object): DeferredAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

async function reportOf(service: Service, job: ImportJob, id: string): Promise<object> {
  const sums = await readImportSums(service.store.sql, id);
  return {
    transactionTime: new Date().toISOString(),
    request: job.url,
    requiresAccessToken: true,
    output: sums.map(({ input, lines, stored, unchanged }) => ({
      type: job.inputs[input]?.type,
      input,
      lines,
      stored,
      unchanged,
    })),
    error: sums.flatMap(({ input, failed }) =>
      failed === 0
        ? []
        : [
            {
              type: 'OperationOutcome',
              input,
              count: failed,
              url: `${job.base}/_async/${id}/${input}-errors.ndjson`,
            },
          ],
    ),
  };
}

// ---------------------------------------------------------------- lines

async function* linesOf(service: Service, job: ImportJob, input: ImportInput): AsyncGenerator<string> {
  if ('text' in input) {
    yield* splitLines(input.text);
    return;
  }
  const { sql } = service.store;
  const asked = await readAsked(sql, input.request, job.caller.author, 'export');
  const file = asked
    ? (await readExportFiles(sql, input.request)).find(({ number }) => number === input.number)
    : undefined;
  if (!file) throw new Refusal('unknown', 'the export that is imported is gone');
  // What `askExport` wrote.
  const exported: ExportJob = { ...(asked as ExportJob), caller: job.caller };
  for await (const page of exportLines(service, exported, file, (_, body) => body)) yield* splitLines(page);
}

function* splitLines(text: string): Generator<string> {
  for (let from = 0; from < text.length;) {
    const end = text.indexOf('\n', from);
    yield text.slice(from, end < 0 ? text.length : end).trim();
    from = end < 0 ? text.length : end + 1;
  }
}

/** The lines after the first `skipped`, in steps that are the same each time. */
async function* stepsOf(lines: AsyncIterable<string>, skipped: number): AsyncGenerator<string[]> {
  let [at, characters, step]: [number, number, string[]] = [0, 0, []];
  for await (const line of lines) {
    if (at++ < skipped) continue;
    if (step.length >= linesPerStep || characters > charactersPerStep) {
      yield step;
      [characters, step] = [0, []];
    }
    step.push(line);
    characters += line.length;
  }
  if (step.length > 0) yield step;
}

// ---------------------------------------------------------------- a step

interface Step {
  readonly key: string;
  /** How many lines of the input come before it. */
  readonly first: number;
  readonly texts: readonly string[];
  readonly input: ImportInput;
}
interface Line {
  readonly number: number;
  readonly text: string;
  readonly parsed: Parsed;
  readonly entry: WriteEntry;
}
interface Result {
  readonly stored: number;
  readonly unchanged: number;
  readonly failed: number;
  readonly errors: string | undefined;
}

async function importStep(
  service: Service,
  job: ImportJob,
  { key, first, texts, input }: Step,
): Promise<Result> {
  const errors: string[] = [];
  const fail = (number: number, issues: readonly Issue[]) => errors.push(errorLine(number, issues));
  const lines = texts.flatMap((text, n): Line[] => {
    const number = first + n + 1;
    if (text === '') return [];
    try {
      return [readLine(service, job, input, text, number)];
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      fail(number, error.issues);
      return [];
    }
  });
  let [stored, unchanged] = [0, 0];
  // A resource that comes twice is written twice, in order: an act changes each but once.
  for (const [n, group] of withoutRepeats(lines).entries()) {
    // Done before, and not noted since the program ended: what it came to is in the journal.
    const earlier = await readAct(service.store.sql, actIdOf(`${key} ${n}`));
    if (earlier) {
      stored += earlier.answers.length;
      unchanged += group.length - earlier.answers.length;
      continue;
    }
    const news = await whatIsNew(service, job, group);
    unchanged += group.length - news.length;
    stored += await store(service, job, `${key} ${n}`, group, news, fail);
  }
  return {
    stored,
    unchanged,
    failed: errors.length,
    errors: errors.length === 0 ? undefined : errors.join(''),
  };
}

function errorLine(number: number, issues: readonly Issue[]): string {
  const told = issues.map(({ code, at, text }) => ({
    code,
    text: `line ${number}: ${at === undefined ? '' : `${at}: `}${text}`,
  }));
  return `${JSON.stringify(operationOutcome(told))}\n`;
}

function readLine(service: Service, job: ImportJob, input: ImportInput, text: string, number: number): Line {
  const parsed = parseResource(text, service.limits);
  if (input.type !== undefined && parsed.type !== input.type)
    throw new Refusal('invalid', `is a ${parsed.type}; the input is of ${input.type}`);
  const { id } = parsed.tree;
  const path = typeof id === 'string' ? [parsed.type, id] : [parsed.type];
  const request = requestOf(job, path.length === 2 ? 'PUT' : 'POST', path, text);
  return {
    number,
    text,
    parsed,
    entry: readEntry(request, service.limits, service.store.parameters.custom(), parsed),
  };
}

function requestOf(
  { caller, base }: ImportJob,
  method: string,
  path: readonly string[],
  body: string,
  key?: string,
): FhirRequest {
  return {
    method,
    path,
    query: [],
    headers: key === undefined ? {} : { 'idempotency-key': key },
    body,
    caller,
    base,
  };
}

function withoutRepeats(lines: readonly Line[]): Line[][] {
  const groups: Line[][] = [];
  let seen = new Set<string>();
  for (const line of lines) {
    const { type, id } = line.entry;
    const name = `${type}/${id ?? line.number}`;
    if (groups.length === 0 || seen.has(name)) {
      groups.push([]);
      seen = new Set();
    }
    seen.add(name);
    groups.at(-1)?.push(line);
  }
  return groups;
}

async function whatIsNew(service: Service, { caller }: ImportJob, lines: readonly Line[]): Promise<Line[]> {
  const targets = lines.flatMap(({ entry: { type, id } }) => (id === undefined ? [] : [{ type, id }]));
  const found = await readSeveral(service.store.sql, caller.sees, targets);
  const storedByName = new Map(found.map((one) => [`${one.type}/${one.id}`, one]));
  return lines.filter(({ entry: { type, id }, parsed }) => {
    const stored = storedByName.get(`${type}/${id}`);
    if (stored?.body === undefined || id === undefined) return true;
    const { version, updated } = stored;
    const stamp = { type, id, version, lastUpdated: new Date(updated).toISOString() };
    return stampText(parsed.text, stamp, parsed.tree) !== stored.body;
  });
}

/** How many were stored. When they cannot be stored together each is tried for itself. */
async function store(
  service: Service,
  job: ImportJob,
  key: string,
  group: readonly Line[],
  news: readonly Line[],
  fail: (number: number, issues: readonly Issue[]) => void,
): Promise<number> {
  if (news.length === 0) return 0;
  try {
    // The request is the whole group: what is left of it to store may be less the second time.
    const body = group.map(({ text }) => text).join('\n');
    await performEntries(
      service,
      requestOf(job, 'POST', ['$import'], body, key),
      news.map(({ entry }) => entry),
      // What others did is imported as it was, and in no order of time: nobody is to decide about it now.
      noGuards,
    );
    return news.length;
  } catch (error) {
    if (!(error instanceof Refusal) || isPassing(error)) throw error;
    const [only, ...others] = news;
    if (only && others.length === 0) {
      fail(only.number, error.issues);
      return 0;
    }
  }
  let stored = 0;
  for (const line of news) stored += await store(service, job, `${key} ${line.number}`, [line], [line], fail);
  return stored;
}

/** What is wrong with the server just now and not with a line: the step is done again later. */
function isPassing({ kind }: Refusal): boolean {
  return kind === 'full' || kind === 'unavailable' || kind === 'outcomeUnknown' || kind === 'slowed';
}
