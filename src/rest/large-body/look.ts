/** What is looked at in a large body, the same in a thread and out of it. */
import { Refusal, type Issue, type RefusalKind } from '#base/refusal.ts';
import { isResourceType } from '#fhir/definitions/tables.ts';
import { isObject } from '#fhir/json.ts';
import { parseJson, refuseIssues } from '#fhir/parse.ts';
import { validate } from '#fhir/validate.ts';
import { isFhirForm, withJsonBody } from '../forms.ts';
import type { Limits } from '../service.ts';
import { mediaTypeOf } from '../target.ts';

/** What the thread is sent: of the request only what says how its body is to be read. */
export interface LookOrder {
  readonly body: Uint8Array | string;
  readonly method: string;
  readonly path: readonly string[];
  readonly contentType: string | undefined;
  readonly limits: Limits;
}
export type Looked =
  /** `json`: the body as JSON, when it was something else. */
  | { readonly kind: 'fine'; readonly json?: string }
  | {
      readonly kind: 'refused';
      readonly refusal: RefusalKind;
      readonly issues: readonly Issue[];
      readonly headers: Readonly<Record<string, string>>;
    };

/** Everything that can be said of the body alone, and would be said of it later. */
export function lookThrough({ body, method, path, contentType, limits }: LookOrder): Looked {
  try {
    const headers = contentType === undefined ? {} : { 'content-type': contentType };
    const sent = {
      method,
      path,
      query: [],
      headers,
      body,
      base: '',
      caller: { author: '', sees: {} },
    } as const;
    const request = withJsonBody(sent, limits);
    const kind = mediaTypeOf(request);
    if (
      request.body !== undefined &&
      (kind === '' || isFhirForm(kind) || kind === 'application/json-patch+json')
    )
      lookAtJson(request.body, path, limits);
    return request === sent || typeof request.body !== 'string'
      ? { kind: 'fine' }
      : { kind: 'fine', json: request.body };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { kind: 'refused', refusal: error.kind, issues: error.issues, headers: error.headers };
  }
}

function lookAtJson(body: Uint8Array | string, path: readonly string[], limits: Limits): void {
  // A Bundle and its entries stand around a resource: three levels.
  const { tree, text, members } = parseJson(body, { depthMax: limits.depthMax + 3 });
  if (!isObject(tree)) return;
  const { resourceType: type, entry } = tree;
  if (typeof type !== 'string' || !isResourceType(type)) return;
  if (path.length > 0) return refuseIssues(validate({ type, tree, text, members }));
  if (Array.isArray(entry) && entry.length > limits.entriesMax) refuseEntries(entry.length, limits);
}

/** @throws Refusal `tooMuch`. */
export function refuseEntries(count: number, { entriesMax }: Pick<Limits, 'entriesMax'>): never {
  throw new Refusal('tooMuch', `the Bundle has ${count} entries; at most ${entriesMax} are taken at once`);
}
