/**
 * `Patient/[id]/$fetch-medication-card`: fetches the shared medication card (FMK) and keeps it in the record. It is a request about the
 * patient like any other, so the audit has each one. FMK being away is an answer, not an error: the copy is still there.
 */
import { Refusal } from '#base/refusal.ts';
import { refuseClosed, refuseType } from '#store/access.ts';
import { readNewest } from '#store/reader.ts';
import { answerJson } from '../answer.ts';
import type { Answer, FhirRequest, Service } from '../service.ts';
import { idOf } from '../target.ts';
import { questionOf } from './question.ts';

/** `olderThanMinutes`: only when the copy is older; without it at once. Answers with `outcome` and `fetched`, when the copy is from. */
export async function fetchMedicationCard(service: Service, request: FhirRequest): Promise<Answer> {
  const id = idOf(request);
  const { sees } = request.caller;
  const { sql } = service.store;
  const asked = questionOf(service, request);
  const olderThanMinutes = asked.whole('olderThanMinutes') ?? 0;
  refuseType(sees, 'MedicationRequest');
  const patient = await readNewest(sql, sees, 'Patient', id);
  if (patient?.body === undefined) throw new Refusal('unknown', `there is no Patient/${id}`);
  await refuseClosed(sql, sees, 'MedicationRequest', id);
  const { outcome, at } = (await service.medicationCard?.fetch(
    `Patient/${id}`,
    olderThanMinutes * 60_000,
  )) ?? { outcome: 'not-connected', at: undefined };
  return answerJson(
    JSON.stringify({
      resourceType: 'Parameters',
      parameter: [
        { name: 'outcome', valueCode: outcome },
        ...(at === undefined ? [] : [{ name: 'fetched', valueDateTime: at }]),
      ],
    }),
    200,
  );
}
