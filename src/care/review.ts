/**
 * Results that a person has seen (docs/decisions/0018). A review is a Task that names the very versions that stood on the screen;
 * it is written once and never changed. A version that nobody named is unseen, so a corrected result is unseen again without
 * anybody doing anything. Seeing a critical result ends the Task by which it escalates (critical-results.ts).
 */
import type { Issue } from '#base/refusal.ts';
import { taskKindSystem } from '#fhir/orders/steps.ts';
import { isObject, type Json } from '#fhir/json.ts';
import type { Consequence, Proposal, Proposed, Ruling } from './guard.ts';
import { kindOf } from './orders.ts';
import { codeIn, listOf, statusOf, targetOf, textOf } from './read-json.ts';

/** Who answers for a result when they have seen it; programs write for them. */
const reviewers = new Set(['doctor', 'nurse', 'midwife', 'integration']);
// More do not stand on one screen.
const seenMax = 200;

export interface Seen {
  /** `Observation/17`. */
  readonly name: string;
  readonly version: number;
}

/** The guard of a Task, when it is a review. */
export function judgeReview(change: Proposed, proposal: Proposal): Promise<Ruling> | undefined {
  const { before, after } = change;
  if (before !== undefined && kindOf(before) === 'result-review')
    return Promise.resolve({
      issues: [
        wrong('status', 'review-kept', 'what was seen stays seen: a review is never changed or deleted'),
      ],
    });
  return after === undefined || kindOf(after) !== 'result-review' ? undefined : judge(after, proposal);
}

async function judge(review: Json, proposal: Proposal): Promise<Ruling> {
  const issues: Issue[] = [];
  const also: Consequence[] = [];
  if (proposal.role !== undefined && !reviewers.has(proposal.role))
    issues.push(wrong('owner', 'role', 'your role does not answer for having seen a result'));
  if (statusOf(review) !== 'completed')
    issues.push(wrong('status', 'not-seen', 'expected completed: a review is written when it is done'));
  const owner = targetOf(review['owner']);
  if (owner === undefined || (isPerson(proposal.role) && owner !== proposal.author))
    issues.push(wrong('owner', 'other-person', 'expected who writes: nobody sees for another'));
  const references = listOf(review['basedOn']);
  if (references.length === 0 || references.length > seenMax)
    issues.push(wrong('basedOn', 'nothing-seen', `expected 1 to ${seenMax} results, each with its version`));
  const seen: Seen[] = [];
  for (const reference of references.slice(0, seenMax)) {
    const one = seenOf(reference);
    if (!one) {
      issues.push(
        wrong('basedOn', 'no-version', 'expected Observation/[id]/_history/[version] or DiagnosticReport/…'),
      );
      continue;
    }
    seen.push(one);
    issues.push(...(await seenIssues(one, review, proposal)));
    also.push(...(await endOfEscalation(one, review, proposal)));
  }
  return { issues, also, claims: seen.map(({ name }) => resultClaim(name)) };
}

const isPerson = (role: string | undefined) => role !== undefined && role !== 'integration';

async function seenIssues({ name, version }: Seen, review: Json, proposal: Proposal): Promise<Issue[]> {
  const result = await proposal.read(name);
  const current = versionOf(result);
  if (!result || current < version)
    return [wrong('basedOn', 'no-version', `there is no ${name} of version ${version}`)];
  if (targetOf(result['subject']) !== targetOf(review['for']))
    return [wrong('for', 'other-patient', `${name} is another patient's`)];
  return current === version
    ? []
    : [
        {
          severity: 'warning',
          code: 'business-rule',
          at: 'basedOn',
          detail: 'corrected-since',
          text: `${name} is at version ${current} now; what was seen is version ${version}`,
        },
      ];
}

/** The Task that escalates this very version, or an earlier one, has come to a person. */
async function endOfEscalation(
  { name, version }: Seen,
  review: Json,
  proposal: Proposal,
): Promise<Consequence[]> {
  const id = escalationId(name);
  const task = await proposal.read(`Task/${id}`);
  const escalated = task && seenOf(task['focus']);
  if (!task || statusOf(task) !== 'requested' || !escalated || escalated.version > version) return [];
  return [
    {
      type: 'Task',
      id,
      patch: [
        { op: 'add', path: '/status', value: 'completed' },
        { op: 'add', path: '/owner', value: review['owner'] },
      ],
    },
  ];
}

/**
 * The guard of a Task, when a result escalates by it: it is not begun for a version that somebody has seen. So it does not
 * matter who was first, the person or the program.
 */
export function judgeEscalation(
  { before, after }: Proposed,
  proposal: Proposal,
): Promise<Ruling> | undefined {
  if (kindOf(after) !== 'critical-result' || statusOf(after) !== 'requested') return undefined;
  const focus = seenOf(after?.['focus']);
  const was = seenOf(before?.['focus']);
  if (before && was?.version === focus?.version && statusOf(before) === 'requested') return undefined;
  return escalates(focus, proposal);
}

async function escalates(focus: Seen | undefined, proposal: Proposal): Promise<Ruling> {
  if (!focus)
    return { issues: [wrong('focus', 'no-version', 'expected the version of the result that is critical')] };
  const reviews = await proposal.find('Task', `based-on=${focus.name}&code=${taskKindSystem}|result-review`);
  const isSeen = reviews.some(
    (review) =>
      codeIn(review['code'], taskKindSystem) === 'result-review' &&
      listOf(review['basedOn']).some((reference) => {
        const seen = seenOf(reference);
        return seen?.name === focus.name && seen.version >= focus.version;
      }),
  );
  return {
    claims: [resultClaim(focus.name)],
    issues: isSeen
      ? [{ code: 'conflict', at: 'focus', detail: 'seen-already', text: 'somebody has seen this version' }]
      : [],
  };
}

/** One for each result, whatever its versions: a corrected one goes on in it. */
export function escalationId(result: string): string {
  return `critical-${result.split('/')[1] ?? ''}`.slice(0, 64);
}

export function seenOf(reference: unknown): Seen | undefined {
  const text = isObject(reference) ? textOf(reference['reference']) : undefined;
  const [, name, version] =
    /(?:^|\/)((?:Observation|DiagnosticReport)\/[A-Za-z0-9.-]{1,64})\/_history\/(\d{1,9})$/.exec(
      text ?? '',
    ) ?? [];
  return name === undefined ? undefined : { name, version: Number(version) };
}

export function versionOf(resource: Json | undefined): number {
  const meta = resource?.['meta'];
  return isObject(meta) ? Number(meta['versionId'] ?? 0) : 0;
}

const resultClaim = (name: string): string => `result ${name}`;

function wrong(at: string, detail: string, text: string): Issue {
  return { code: 'business-rule', at, text, detail };
}
