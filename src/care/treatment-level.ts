/**
 * The treatment level (docs/decisions/0022): a doctor decides it, with a reason and with whom it was talked over. One holds at a time: who
 * decides another ends the one that holds in the same act, and so has seen it.
 */
import type { Issue } from '#base/refusal.ts';
import { isLevelFlag, levels, readLevel } from '#fhir/treatment-level/level.ts';
import type { Json } from '#fhir/json.ts';
import type { Proposal, Proposed, Ruling } from './guard.ts';
import { statusOf, targetOf } from './read-json.ts';

/** Who decides; programs bring what was decided elsewhere. */
const deciders = new Set(['doctor', 'integration']);

/** The guard of a Flag, when it is a treatment level. */
export function judgeTreatmentLevel(change: Proposed, proposal: Proposal): Promise<Ruling> | undefined {
  const { before, after } = change;
  const was = before !== undefined && isLevelFlag(before);
  const is = after !== undefined && isLevelFlag(after);
  return was || is ? judge(change, is ? after : undefined, proposal) : undefined;
}

async function judge({ id, before }: Proposed, after: Json | undefined, proposal: Proposal): Promise<Ruling> {
  const patient = targetOf((after ?? before)?.['subject']) ?? '';
  const claims = [`treatment-level ${patient}`];
  const issues: Issue[] = [];
  if (proposal.role !== undefined && !deciders.has(proposal.role))
    issues.push(
      wrong('status', 'doctors-only', 'a treatment level is decided, changed and ended by a doctor'),
    );
  if (after === undefined)
    return { claims, issues: [...issues, wrong('status', 'level-kept', 'is never deleted: end it')] };
  if (before !== undefined) {
    if (says(before) !== says(after))
      issues.push(wrong('code', 'level-kept', 'is never changed: end it and decide anew in the same act'));
    if (statusOf(before) !== 'active' && statusOf(after) === 'active')
      issues.push(wrong('status', 'level-ended', 'has ended and does not begin again: decide anew'));
  } else if (statusOf(after) === 'active') {
    issues.push(...decidedIssues(after, proposal));
    const known = await proposal.find('Flag', `patient=${patient}`);
    const other = known.find(
      (one) =>
        one['id'] !== id &&
        statusOf(one) === 'active' &&
        isLevelFlag(one) &&
        targetOf(one['subject']) === patient,
    );
    if (other !== undefined)
      issues.push({
        code: 'conflict',
        at: 'status',
        detail: 'level-active',
        text: `Flag/${String(other['id'])} holds: end it in the same act`,
      });
  }
  return { claims, issues };
}

function decidedIssues(flag: Json, { author, role }: Proposal): Issue[] {
  const { level, reason, talk } = readLevel(flag);
  const issues: Issue[] = [];
  if (level === undefined)
    issues.push(wrong('code', 'no-level', `expected one of ${levels.map(({ id }) => id).join(', ')}`));
  if (reason === undefined) issues.push(wrong('extension', 'no-reason', 'expected why it was decided'));
  if (talk === undefined)
    issues.push(wrong('extension', 'no-talk', 'expected with whom it was talked over, or not-possible'));
  const by = targetOf(flag['author']);
  if (by === undefined || (role === 'doctor' && by !== author))
    issues.push(wrong('author', 'other-person', 'expected the doctor who decides'));
  return issues;
}

/** What was decided, for whom, by whom. */
function says(flag: Json): string {
  const { level, reason, talk } = readLevel(flag);
  return JSON.stringify([
    level,
    reason,
    talk,
    flag['code'],
    targetOf(flag['subject']),
    targetOf(flag['author']),
    isLevelFlag(flag),
  ]);
}

function wrong(at: string, detail: string, text: string): Issue {
  return { code: 'business-rule', at, text, detail };
}
