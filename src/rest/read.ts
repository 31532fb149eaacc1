/** read and vread, also conditional (http://hl7.org/fhir/R4/http.html#read, #cread). */
import { Refusal } from '#base/refusal.ts';
import { parseSummary, shaped } from '#fhir/summary.ts';
import type { StoredVersion } from '#store/act.ts';
import { readVersion } from '#store/reader.ts';
import { answerVersion, etagOf, versionHeaders } from './answer.ts';
import type { Answer, FhirRequest, Service } from './service.ts';
import { idOf, parseIfMatch, typeOf, unusedOf, versionNumber } from './target.ts';

export async function read(service: Service, request: FhirRequest): Promise<Answer> {
  const [type, id] = [typeOf(request), idOf(request)];
  const newest = await service.store.gather(request.caller.sees, type, id);
  if (!newest) throw new Refusal('unknown', `there is no ${type}/${id}`);
  const { shown } = request.caller;
  shown.rids.push(newest.rid);
  if (type === 'Patient') shown.patients.add(id);
  return answerOrGone(request, newest);
}

export async function vread(service: Service, request: FhirRequest): Promise<Answer> {
  const [type, id] = [typeOf(request), idOf(request)];
  const number = versionNumber(request.path[3] ?? '');
  const version =
    number === undefined
      ? undefined
      : await readVersion(service.store.sql, request.caller.sees, type, id, number);
  if (!version) throw new Refusal('unknown', `there is no such version of ${type}/${id}`);
  return answerOrGone(request, version);
}

function answerOrGone(request: FhirRequest, version: StoredVersion): Answer {
  unusedOf(request, ['_summary', '_elements']);
  const shape = parseSummary(request.query);
  if (shape.summary === 'count')
    throw new Refusal('invalid', [
      {
        code: 'value',
        at: '_summary',
        text: 'count is for searches and histories; a read gives one resource',
      },
    ]);
  const { body } = version;
  if (body === undefined) {
    throw new Refusal('gone', `${version.type}/${version.id} was deleted in version ${version.version}`, {
      headers: { etag: etagOf(version.version) },
    });
  }
  if (isKnown(request, version)) return { status: 304, headers: versionHeaders(version) };
  return answerVersion({ ...version, body: shaped(version.type, body, shape) });
}

/** RFC 9110, 13.1: `If-None-Match` decides alone when it is there; `If-Modified-Since` counts whole seconds. */
function isKnown({ headers }: FhirRequest, { version, updated }: StoredVersion): boolean {
  const known = headers['if-none-match'];
  if (known !== undefined)
    return known
      .split(',')
      .map(parseIfMatch)
      .some((one) => one === '*' || one === version);
  // A date that is none is no condition.
  const since = Date.parse(headers['if-modified-since'] ?? '');
  return Math.floor(updated / 1000) * 1000 <= since;
}
