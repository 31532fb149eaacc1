/**
 * The discharge letter of a stay is owed from the moment the stay ends (docs/decisions/0020): a Task of the stay, due so many
 * working days after the end, for the responsible doctor. It comes with the end in one act, whoever writes it, and goes when the end is
 * taken back. Signing the letter ends it (letters.ts); a person ends it otherwise only with a reason.
 */
import { taskKindSystem } from '#fhir/orders/steps.ts';
import { isObject, type Json } from '#fhir/json.ts';
import { dischargeLetter, letterKindOf, letterKindSystem } from '#fhir/letters/kinds.ts';
import { dueAfter } from '#fhir/letters/workdays.ts';
import { fhirMoment, instantOf } from '#fhir/place-time.ts';
import { isAdmitted } from './admission.ts';
import type { Consequence, Proposal, Proposed, Ruling } from './guard.ts';
import { kindOf } from './orders.ts';
import { codeIn, listOf, statusOf, targetOf, textOf, wordsIn } from './read-json.ts';

const kind = letterKindOf(dischargeLetter);

/** One for each stay, whatever its letters. */
const dueTaskId = (stay: string): string => `letter-due-${stay.slice(-53)}`;

/** The guard of an Encounter that says what it owes. */
export function judgeLetterDue(change: Proposed, proposal: Proposal): Promise<Ruling> | undefined {
  const { before, after } = change;
  const isEnd = isAdmitted(before) && statusOf(after) === 'finished';
  const wasEnd = statusOf(before) === 'finished';
  if (isEnd) return owed(change, proposal);
  if (!wasEnd) return undefined;
  if (statusOf(after) !== 'finished') return takenBack(change, proposal);
  return endOf(before) === endOf(after) ? undefined : movedEnd(change, proposal);
}

async function owed({ id, after }: Proposed, proposal: Proposal): Promise<Ruling> {
  const end = instantOf(endOf(after));
  // Who goes on to another ward in the same act has not left the house.
  const goesOn = proposal.changes.some(
    (other) =>
      other.type === 'Encounter' &&
      other.id !== id &&
      isAdmitted(other.after) &&
      targetOf(other.after?.['subject']) === targetOf(after?.['subject']),
  );
  if (end === undefined || after === undefined || goesOn || kind?.dueWorkdays === undefined) return {};
  const due = fhirMoment(dueAfter(end, kind.dueWorkdays));
  const task = await proposal.read(`Task/${dueTaskId(id)}`);
  return { also: [task === undefined ? madeTask(id, after, due) : again(id, due, task)] };
}

function madeTask(stay: string, after: Json, due: string): Consequence {
  const doctor = listOf(after['participant']).find((one) =>
    listOf(one['type']).some(({ coding }) => listOf(coding).some(({ code }) => code === 'ATND')),
  )?.['individual'];
  const owner = isObject(doctor) ? doctor : after['serviceProvider'];
  const wards = listOf(after['location']).filter(({ physicalType }) =>
    listOf(isObject(physicalType) ? physicalType['coding'] : undefined).some(({ code }) => code === 'wa'),
  );
  const last = wards.toSorted((a, b) => leftAt(b).localeCompare(leftAt(a)))[0];
  return {
    type: 'Task',
    id: dueTaskId(stay),
    made: {
      status: 'requested',
      intent: 'order',
      code: { coding: [{ system: taskKindSystem, code: 'letter-due' }], text: kind?.danish },
      description: kind?.danish,
      focus: { reference: `Encounter/${stay}` },
      for: after['subject'],
      encounter: { reference: `Encounter/${stay}` },
      authoredOn: endOf(after),
      ...(isObject(owner) ? { owner } : {}),
      ...(isObject(last?.['location']) ? { location: last['location'] } : {}),
      restriction: { period: { end: due } },
    },
  };
}

const leftAt = ({ period }: Json) => (isObject(period) ? (textOf(period['end']) ?? '') : '');

