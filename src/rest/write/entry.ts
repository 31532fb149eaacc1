/** One thing that is to be written, as it was asked for: alone or as an entry of a Bundle. */
import { uuidv7 } from '#base/id.ts';
import { Refusal } from '#base/refusal.ts';
import { parseResource, refuseIssues, type Parsed } from '#fhir/parse.ts';
import { readCustomParameter } from '#fhir/custom-parameter.ts';
import type { SearchQuery } from '#fhir/search-query.ts';
import { validate } from '#fhir/validate.ts';
import type { FhirRequest, Limits } from '../service.ts';
import {
  conditionOf,
  idOf,
  isId,
  mediaTypeOf,
  parseIfMatch,
  refuseOtherThanJson,
  typeOf,
} from '../target.ts';

export interface WriteEntry {
  readonly kind: 'create' | 'update' | 'patch' | 'delete';
  readonly type: string;
  /** Which resource; undefined when the criteria say, or when it is created. */
  readonly id?: string;
  /** Create only if none, or update, patch, delete the one, that matches. */
  readonly condition?: SearchQuery;
  readonly resource?: Parsed;
  readonly patch?: Uint8Array | string;
  /** The version the writer was looking at; 0 matches none. */
  readonly ifMatch?: number;
  /** `If-None-Match: *`: only if there is none yet. */
  readonly onlyNew?: boolean;
  /** The address that other entries of the Bundle use for it. */
  readonly fullUrl?: string;
  /** Used if something is created: the same at each try. */
  readonly newId: string;
}

/**
 * Reads a write request. The resource is parsed and validated here, before anything is looked up.
 * @throws Refusal naming the element and what was expected.
 */
export function readEntry(request: FhirRequest, limits: Limits, parsed?: Parsed): WriteEntry {
  const type = typeOf(request);
  const id = request.path.length > 1 ? idOf(request) : undefined;
  const ifMatch = parseIfMatch(request.headers['if-match']);
  const common = { type, newId: uuidv7(), ...(ifMatch === undefined ? {} : { ifMatch }) };
  switch (request.method) {
    case 'POST': {
      const criteria = request.headers['if-none-exist'];
      return {
        ...common,
        kind: 'create',
        resource: readResource(request, type, limits, parsed),
        ...(criteria === undefined ? {} : { condition: conditionOf(type, criteria, request.base, limits) }),
      };
    }
    case 'PUT': {
      const resource = readResource(request, type, limits, parsed);
      const own = resource.tree['id'];
      if (id !== undefined && own !== id) {
        const text =
          own === undefined
            ? 'is required in an update and must be the id of the address'
            : 'is not the id of the address';
        throw new Refusal('invalid', [{ code: 'value', at: `${type}.id`, text }]);
      }
      const onlyNew = request.headers['if-none-match'] === '*' ? { onlyNew: true } : {};
      return { ...common, kind: 'update', resource, ...which(request, type, id, limits), ...onlyNew };
    }
    case 'PATCH':
      return { ...common, kind: 'patch', patch: readPatch(request), ...which(request, type, id, limits) };
    case 'DELETE':
      return { ...common, kind: 'delete', ...which(request, type, id, limits) };
    default:
      throw new Refusal('notAllowed', `${request.method} writes nothing`);
  }
}

function which(
  request: FhirRequest,
  type: string,
  id: string | undefined,
  limits: Limits,
): { id: string } | { condition: SearchQuery } {
  if (id !== undefined) return { id };
  const criteria = new URLSearchParams(
    request.query.map(([name, value]): [string, string] => [name, value]),
  ).toString();
  return { condition: conditionOf(type, criteria, request.base, limits) };
}

function readResource(request: FhirRequest, type: string, limits: Limits, given: Parsed | undefined): Parsed {
  if (!given) refuseOtherThanJson(request);
  if (!given && (request.body === undefined || request.body.length === 0)) {
    throw new Refusal('invalid', `expected a ${type} in the body`, { code: 'required' });
  }
  const resource = given ?? parseResource(request.body ?? '', limits);
  if (resource.type !== type) {
    throw new Refusal('invalid', [
      { code: 'value', at: 'resourceType', text: `is ${resource.type}; the address is for ${type}` },
    ]);
  }
  refuseIssues(validate(resource));
  if (type === 'SearchParameter') refuseIssues(readCustomParameter(resource.tree).issues);
  const id = resource.tree['id'];
  if (typeof id === 'string' && !isId(id)) {
    throw new Refusal('invalid', [
      { code: 'value', at: `${type}.id`, text: 'expected 1 to 64 of letters, digits, - and .' },
    ]);
  }
  return resource;
}

function readPatch(request: FhirRequest): Uint8Array | string {
  const kind = mediaTypeOf(request);
  if (kind !== 'application/json-patch+json') {
    const found = kind === '' ? 'no content type' : `'${kind.slice(0, 60)}'`;
    throw new Refusal('mediaType', `expected a JSON Patch (application/json-patch+json), found ${found}`);
  }
  if (request.body === undefined || request.body.length === 0) {
    throw new Refusal('invalid', 'expected a JSON Patch in the body', { code: 'required' });
  }
  return request.body;
}
