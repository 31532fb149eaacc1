/**
 * The ways of a signed letter: one Task for each receiver, made with the signature. A way goes forward only; programs that carry
 * letters say sent and received, and where a referral comes in people accept it, send it on or reject it with a reason
 * (visitation). A letter is never said to be sent before something sent it.
 */
import type { Issue } from '#base/refusal.ts';
import { isObject, type Json } from '#fhir/json.ts';
import { letterKindOf, letterKindSystem, letterSectionSystem, type LetterKind } from '#fhir/letters/kinds.ts';
import { receiverUrl, textOfDiv } from '#fhir/letters/letter.ts';
import {
  letterStateOf,
  letterStatusAt,
  letterStepSystem,
  mayLetterGo,
  type LetterStep,
} from '#fhir/letters/steps.ts';
import { taskKindSystem } from '#fhir/orders/steps.ts';
import type { Consequence, Proposal, Proposed, Ruling } from './guard.ts';
import { kindOf } from './orders.ts';
import { codeIn, listOf, statusOf, targetOf, textOf, wordsIn } from './read-json.ts';

/** The Tasks of a letter that is signed, and its request when it is a referral. */
export function lettersTasks(id: string, letter: Json, kind: LetterKind): Consequence[] {
  const receivers = listOf(letter['extension']).flatMap(({ url, valueReference }) =>
    url === receiverUrl && isObject(valueReference) ? [valueReference] : [],
  );
  const signer = listOf(letter['attester']).find(({ mode }) => mode === 'legal')?.['party'];
  const common = {
    intent: 'order',
    ...(isObject(letter['encounter']) ? { encounter: letter['encounter'] } : {}),
    ...(isObject(signer) ? { requester: signer } : {}),
    authoredOn: letter['date'],
  };
  const isReferral = kind.visits.length > 0;
  const category = listOf(letter['category']).flatMap(
    (one) => codeIn(one, kind.categorySystem ?? '') ?? [],
  )[0];
  const priority = isReferral && category !== undefined ? { priority: category } : {};
  const tasks = receivers.map((owner, at): Consequence => ({
    type: 'Task',
    id: partId(id, String(at + 1)),
    made: {
      ...common,
      ...priority,
      status: letterStatusAt.ready,
      code: { coding: [{ system: taskKindSystem, code: 'letter' }], text: kind.danish },
      businessStatus: stepConcept('ready'),
      ...(isReferral ? { basedOn: [{ reference: `ServiceRequest/${partId(id, 'request')}` }] } : {}),
      focus: { reference: `Composition/${id}` },
      for: letter['subject'],
      description: letter['title'],
      owner,
    },
  }));
  return isReferral ? [...tasks, requestMade(id, letter, receivers, { ...common, ...priority })] : tasks;
}

function requestMade(id: string, letter: Json, receivers: readonly Json[], common: Json): Consequence {
  const question = listOf(letter['section']).find(
    ({ code }) => codeIn(code, letterSectionSystem) === 'question',
  )?.['text'];
  const reason = isObject(question) ? textOfDiv(textOf(question['div']) ?? '').trim() : '';
  return {
    type: 'ServiceRequest',
    id: partId(id, 'request'),
    made: {
      ...common,
      status: 'active',
      category: [{ text: 'henvisning' }],
      code: { text: letter['title'] },
      subject: letter['subject'],
      performer: receivers,
      ...(reason === '' ? {} : { reasonCode: [{ text: reason }] }),
      supportingInfo: [{ reference: `Composition/${id}` }],
    },
  };
}

/** Names of what belongs to a letter, within the 64 characters of an id. */
const partId = (id: string, part: string) => `letter-${id.slice(-48)}-${part}`;

/** The guard of a Task, when it is the way of a letter. */
export function judgeLetterTask(change: Proposed, proposal: Proposal): Promise<Ruling> | undefined {
  const { before, after } = change;
  if (kindOf(before ?? after) !== 'letter') return undefined;
  if (before === undefined) return after && judgeNew(after, proposal);
  if (after === undefined || kindOf(after) !== 'letter')
    return Promise.resolve({
      issues: [wrong('status', 'letter-kept', 'the way of a letter is never deleted')],
    });
  return judgeStep(change.id, before, after, proposal);
}

/** Another receiver of a letter that is signed: a program may add one, such as a copy. */
async function judgeNew(after: Json, proposal: Proposal): Promise<Ruling> {
  const name = targetOf(after['focus']) ?? '';
  const letter = await proposal.read(name);
  if (!['final', 'amended'].includes(statusOf(letter)))
    return { issues: [wrong('focus', 'no-letter', 'expected the signed letter that it carries')] };
  return targetOf(letter?.['subject']) === targetOf(after['for'])
    ? { issues: letterStateOf(after) === 'ready' ? [] : stepRights(after, proposal) }
    : { issues: [wrong('for', 'other-patient', `${name} is another patient's`)] };
}

