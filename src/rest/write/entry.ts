/** One thing that is to be written, as it was asked for: alone or as an entry of a Bundle. */
import { uuidv7 } from '#base/id.ts';
import { Refusal } from '#base/refusal.ts';
import { readCustomParameter } from '#fhir/custom-parameter.ts';
import { isObject } from '#fhir/json.ts';
import { parseResource, refuseIssues, type Parsed } from '#fhir/parse.ts';
import type { CustomParameters } from '#fhir/search-parameters.ts';
import type { SearchQuery } from '#fhir/search-query.ts';
import { applyJsonPatch } from '#fhir/patch.ts';
import { applyPathPatch } from '#fhir/path-patch/apply.ts';
import { asClientWrote } from '#fhir/subscription/subscription.ts';
import { judge } from '#fhir/profile/judge.ts';
import type { FhirRequest, Limits } from '../service.ts';
import { readParameters } from '../parameters.ts';
import {
  conditionOf,
  idOf,
  isFhirJson,
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
  /** The resource's text after a patch, given what is stored; it may be asked again when another writer was first. */
  readonly patch?: (stored: string) => string;
  /** The version the writer was looking at; 0 matches none, `*` each that is there. */
  readonly ifMatch?: number | '*';
  /** `If-None-Match: *`: only if there is none yet. */
  readonly onlyNew?: boolean;
  /** Where it stands in its Bundle, for what is refused: `Bundle.entry[3]`. */
  readonly at?: string;
  /** The address that other entries of the Bundle use for it. */
  readonly fullUrl?: string;
  /** Used if something is created: the same at each try. */
  readonly newId: string;
}

/**
 * Reads a write request. The resource is parsed and validated here, before anything is looked up.
 * @throws Refusal naming the element and what was expected.
 */
export function readEntry(
  request: FhirRequest,
  limits: Limits,
  custom: CustomParameters,
  parsed?: Parsed,
): WriteEntry {
  const type = typeOf(request);
  if (type === 'AuditEvent')
    throw new Refusal(
      'unprocessable',
      'an AuditEvent is a line of the audit and no resource of the record: it is sent by POST to AuditEvent, by itself or in a batch',
      { code: 'not-supported' },
    );
  const id = request.path.length > 1 ? idOf(request) : undefined;
  refuseOtherConditions(request);
  const ifMatch = parseIfMatch(request.headers['if-match']);
  const common = { type, newId: uuidv7(), ...(ifMatch === undefined ? {} : { ifMatch }) };
  switch (request.method) {
    case 'POST': {
      const criteria = request.headers['if-none-exist'];
      return {
        ...common,
        kind: 'create',
        resource: readResource(request, type, limits, parsed),
        ...(criteria === undefined
          ? {}
          : { condition: conditionOf(type, criteria, request.base, limits, custom) }),
      };
    }
    case 'PUT': {
      const resource = readResource(request, type, limits, parsed);
      refuseSubset(resource);
      const own = resource.tree['id'];
      if (id !== undefined && own !== id) {
        const text =
          own === undefined
            ? 'is required in an update and must be the id of the address'
            : 'is not the id of the address';
        throw new Refusal('invalid', [{ code: 'value', at: `${type}.id`, text }]);
      }
      const onlyNew = isOnlyNew(request.headers['if-none-match']) ? { onlyNew: true } : {};
      return { ...common, kind: 'update', resource, ...which(request, type, id, limits, custom), ...onlyNew };
    }
    case 'PATCH':
      return {
        ...common,
        kind: 'patch',
        patch: readPatch(request, limits),
        ...which(request, type, id, limits, custom),
      };
    case 'DELETE':
      return { ...common, kind: 'delete', ...which(request, type, id, limits, custom) };
    default:
      throw new Refusal('notAllowed', `${request.method} writes nothing`);
  }
}

