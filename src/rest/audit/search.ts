/**
 * Search of AuditEvent (http://hl7.org/fhir/R4/auditevent.html#search). What a parameter means is what it means everywhere:
 * each line is judged as the resource it is shown as. Patient, person and time say beforehand which pages of the audit can
 * hold such lines; with other parameters alone the lines are walked through by time, so many for each page of the answer.
 */
import { Refusal } from '#base/refusal.ts';
import { bundleText, type BundleEntry } from '#fhir/bundle.ts';
import { matchesFilters } from '#fhir/match.ts';
import { operationOutcome } from '#fhir/outcome.ts';
import { isObject } from '#fhir/json.ts';
import type { SearchQuery } from '#fhir/search-query.ts';
import { searchValues } from '#fhir/search-values.ts';
import { shaped } from '#fhir/summary.ts';
import {
  compareLines,
  findLine,
  lineId,
  walkLines,
  type FoundLine,
  type LinePlace,
  type Order,
} from '#identity/audit/walk.ts';
import type { Sql } from '#store/sql.ts';
import { answerJson } from '../answer.ts';
import { needsMore } from '../export/job.ts';
import { addressOf, readQuery } from '../search.ts';
import type { Answer, FhirRequest, Service } from '../service.ts';
import { auditReader, type AuditReader } from './allowed.ts';
import { pagesFor } from './pages-for.ts';
import { auditEventTexts } from './read.ts';

/** More than these are not judged for one answer: who looks for rare lines goes on by `next`. Half a second. */
const judgedMax = 5000;
/** Lines whose resources are made at once. */
const judgedAtOnce = 250;

export async function searchAuditEvents(service: Service, request: FhirRequest): Promise<Answer> {
  const reader = auditReader(request.caller);
  const query = await readQuery(service, request, 'AuditEvent');
  const order = orderOf(query);
  refuseOtherThanLines(query);
  const page = await readPage(service, request, { query, order, reader });
  const bare = query.used.filter(([name]) => name !== '_cursor');
  const links: (readonly [string, string])[] = [
    ['self', addressOf(request, 'AuditEvent', query.used)],
    ['first', addressOf(request, 'AuditEvent', bare)],
  ];
  if (page.next) links.push(['next', addressOf(request, 'AuditEvent', [...bare, ['_cursor', page.next]])]);
  const outcome: BundleEntry[] =
    query.ignored.length === 0
      ? []
      : [
          {
            resource: JSON.stringify(operationOutcome(query.ignored)),
            more: { search: { mode: 'outcome' } },
          },
        ];
  return answerJson(bundleText({ type: 'searchset', links }, [...page.entries, ...outcome]));
}

async function readPage(
  service: Service,
  request: FhirRequest,
  { query, order, reader }: { query: SearchQuery; order: Order; reader: AuditReader },
): Promise<{ entries: BundleEntry[]; next?: string }> {
  const { sql } = service.store;
  const entries: BundleEntry[] = [];
  const filter = pagesFor(query.used, request.base, reader.only);
  const after = query.cursor === undefined ? undefined : readCursor(query.cursor);
  let judged = 0;
  let last: FoundLine | undefined;
  const groups = filter.ids
    ? await linesOfIds(sql, filter.ids, order)
    : walkLines(sql, filter.pages, order, after);
  for await (const group of groups) {
    for (let from = 0; from < group.length; from += judgedAtOnce) {
      const lines = group.slice(from, from + judgedAtOnce).flatMap((line) => reader.seen(line) ?? []);
      const likely = lines.filter(filter.mayFit);
      const texts = await auditEventTexts(sql, likely);
      const textByLine = new Map(likely.map((line, n) => [line, texts[n]] as const));
      for (const line of lines) {
        const text = textByLine.get(line);
        if (text !== undefined && fits(query, line, text)) {
          // One more than the page holds says that there is another page.
          if (entries.length === query.count) return { entries, ...(last && { next: writeCursor(last) }) };
          entries.push(entryOf(request, query, line, text));
        }
        last = line;
        if (text !== undefined && ++judged >= judgedMax) return { entries, next: writeCursor(line) };
      }
    }
  }
  return { entries };
}

async function linesOfIds(sql: Sql, ids: readonly string[], order: Order): Promise<FoundLine[][]> {
  const found = await Promise.all([...new Set(ids)].map((id) => findLine(sql, id)));
  return [found.filter((one) => one !== undefined).sort((a, b) => compareLines(a, b, order))];
}

function fits({ filters }: SearchQuery, line: FoundLine, text: string): boolean {
  const tree: unknown = JSON.parse(text);
  if (!isObject(tree)) return false;
  // Of what another system wrote, the time is when it came in: by it the audit is in order.
  const values = searchValues('AuditEvent', { ...tree, recorded: line.line.at });
  return matchesFilters(filters, lineId(line), values) === true;
}

function entryOf(request: FhirRequest, query: SearchQuery, line: FoundLine, text: string): BundleEntry {
  return {
    fullUrl: `${request.base}/AuditEvent/${lineId(line)}`,
    resource: shaped('AuditEvent', text, query),
    more: { search: { mode: 'match' } },
  };
}

function orderOf({ used }: SearchQuery): Order {
  const sort = used.find(([name]) => name === '_sort')?.[1] ?? '-date';
  if (sort !== 'date' && sort !== '-date') refuse('_sort', 'the audit is in order of time: date or -date');
  return sort === 'date' ? 'rising' : 'falling';
}

/** @throws Refusal `invalid` for what is asked of the record and not of a line. */
function refuseOtherThanLines({ used, filters, includes, revincludes, count, total }: SearchQuery): void {
  if (includes.length > 0 || revincludes.length > 0)
    refuse('_include', 'is not possible in the audit; ask for what its lines name');
  if (count === 0) refuse('_count', 'lines of the audit are not counted; expected at least 1');
  if (total !== 'none') refuse('_total', 'lines of the audit are not counted');
  const nothing = searchValues('AuditEvent', { resourceType: 'AuditEvent', id: 'a' });
  for (const [name] of used) if (name === '_lastUpdated') refuse(name, 'expected date, which is the same');
  if (needsMore(filters) || matchesFilters(filters, 'a', nothing) === undefined)
    refuse('', 'a search of the audit asks of its lines only: no chain, _has, _list, _text, _content');
}

function refuse(at: string, text: string): never {
  throw new Refusal('invalid', at === '' ? text : [{ code: 'not-supported', at, text }]);
}

function writeCursor({ atMs, program, page, number }: LinePlace): string {
  return `${atMs}.${program}.${page}.${number}`;
}

function readCursor(text: string): LinePlace {
  const [, atMs, program = '', page, number] =
    /^(-?\d{1,15})\.([0-9a-f-]{36})\.(\d{1,9})\.(\d{1,5})$/.exec(text) ?? [];
  if (program === '')
    throw new Refusal('invalid', [
      { code: 'value', at: '_cursor', text: 'is not from a link of this server; begin at the first page' },
    ]);
  return { atMs: Number(atMs), program, page: Number(page), number: Number(number) };
}
