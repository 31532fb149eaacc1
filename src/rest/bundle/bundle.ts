/** batch and transaction (http://hl7.org/fhir/R4/http.html#transaction): what a Bundle sent to the base is. */
import { Refusal, statusOf, type Issue } from '#base/refusal.ts';
import { readBundleEntries } from '#fhir/bundle.ts';
import { operationOutcome } from '#fhir/outcome.ts';
import { parseResource, show } from '#fhir/parse.ts';
import { answerJson } from '../answer.ts';
import { refuseEntries } from '../large-body/look.ts';
import type { Answer, FhirRequest, Service } from '../service.ts';
import { refuseOtherThanJson } from '../target.ts';
import { batch } from './batch.ts';
import { askedBy, requestOf } from './entry-request.ts';
import { judgeTransaction, transaction } from './transaction.ts';

/** The rest of the API, handed in by routes.ts, which knows all of it. */
export interface Mounted {
  readonly answer: (service: Service, request: FhirRequest) => Promise<Answer>;
  /** What the request would do; undefined when there is nothing at its address. */
  readonly effectOf: (request: FhirRequest) => 'reads' | 'writes' | 'operates' | undefined;
}

export async function bundle(service: Service, request: FhirRequest, mounted: Mounted): Promise<Answer> {
  const { kind, entries } = readAsked(service, request);
  if (kind === 'batch') return batch(service, request, entries, mounted);
  const requests = entries.map((entry, n) => requestOf(request, entry, n));
  const answer = await transaction(service, request, requests, mounted);
  return {
    ...answer,
    told: { ...answer.told, what: 'transaction', asked: entries.map(askedBy) },
  };
}

/**
 * `$check`: what would be said of a transaction if it were sent now, by the standard, the rules of access and the clinical
 * rules, warnings too. Nothing is written, and 200 means that it was judged.
 */
export async function checkTransaction(
  service: Service,
  request: FhirRequest,
  mounted: Mounted,
): Promise<Answer> {
  const { kind, entries } = readAsked(service, request);
  if (kind === 'batch')
    throw new Refusal('invalid', [{ code: 'value', at: 'Bundle.type', text: 'expected transaction' }]);
  const issues = await judgeTransaction(
    service,
    request,
    entries.map((entry, n) => requestOf(request, entry, n)),
    mounted,
  ).catch((error: unknown) => {
    if (!(error instanceof Refusal) || !isJudgement(error)) throw error;
    return error.issues;
  });
  return answerJson(JSON.stringify(operationOutcome(issues.length > 0 ? issues : [nothingFound])));
}

const nothingFound: Issue = {
  severity: 'information',
  code: 'informational',
  text: 'nothing was found that is wrong',
};

/** It is about what was asked, and not about the server just now. */
function isJudgement({ kind }: Refusal): boolean {
  return statusOf[kind] < 500 && kind !== 'unauthenticated' && kind !== 'slowed';
}

interface Asked {
  readonly kind: 'batch' | 'transaction';
  readonly entries: ReturnType<typeof readBundleEntries>;
}

function readAsked(service: Service, request: FhirRequest): Asked {
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
  return { kind, entries };
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
