/** What may still become of a signed note: countersigned, replaced, entered in error; and nothing else, for any client. */
import { isDeepStrictEqual } from 'node:util';
import type { Issue } from '#base/refusal.ts';
import type { Json } from '#fhir/json.ts';
import { countersignedUrl, wrongReasonUrl } from '#fhir/notes/note.ts';
import type { Proposal, Proposed, Ruling } from './guard.ts';
import {
  askings,
  becomes,
  endOfAsking,
  extensionIn,
  isAuthor,
  isPerson,
  claimOf,
  relatedTo,
  replacing,
  statusIn,
  wrong,
} from './note-json.ts';
import { listOf, statusOf, targetOf, targetsOf } from './read-json.ts';

/** What may change of a signed note, each by its own rule. */
const turning = new Set(['status', 'docStatus', 'authenticator', 'extension', 'meta', 'text', 'id']);
const ownExtensions = new Set([wrongReasonUrl, countersignedUrl]);

export async function judgeSigned(change: Proposed, before: Json, proposal: Proposal): Promise<Ruling> {
  const { id, after } = change;
  const name = `DocumentReference/${id}`;
  const claims = [claimOf(name)];
  if (after === undefined)
    return {
      issues: [wrong('', 'note-kept', 'a signed note is never deleted; mark it as entered in error')],
      claims,
    };
  if (!isDeepStrictEqual(contentOf(before), contentOf(after)))
    return {
      issues: [
        wrong(
          '',
          'note-signed',
          'a signed note is never changed: write one that replaces it, or an addendum',
        ),
      ],
      claims,
    };
  if (statusOf(after) === 'entered-in-error' && statusOf(before) !== 'entered-in-error')
    return judgeWrong(change, before, after, proposal);
  if (
    statusIn(before) === 'preliminary' &&
    statusIn(after) === 'final' &&
    statusOf(before) === statusOf(after)
  )
    return judgeCountersigned(change, before, after, proposal);
  return { issues: await otherIssues(name, before, after, proposal), claims };
}

async function judgeWrong({ id }: Proposed, before: Json, after: Json, proposal: Proposal): Promise<Ruling> {
  const name = `DocumentReference/${id}`;
  const issues: Issue[] = [];
  if (isPerson(proposal) && !isAuthor(before, proposal))
    issues.push(wrong('status', 'not-author', 'only its author marks a note as entered in error'));
  if (!isDeepStrictEqual(before['authenticator'], after['authenticator']))
    issues.push(wrong('authenticator', 'note-signed', 'stays as it was when a note is marked'));
  if (extensionIn(after, wrongReasonUrl) === undefined)
    issues.push(wrong('extension', 'no-reason', `expected ${wrongReasonUrl}: why it is wrong`));
  const also = [...(await endOfAsking(name, 'cancelled', undefined, proposal))];
  const answers = targetsOf(((before['context'] ?? {}) as Json)['related'], 'QuestionnaireResponse');
  also.push(...answers.map((one) => becomes(one, 'entered-in-error')));
  // What it replaced is the newest that is right, unless something else replaced that as well.
  const replaced = relatedTo(before, 'replaces');
  for (const target of replaced) {
    const old = await proposal.read(target);
    if (
      statusOf(old) === 'superseded' &&
      (await replacing(target, proposal)).every((one) => one['id'] === id)
    )
      also.push(becomes(target, 'current'));
  }
  return { issues, also, claims: [name, ...replaced].map(claimOf) };
}

/** By the colleague who was asked, or by another doctor; never by who wrote it. */
async function judgeCountersigned(
  { id }: Proposed,
  before: Json,
  after: Json,
  proposal: Proposal,
): Promise<Ruling> {
  const name = `DocumentReference/${id}`;
  const issues: Issue[] = [];
  const signer = targetOf(after['authenticator']);
  const asked = (await askings(name, proposal)).map((task) => targetOf(task['owner']));
  if (signer === undefined || targetsOf(before['author'], 'Practitioner').includes(signer))
    issues.push(
      wrong(
        'authenticator',
        'own-note',
        'expected another Practitioner than the author: nobody countersigns their own',
      ),
    );
  else if (isPerson(proposal) && signer !== proposal.author)
    issues.push(
      wrong('authenticator', 'other-person', 'expected who writes: nobody countersigns for another'),
    );
  else if (isPerson(proposal) && !asked.includes(signer) && proposal.role !== 'doctor')
    issues.push(wrong('authenticator', 'not-asked', 'expected the colleague who was asked, or a doctor'));
  return {
    issues,
    also: await endOfAsking(name, 'completed', after['authenticator'], proposal),
    claims: [claimOf(name)],
  };
}

/** Any other turn of its states: only to be replaced, when something does replace it. */
async function otherIssues(name: string, before: Json, after: Json, proposal: Proposal): Promise<Issue[]> {
  const turned = [...turning].filter(
    (key) => !['meta', 'text', 'id'].includes(key) && !isDeepStrictEqual(before[key], after[key]),
  );
  if (turned.length === 0) return [];
  const isReplaced =
    turned.every((key) => key === 'status') &&
    statusOf(after) === 'superseded' &&
    (await replacing(name, proposal)).length > 0;
  return isReplaced
    ? []
    : [
        wrong(
          turned[0] ?? 'status',
          'note-signed',
          'of a signed note only this changes: it is replaced, countersigned, or entered in error',
        ),
      ];
}

/** All that a reader reads, and who says it. */
function contentOf(note: Json): Json {
  return {
    ...Object.fromEntries(Object.entries(note).filter(([key]) => !turning.has(key))),
    extension: listOf(note['extension']).filter(({ url }) => !ownExtensions.has(String(url))),
  };
}
