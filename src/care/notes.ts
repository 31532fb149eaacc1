/**
 * Notes (docs/how/clinical-shapes.md, decision 19): what is signed is never changed, by any client. A note is corrected by a
 * note that replaces it, added to by one that appends, countersigned by another than its author, and marked as entered in error by
 * its author. Each of these is judged with a claim on the note it is about, so that two at once cannot lose each other's.
 */
import type { Questionnaire } from '@medplum/fhirtypes';
import type { Issue } from '#base/refusal.ts';
import type { Json } from '#fhir/json.ts';
import { carriedUrl, countersignKind } from '#fhir/notes/note.ts';
import { missingIn, templatesOf } from '#fhir/notes/template.ts';
import type { Consequence, Proposal, Proposed, Ruling } from './guard.ts';
import {
  becomes,
  conflict,
  endOfAsking,
  isAuthor,
  isNote,
  isPerson,
  claimOf,
  relatedTo,
  replacing,
  statusIn,
  wrong,
} from './note-json.ts';
import { kindOf } from './orders.ts';
import { listOf, statusOf, targetOf, targetsOf, textOf } from './read-json.ts';
import { judgeSigned } from './signed-notes.ts';

/** The guard of a DocumentReference, when it is a note. */
export function judgeNote(change: Proposed, proposal: Proposal): Promise<Ruling> | undefined {
  const { before, after } = change;
  if (before !== undefined && isNote(before)) return judgeSigned(change, before, proposal);
  return after !== undefined && isNote(after) ? judgeNew(change, after, proposal) : undefined;
}

async function judgeNew({ id }: Proposed, note: Json, proposal: Proposal): Promise<Ruling> {
  const issues: Issue[] = [];
  if (isPerson(proposal)) issues.push(...personIssues(note, proposal));
  if (statusIn(note) === 'preliminary' && !isAsked(id, note, proposal))
    issues.push(
      wrong(
        'docStatus',
        'no-countersigner',
        'is preliminary; expected a Task in the same transaction that asks another Practitioner than the author to countersign it',
      ),
    );
  issues.push(...(await foreignIssues(note, proposal)), ...(await templateIssues(note, proposal)));
  const [appended, replaced] = [relatedTo(note, 'appends'), relatedTo(note, 'replaces')];
  for (const target of appended) issues.push(...(await appendedIssues(note, target, proposal)));
  const also: Consequence[] = [];
  for (const target of replaced) {
    issues.push(...(await replacedIssues(note, target, proposal)));
    also.push(
      becomes(target, 'superseded'),
      ...(await endOfAsking(target, 'cancelled', undefined, proposal)),
    );
  }
  return { issues, also, claims: [...appended, ...replaced].map(claimOf) };
}

/** Nobody signs for another, and nobody says that another has countersigned. */
function personIssues(note: Json, { author }: Proposal): Issue[] {
  const authors = targetsOf(note['author'], 'Practitioner');
  return [
    ...(authors.length > 0 && !authors.includes(author)
      ? [wrong('author', 'other-person', 'expected who writes among the authors: nobody signs for another')]
      : []),
    ...(statusOf(note) === 'current'
      ? []
      : [wrong('status', 'not-signed', 'expected current: a note is stored when it is signed')]),
    ...(note['authenticator'] === undefined
      ? []
      : [wrong('authenticator', 'countersign-later', 'is written by who countersigns, when they do')]),
  ];
}

function isAsked(id: string, note: Json, { changes }: Proposal): boolean {
  const authors = targetsOf(note['author'], 'Practitioner');
  return changes.some(({ type, after }) => {
    const owner = targetOf(after?.['owner']);
    return (
      type === 'Task' &&
      kindOf(after) === countersignKind &&
      targetOf(after?.['focus']) === `DocumentReference/${id}` &&
      owner?.startsWith('Practitioner/') === true &&
      !authors.includes(owner)
    );
  });
}

