/**
 * What `$import` is asked for (https://github.com/smart-on-fhir/bulk-import): inputs of NDJSON. Nothing is fetched from
 * anywhere: an input is a file that this server exported, a `data:` address, or the body itself.
 */
import { Refusal } from '#base/refusal.ts';
import { isResourceType } from '#fhir/definitions/tables.ts';
import { isObject, type Json } from '#fhir/json.ts';
import { parseJson } from '#fhir/parse.ts';
import type { Caller, FhirRequest, Service } from '../service.ts';
import { mediaTypeOf, refuseOtherThanJson } from '../target.ts';

export type ImportInput = {
  /** Of every line; undefined: each says its own. */
  readonly type?: string;
} & (
  | { readonly text: string }
  /** A file of an export. */
  | { readonly request: string; readonly number: number }
);
export interface ImportJob {
  readonly caller: Caller;
  readonly base: string;
  readonly url: string;
  readonly inputs: readonly ImportInput[];
}

const inputsMax = 1000;
/** Text that comes with the request is kept until it is imported. */
const charactersMax = 32 * 1024 * 1024;
const ndjson = ['application/fhir+ndjson', 'application/ndjson', 'application/x-ndjson'];

/** @throws Refusal for inputs that are not taken, each by its name. */
export function readAskedImport(service: Service, request: FhirRequest): readonly ImportInput[] {
  const { body } = request;
  if (body === undefined || body.length === 0)
    return refuse('', 'expected NDJSON, or inputs as Parameters or JSON, in the body');
  if (ndjson.includes(mediaTypeOf(request)))
    return [{ text: withinLimit(typeof body === 'string' ? body : decoded(body)) }];
  refuseOtherThanJson(request);
  const { tree } = parseJson(body, service.limits);
  if (!isObject(tree)) return refuse('', 'expected inputs as Parameters or JSON');
  const asked = tree['resourceType'] === 'Parameters' ? plain(tree['parameter']) : tree;
  const known = ['resourceType', 'inputFormat', 'inputSource', 'input'];
  const strange = Object.keys(asked).find((name) => !known.includes(name));
  if (strange !== undefined)
    refuse(strange.slice(0, 60), `is not known here; ${known.slice(1).join(', ')} are`);
  const format = asked['inputFormat'];
  if (format !== undefined && !ndjson.some((one) => one === format))
    refuse('inputFormat', `expected ${ndjson[0]}`);
  const list = asked['input'];
  const inputs: readonly unknown[] = Array.isArray(list) ? list : list === undefined ? [] : [list];
  if (inputs.length === 0) refuse('input', 'expected at least one');
  if (inputs.length > inputsMax) refuse('input', `at most ${inputsMax} are taken`);
  const read = inputs.map((one, n) => readInput(request, one, `input[${n}]`));
  withinLimit(read.map((one) => ('text' in one ? one.text : '')).join(''));
  return read;
}

function refuse(at: string, text: string): never {
  throw new Refusal('invalid', at === '' ? text : [{ code: 'value', at, text }]);
}

function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new Refusal('invalid', 'the input is not valid UTF-8', { cause, code: 'structure' });
  }
}

function withinLimit(text: string): string {
  if (text.length > charactersMax)
    throw new Refusal(
      'tooMuch',
      `at most ${charactersMax} characters are taken in a request; send it in several`,
    );
  return text;
}

/** Parameters as plain JSON: what is there several times is a list. */
function plain(parameters: unknown): Json {
  const found: Record<string, unknown> = {};
  for (const one of Array.isArray(parameters) ? parameters : []) {
    if (!isObject(one) || typeof one['name'] !== 'string')
      return refuse('Parameters.parameter', 'expected a name and a value');
    const value = Array.isArray(one['part'])
      ? plain(one['part'])
      : Object.entries(one).find(([key]) => key.startsWith('value'))?.[1];
    const before = found[one['name']];
    found[one['name']] =
      before === undefined ? value : [...(Array.isArray(before) ? before : [before]), value];
  }
  return found;
}

const filePattern = /^\/_async\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/([1-9]\d{0,8})\.ndjson$/;

function readInput({ base }: FhirRequest, input: unknown, at: string): ImportInput {
  if (!isObject(input)) return refuse(at, 'expected type and url');
  const { type, url } = input;
  if (type !== undefined && (typeof type !== 'string' || !isResourceType(type)))
    refuse(`${at}.type`, 'expected the name of an R4 resource type');
  const typed = typeof type === 'string' ? { type } : {};
  if (typeof url !== 'string') return refuse(`${at}.url`, 'expected an address');
  if (url.startsWith('data:')) return { ...typed, text: dataIn(url, `${at}.url`) };
  const [, id, number] = (url.startsWith(base) ? filePattern.exec(url.slice(base.length)) : undefined) ?? [];
  if (id === undefined)
    return refuse(
      `${at}.url`,
      'is none that is taken: nothing is fetched from elsewhere. Taken are files that this server exported, and data: addresses',
    );
  return { ...typed, request: id, number: Number(number) };
}

/** RFC 2397. */
function dataIn(url: string, at: string): string {
  const comma = url.indexOf(',');
  if (comma < 0) return refuse(at, 'is no data: address: a comma is missing');
  const [mediaType = '', ...parameters] = url.slice('data:'.length, comma).split(';');
  if (mediaType !== '' && !ndjson.includes(mediaType)) refuse(at, `expected ${ndjson[0]}`);
  const text = url.slice(comma + 1);
  if (parameters.includes('base64')) return decoded(Buffer.from(text, 'base64'));
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new Refusal('invalid', [{ code: 'value', at, text: 'has a broken %-escape' }], { cause });
  }
}
