/**
 * The shared medication card in the record (docs/decisions/0023): its copy is written by the program that fetched it alone; what is
 * decided for the time after a stay is whole, says why, and stands once; a change on its way to the card moves by its program alone.
 */
import type { Issue } from '#base/refusal.ts';
import { changeOperations } from '#fhir/medication-card/card.ts';
import {
  afterGroupSystem,
  afterOf,
  cardAuthor,
  cardTaskKind,
  inputOf,
  stepOf,
} from '#fhir/medication-card/codes.ts';
import { isDischarge, lineIdOf } from '#fhir/medication-card/shape.ts';
import { isObject, type Json } from '#fhir/json.ts';
import { readOrder, wordsOf } from '#fhir/medication/order.ts';
import type { Guard, Proposal, Proposed, Ruling } from './guard.ts';
import { alertsAmong } from './medication.ts';
import { kindOf } from './orders.ts';
import { statusOf, targetOf } from './read-json.ts';

/** Who decides about the card; programs write for them. */
const deciders = new Set(['doctor', 'integration']);
const over = new Set(['cancelled', 'entered-in-error']);

/** The guard of a MedicationRequest, when it is a copy of the card or a decision for the time after. */
export const judgeCardLine: Guard = (change, proposal) => {
  const { before, after } = change;
  if (isDischarge(before) || isDischarge(after)) return judgeAfter(change, proposal);
  const isCopy = lineIdOf(before) !== undefined || lineIdOf(after) !== undefined;
  return isCopy && proposal.author !== cardAuthor
    ? Promise.resolve({
        issues: [
          wrong('identifier', 'card-copy', 'a copy of the medication card is changed on the card, not here'),
        ],
      })
    : undefined;
};

async function judgeAfter(change: Proposed, proposal: Proposal): Promise<Ruling> {
  const { id, before, after } = change;
  const issues: Issue[] = [...roleIssues(proposal)];
  const patient = targetOf((after ?? before)?.['subject']) ?? '';
  const claims = [`medication card ${patient}`];
  if (before !== undefined) {
    const isTaken = after !== undefined && over.has(statusOf(after)) && wordsOf(after['statusReason']) !== '';
    if (!isTaken || meaningOf(before) !== meaningOf(after))
      issues.push(
        wrong('status', 'after-kept', 'what was signed stays; cancel it with a statusReason and sign anew'),
      );
    return { issues, claims };
  }
  const choice = afterOf(after);
  if (choice === undefined)
    issues.push(wrong('extension', 'no-choice', 'expected continue, change, new or stop'));
  const isStopped = statusOf(after) === 'stopped';
  if ((choice === 'stop') !== isStopped || (!isStopped && statusOf(after) !== 'active'))
    issues.push(wrong('status', 'no-choice', 'expected stopped with stop, and active with the others'));
  if ((choice === 'stop' || choice === 'change') && wordsOf(after?.['statusReason']) === '')
    issues.push(wrong('statusReason', 'no-reason', 'is required when a drug is changed or stopped: why'));
  const { dose } = readOrder(after);
  if (!isStopped && dose.text.trim() === '' && dose.steps.length === 0)
    issues.push(wrong('dosageInstruction', 'dose-incomplete', 'what is taken at home needs a dose'));
  const encounter = targetOf(after?.['encounter']);
  const stay = encounter === undefined ? undefined : await proposal.read(encounter);
  if (encounter === undefined || targetOf(stay?.['subject']) !== patient)
    issues.push(wrong('encounter', 'other-patient', 'expected the stay of the same patient'));
  else {
    const group = groupOf(after);
    const standing = (
      await proposal.find('MedicationRequest', `encounter=${encounter}&category=discharge`)
    ).some(
      (one) =>
        one['id'] !== id &&
        isDischarge(one) &&
        targetOf(one['encounter']) === encounter &&
        !over.has(statusOf(one)) &&
        groupOf(one) !== group,
    );
    if (standing || group === undefined)
      issues.push({
        code: 'conflict',
        at: 'groupIdentifier',
        text: 'the medicine after this stay was signed already; cancel that in the same act',
        detail: 'after-signed',
      });
  }
  issues.push(...(await warningsOf(change, proposal)));
  return { issues, claims };
}

/**
 * What is taken at home is checked as an order is, beside the other lines that are signed with it. It is told and stops nobody: the ward
 * has answered what stops its own orders, and a line of the card is somebody else's prescription.
 */
