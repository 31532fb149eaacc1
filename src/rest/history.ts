/** history of a resource, a type or everything (http://hl7.org/fhir/R4/http.html#history). */
import { Refusal } from '#base/refusal.ts';
import { bundleText, type BundleEntry } from '#fhir/bundle.ts';
import { timeSpan, type TimeSpan } from '#fhir/date.ts';
import { parseSummary, shaped, type Shape } from '#fhir/summary.ts';
import { countHistory, readHistory, type HistoryRow } from '#store/history.ts';
import { readNewest } from '#store/reader.ts';
import { answerJson, etagOf } from './answer.ts';
import type { Answer, FhirRequest, Service } from './service.ts';
import { countOf, idOf, sinceOf, typeOf, unusedOf } from './target.ts';

export async function history(service: Service, request: FhirRequest): Promise<Answer> {
  const parameters = new Map(request.query);
  const place = placeOf(request);
  unusedOf(request, ['_count', '_since', '_at', '_sort', '_summary', '_elements', '_before']);
  refuseOtherOrders(parameters);
  const shape = parseSummary(request.query);
  const count = shape.summary === 'count' ? 0 : countOf(request, service.limits);
  const since = sinceOf(request);
  const at = atOf(parameters.get('_at'));
  const before = beforeOf(parameters.get('_before'));
  const query = {
    ...place,
    count: count + 1,
    ...(since === undefined ? {} : { since }),
    ...(at === undefined ? {} : { at }),
    ...(before === undefined ? {} : { before }),
  };
  const { sql } = service.store;
  const { sees } = request.caller;
  const rows = await readHistory(sql, sees, query);
  if (
    place.id !== undefined &&
    rows.length === 0 &&
    !(await readNewest(sql, sees, place.type ?? '', place.id))
  ) {
    throw new Refusal('unknown', `there is no ${place.type}/${place.id}`);
  }
  const page = rows.slice(0, count);
  const complete = before === undefined && rows.length <= count;
  const total = complete ? page.length : await countHistory(sql, sees, query);
  const last = page.at(-1);
  const address = [request.base, ...request.path].join('/');
  const link = (extra: Record<string, string>) => {
    const all = new URLSearchParams({ ...Object.fromEntries(parameters), ...extra }).toString();
    return all === '' ? address : `${address}?${all}`;
  };
  const next =
    rows.length > count && last
      ? [['next', link({ _before: String(place.id === undefined ? last.seq : last.version) })] as const]
      : [];
  return answerJson(
    bundleText(
      { type: 'history', total, links: [['self', link({})], ...next] },
      page.map((row) => entryOf(request, row, shape)),
    ),
  );
}

function placeOf(request: FhirRequest): { type?: string; id?: string } {
  if (request.path.length === 1) return {};
  const type = typeOf(request);
  return request.path.length === 2 ? { type } : { type, id: idOf(request) };
}

/** The order is newest first; what would need another, or a list, is refused: an answer must not look like what it is not. */
function refuseOtherOrders(parameters: ReadonlyMap<string, string>): void {
  const sort = parameters.get('_sort');
  if (sort !== undefined && sort !== '' && sort !== '-_lastUpdated')
    throw new Refusal('invalid', [
      { code: 'not-supported', at: '_sort', text: 'a history comes newest first: -_lastUpdated' },
    ]);
  if (parameters.has('_list'))
    throw new Refusal('invalid', [
      { code: 'not-supported', at: '_list', text: 'a history by list is not supported' },
    ]);
}

/** A version 1 was created; whether by POST or PUT is no longer known, nor whether a later one came by PUT or PATCH. */
function entryOf(request: FhirRequest, row: HistoryRow, shape: Shape): BundleEntry {
  const method = row.body === undefined ? 'DELETE' : row.version === 1 ? 'POST' : 'PUT';
  const created = row.version === 1 || row.revived;
  const status = row.body === undefined ? '204 No Content' : created ? '201 Created' : '200 OK';
  return {
    fullUrl: `${request.base}/${row.type}/${row.id}`,
    resource: row.body === undefined ? undefined : shaped(row.type, row.body, shape),
    more: {
      request: { method, url: method === 'POST' ? row.type : `${row.type}/${row.id}` },
      response: { status, etag: etagOf(row.version), lastModified: new Date(row.updated).toISOString() },
    },
  };
}

/** `_at`: a moment or a span of time. */
function atOf(text: string | undefined): TimeSpan | undefined {
  if (text === undefined || text === '') return undefined;
  // A plus sign that was not written as %2B arrives as a blank.
  const span = timeSpan(text.replace(/ (\d{2}:\d{2})$/, '+$1'));
  if (!span)
    throw new Refusal('invalid', [
      { code: 'value', at: '_at', text: 'expected a date or time such as 2026-01-15T14:05:00Z' },
    ]);
  return span;
}

function beforeOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,16}$/.test(text))
    throw new Refusal('invalid', [
      { code: 'value', at: '_before', text: 'is not from a link of this server; begin at the first page' },
    ]);
  return Number(text);
}
