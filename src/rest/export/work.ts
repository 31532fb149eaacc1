/** Making an export: its files are cut, not written. Each is a stretch of the journal, read again when it is fetched. */
import { operationOutcome } from '#fhir/outcome.ts';
import type { DeferredAnswer, DeferredRequest } from '#store/deferred-requests.ts';
import {
  addExportFile,
  exportPages,
  isOfThisLife,
  measureExport,
  readExportFiles,
  type ExportFile,
  type ExportWalk,
} from '#store/exports.ts';
import type { Service } from '../service.ts';
import { judgeOf, type ExportJob } from './job.ts';

/** Resources in a file: some tens of megabytes, so that a download that breaks is soon begun again. */
const linesPerFile = 50_000;

/** Goes on after the files that are there, made by this program or by another that was ended. */
export async function makeExport(
  service: Service,
  { id, request }: DeferredRequest,
  tell: (progress: string) => Promise<boolean>,
): Promise<DeferredAnswer> {
  const { sql } = service.store;
  // What `askExport` wrote.
  const job = request as ExportJob;
  if (!(await isOfThisLife(sql, job.moment))) return failed('the database was restored meanwhile: ask again');
  await service.store.parameters.refresh();
  const last = (await readExportFiles(sql, id)).at(-1);
  let number = last?.number ?? 0;
  const walks = walksOf(job);
  const begun = last ? walks.findIndex(({ kind, type }) => kind === last.kind && type === last.type) : 0;
  for (const [n, walk] of walks.entries()) {
    if (n < begun) continue;
    const progress = `${n} of ${walks.length} parts, ${number} files`;
    if (!(await tell(progress))) return failed('it was cancelled');
    let after = last && n === begun ? last.upto : Number.MIN_SAFE_INTEGER;
    for (;;) {
      const stretch = await nextStretch(service, job, walk, after);
      if (!stretch) break;
      number++;
      await addExportFile(sql, id, { number, kind: walk.kind, type: walk.type, after, ...stretch });
      after = stretch.upto;
      if (!(await tell(`${n} of ${walks.length} parts, ${number} files`))) return failed('it was cancelled');
    }
  }
  return manifest(job, id, await readExportFiles(sql, id));
}

/** What was deleted is told only to those who ask what has changed: others never saw it. */
function walksOf({ types, moment, since }: ExportJob): ExportWalk[] {
  const outputs = types.map((type): ExportWalk => ({
    kind: 'output',
    type,
    moment,
    ...(since === undefined ? {} : { since }),
  }));
  const deletions = since === undefined ? [] : outputs;
  return [...outputs, ...deletions.map((walk): ExportWalk => ({ ...walk, kind: 'deleted' }))];
}

async function nextStretch(
  service: Service,
  job: ExportJob,
  walk: ExportWalk,
  after: number,
): Promise<{ upto: number; count: number } | undefined> {
  const { sql } = service.store;
  const judge = judgeOf(service, job, walk);
  if (!judge) return measureExport(sql, walk, after, linesPerFile);
  let [count, upto] = [0, after];
  for await (const rows of exportPages(sql, walk, { after })) {
    for (const { seq, id, body } of rows) {
      if (judge(id, body)) [count, upto] = [count + 1, seq];
      if (count === linesPerFile) return { count, upto };
    }
  }
  return count === 0 ? undefined : { count, upto };
}

/** The lines of a file, a page at a time. */
export async function* exportLines(
  service: Service,
  job: ExportJob,
  file: ExportFile,
  line: (type: string, body: string) => string,
): AsyncGenerator<string> {
  const walk = walksOf(job).find(({ kind, type }) => kind === file.kind && type === file.type);
  if (!walk) return;
  const judge = judgeOf(service, job, walk);
  for await (const rows of exportPages(service.store.sql, walk, file)) {
    const lines = rows.flatMap(({ id, body }) => {
      if (judge && !judge(id, body)) return [];
      return [
        walk.kind === 'deleted' || body === undefined ? deletion(file.type, id) : line(file.type, body),
      ];
    });
    if (lines.length > 0) yield `${lines.join('\n')}\n`;
  }
}

function deletion(type: string, id: string): string {
  const request = { method: 'DELETE', url: `${type}/${id}` };
  return JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry: [{ request }] });
}

function manifest(job: ExportJob, id: string, files: readonly ExportFile[]): DeferredAnswer {
  const listed = (kind: ExportFile['kind']) =>
    files.flatMap((file) =>
      file.kind === kind
        ? [
            {
              type: kind === 'deleted' ? 'Bundle' : file.type,
              url: `${job.base}/_async/${id}/${file.number}.ndjson`,
              count: file.count,
            },
          ]
        : [],
    );
  const body = {
    transactionTime: new Date(job.moment.at).toISOString(),
    request: job.url,
    requiresAccessToken: true,
    output: listed('output'),
    deleted: listed('deleted'),
    error: [],
  };
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

function failed(text: string): DeferredAnswer {
  const outcome = operationOutcome([{ code: 'exception', text }]);
  return {
    status: 500,
    headers: { 'content-type': 'application/fhir+json; charset=utf-8' },
    body: JSON.stringify(outcome),
  };
}
