/** An entry of a batch or transaction as the request that it stands for. */
import { Refusal } from '#base/refusal.ts';
import type { ReadBundleEntry } from '#fhir/bundle.ts';
import { isObject } from '#fhir/json.ts';
import type { FhirRequest } from '../service.ts';

export interface BundleRequest {
  readonly request: FhirRequest;
  readonly fullUrl?: string;
}

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** @throws Refusal `invalid` naming the entry when it is no request. */
export function requestOf(request: FhirRequest, { tree, text }: ReadBundleEntry, n: number): BundleRequest {
  const at = `Bundle.entry[${n}].request`;
  const asked = tree['request'];
  if (!isObject(asked))
    throw new Refusal('invalid', [{ code: 'required', at, text: 'is required in a batch or transaction' }]);
  const { method, url } = asked;
  if (typeof method !== 'string' || !methods.includes(method)) {
    throw new Refusal('invalid', [
      { code: 'value', at: `${at}.method`, text: 'expected GET, HEAD, POST, PUT, PATCH or DELETE' },
    ]);
  }
  if (typeof url !== 'string')
    throw new Refusal('invalid', [{ code: 'required', at: `${at}.url`, text: 'is required' }]);
  const relative = url.startsWith(`${request.base}/`)
    ? url.slice(request.base.length + 1)
    : url.replace(/^\//, '');
  const [path = '', query = ''] = relative.split(/\?(.*)/s);
  const header = (name: string) => (typeof asked[name] === 'string' ? asked[name] : undefined);
  const patch = method === 'PATCH' ? patchOf(text, n) : undefined;
  return {
    request: {
      ...request,
      method,
      path: path
        .split('/')
        .filter((part) => part !== '')
        .map(decoded),
      query: [...new URLSearchParams(query)],
      body: patch ? patch.body : text,
      headers: {
        ...request.headers,
        'content-type': patch ? patch.type : 'application/fhir+json',
        'if-match': header('ifMatch'),
        'if-none-match': header('ifNoneMatch'),
        'if-modified-since': header('ifModifiedSince'),
        'if-none-exist': header('ifNoneExist'),
      },
    },
    ...fullUrlOf(tree['fullUrl'], n),
  };
}

/** What an entry asks, in a line: `GET Patient/1`. */
export function askedBy({ tree }: ReadBundleEntry): string {
  const asked = isObject(tree['request']) ? tree['request'] : {};
  return `${String(asked['method'])} ${String(asked['url'])}`;
}

/** bdl-8: a fullUrl names a resource, not one of its versions. */
function fullUrlOf(fullUrl: unknown, n: number): { fullUrl?: string } {
  if (typeof fullUrl !== 'string') return {};
  if (fullUrl.includes('/_history/'))
    throw new Refusal('invalid', [
      { code: 'value', at: `Bundle.entry[${n}].fullUrl`, text: 'names a version; expected the resource' },
    ]);
  return { fullUrl };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** In a Bundle a JSON Patch is a Binary with the patch as its data, a FHIRPath Patch the Parameters it is (http.html#patch). */
function patchOf(text: string | undefined, n: number): { readonly type: string; readonly body: string } {
  const tree: unknown = text === undefined ? undefined : JSON.parse(text);
  if (isObject(tree) && tree['resourceType'] === 'Parameters' && text !== undefined)
    return { type: 'application/fhir+json', body: text };
  if (!isObject(tree) || tree['resourceType'] !== 'Binary' || typeof tree['data'] !== 'string') {
    throw new Refusal('invalid', [
      {
        code: 'structure',
        at: `Bundle.entry[${n}].resource`,
        text: 'expected a Binary that holds the JSON Patch, or the Parameters of a FHIRPath Patch',
      },
    ]);
  }
  return {
    type: 'application/json-patch+json',
    body: Buffer.from(tree['data'], 'base64').toString('utf8'),
  };
}
