/**
 * A transaction: all writes or none, as one act. DELETE, POST, PUT and PATCH are planned together from what is stored
 * now, and no two may be about the same resource, so their order does not matter (http.html#trules). Reads and operations
 * that only read are answered after the writes, from what is then stored.
 */
import { Refusal, type Issue } from '#base/refusal.ts';
import { bundleText, type BundleEntry } from '#fhir/bundle.ts';
import { operationOutcome } from '#fhir/outcome.ts';
import { answerJson, etagOf, preferred } from '../answer.ts';
import type { Answer, FhirRequest, Service } from '../service.ts';
import { readEntry, type WriteEntry } from '../write/entry.ts';
import { judgeEntries } from '../write/plan.ts';
import { locationOf, namesWritten, performEntries, planContext, writtenVersion } from '../write/write.ts';
import type { Mounted } from './bundle.ts';
import { answerEntry, statusText } from './entry-answer.ts';
import type { BundleRequest } from './entry-request.ts';

export async function transaction(
  service: Service,
  request: FhirRequest,
  requests: readonly BundleRequest[],
  mounted: Mounted,
): Promise<Answer> {
  const { writes, reads } = await readTransaction(service, requests, mounted);
  const answers: BundleEntry[] = [];
  let wrote: readonly string[] = [];
  if (writes.length > 0) {
    const outcome = await performEntries(
      service,
      request,
      writes.map(({ entry }) => entry),
    );
    wrote = namesWritten(outcome);
    for (const [order, { n }] of writes.entries())
      answers[n] = await writtenEntry(service, request, outcome, order);
  }
  for (const n of reads) {
    const one = requests[n]?.request ?? request;
    const headers = { ...one.headers, 'idempotency-key': undefined };
    answers[n] = answerEntry(one, await mounted.answer(service, { ...one, headers }));
  }
  return { ...answerJson(bundleText({ type: 'transaction-response' }, answers)), told: { wrote } };
}

/** What would be said of it; nothing is written. @throws Refusal as the transaction would */
export async function judgeTransaction(
  service: Service,
  request: FhirRequest,
  requests: readonly BundleRequest[],
  mounted: Mounted,
): Promise<readonly Issue[]> {
  const { writes } = await readTransaction(service, requests, mounted);
  const { issues } = await judgeEntries(
    writes.map(({ entry }) => entry),
    planContext(service, request, service.guards),
  );
  return issues;
}

interface ReadTransaction {
  /** Each with its place among the entries. */
  readonly writes: readonly { readonly entry: WriteEntry; readonly n: number }[];
  /** The places of the others. */
  readonly reads: readonly number[];
}

/** @throws Refusal of the first entry that is not understood */
async function readTransaction(
  service: Service,
  requests: readonly BundleRequest[],
  mounted: Mounted,
): Promise<ReadTransaction> {
  const writes: { entry: WriteEntry; n: number }[] = [];
  const reads: number[] = [];
  await service.store.parameters.refresh();
  const custom = service.store.parameters.custom();
  requests.forEach(({ request: one, fullUrl }, n) => {
    const at = `Bundle.entry[${n}]`;
    const effect = mounted.effectOf(one);
    if (effect === 'reads') reads.push(n);
    else if (effect === undefined)
      throw new Refusal('invalid', [
        { code: 'value', at: `${at}.request.url`, text: `there is nothing to ${one.method} at this address` },
      ]);
    else if (effect === 'operates')
      throw new Refusal('invalid', [
        {
          code: 'not-supported',
          at: `${at}.request.url`,
          text: 'is an operation that changes what is stored, which cannot be undone with a transaction; send it by itself or in a batch',
        },
      ]);
    else {
      const entry = within(at, () => readEntry(one, service.limits, custom));
      writes.push({ n, entry: { ...entry, at, ...(fullUrl === undefined ? {} : { fullUrl }) } });
    }
  });
  return { writes, reads };
}

async function writtenEntry(
  service: Service,
  request: FhirRequest,
  outcome: Awaited<ReturnType<typeof performEntries>>,
  order: number,
): Promise<BundleEntry> {
  const answer = outcome.answers[order];
  const status = statusText(answer?.status ?? 200);
  if (answer?.type === undefined || answer.status === 204)
    return {
      more: { response: { status, ...(answer?.version ? { etag: etagOf(answer.version) } : {}) } },
    };
  const version = await writtenVersion(service, request, outcome, order);
  const wanted = preferred(request, 'return');
  const stored = operationOutcome([
    { severity: 'information', code: 'informational', text: `stored as version ${version.version}` },
  ]);
  return {
    fullUrl: `${request.base}/${version.type}/${version.id}`,
    resource: wanted === 'minimal' || wanted === 'OperationOutcome' ? undefined : version.body,
    more: {
      response: {
        status,
        location: locationOf(request, version),
        etag: etagOf(version.version),
        lastModified: new Date(version.updated).toISOString(),
        ...(wanted === 'OperationOutcome' ? { outcome: stored } : {}),
      },
    },
  };
}

/** An issue of an entry's own resource says which entry. */
function within<T>(at: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const issues = error.issues.map((issue) => ({
      ...issue,
      at: `${at}${issue.at ? `.resource.${issue.at}` : ''}`,
    }));
    throw new Refusal(error.kind, issues, { cause: error, headers: error.headers });
  }
}
