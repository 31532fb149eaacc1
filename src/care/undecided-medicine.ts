/**
 * Whoever ends a stay is told when nobody has decided the medicine after it (docs/decisions/0023). Never refused: people leave at night,
 * against advice and in a hurry, and a list that was made to get past a refusal is worse than none.
 */
import { undecidedAfter } from '#fhir/medication-card/undecided.ts';
import { standingAfter } from '#fhir/medication-card/shape.ts';
import { isObject, type Json } from '#fhir/json.ts';
import { isAdmitted } from './admission.ts';
import type { Proposal, Proposed, Ruling } from './guard.ts';
import { listOf, statusOf, targetOf } from './read-json.ts';

/** The guard of an Encounter that says what medicine is left to decide about. */
export function judgeUndecided(change: Proposed, proposal: Proposal): Promise<Ruling> | undefined {
  const { before, after } = change;
  return isAdmitted(before) && statusOf(after) === 'finished' && !isDeath(after)
    ? judge(change, proposal)
    : undefined;
}

async function judge({ id, after }: Proposed, proposal: Proposal): Promise<Ruling> {
  const patient = targetOf(after?.['subject']);
  const goesOn = proposal.changes.some(
    ({ type, id: other, after: stay }) =>
      type === 'Encounter' && other !== id && isAdmitted(stay) && targetOf(stay?.['subject']) === patient,
  );
  if (patient === undefined || goesOn) return {};
  const found = await proposal.find('MedicationRequest', `patient=${patient}&status=active,on-hold`);
  const signed = await proposal.find('MedicationRequest', `encounter=Encounter/${id}&category=discharge`);
  const own = found.filter((one) => targetOf(one['subject']) === patient);
  const count = undecidedAfter(own, standingAfter(signed, id)).length;
  return count === 0
    ? {}
    : {
        issues: [
          {
            code: 'business-rule',
            severity: 'warning',
            at: 'status',
            text: `the medicine after the stay is not decided; drugs: ${count}`,
            detail: 'medicine-undecided',
          },
        ],
      };
}

function isDeath(stay: Json | undefined): boolean {
  const hospitalization = isObject(stay?.['hospitalization']) ? stay['hospitalization'] : {};
  const way = hospitalization['dischargeDisposition'];
  return isObject(way) && listOf(way['coding']).some(({ code }) => code === 'exp');
}