/** The answers and the texts that were carried forward are the same patient's. */
async function foreignIssues(note: Json, proposal: Proposal): Promise<Issue[]> {
  const context = (note['context'] ?? {}) as Json;
  const carried = listOf(note['extension'])
    .filter(({ url }) => url === carriedUrl)
    .flatMap(({ extension }) => listOf(extension).flatMap((part) => targetOf(part['valueReference']) ?? []));
  const named = [
    ...targetsOf(context['related'], 'QuestionnaireResponse').map(
      (name) => ['context.related', name] as const,
    ),
    ...carried.map((name) => ['extension', name] as const),
  ];
  const issues: Issue[] = [];
  for (const [at, name] of named) {
    const found = await proposal.read(name);
    if (found === undefined || targetOf(found['subject']) !== targetOf(note['subject']))
      issues.push(wrong(at, 'other-patient', `${name} is not there, or is another patient's`));
  }
  return issues;
}

/**
 * Answers name the template they were given to: what it demands is there. A note is stored when it is signed, also one that waits to be
 * countersigned; what is not finished yet is a draft with whoever writes.
 */
async function templateIssues(note: Json, proposal: Proposal): Promise<Issue[]> {
  const context = (note['context'] ?? {}) as Json;
  const issues: Issue[] = [];
  for (const name of targetsOf(context['related'], 'QuestionnaireResponse')) {
    const response = await proposal.read(name);
    const [url] = textOf(response?.['questionnaire'])?.split('|') ?? [];
    if (response === undefined || url === undefined) continue;
    const stored = await proposal.find('Questionnaire', `url=${encodeURIComponent(url)}&status=active`);
    // As stored they are Questionnaires: the server validated them when they were written.
    const template = templatesOf(stored as unknown as Questionnaire[]).find((one) => one.url === url);
    const lacking = template === undefined ? [] : missingIn(template, response);
    if (lacking.length > 0)
      issues.push(
        wrong(
          'context.related',
          'answers-missing',
          `the template demands answers that are not there: ${lacking.map(({ text, id }) => text || id).join(', ')}`,
        ),
      );
  }
  return issues;
}

async function appendedIssues(note: Json, target: string, proposal: Proposal): Promise<Issue[]> {
  const found = await proposal.read(target);
  if (found === undefined || targetOf(found['subject']) !== targetOf(note['subject']))
    return [wrong('relatesTo', 'other-patient', `${target} is not there, or is another patient's`)];
  if (statusOf(found) === 'entered-in-error')
    return [conflict('relatesTo', 'note-wrong', `${target} is marked as entered in error`)];
  // A correction of an addendum goes on where that stood, also when the note has been corrected since.
  if (relatedTo(note, 'replaces').length > 0) return [];
  if (statusOf(found) === 'superseded')
    return [
      conflict('relatesTo', 'note-superseded', `${target} was replaced; add to the note that replaced it`),
    ];
  return relatedTo(found, 'appends').length === 0
    ? []
    : [wrong('relatesTo', 'addendum-of-addendum', `${target} is an addendum itself; add to its note`)];
}

async function replacedIssues(note: Json, target: string, proposal: Proposal): Promise<Issue[]> {
  const found = await proposal.read(target);
  if (found === undefined || targetOf(found['subject']) !== targetOf(note['subject']))
    return [wrong('relatesTo', 'other-patient', `${target} is not there, or is another patient's`)];
  if (statusOf(found) === 'entered-in-error')
    return [conflict('relatesTo', 'note-wrong', `${target} is marked as entered in error`)];
  const others = await replacing(target, proposal);
  const isTaken = others.some(({ id }) => id !== note['id']);
  if (statusOf(found) === 'superseded' || isTaken)
    return [conflict('relatesTo', 'note-superseded', `${target} was replaced by another already`)];
  return isPerson(proposal) && !isAuthor(found, proposal)
    ? [wrong('relatesTo', 'not-author', 'only its author corrects a note; write an addendum')]
    : [];
}