async function judgeStep(id: string, before: Json, after: Json, proposal: Proposal): Promise<Ruling> {
  const [from, to] = [letterStateOf(before), letterStateOf(after)];
  const issues: Issue[] = [];
  if (!mayLetterGo(from, to))
    issues.push(conflict('status', 'step-back', `is at ${from} and does not go to ${to}`));
  if (
    targetOf(before['focus']) !== targetOf(after['focus']) ||
    targetOf(before['for']) !== targetOf(after['for'])
  )
    issues.push(wrong('focus', 'other-letter', 'carries the letter that it was made for'));
  const sentOn = ownerOf(before) !== ownerOf(after);
  const needsReason = sentOn || (from !== to && (to === 'cancelled' || to === 'rejected'));
  if (needsReason && wordsIn(after['statusReason']) === undefined)
    issues.push(wrong('statusReason', 'no-reason', 'expected why'));
  if (from === to && !sentOn) return { issues };
  issues.push(
    ...(await visitIssues(before, to, sentOn, proposal)),
    ...(from === to ? [] : stepRights(after, proposal)),
  );
  const request = listOf(before['basedOn']).flatMap((one) => targetOf(one) ?? [])[0];
  return {
    issues,
    claims: [`letter way ${id}`],
    also:
      request === undefined
        ? []
        : await requestFollows(request, to, sentOn ? after['owner'] : undefined, proposal),
  };
}

/** Only what carries letters says that one is sent or received. */
function stepRights(after: Json, { role }: Proposal): Issue[] {
  const state = letterStateOf(after);
  const isPerson = role !== undefined && role !== 'integration';
  return isPerson && (state === 'sent' || state === 'received')
    ? [wrong('businessStatus', 'role', `${state} is said by what carries the letter`)]
    : [];
}

/** Accepting, sending on and rejecting is for referrals, by who may. */
async function visitIssues(before: Json, to: string, sentOn: boolean, proposal: Proposal): Promise<Issue[]> {
  if (to !== 'accepted' && to !== 'rejected' && !sentOn) return [];
  const letter = await proposal.read(targetOf(before['focus']) ?? '');
  const kind = letterKindOf(codeIn(letter?.['type'], letterKindSystem));
  const isPerson = proposal.role !== undefined && proposal.role !== 'integration';
  if ((kind?.visits.length ?? 0) === 0)
    return to === 'rejected' && !isPerson
      ? []
      : [wrong('status', 'no-referral', 'only a referral is accepted, sent on or rejected')];
  if (isPerson && kind?.visits.includes(proposal.role ?? '') !== true)
    return [wrong('status', 'role', 'your role does not decide about referrals')];
  return sentOn && letterStateOf(before) === 'accepted'
    ? [conflict('owner', 'step-back', 'is accepted already')]
    : [];
}

/** The request by which the receiver may open the record follows: a rejected one ends, one that is sent on names the next too. */
async function requestFollows(
  name: string,
  to: string,
  next: unknown,
  proposal: Proposal,
): Promise<Consequence[]> {
  const request = await proposal.read(name);
  if (request === undefined || statusOf(request) !== 'active') return [];
  const [type = '', id = ''] = name.split('/');
  if (isObject(next))
    return [
      {
        type,
        id,
        patch: [{ op: 'add', path: '/performer', value: [...listOf(request['performer']), next] }],
      },
    ];
  // Rejected, it has been seen to: who rejected it may still read why.
  return to === 'rejected' || to === 'cancelled'
    ? [
        {
          type,
          id,
          patch: [{ op: 'add', path: '/status', value: to === 'rejected' ? 'completed' : 'revoked' }],
        },
      ]
    : [];
}

export function wayBecomes(id: string, to: LetterStep | 'cancelled', why: string): Consequence {
  return {
    type: 'Task',
    id,
    patch: [
      { op: 'add', path: '/status', value: to === 'cancelled' ? to : letterStatusAt[to] },
      { op: 'add', path: '/statusReason', value: { text: why } },
    ],
  };
}

/** The Tasks of a letter (`Composition/…`), as they would be. */
export async function waysOf(letter: string, proposal: Proposal): Promise<readonly Json[]> {
  const found = await proposal.find('Task', `focus=${letter}&code=${taskKindSystem}|letter`);
  return found.filter((task) => kindOf(task) === 'letter' && targetOf(task['focus']) === letter);
}

/** The id of a referral's request that goes on. */
export async function requestOf(letter: string, proposal: Proposal): Promise<string | undefined> {
  const id = partId(letter.replace('Composition/', ''), 'request');
  return statusOf(await proposal.read(`ServiceRequest/${id}`)) === 'active' ? id : undefined;
}

function ownerOf(task: Json): string {
  const owner = task['owner'];
  return isObject(owner) ? (targetOf(owner) ?? textOf(owner['display']) ?? '') : '';
}

function stepConcept(step: LetterStep): Json {
  return { coding: [{ system: letterStepSystem, code: step }] };
}

function wrong(at: string, detail: string, text: string): Issue {
  return { code: 'business-rule', at, text, detail };
}

function conflict(at: string, detail: string, text: string): Issue {
  return { code: 'conflict', at, text, detail };
}
