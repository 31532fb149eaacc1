/**
 * The doctor's adjusted early-warning plan: it lowers what a score says, so it is a doctor's own, whole, and says until when it
 * counts. Ending one early is a doctor's too: a saturation scale that goes away asks for oxygen that the patient must not have.
 */
import type { Issue } from '#base/refusal.ts';
import { bandsApart, isAdjustedPlan, readPlan } from '#fhir/early-warning/plan.ts';
import { tables } from '#fhir/early-warning/table.ts';
import { isObject, type Json } from '#fhir/json.ts';
import { referenceTarget } from '#fhir/search-forms.ts';
import type { Proposal, Proposed, Ruling } from './guard.ts';

/** The guard of a CarePlan. */
export function judgeAdjustedPlan(change: Proposed, proposal: Proposal): Promise<Ruling> | undefined {
  const { before, after } = change;
  const was = before !== undefined && isAdjustedPlan(before);
  const is = after !== undefined && isAdjustedPlan(after);
  return was || is ? judge(is ? after : undefined, proposal) : undefined;
}

async function judge(after: Json | undefined, proposal: Proposal): Promise<Ruling> {
  const author = isObject(after?.['author']) ? referenceTarget(after['author']['reference']) : undefined;
  const isPerson = proposal.author.startsWith('Practitioner/');
  const issues: Issue[] = [];
  if (isPerson && !(await isDoctor(proposal.author, proposal)))
    issues.push(refusal('author', 'not-a-doctor', 'an adjusted plan is made, changed and ended by a doctor'));
  if (after === undefined || after['status'] === 'entered-in-error') return { issues };
  const { adjustment, faults } = readPlan(after);
  issues.push(
    ...faults.map(({ at, text, severity }): Issue => ({
      severity: severity ?? 'error',
      code: 'business-rule',
      at,
      text,
      detail: 'plan',
    })),
  );
  if (author !== undefined && author !== proposal.author && !(await isDoctor(author, proposal)))
    issues.push(
      refusal('author', 'not-a-doctor', `${author} has no role of a doctor (PractitionerRole, læge)`),
    );
  const [table] = tables;
  for (const kind of table && adjustment ? bandsApart(table, adjustment) : [])
    issues.push(
      refusal(
        'contained[0].target',
        'plan',
        `of ${kind} does not touch the band without points of ${table?.name ?? ''}; expected one that does: a value further out must not give fewer points`,
      ),
    );
  return { issues };
}

async function isDoctor(practitioner: string, proposal: Proposal): Promise<boolean> {
  const roles = await proposal.find('PractitionerRole', `practitioner=${practitioner}`);
  return roles.some(
    ({ active, code, practitioner: of }) =>
      active !== false &&
      isObject(of) &&
      referenceTarget(of['reference']) === practitioner &&
      Array.isArray(code) &&
      code.some((one) => isObject(one) && one['text'] === 'læge'),
  );
}

function refusal(at: string, detail: string, text: string): Issue {
  return { code: 'business-rule', at, text, detail };
}
