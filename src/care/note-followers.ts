/** What follows a signed note: the Task that asks a colleague to countersign it, and the answers that its text was made from. */
import type { Json } from '#fhir/json.ts';
import { countersignKind } from '#fhir/notes/note.ts';
import type { Proposal, Proposed, Ruling } from './guard.ts';
import { conflict, isNote, claimOf, statusIn, wrong } from './note-json.ts';
import { kindOf } from './orders.ts';
import { statusOf, targetOf, targetsOf } from './read-json.ts';

/** The guard of a Task, when it asks to countersign: it ends with the note, not beside it. */
export function judgeAsking({ before, after }: Proposed, proposal: Proposal): Promise<Ruling> | undefined {
  if (kindOf(after ?? before) !== countersignKind) return undefined;
  return judgeTask(before, after, proposal);
}

async function judgeTask(
  before: Json | undefined,
  after: Json | undefined,
  proposal: Proposal,
): Promise<Ruling> {
  const name = targetOf((after ?? before)?.['focus']) ?? '';
  const note = await proposal.read(name);
  const claims = [claimOf(name)];
  const isWaiting = note !== undefined && statusOf(note) === 'current' && statusIn(note) === 'preliminary';
  const isOpen = after !== undefined && statusOf(after) === 'requested';
  if (isOpen !== isWaiting)
    return {
      issues: [
        isWaiting
          ? wrong('status', 'note-waits', `${name} waits to be countersigned, and is asked for until it is`)
          : conflict('focus', 'note-not-waiting', `${name} does not wait to be countersigned`),
      ],
      claims,
    };
  if (after === undefined || note === undefined) return { claims };
  const owner = targetOf(after['owner']);
  const isOwn = owner === undefined || targetsOf(note['author'], 'Practitioner').includes(owner);
  const isSame = targetOf(after['for']) === targetOf(note['subject']);
  return {
    issues: [
      ...(isOwn ? [wrong('owner', 'own-note', 'expected another Practitioner than the author')] : []),
      ...(isSame ? [] : [wrong('for', 'other-patient', `${name} is another patient's`)]),
    ],
    claims,
  };
}

/** The guard of a QuestionnaireResponse: the answers of a signed note stay as they were signed. */
export function judgeAnswers(
  { id, before, after }: Proposed,
  proposal: Proposal,
): Promise<Ruling> | undefined {
  if (before === undefined || statusOf(before) !== 'completed') return undefined;
  return judgeKept(id, after, proposal);
}

async function judgeKept(id: string, after: Json | undefined, proposal: Proposal): Promise<Ruling> {
  const notes = await proposal.find('DocumentReference', `related=QuestionnaireResponse/${id}`);
  const isSigned = notes.some(
    (note) =>
      isNote(note) &&
      statusOf(note) !== 'entered-in-error' &&
      targetsOf(((note['context'] ?? {}) as Json)['related'], 'QuestionnaireResponse').includes(
        `QuestionnaireResponse/${id}`,
      ),
  );
  return isSigned
    ? {
        issues: [
          wrong(after === undefined ? '' : 'item', 'note-signed', 'these are the answers of a signed note'),
        ],
      }
    : {};
}