/** What was read in part must not be written back as the whole: the rest would be gone (search.html#summary). */
function refuseSubset({ type, tree, text }: Parsed): void {
  if (!text.includes('SUBSETTED')) return;
  const tags: unknown = isObject(tree['meta']) ? tree['meta']['tag'] : undefined;
  if (!Array.isArray(tags) || !tags.some((tag: unknown) => isObject(tag) && tag['code'] === 'SUBSETTED'))
    return;
  throw new Refusal('unprocessable', [
    {
      code: 'business-rule',
      at: `${type}.meta.tag`,
      text: 'says SUBSETTED: this is a part of a resource, and an update with it would delete the rest; read the whole first',
    },
  ]);
}

/** Conditions that have no meaning for a write of this kind. */
const otherConditions: Readonly<Record<string, readonly string[]>> = {
  POST: ['if-none-match', 'if-unmodified-since'],
  PUT: ['if-none-exist', 'if-unmodified-since'],
  PATCH: ['if-none-match', 'if-none-exist', 'if-unmodified-since'],
  DELETE: ['if-none-match', 'if-none-exist', 'if-unmodified-since'],
};

function refuseOtherConditions({ method, headers }: FhirRequest): void {
  const other = otherConditions[method]?.find((name) => headers[name] !== undefined);
  if (other !== undefined)
    throw new Refusal('invalid', [
      { code: 'not-supported', at: other, text: `is no condition of ${method} here; expected If-Match` },
    ]);
}

/** @throws Refusal `invalid` for a condition that is not understood: it must never be dropped. */
function isOnlyNew(ifNoneMatch: string | undefined): boolean {
  if (ifNoneMatch !== undefined && ifNoneMatch !== '*')
    throw new Refusal('invalid', [
      {
        code: 'not-supported',
        at: 'If-None-Match',
        text: 'expected * on an update: only if there is none yet',
      },
    ]);
  return ifNoneMatch === '*';
}

function which(
  request: FhirRequest,
  type: string,
  id: string | undefined,
  limits: Limits,
  custom: CustomParameters,
): { id: string } | { condition: SearchQuery } {
  if (id !== undefined) return { id };
  const criteria = new URLSearchParams(
    request.query.map(([name, value]): [string, string] => [name, value]),
  ).toString();
  return { condition: conditionOf(type, criteria, request.base, limits, custom) };
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
  refuseIssues(judge(resource));
  if (type === 'SearchParameter') refuseIssues(readCustomParameter(resource.tree).issues);
  const id = resource.tree['id'];
  if (typeof id === 'string' && !isId(id)) {
    throw new Refusal('invalid', [
      { code: 'value', at: `${type}.id`, text: 'expected 1 to 64 of letters, digits, - and .' },
    ]);
  }
  return type === 'Subscription' ? subscriptionOf(resource, limits) : resource;
}

/** A Subscription as it is stored. @throws Refusal `unprocessable` for one that this server would not follow. */
export function subscriptionOf(written: Parsed, limits: Limits): Parsed {
  const { parsed, issues } = asClientWrote(written, limits.subscriptionHosts);
  refuseIssues(issues);
  return parsed;
}

/** JSON Patch and FHIRPath Patch (http.html#patch). */
function readPatch(request: FhirRequest, limits: Limits): (stored: string) => string {
  const kind = mediaTypeOf(request);
  const { body } = request;
  if (kind !== jsonPatch && !isFhirJson(kind)) {
    const found = kind === '' ? 'no content type' : `'${kind.slice(0, 60)}'`;
    throw new Refusal(
      'mediaType',
      `expected a JSON Patch (${jsonPatch}) or a FHIRPath Patch (application/fhir+json, application/fhir+xml), found ${found}`,
    );
  }
  if (body === undefined || body.length === 0) {
    throw new Refusal('invalid', 'expected a patch in the body', { code: 'required' });
  }
  if (kind === jsonPatch) return (stored) => applyJsonPatch(stored, body, limits);
  const parameters = readParameters(request, limits);
  return (stored) => applyPathPatch(stored, parameters.text);
}
const jsonPatch = 'application/json-patch+json';
