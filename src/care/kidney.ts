/** The newest eGFR of a patient, as the check of drugs needs it. */
import { egfrCodes, readEgfr, type Egfr } from '#fhir/medication/renal.ts';
import type { Proposal } from './guard.ts';
import { targetOf } from './read-json.ts';

// Some months more than counts, so that an old one is told as old and not as missing.
const lookedAtMs = 366 * 86_400_000;

/** `patient`: `Patient/…`; `at`: when the order begins. */
export async function egfrOf(
  proposal: Proposal,
  patient: string,
  at: number | undefined,
): Promise<Egfr | undefined> {
  const criteria = new URLSearchParams({
    patient,
    code: egfrCodes.map(({ system, code }) => `${system}|${code}`).join(','),
  });
  if (at !== undefined) criteria.set('date', `ge${new Date(at - lookedAtMs).toISOString()}`);
  const found = await proposal.find('Observation', criteria.toString());
  return found
    .filter((one) => targetOf(one['subject']) === patient)
    .flatMap((one) => readEgfr(one) ?? [])
    .sort((a, b) => b.at - a.at)[0];
}
