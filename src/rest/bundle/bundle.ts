/** batch and transaction (http://hl7.org/fhir/R4/http.html#transaction): what a Bundle sent to the base is. */
import { Refusal } from '#base/refusal.ts';
import { readBundleEntries } from '#fhir/bundle.ts';
import { parseResource, show } from '#fhir/parse.ts';
import { refuseEntries } from '../large-body/look.ts';
import type { Answer, FhirRequest, Service } from '../service.ts';
import { refuseOtherThanJson } from '../target.ts';
import { batch } from './batch.ts';
import { askedBy, requestOf } from './entry-request.ts';
import { transaction } from './transaction.ts';

/** The rest of the API, handed in by routes.ts, which knows all of it. */
export interface Mounted {
  readonly answer: (service: Service, request: FhirRequest) => Promise<Answer>;
  /** What the request would do; undefined when there is nothing at its address. */
  readonly effectOf: (request: FhirRequest) => 'reads' | 'writes' | 'operates' | undefined;
}

export async function bundle(service: Service, request: FhirRequest, mounted: Mounted): Promise<Answer> {
  const { entriesMax, depthMax } = service.limits;
  refuseOtherThanJson(request);
  if (request.body === undefined || request.body.length === 0)
    throw new Refusal('invalid', 'expected a Bundle in the body', { code: 'required' });
  const parsed = parseResource(request.body, { depthMax: depthMax + 3 });
  if (parsed.type !== 'Bundle')
    throw new Refusal(
      'invalid',
      `expected a Bundle, found ${parsed.type}; a single resource is created at ${parsed.type}`,
    );
  const kind = parsed.tree['type'];
  if (kind !== 'batch' && kind !== 'transaction')
    throw new Refusal('invalid', [{ code: 'value', at: 'Bundle.type', text: whyNot(kind) }]);
  const entries = readBundleEntries(parsed);
  if (entries.length > entriesMax) refuseEntries(entries.length, service.limits);
  if (kind === 'batch') return batch(service, request, entries, mounted);
  const requests = entries.map((entry, n) => requestOf(request, entry, n));
  const answer = await transaction(service, request, requests, mounted);
  return {
    ...answer,
    told: { ...answer.told, what: 'transaction', asked: entries.map(askedBy) },
  };
}

/** Bundles of every other type are things to keep, not to do. */
function whyNot(kind: unknown): string {
  switch (kind) {
    case 'message':
      return 'expected batch or transaction; messages are not processed here, and are kept by POST to Bundle';
    case 'document':
    case 'collection':
    case 'searchset':
    case 'history':
      return `expected batch or transaction; a ${kind} is kept by POST to Bundle`;
    default:
      return `expected batch or transaction, found ${show(kind)}`;
  }
}
