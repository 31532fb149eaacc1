/** create, update, patch and delete of one resource (http://hl7.org/fhir/R4/http.html), and the act behind every write. */
import { hash } from 'node:crypto';
import { actIdOf, newActId, type ActId } from '#base/id.ts';
import { Refusal } from '#base/refusal.ts';
import type { Guards } from '#care/guard.ts';
import { operationOutcome } from '#fhir/outcome.ts';
import type { StoredVersion } from '#store/act.ts';
import { answeredBefore, outcomeUnknown, perform, type Intent, type Outcome } from '#store/perform.ts';
import { readVersion } from '#store/reader.ts';
import { answerJson, etagOf, fhirJson, preferred, versionHeaders } from '../answer.ts';
import type { Answer, FhirRequest, Service } from '../service.ts';
import { readEntry, type WriteEntry } from './entry.ts';
import { claimsOf, planEntries, type PlanContext } from './plan.ts';

/** POST, PUT, PATCH or DELETE of one resource, also by criteria. */
export async function write(service: Service, request: FhirRequest): Promise<Answer> {
  await service.store.parameters.refresh();
  const entry = readEntry(request, service.limits, service.store.parameters.custom());
  const outcome = await performEntries(service, request, [entry]);
  return {
    ...(await answerOutcome(service, request, entry, outcome)),
    told: { wrote: namesWritten(outcome) },
  };
}

async function answerOutcome(
  service: Service,
  request: FhirRequest,
  entry: WriteEntry,
  outcome: Outcome,
): Promise<Answer> {
  const [answer] = outcome.answers;
  const act = { 'idempotency-key': outcome.act };
  const wanted = preferred(request, 'return');
  if (answer?.status === 204 || answer?.type === undefined) {
    const headers = { ...act, ...(answer?.version === undefined ? {} : { etag: etagOf(answer.version) }) };
    return wanted === 'OperationOutcome' ? answerDone('deleted', 200, headers) : { status: 204, headers };
  }
  const version = await writtenVersion(service, request, outcome, 0);
  const located = answer.status === 201 || entry.kind === 'create';
  const headers = {
    'content-type': fhirJson,
    ...versionHeaders(version),
    ...act,
    ...(located ? { location: locationOf(request, version) } : {}),
  };
  if (wanted === 'minimal') return { status: answer.status, headers };
  if (wanted === 'OperationOutcome')
    return answerDone(`stored as version ${version.version}`, answer.status, headers);
  return { status: answer.status, headers, ...(version.body === undefined ? {} : { body: version.body }) };
}

function answerDone(text: string, status: number, headers: Record<string, string>): Answer {
  const issue = { severity: 'information', code: 'informational', text } as const;
  return answerJson(JSON.stringify(operationOutcome([issue])), status, headers);
}

export function locationOf(request: FhirRequest, { type, id, version }: StoredVersion): string {
  return `${request.base}/${type}/${id}/_history/${version}`;
}

/** What was changed, `Type/id`; for a repeat what it was answered with. */
export function namesWritten({ changes, answers }: Outcome): string[] {
  const written = changes.length > 0 ? changes : answers;
  return written.flatMap(({ type, id }) => (type === undefined || id === undefined ? [] : [`${type}/${id}`]));
}

/** The version that entry `n` wrote, or was answered with before. */
export async function writtenVersion(
  service: Service,
  request: FhirRequest,
  outcome: Outcome,
  n: number,
): Promise<StoredVersion> {
  const { type = '', id = '', version = 0 } = outcome.answers[n] ?? {};
  const written = outcome.changes.find(
    (change) => change.type === type && change.id === id && change.version === version,
  );
  if (written) return { ...written, body: written.body };
  const stored = await readVersion(service.store.sql, request.caller.sees, type, id, version);
  if (!stored) throw new Error(`${type}/${id}/_history/${version} was answered and is not in the journal`);
  return stored;
}

/**
 * Writes entries as one act.
 * @param judging The clinical rules it is held to.
 * @throws Refusal `full`, `outcomeUnknown` and those of the plan.
 */
export async function performEntries(
  service: Service,
  request: FhirRequest,
  entries: readonly WriteEntry[],
  judging: Guards = service.guards,
): Promise<Outcome> {
  const { caller } = request;
  const intent = intentOf(service, request, claimsOf(entries));
  if (service.diskIsFull()) {
    // What was stored while there was room is still answered for.
    const earlier = intent.repeatable ? await answeredBefore(service.store.sql, intent) : undefined;
    if (earlier) return earlier;
    throw new Refusal(
      'full',
      'the disk is full: nothing was written, reading goes on; writing begins again by itself when there is room',
      {
        headers: { 'retry-after': '30' },
      },
    );
  }
  const { parameters } = service.store;
  const writing = perform(service.store, intent, async () => {
    await parameters.refresh();
    return planEntries(entries, planContext(service, request, judging));
  });
  const outcome = await withinDeadline(service, intent.id, writing);
  for (const { index } of outcome.changes) if (index?.patient) caller.sees.shown?.patients.add(index.patient);
  // Whoever stores a search parameter is the first to use it.
  if (entries.some(({ type }) => type === 'SearchParameter')) await parameters.reload();
  return outcome;
}

export function planContext(
  { store, limits }: Service,
  { caller, base }: FhirRequest,
  judging: Guards,
): PlanContext {
  return { caller, base, limits, store, custom: store.parameters.custom(), guards: judging };
}

function intentOf(service: Service, request: FhirRequest, claims: readonly string[]): Intent {
  // Also without a key: whoever is told that the outcome is unknown asks again under the act's own id.
  const common = {
    author: request.caller.author,
    node: service.store.node,
    claims,
    fingerprint: fingerprintOf(request),
  };
  const key = request.headers['idempotency-key']?.trim();
  if (key === undefined) return { ...common, id: newActId(), repeatable: false };
  if (key === '' || key.length > 255) {
    throw new Refusal('invalid', [
      { code: 'value', at: 'Idempotency-Key', text: 'expected 1 to 255 characters, best a UUID' },
    ]);
  }
  return { ...common, id: actIdOf(key), repeatable: true };
}

/** The request in what it means, byte for byte: another under the same key is refused. */
function fingerprintOf({ method, path, query, headers, body = '' }: FhirRequest): Buffer {
  let head = `${method} /${path.join('/')}?${JSON.stringify(query)}\n`;
  for (const name of ['if-match', 'if-none-match', 'if-none-exist']) head += `${headers[name] ?? ''}\n`;
  // At once: each call into OpenSSL costs as much as two kilobytes.
  return hash(
    'sha256',
    typeof body === 'string' ? head + body : Buffer.concat([Buffer.from(head), body]),
    'buffer',
  );
}

/**
 * A write is never cancelled. When no answer comes in time it goes on, and the caller is told the truth: unknown. How it
 * ended is then in the journal, under the act's id.
 */
function withinDeadline(service: Service, act: ActId, writing: Promise<Outcome>): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      service.events.writeOutcomeUnknown({
        actId: act,
        tookMs: service.limits.writeDeadlineMs,
        cause: 'no answer within the deadline',
      });
      reject(outcomeUnknown(act));
    }, service.limits.writeDeadlineMs);
    timer.unref();
    writing.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
