/**
 * CAVE (docs/how/clinical-shapes.md): "none known" is an answer, and is over when something is known; whoever records what is
 * known is told which of the running orders it speaks against.
 */
import type { Issue } from '#base/refusal.ts';
import { caveAgainst, isActiveCave, saysNoneKnown } from '#fhir/medication/cave.ts';
import { atcSystem, listOf, readOrder, targetOf, wordsOf } from '#fhir/medication/order.ts';
import { isObject, type Json } from '#fhir/json.ts';
import type { Consequence, Proposal, Proposed, Ruling } from './guard.ts';

/** The guard of an AllergyIntolerance. */
export function judgeCave(change: Proposed, proposal: Proposal): Promise<Ruling> | undefined {
  const { before, after } = change;
  const begins = after !== undefined && isActiveCave(after) && !(before && isActiveCave(before));
  const patient = targetOf(after?.['patient']);
  if (!begins || patient === undefined) return undefined;
  return saysNoneKnown(after)
    ? judgeNoneKnown(change, proposal, patient)
    : judgeKnown(change, after, proposal, patient);
}

/** Acts about one patient's CAVE and drugs are judged one after the other. */
const claimsOf = (patient: string) => [`cave ${patient}`, `orders ${patient}`];

async function judgeNoneKnown(change: Proposed, proposal: Proposal, patient: string): Promise<Ruling> {
  const others = await activeOthers(change, proposal, patient);
  const known = others.filter((one) => !saysNoneKnown(one));
  const isTwice = others.some(saysNoneKnown);
  const issues: Issue[] = [];
  if (known.length > 0)
    issues.push({
      code: 'conflict',
      at: 'code',
      text: `something is known: ${known.map(({ id }) => `AllergyIntolerance/${String(id)}`).join(', ')}; end that first when it is wrong`,
      detail: 'cave-known',
    });
  if (isTwice)
    issues.push({
      severity: 'warning',
      code: 'duplicate',
      at: 'code',
      text: 'that none is known is recorded already',
      detail: 'cave-asked',
    });
  return { issues, claims: claimsOf(patient) };
}

async function judgeKnown(
  change: Proposed,
  after: Json,
  proposal: Proposal,
  patient: string,
): Promise<Ruling> {
  const others = await activeOthers(change, proposal, patient);
  return {
    issues: await runningAgainst(after, proposal, patient),
    claims: claimsOf(patient),
    also: others.filter(saysNoneKnown).map(isOver),
  };
}

async function activeOthers({ id }: Proposed, proposal: Proposal, patient: string): Promise<Json[]> {
  const found = await proposal.find('AllergyIntolerance', `patient=${patient}`);
  return found.filter((one) => one['id'] !== id && targetOf(one['patient']) === patient && isActiveCave(one));
}

/** A warning for each drug that is given now and that this speaks against; for whoever records it to act on. */
async function runningAgainst(cave: Json, proposal: Proposal, patient: string): Promise<Issue[]> {
  const found = await proposal.find('MedicationRequest', `patient=${patient}&status=active,on-hold`);
  return found.flatMap((request): Issue[] => {
    const order = readOrder(request);
    if (order.patient !== patient || !['active', 'on-hold'].includes(order.status)) return [];
    const { against } = caveAgainst({ ...order, generic: genericOf(request) }, [cave]);
    return against.length === 0
      ? []
      : [
          {
            severity: 'warning',
            code: 'business-rule',
            at: 'code',
            text: `speaks against a drug that the patient gets: ${genericOf(request)} (MedicationRequest/${order.id})`,
            detail: 'cave-running-order',
          },
        ];
  });
}

function genericOf(request: Json): string {
  const concept = isObject(request['medicationCodeableConcept']) ? request['medicationCodeableConcept'] : {};
  const display = listOf(concept['coding']).find(({ system }) => system === atcSystem)?.['display'];
  return typeof display === 'string' ? display : wordsOf(concept);
}

function isOver(noneKnown: Json): Consequence {
  return {
    type: 'AllergyIntolerance',
    id: String(noneKnown['id']),
    patch: [
      {
        op: 'add',
        path: '/clinicalStatus',
        value: {
          coding: [
            { system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'resolved' },
          ],
        },
      },
    ],
  };
}