function again(stay: string, due: string, task: Json): Consequence {
  return {
    type: 'Task',
    id: dueTaskId(stay),
    patch: [
      { op: 'add', path: '/status', value: 'requested' },
      { op: 'add', path: '/restriction', value: { period: { end: due } } },
      // Why it was taken back is no reason any more.
      ...(task['statusReason'] === undefined ? [] : [{ op: 'remove', path: '/statusReason' }]),
    ],
  };
}

/** The stay goes on, or never was. */
async function takenBack({ id }: Proposed, proposal: Proposal): Promise<Ruling> {
  const task = await proposal.read(`Task/${dueTaskId(id)}`);
  if (statusOf(task) !== 'requested') return {};
  return { also: [dueBecomes(id, 'cancelled', 'Udskrivelsen er taget tilbage')] };
}

async function movedEnd({ id, after }: Proposed, proposal: Proposal): Promise<Ruling> {
  const task = await proposal.read(`Task/${dueTaskId(id)}`);
  const end = instantOf(endOf(after));
  if (task === undefined || statusOf(task) !== 'requested') return {};
  if (end === undefined || kind?.dueWorkdays === undefined) return {};
  return { also: [again(id, fhirMoment(dueAfter(end, kind.dueWorkdays)), task)] };
}

/** What becomes of the Task of a stay. */
export function dueBecomes(
  stay: string,
  status: 'requested' | 'completed' | 'cancelled',
  why?: string,
): Consequence {
  return {
    type: 'Task',
    id: dueTaskId(stay),
    patch: [
      { op: 'add', path: '/status', value: status },
      ...(why === undefined ? [] : [{ op: 'add', path: '/statusReason', value: { text: why } }]),
    ],
  };
}

/** The guard of that Task: the letter ends it, or a person with a reason. */
export function judgeDueTask({ before, after }: Proposed, proposal: Proposal): Promise<Ruling> | undefined {
  if (kindOf(before) !== 'letter-due') return undefined;
  const [was, is] = [statusOf(before), statusOf(after)];
  if (was === is && kindOf(after) === 'letter-due') return undefined;
  return judgeEnd(before, after, proposal);
}

async function judgeEnd(
  before: Json | undefined,
  after: Json | undefined,
  proposal: Proposal,
): Promise<Ruling> {
  const stay = targetOf(before?.['encounter']) ?? '';
  if (statusOf(after) === 'cancelled')
    return wordsIn(after?.['statusReason']) === undefined
      ? { issues: [wrong('statusReason', 'no-reason', 'expected why no letter is written')] }
      : {};
  const letters = await standingLetters(stay, proposal);
  return statusOf(after) === 'completed' && letters.length > 0
    ? {}
    : {
        issues: [
          wrong(
            'status',
            'letter-owed',
            `is ended by the signed letter of ${stay}, or cancelled with a reason`,
          ),
        ],
      };
}

/**
 * The discharge letters of a stay (`Encounter/…`) that stand: signed, and not replaced, be it by one that was wrong itself.
 */
export async function standingLetters(stay: string, proposal: Proposal): Promise<readonly Json[]> {
  const found = await proposal.find('Composition', `encounter=${stay}&status=final,amended,entered-in-error`);
  const letters = found.filter(
    (one) =>
      targetOf(one['encounter']) === stay &&
      codeIn(one['type'], letterKindSystem) === dischargeLetter &&
      // A draft that was thrown away replaces nothing.
      listOf(one['attester']).length > 0,
  );
  const replaced = new Set(
    letters.flatMap((one) =>
      listOf(one['relatesTo']).flatMap(({ code, targetReference }) =>
        code === 'replaces' ? (targetOf(targetReference) ?? []) : [],
      ),
    ),
  );
  return letters.filter(
    (one) =>
      ['final', 'amended'].includes(statusOf(one)) && !replaced.has(`Composition/${String(one['id'])}`),
  );
}

function endOf(stay: Json | undefined): string | undefined {
  const period = stay?.['period'];
  return isObject(period) ? textOf(period['end']) : undefined;
}

function wrong(at: string, detail: string, text: string) {
  return { code: 'business-rule' as const, at, text, detail };
}
