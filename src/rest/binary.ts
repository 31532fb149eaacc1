/**
 * Binary as the thing it holds (http://hl7.org/fhir/R4/binary.html#rest): a PDF or a picture is read and written as
 * itself, unless the request speaks of FHIR's own forms. What another person stored is shown to a browser, so nothing
 * that could run there is.
 */
import { Refusal } from '#base/refusal.ts';
import { isObject } from '#fhir/json.ts';
import { isFhirForm } from './forms.ts';
import type { Answer, FhirRequest } from './service.ts';
import { mediaTypeOf } from './target.ts';

/** Whether a read wants the content itself: it names no form of FHIR. Search, history and Bundles give resources. */
export function wantsContent({ method, path, query, headers }: FhirRequest): boolean {
  if (path[0] !== 'Binary' || (method !== 'GET' && method !== 'HEAD')) return false;
  const isRead =
    path.length === 2 ? !/^[_$]/.test(path[1] ?? '') : path.length === 4 && path[2] === '_history';
  const isAsked = query.some(([name]) => name === '_format' || name === '_summary' || name === '_elements');
  return isRead && !isAsked && !rangesOf(headers['accept']).some(isFhirForm);
}

function rangesOf(accept: string | undefined): string[] {
  return (accept ?? '').split(',').map((range) => range.split(';')[0]?.trim().toLowerCase() ?? '');
}

const mediaTypePattern = /^[\w!#$&^.+-]{1,100}\/[\w!#$&^.+-]{1,100}(?:; ?[\w-]{1,50}="?[\w.+-]{1,100}"?)?$/;
/** What a browser may show in its place; anything else is saved, and could run nothing if it were opened. */
const shown = new Set([
  'application/pdf',
  'image/gif',
  'image/jpeg',
  'image/png',
  'image/webp',
  'text/plain',
]);

/**
 * The content of the Binary that was read; an answer that is none, such as a refusal, stays as it is.
 * @throws Refusal `notAcceptable` when the content is of a type that was not asked for.
 */
export function contentOf(answer: Answer, { headers }: FhirRequest): Answer {
  if (answer.status !== 200 || answer.body === undefined) return answer;
  const tree: unknown = JSON.parse(answer.body);
  const binary = isObject(tree) ? tree : {};
  const stored = String(binary['contentType']);
  const mediaType = mediaTypePattern.test(stored) ? stored : 'application/octet-stream';
  const bare = mediaType.split(';')[0]?.toLowerCase() ?? '';
  const ranges = rangesOf(headers['accept']).filter((range) => range !== '');
  const isWanted = ['*/*', `${bare.split('/')[0]}/*`, bare].some((range) => ranges.includes(range));
  if (ranges.length > 0 && !isWanted)
    throw new Refusal('notAcceptable', `this Binary is ${mediaType}, or a resource in application/fhir+json`);
  const { body: _resource, ...rest } = answer;
  return {
    ...rest,
    headers: {
      ...answer.headers,
      'content-type': mediaType,
      'content-disposition': shown.has(bare) ? 'inline' : 'attachment',
      ...(shown.has(bare) ? {} : { 'content-security-policy': "sandbox; default-src 'none'" }),
    },
    bytes: Buffer.from(typeof binary['data'] === 'string' ? binary['data'] : '', 'base64'),
  };
}

/** A Binary sent as what it holds, as the resource that is stored; every other request as it came. */
export function withBinaryBody(request: FhirRequest): FhirRequest {
  const { method, path, headers, body } = request;
  const isWrite =
    path[0] === 'Binary' && (method === 'PUT' ? path.length === 2 : method === 'POST' && path.length === 1);
  const stated = headers['content-type']?.trim() ?? '';
  if (!isWrite || stated === '' || isFhirForm(mediaTypeOf(request)) || body === undefined) return request;
  if (!mediaTypePattern.test(stated))
    throw new Refusal('mediaType', `expected a media type, found '${stated.slice(0, 60)}'`);
  const context = headers['x-security-context'];
  const resource = {
    resourceType: 'Binary',
    ...(method === 'PUT' ? { id: path[1] } : {}),
    contentType: stated,
    ...(context === undefined ? {} : { securityContext: { reference: context } }),
    ...(body.length === 0 ? {} : { data: Buffer.from(body).toString('base64') }),
  };
  return {
    ...request,
    body: JSON.stringify(resource),
    headers: { ...headers, 'content-type': 'application/fhir+json' },
  };
}
