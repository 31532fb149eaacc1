/**
 * In which form a request comes and its answer goes (http://hl7.org/fhir/R4/http.html#mime-type). Everything behind this
 * speaks JSON; XML is read and written here, at the edge, and costs only those who ask for it.
 */
import { Refusal } from '#base/refusal.ts';
import { indent } from '#fhir/json-text.ts';
import { readXml } from '#fhir/xml/read.ts';
import { writeXml } from '#fhir/xml/write.ts';
import { fhirJson } from './answer.ts';
import type { Answer, FhirRequest, Limits } from './service.ts';
import { mediaTypeOf } from './target.ts';

export interface Form {
  readonly kind: 'json' | 'xml';
  /** The media type as the client named it; `application/fhir+…` when it named none. */
  readonly mediaType: string;
  readonly pretty: boolean;
}

/** The media types the API answers in, FHIR's own first; short names are for `_format`. */
export const formats = { json: 'application/fhir+json', xml: 'application/fhir+xml' } as const;
export const patchFormats = ['application/json-patch+json', formats.json, formats.xml] as const;

const kinds: Readonly<Record<string, Form['kind']>> = {
  'application/fhir+json': 'json',
  'application/json': 'json',
  'text/json': 'json',
  'application/json+fhir': 'json',
  'application/fhir+xml': 'xml',
  'application/xml': 'xml',
  'text/xml': 'xml',
  'application/xml+fhir': 'xml',
};
/** Whether a media type is one that resources are written in. */
export function isFhirForm(mediaType: string): boolean {
  return Object.hasOwn(kinds, mediaType);
}

const ours = `${formats.json} and ${formats.xml}`;
/** The FHIR version of all answers, as the media type's parameter says it (http.html#version-parameter). */
const version = '4.0';
const rangesMax = 50;

/** What of a request says in which form its answer is wanted. */
type Asked = Pick<FhirRequest, 'query' | 'headers'> & Partial<Pick<FhirRequest, 'path' | 'body'>>;

/** @throws Refusal `notAcceptable` when the answer is wanted in none of the forms there are. */
export function wantedForm(request: Asked): Form {
  const asked = valueOf(request, '_format');
  const pretty = valueOf(request, '_pretty');
  if (pretty !== undefined && !/^(?:true|false|)$/.test(pretty))
    throw new Refusal('invalid', [{ code: 'value', at: '_pretty', text: 'expected true or false' }]);
  const mediaType = asked ? mediaTypeOfFormat(asked) : acceptable(request.headers['accept']);
  return { kind: kinds[mediaType] ?? 'json', mediaType, pretty: pretty === 'true' };
}

/** Longer forms are not looked into before they are searched with: whoever sends one says in its address what form it wants. */
const formBytesMax = 64 * 1024;

/** A parameter of the address, or of the form that a search by POST is. */
function valueOf({ query, path, body }: Asked, name: string): string | undefined {
  const inAddress = query.find(([one]) => one === name)?.[1];
  if (inAddress !== undefined || path?.at(-1) !== '_search' || !body || body.length > formBytesMax)
    return inAddress;
  return new URLSearchParams(Buffer.from(body).toString('utf8')).get(name) ?? undefined;
}

function mediaTypeOfFormat(format: string): string {
  // A plus sign that was not written as %2B arrives as a blank.
  const [name = '', ...parameters] = format
    .trim()
    .replace(/ (?=(?:json|xml))/, '+')
    .toLowerCase()
    .split(';');
  const short = name.trim();
  const mediaType = short === 'json' ? formats.json : short === 'xml' ? formats.xml : short;
  if (!Object.hasOwn(kinds, mediaType))
    throw new Refusal('notAcceptable', `answers are ${ours}; '${format.slice(0, 60)}' was asked for`);
  refuseOtherVersion('notAcceptable', parameters);
  return mediaType;
}

function refuseOtherVersion(kind: 'notAcceptable' | 'mediaType', parameters: readonly string[]): void {
  const other = parameters.map(fhirVersionOf).find((found) => found !== undefined && found !== version);
  if (other !== undefined)
    throw new Refusal(
      kind,
      `this is FHIR ${version}; fhirVersion '${other.slice(0, 20)}' is not spoken here`,
    );
}

function fhirVersionOf(parameter: string): string | undefined {
  return /^\s*fhirversion\s*=\s*"?([^"\s]*)/i.exec(parameter)?.[1];
}

