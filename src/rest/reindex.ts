/**
 * `$reindex`: stored resources get the values of a search parameter that was stored after them, or, asked at the base,
 * all values anew. It goes on in the background and by itself after a restart; asked by GET it tells how far it is.
 */
import { randomUUID } from 'node:crypto';
import { Refusal, type Issue } from '#base/refusal.ts';
import { operationOutcome } from '#fhir/outcome.ts';
import { readStoredParameters } from '#store/parameters.ts';
import { readNewest } from '#store/reader.ts';
import { readUnfinished, requestReindex } from '#store/reindex.ts';
import { answerJson } from './answer.ts';
import type { Answer, FhirRequest, Service } from './service.ts';
import { idOf } from './target.ts';

/** POST: begins, or goes on; 202 until all is done. */
export async function reindex(service: Service, request: FhirRequest): Promise<Answer> {
  const id = await parameterOf(service, request);
  await requestReindex(service.store, id);
  service.store.reindexer.wake((error) =>
    service.events.requestFailed({
      id: randomUUID(),
      route: '$reindex',
      error: error instanceof Error ? error : new Error(String(error)),
    }),
  );
  return reindexState(service, request);
}

/** GET: 200 when the values are there, 202 while they are being made. */
export async function reindexState(service: Service, request: FhirRequest): Promise<Answer> {
  const id = await parameterOf(service, request);
  const unfinished = new Set(await readUnfinished(service.store.sql));
  const stored = await readStoredParameters(service.store.sql);
  const asked = id === undefined ? stored : stored.filter((one) => one.id === id);
  const issues = asked.map(({ id: one, ready }): Issue => ({
    severity: 'information',
    code: 'informational',
    at: `SearchParameter/${one}`,
    text: ready
      ? 'is ready'
      : unfinished.has(one)
        ? 'is not ready yet: resources stored before it are being indexed'
        : 'is not ready: ask POST $reindex for the values of resources stored before it',
  }));
  const isBusy = id === undefined ? unfinished.size > 0 : unfinished.has(id);
  issues.push({
    severity: 'information',
    code: 'informational',
    text: isBusy
      ? `under way: this process has indexed ${service.store.reindexer.progress()} resources so far`
      : 'nothing is under way',
  });
  return answerJson(JSON.stringify(operationOutcome(issues)), isBusy ? 202 : 200);
}

/** The id in the address; undefined for everything. */
async function parameterOf(service: Service, request: FhirRequest): Promise<string | undefined> {
  if (request.path.length === 1) return undefined;
  const id = idOf(request);
  const newest = await readNewest(service.store.sql, request.caller.sees, 'SearchParameter', id);
  if (!newest) throw new Refusal('unknown', `there is no SearchParameter/${id}`);
  if (newest.body === undefined) throw new Refusal('gone', `SearchParameter/${id} was deleted`);
  const stored = await readStoredParameters(service.store.sql);
  if (!stored.some((one) => one.id === id))
    throw new Refusal(
      'unprocessable',
      `SearchParameter/${id} defines nothing here: it is not active, or one of HL7's own, which are built in`,
    );
  return id;
}
