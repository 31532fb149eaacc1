/**
 * `POST AuditEvent`: what another system tells of itself (https://profiles.ihe.net/ITI/TF/Volume2/ITI-20.html, RESTful ATNA).
 * It becomes a line that carries the resource as it came, durable when it is answered. It is no part of an act: the
 * journal does not know it, and an `Idempotency-Key` does not join it with its repeat.
 */
import { Refusal } from '#base/refusal.ts';
import { stampText } from '#fhir/json-text.ts';
import { isObject, type Json } from '#fhir/json.ts';
import { parseResource, refuseIssues } from '#fhir/parse.ts';
import { judge } from '#fhir/profile/judge.ts';
import { operationOutcome } from '#fhir/outcome.ts';
import { answerJson, preferred, versionHeaders } from '../answer.ts';
import type { Answer, FhirRequest, Service } from '../service.ts';
import { refuseOtherThanJson } from '../target.ts';

/** Others' events are a few hundred bytes; a line is read whole by whoever reads its page. */
const charactersMax = 64 * 1024;

export async function keepAuditEvent(service: Service, request: FhirRequest): Promise<Answer> {
  refuseOtherThanJson(request);
  const { body, caller, headers } = request;
  const condition = ['if-none-exist', 'if-none-match', 'if-match'].find(
    (name) => headers[name] !== undefined,
  );
  if (condition !== undefined)
    throw new Refusal('invalid', [
      { code: 'not-supported', at: condition, text: 'is no condition of a line of the audit' },
    ]);
  if (body === undefined || body.length === 0)
    throw new Refusal('invalid', 'expected an AuditEvent in the body', { code: 'required' });
  if (service.diskIsFull())
    throw new Refusal('full', 'the disk is full: nothing was written, reading goes on', {
      headers: { 'retry-after': '30' },
    });
  const parsed = parseResource(body, service.limits);
  if (parsed.type !== 'AuditEvent')
    throw new Refusal('invalid', [
      { code: 'value', at: 'resourceType', text: `is ${parsed.type}; the address is for AuditEvent` },
    ]);
  if (parsed.text.length > charactersMax)
    throw new Refusal('tooMuch', `an AuditEvent has at most ${charactersMax} characters here`);
  refuseIssues(judge(parsed));
  const references = referencesOf(parsed.tree, request.base);
  const { id, atMs: updated } = await service.audit.noteNow({
    ...(caller.asker ?? { from: '' }),
    what: 'event',
    asked: 'POST /fhir/AuditEvent',
    status: 201,
    event: { text: parsed.text, about: references },
    shown: { patients: references.flatMap((one) => /^Patient\/(.+)$/.exec(one)?.[1] ?? []) },
  });
  const stamp = { type: 'AuditEvent', id, version: 1, lastUpdated: new Date(updated).toISOString() };
  const located = {
    ...versionHeaders({ version: 1, updated }),
    location: `${request.base}/AuditEvent/${id}/_history/1`,
  };
  const wanted = preferred(request, 'return');
  if (wanted === 'minimal') return { status: 201, headers: located };
  if (wanted === 'OperationOutcome') {
    const issue = { severity: 'information', code: 'informational', text: 'noted in the audit' } as const;
    return answerJson(JSON.stringify(operationOutcome([issue])), 201, located);
  }
  return answerJson(stampText(parsed.text, stamp, parsed.tree), 201, located);
}

/** Whom it names as those who did something and as what it was done to, without the address of this server. */
function referencesOf(tree: Json, base: string): string[] {
  const places = [
    ...listOf(tree['agent']).map((agent) => agent['who']),
    ...listOf(tree['entity']).map((entity) => entity['what']),
  ];
  return places.flatMap((place) => {
    const reference = isObject(place) ? place['reference'] : undefined;
    return typeof reference === 'string'
      ? [reference.startsWith(`${base}/`) ? reference.slice(base.length + 1) : reference]
      : [];
  });
}

function listOf(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter((one: unknown): one is Json => isObject(one)) : [];
}