/** The media type that an Accept header (RFC 9110, 12.5.1) likes best; what it likes alike goes to the one named first. */
function acceptable(header: string | undefined): string {
  if (header === undefined || header === '' || header === '*/*' || header === formats.json)
    return formats.json;
  const ranges = header.toLowerCase().split(',', rangesMax).map(readRange);
  const spoken = ranges.filter(({ fhirVersion }) => fhirVersion === undefined || fhirVersion === version);
  const any =
    spoken.find(({ name }) => name === 'application/*') ?? spoken.find(({ name }) => name === '*/*');
  const named = spoken.filter(({ name }) => Object.hasOwn(kinds, name));
  const candidates = named.filter(({ q }) => q > 0);
  // A range stands for a form that no entry names itself, and means JSON before XML.
  for (const kind of ['json', 'xml'] as const) {
    if (any && any.q > 0 && !named.some(({ name }) => kinds[name] === kind))
      candidates.push({ ...any, name: formats[kind] });
  }
  let best = candidates[0];
  for (const one of candidates) if (best && one.q > best.q) best = one;
  if (best) return best.name;
  throw new Refusal(
    'notAcceptable',
    `answers are ${ours} of FHIR ${version}; '${header.slice(0, 60)}' was asked for`,
  );
}

interface Range {
  readonly name: string;
  readonly q: number;
  readonly fhirVersion: string | undefined;
}
function readRange(text: string): Range {
  const [name = '', ...parameters] = text.split(';').map((part) => part.trim());
  const weight = parameters
    .map((one) => /^q\s*=\s*([01](?:\.\d{0,3})?)$/.exec(one)?.[1])
    .find((q) => q !== undefined);
  const fhirVersion = parameters.map(fhirVersionOf).find((found) => found !== undefined);
  return { name, q: weight === undefined ? 1 : Number(weight), fhirVersion };
}

/** Reading or writing so much XML takes one to two seconds, in which nobody else is answered. */
const xmlCharactersMax = 16 * 1024 * 1024;

/**
 * The request with its body as JSON.
 * @throws Refusal `mediaType` for another FHIR version or charset; those of `readXml`.
 */
export function withJsonBody(request: FhirRequest, limits: Limits): FhirRequest {
  const header = request.headers['content-type'];
  if (header === undefined || header === formats.json) return request;
  const [, ...parameters] = header.toLowerCase().split(';');
  refuseOtherVersion('mediaType', parameters);
  const charset = parameters.map((one) => /^\s*charset\s*=\s*"?([^"\s]*)/.exec(one)?.[1]).find((one) => one);
  const kind = kinds[mediaTypeOf(request)];
  if (kind !== undefined && charset !== undefined && charset !== 'utf-8' && charset !== 'utf8')
    throw new Refusal('mediaType', `expected the charset utf-8, found '${charset.slice(0, 20)}'`);
  if (kind !== 'xml' || request.body === undefined || request.body.length === 0) return request;
  if (request.body.length > xmlCharactersMax)
    throw new Refusal(
      'tooMuch',
      `a body in XML may have ${xmlCharactersMax} bytes; send it in parts, or as ${formats.json}`,
    );
  return {
    ...request,
    body: readXml(request.body, limits),
    headers: { ...request.headers, 'content-type': formats.json },
  };
}

/** The answer to what was refused before it was dispatched, in the form that was asked for, or in JSON when that is none. */
export function inFormAsked(answer: Answer, asked: Asked): Answer {
  try {
    return inForm(answer, wantedForm(asked));
  } catch (error) {
    if (error instanceof Refusal) return answer;
    throw error;
  }
}

/** The answer in the form that was asked for. */
export function inForm(answer: Answer, { kind, mediaType, pretty }: Form): Answer {
  const { body, headers } = answer;
  if (body === undefined || !headers['content-type']?.startsWith(formats.json)) return answer;
  if (kind === 'json') {
    if (!pretty && mediaType === formats.json) return answer;
    const type = mediaType === formats.json ? fhirJson : `${mediaType}; charset=utf-8`;
    return { ...answer, body: pretty ? indent(body) : body, headers: { ...headers, 'content-type': type } };
  }
  if (body.length > xmlCharactersMax)
    throw new Refusal(
      'tooMuch',
      `this answer is too large for XML; ask for a smaller page, or for ${formats.json}`,
    );
  return {
    ...answer,
    body: writeXml(body, { pretty }),
    headers: { ...headers, 'content-type': `${mediaType}; charset=utf-8` },
  };
}
