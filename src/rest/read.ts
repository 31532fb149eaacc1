/** read and vread (http://hl7.org/fhir/R4/http.html#read). */
import { Refusal } from '#base/refusal.ts';
import { parseSummary, shaped } from '#fhir/summary.ts';
import type { StoredVersion } from '#store/act.ts';
import { readVersion } from '#store/reader.ts';
import { answerVersion, etagOf, versionHeaders } from './answer.ts';
import type { Answer, FhirRequest, Service } from './service.ts';
import { idOf, typeOf, versionNumber } from './target.ts';

export async function read(service: Service, request: FhirRequest): Promise<Answer> {
  const [type, id] = [typeOf(request), idOf(request)];
  const newest = await service.store.gather(request.caller.sees, type, id);
  if (!newest) throw new Refusal('unknown', `there is no ${type}/${id}`);
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
  const { body } = version;
  if (body === undefined) {
    throw new Refusal('gone', `${version.type}/${version.id} was deleted in version ${version.version}`, {
      headers: { etag: etagOf(version.version) },
    });
  }
  const etag = etagOf(version.version);
  const known = request.headers['if-none-match']
    ?.split(',')
    .some((one) => one.trim() === etag || one.trim() === '*');
  if (known) return { status: 304, headers: versionHeaders(version) };
  return answerVersion({ ...version, body: shaped(version.type, body, parseSummary(request.query)) });
}
