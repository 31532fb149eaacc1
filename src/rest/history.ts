/** history of a resource, a type or everything (http://hl7.org/fhir/R4/http.html#history). */
import { Refusal } from '#base/refusal.ts';
import { bundleText, type BundleEntry } from '#fhir/bundle.ts';
import { countHistory, readHistory, type HistoryRow } from '#store/history.ts';
import { answerJson, etagOf } from './answer.ts';
import type { Answer, FhirRequest, Service } from './service.ts';
import { countOf, idOf, sinceOf, typeOf, unusedOf } from './target.ts';

export async function history(service: Service, request: FhirRequest): Promise<Answer> {
  const parameters = new Map(request.query);
  const place = placeOf(request);
  unusedOf(request, ['_count', '_since', '_before']);
  const count = countOf(request, service.limits);
  const since = sinceOf(request);
  const before = beforeOf(parameters.get('_before'));
  const query = {
    ...place,
    count: count + 1,
    ...(since === undefined ? {} : { since }),
    ...(before === undefined ? {} : { before }),
  };
  const { sql } = service.store;
  const rows = await readHistory(sql, request.caller.sees, query);
  if (place.id !== undefined && rows.length === 0 && since === undefined && before === undefined) {
    throw new Refusal('unknown', `there is no ${place.type}/${place.id}`);
  }
  const page = rows.slice(0, count);
  const complete = before === undefined && rows.length <= count;
  const total = complete ? page.length : await countHistory(sql, request.caller.sees, query);
  const last = page.at(-1);
  const address = `${request.base}/${request.path.join('/')}`;
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
      page.map((row) => entryOf(request, row)),
    ),
  );
}

function placeOf(request: FhirRequest): { type?: string; id?: string } {
  if (request.path.length === 1) return {};
  const type = typeOf(request);
  return request.path.length === 2 ? { type } : { type, id: idOf(request) };
}

function entryOf(request: FhirRequest, row: HistoryRow): BundleEntry {
  const method = row.body === undefined ? 'DELETE' : row.version === 1 ? 'POST' : 'PUT';
  const status = row.body === undefined ? '204 No Content' : row.version === 1 ? '201 Created' : '200 OK';
  return {
    fullUrl: `${request.base}/${row.type}/${row.id}`,
    resource: row.body,
    more: {
      request: { method, url: method === 'POST' ? row.type : `${row.type}/${row.id}` },
      response: { status, etag: etagOf(row.version), lastModified: new Date(row.updated).toISOString() },
    },
  };
}

function beforeOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,16}$/.test(text))
    throw new Refusal('invalid', [
      { code: 'value', at: '_before', text: 'is not from a link of this server; begin at the first page' },
    ]);
  return Number(text);
}
