/**
 * Tasks of the ward and transports (docs/how/clinical-shapes.md): a Task goes forward only, and is done once, also when two press at the
 * same moment: the second is judged by what the first left.
 */
import type { Issue } from '#base/refusal.ts';
import { careStateOf, careTaskKind, isOver, mayGo } from '#fhir/care-plan/care-task.ts';
import { isTransport, mayMove, readTransport, transportStateOf } from '#fhir/transport/transport.ts';
import { isObject, type Json } from '#fhir/json.ts';
import type { Consequence, Proposal, Proposed, Ruling } from './guard.ts';
import { isWritten, kindOf, orderBecomes } from './orders.ts';
import { statusOf, targetOf, targetsOf, textOf, wordsIn } from './read-json.ts';

/** The guard of a Task, when it is one of the ward. */
export function judgeCareTask({ before, after }: Proposed): Promise<Ruling> | undefined {
  if (kindOf(before) !== careTaskKind && kindOf(after) !== careTaskKind) return undefined;
  if (after === undefined)
    return refuse(wrong('status', 'task-kept', 'is never deleted: say why it is not done'));
  const [from, to] = [before && careStateOf(statusOf(before)), careStateOf(statusOf(after))];
  const issues = commonIssues(before, after);
  const restriction = isObject(after['restriction']) ? after['restriction'] : {};
  const period = isObject(restriction['period']) ? restriction['period'] : {};
  if (textOf(period['end']) === undefined)
    issues.push(wrong('restriction.period.end', 'no-time', 'expected when it is due'));
  if (from !== undefined && !mayGo(from, to))
    issues.push(over(from === 'taken' ? 'step-back' : 'done-already'));
  // Who did it is part of having done it: the second who says so is another.
  if (from !== undefined && isOver(from) && targetOf(before?.['owner']) !== targetOf(after['owner']))
    issues.push(over('done-already'));
  if (to === 'not-done' && from !== 'not-done' && wordsIn(after['statusReason']) === undefined)
    issues.push(wrong('statusReason', 'no-reason', 'expected why it is not done'));
  if (to === 'done' && targetOf(after['owner']) === undefined)
    issues.push(wrong('owner', 'no-owner', 'expected who did it'));
  return Promise.resolve({ issues });
}

/** The guard of a Task, when it is a transport. */
export function judgeTransport(change: Proposed, proposal: Proposal): Promise<Ruling> | undefined {
  const { before, after } = change;
  if (!(before && isTransport(before)) && !(after && isTransport(after))) return undefined;
  if (after === undefined) return refuse(wrong('status', 'task-kept', 'is never deleted: cancel it'));
  return judgeMove(before, after, proposal);
}

async function judgeMove(before: Json | undefined, after: Json, proposal: Proposal): Promise<Ruling> {
  const issues = commonIssues(before, after);
  const to = transportStateOf(after);
  const now = readTransport(after);
  if (now.from.words === '' || now.to === '')
    issues.push(wrong('input', 'no-place', 'expected from where and to where'));
  if (before === undefined) {
    if (to !== 'ordered') issues.push(wrong('status', 'not-ordered', 'expected requested: it begins there'));
    return { issues };
  }
  const from = transportStateOf(before);
  if (!mayMove(from, to))
    issues.push(over(from === 'delivered' || from === 'cancelled' ? 'done-already' : 'step-back'));
  const [had, has] = [readTransport(before).owner.reference, now.owner.reference];
  // Taken once: whoever was first has it, until it is over.
  if (from !== 'ordered' && had !== undefined && had !== has) issues.push(over('taken-already'));
  if (to !== 'ordered' && to !== 'cancelled' && has === undefined)
    issues.push(wrong('owner', 'no-owner', 'expected who has it'));
  const reason = wordsIn(after['statusReason']);
  if (to === 'cancelled' && from !== 'cancelled' && reason === undefined)
    issues.push(wrong('statusReason', 'no-reason', 'expected why it is cancelled'));
  const ends = from !== to && (to === 'delivered' || to === 'cancelled');
  return { issues, also: ends ? await endsOf(after, to === 'delivered', reason, proposal) : [] };
}

/** Its order ends with it. */
async function endsOf(
  task: Json,
  isDelivered: boolean,
  reason: string | undefined,
  proposal: Proposal,
): Promise<Consequence[]> {
  const ends: Consequence[] = [];
  for (const name of targetsOf(task['basedOn'], 'ServiceRequest')) {
    const order = await proposal.read(name);
    if (order === undefined || statusOf(order) !== 'active' || isWritten(name, proposal)) continue;
    ends.push(
      orderBecomes(name, order, isDelivered ? 'completed' : 'revoked', isDelivered ? undefined : reason),
    );
  }
  return ends;
}

function commonIssues(before: Json | undefined, after: Json): Issue[] {
  const issues: Issue[] = [];
  if (targetOf(after['for']) === undefined) issues.push(wrong('for', 'no-patient', 'expected the patient'));
  if (textOf(after['description']) === undefined)
    issues.push(wrong('description', 'no-words', 'expected what is to be done'));
  if (before !== undefined && kindOf(before) !== kindOf(after))
    issues.push(wrong('code', 'task-kept', 'is never made another kind of Task'));
  if (before !== undefined && targetOf(before['for']) !== targetOf(after['for']))
    issues.push(wrong('for', 'other-patient', 'is never moved to another patient'));
  return issues;
}

const overWords = {
  'done-already': 'is over already; look at it again',
  'step-back': 'goes forward only',
  'taken-already': 'somebody else has it',
} as const;

function over(detail: keyof typeof overWords): Issue {
  return { code: 'conflict', at: 'status', detail, text: overWords[detail] };
}

function refuse(issue: Issue): Promise<Ruling> {
  return Promise.resolve({ issues: [issue] });
}

function wrong(at: string, detail: string, text: string): Issue {
  return { code: 'business-rule', at, text, detail };
}