async function warningsOf(change: Proposed, proposal: Proposal): Promise<Issue[]> {
  if (statusOf(change.after) !== 'active') return [];
  const lines = proposal.changes
    .filter(
      (one) =>
        one.type === 'MedicationRequest' &&
        one.id !== change.id &&
        isDischarge(one.after) &&
        statusOf(one.after) === 'active' &&
        groupOf(one.after) === groupOf(change.after),
    )
    .map(({ id, after }) => ({ ...readOrder(after), id }));
  const alerts = await alertsAmong(change, proposal, readOrder(change.after), lines);
  return alerts.map(({ code, text }) => ({
    code: 'business-rule',
    severity: 'warning',
    at: 'medication',
    // The other lines are written by this act, and have no name yet that a screen could know.
    text: lines.reduce((words, { id, drug }) => words.replaceAll(`MedicationRequest/${id}`, drug), text),
    detail: code,
  }));
}

/** The guard of a Task, when it brings a change to the card. */
export const judgeCardTask: Guard = ({ before, after }, proposal) => {
  if (kindOf(after ?? before) !== cardTaskKind && kindOf(before) !== cardTaskKind) return undefined;
  if (proposal.author === cardAuthor) return undefined;
  return before === undefined
    ? judgeNewTask(after, proposal)
    : Promise.resolve({ issues: taskChangeIssues(before, after, proposal) });
};

async function judgeNewTask(task: Json | undefined, proposal: Proposal): Promise<Ruling> {
  const issues: Issue[] = [...roleIssues(proposal)];
  const patient = targetOf(task?.['for']);
  const operation = changeOperations.find((one) => one === inputOf(task, 'operation'));
  if (statusOf(task) !== 'requested' || stepOf(task) !== 'ready' || inputOf(task, 'body') !== undefined)
    issues.push(
      wrong('status', 'not-ready', 'expected requested and the step ready: it is sent by its program'),
    );
  const focus = await proposal.read(targetOf(task?.['focus']) ?? '');
  if (patient === undefined || targetOf(focus?.['subject']) !== patient)
    issues.push(wrong('focus', 'other-patient', 'expected a MedicationRequest of the same patient'));
  const needsLine = operation !== 'CreateDrugMedication';
  if (operation === undefined || (needsLine && typeof inputOf(task, 'line') !== 'string'))
    issues.push(wrong('input', 'no-operation', 'expected an operation of FMK, and the line it is about'));
  if (needsLine && typeof inputOf(task, 'lineVersion') !== 'number')
    issues.push(wrong('input', 'no-line-version', 'expected the version of the line that was looked at'));
  const needsReason = operation === 'WithdrawDrugMedication' || operation === 'PauseDrugMedication';
  if (needsReason && String(inputOf(task, 'reason') ?? '').trim() === '')
    issues.push(wrong('input', 'no-reason', 'is required when a line is withdrawn or paused: why'));
  return { issues, claims: [`medication card ${patient ?? ''}`] };
}

/** A person takes back what was not sent, or takes out of the way what read otherwise; nothing else. */
function taskChangeIssues(before: Json, after: Json | undefined, proposal: Proposal): Issue[] {
  const mayEnd = stepOf(before) === 'ready' || stepOf(before) === 'differs';
  const isEnd = after !== undefined && statusOf(after) === 'cancelled';
  return mayEnd && isEnd && workOf(before) === workOf(after)
    ? roleIssues(proposal)
    : [
        wrong(
          'status',
          'card-task-kept',
          'a change that was sent is not taken back: make another one; before that it can be cancelled',
        ),
      ];
}

function roleIssues({ role }: Proposal): Issue[] {
  return role === undefined || deciders.has(role)
    ? []
    : [wrong('requester', 'role', 'your role does not decide about the medication card')];
}

const workOf = (task: Json | undefined): string =>
  JSON.stringify(['focus', 'for', 'input', 'authoredOn'].map((name) => task?.[name]));
const meaningOf = (request: Json | undefined): string =>
  JSON.stringify(
    [
      'medicationCodeableConcept',
      'dosageInstruction',
      'subject',
      'encounter',
      'groupIdentifier',
      'extension',
    ].map((name) => request?.[name]),
  );

function groupOf(request: Json | undefined): string | undefined {
  const group = isObject(request?.['groupIdentifier']) ? request['groupIdentifier'] : {};
  return group['system'] === afterGroupSystem && typeof group['value'] === 'string'
    ? group['value']
    : undefined;
}

function wrong(at: string, detail: string, text: string): Issue {
  return { code: 'business-rule', at, text, detail };
}
