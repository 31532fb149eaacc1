/** A batch: each entry for itself; a refused one does not touch the others. */
import { actIdOf } from '#base/id.ts';
import { Refusal } from '#base/refusal.ts';
import { bundleText, type BundleEntry, type ReadBundleEntry } from '#fhir/bundle.ts';
import { answerJson, answerRefusal } from '../answer.ts';
import type { Answer, FhirRequest, Service } from '../service.ts';
import type { Mounted } from './bundle.ts';
import { answerEntry } from './entry-answer.ts';
import { askedBy, requestOf } from './entry-request.ts';

/** How many entries are under way at once: as many as the database can use, and no one else is kept waiting. */
const batchAtOnce = 8;

/** A repeat with the same key finds what was stored: each entry has a key of its own, made from it. */
export async function batch(
  service: Service,
  request: FhirRequest,
  entries: readonly ReadBundleEntry[],
  mounted: Mounted,
): Promise<Answer> {
  const key = request.headers['idempotency-key'];
  const wrote: string[] = [];
  const answerOne = async (entry: ReadBundleEntry, n: number): Promise<BundleEntry> => {
    try {
      const one = requestOf(request, entry, n).request;
      if (one.path.length === 0 && one.method === 'POST')
        throw new Refusal('invalid', 'a batch cannot hold a batch');
      const headers = { ...one.headers, 'idempotency-key': key && actIdOf(key, n) };
      const answer = await mounted.answer(service, { ...one, headers });
      wrote.push(...(answer.told?.wrote ?? []));
      return answerEntry(one, answer);
    } catch (error) {
      // An entry that is no request: what was dispatched never throws.
      if (error instanceof Refusal) return answerEntry(request, answerRefusal(error));
      throw error;
    }
  };
  const answers: BundleEntry[] = [];
  let next = 0;
  const worker = async () => {
    for (let n = next++; n < entries.length; n = next++) {
      const entry = entries[n];
      if (entry) answers[n] = await answerOne(entry, n);
    }
  };
  await Promise.all(Array.from({ length: Math.min(batchAtOnce, entries.length) }, worker));
  return {
    ...answerJson(bundleText({ type: 'batch-response' }, answers)),
    told: { what: 'batch', asked: entries.map(askedBy), wrote },
  };
}
