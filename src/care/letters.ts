/**
 * Letters (docs/decisions/0020). A draft is anybody's who writes notes; a signature is of a role that may sign the kind, by who
 * writes, and of a letter that is whole. What is signed is never changed: it is corrected by a letter that replaces it, or was wrong, which its
 * author says with a reason. A signature makes the Task of each receiver, and for a referral the ServiceRequest by which the receiver
 * may open the record. The guards of the Tasks are in letter-way.ts.
 */
import type { Issue } from '#base/refusal.ts';
import { isObject, type Json } from '#fhir/json.ts';
import {
  dischargeLetter,
  letterKindOf,
  letterKindSystem,
  letterSectionSystem,
  type LetterKind,
} from '#fhir/letters/kinds.ts';
import { receiverUrl, textOfDiv, wrongUrl } from '#fhir/letters/letter.ts';
import { hasLeft, letterStateOf } from '#fhir/letters/steps.ts';
import type { Consequence, Proposal, Proposed, Ruling } from './guard.ts';
import { dueBecomes, standingLetters } from './letter-due.ts';
import { lettersTasks, requestOf, wayBecomes, waysOf } from './letter-way.ts';
import { codeIn, listOf, statusOf, targetOf, textOf } from './read-json.ts';

const signedStatus = new Set(['final', 'amended']);
const isSigned = (letter: Json | undefined) => signedStatus.has(statusOf(letter));

/** The guard of a Composition, when it is a letter. */
export function judgeLetter(change: Proposed, proposal: Proposal): Promise<Ruling> | undefined {
  const { before, after } = change;
  const kind = letterKindOf(codeIn((before ?? after)?.['type'], letterKindSystem));
  if (kind === undefined) {
    const said = codeIn((before ?? after)?.['type'], letterKindSystem);
    return said === undefined
      ? undefined
      : Promise.resolve({ issues: [wrong('type', 'unknown-letter', `${letterKindSystem} has no ${said}`)] });
  }
  const claim = `letter Composition/${change.id}`;
  if (after === undefined)
    return Promise.resolve(
      statusOf(before) === 'preliminary'
        ? {}
        : { issues: [kept('a signed letter is never deleted')], claims: [claim] },
    );
  if (before !== undefined && statusOf(before) !== 'preliminary')
    return judgeKept(change, before, after, proposal).then((ruling) => ({ ...ruling, claims: [claim] }));
  const same = before === undefined ? [] : sameIssues(before, after);
  if (!isSigned(after)) return same.length === 0 ? undefined : Promise.resolve({ issues: same });
  return judgeSigned(change.id, after, kind, proposal).then((ruling) => ({
    ...ruling,
    issues: [...same, ...(ruling.issues ?? [])],
    claims: [claim, ...(ruling.claims ?? [])],
  }));
}

async function judgeSigned(id: string, letter: Json, kind: LetterKind, proposal: Proposal): Promise<Ruling> {
  const stay = targetOf(letter['encounter']);
  const old = listOf(letter['relatesTo']).find(({ code }) => code === 'replaces');
  const replaced = targetOf(old?.['targetReference']);
  const issues = [
    ...signatureIssues(letter, kind, proposal),
    ...contentIssues(letter, kind),
    ...(await patientIssues(letter, stay, proposal)),
  ];
  const also: Consequence[] = lettersTasks(id, letter, kind);
  const claims: string[] = [];
  if (replaced !== undefined) {
    claims.push(`letter ${replaced}`);
    issues.push(...(await replacedIssues(id, letter, replaced, proposal)));
    also.push(...(await endOfWays(replaced, 'Erstattet af en rettet udgave', proposal)));
  } else if (statusOf(letter) === 'amended')
    issues.push(wrong('relatesTo', 'no-letter', 'expected the letter that this one replaces'));
  if (kind.id === dischargeLetter && stay !== undefined) {
    claims.push(`letter of ${stay}`);
    const others = (await standingLetters(stay, proposal)).filter((one) => one['id'] !== id);
    if (replaced === undefined && others.length > 0)
      issues.push(
        conflict('status', 'letter-signed-already', `the letter of ${stay} is signed; correct that one`),
      );
    also.push(dueBecomes(stay.replace('Encounter/', ''), 'completed'));
  }
  // What is refused makes nothing.
  return { issues, also: issues.length === 0 ? also : [], claims };
}

function signatureIssues(letter: Json, kind: LetterKind, { author, role }: Proposal): Issue[] {
  const legal = listOf(letter['attester']).find(({ mode }) => mode === 'legal');
  const isPerson = role !== undefined && role !== 'integration';
  return [
    ...(isPerson && !kind.signs.includes(role)
      ? [wrong('attester', 'role', `your role does not sign: ${kind.danish}`)]
      : []),
    ...(legal === undefined || textOf(legal['time']) === undefined || !isObject(legal['party'])
      ? [wrong('attester', 'no-signature', 'expected who signs, mode legal, with the time')]
      : isPerson && targetOf(legal['party']) !== author
        ? [wrong('attester', 'other-person', 'expected who writes: nobody signs for another')]
        : []),
  ];
}

function contentIssues(letter: Json, kind: LetterKind): Issue[] {
  const issues: Issue[] = [];
  const texts = new Map(
    listOf(letter['section']).map((section) => [
      codeIn(section['code'], letterSectionSystem),
      isObject(section['text']) ? textOfDiv(textOf(section['text']['div']) ?? '').trim() : '',
    ]),
  );
  for (const id of kind.required)
    if ((texts.get(id) ?? '') === '')
      issues.push(wrong('section', 'section-missing', `expected the section ${id} with a text`));
  if (receiversIn(letter).length === 0)
    issues.push(wrong('extension', 'no-receiver', `expected who receives it, as ${receiverUrl}`));
  const category = listOf(letter['category'])
    .flatMap((one) => codeIn(one, kind.categorySystem ?? '') ?? [])
    .at(0);
  if (kind.categories.length > 0 && !kind.categories.some(({ id }) => id === category))
    issues.push(
      wrong('category', 'no-category', `expected one of ${kind.categories.map(({ id }) => id).join(', ')}`),
    );
  return issues;
}

async function patientIssues(letter: Json, stay: string | undefined, proposal: Proposal): Promise<Issue[]> {
  if (stay === undefined) return [];
  const found = await proposal.read(stay);
  return found && targetOf(found['subject']) === targetOf(letter['subject'])
    ? []
    : [wrong('encounter', 'other-patient', `${stay} is no stay of this patient`)];
}

async function replacedIssues(id: string, letter: Json, name: string, proposal: Proposal): Promise<Issue[]> {
  const at = 'relatesTo';
  const old = await proposal.read(name);
  if (!isSigned(old)) return [wrong(at, 'no-letter', `${name} is no signed letter`)];
  if (targetOf(old?.['subject']) !== targetOf(letter['subject']))
    return [wrong(at, 'other-patient', `${name} is another patient's`)];
  if (codeIn(old?.['type'], letterKindSystem) !== codeIn(letter['type'], letterKindSystem))
    return [wrong(at, 'other-kind', `${name} is another kind of letter`)];
  const found = await proposal.find('Composition', `related-ref=${name}&status=final,amended`);
  const taken = found.some(
    (one) =>
      one['id'] !== id &&
      isSigned(one) &&
      listOf(one['relatesTo']).some(
        ({ code, targetReference }) => code === 'replaces' && targetOf(targetReference) === name,
      ),
  );
  return taken ? [conflict(at, 'replaced-already', `${name} is corrected already; correct the newest`)] : [];
}

/** What is signed stays as it is, but for that it was wrong. */
async function judgeKept({ id }: Proposed, before: Json, after: Json, proposal: Proposal): Promise<Ruling> {
  const isWrongNow = isSigned(before) && statusOf(after) === 'entered-in-error';
  if (contentOf(before) !== contentOf(after))
    return { issues: [kept('a signed letter is never changed: correct it by a new one that replaces it')] };
  if (!isWrongNow)
    return statusOf(before) === statusOf(after) && reasonOf(before) === reasonOf(after)
      ? {}
      : { issues: [kept(`was ${statusOf(before)} and does not become ${statusOf(after)}`)] };
  const issues: Issue[] = [];
  const legal = listOf(before['attester']).find(({ mode }) => mode === 'legal');
  const isPerson = proposal.role !== undefined && proposal.role !== 'integration';
  if (isPerson && targetOf(legal?.['party']) !== proposal.author)
    issues.push(wrong('status', 'not-author', 'is said to be wrong by who signed it'));
  if (reasonOf(after) === undefined)
    issues.push(wrong('extension', 'no-reason', `expected why it was wrong, as ${wrongUrl}`));
  const name = `Composition/${id}`;
  const left = (await waysOf(name, proposal)).filter((way) => hasLeft(letterStateOf(way)));
  if (left.length > 0)
    issues.push({
      severity: 'warning',
      code: 'business-rule',
      at: 'status',
      detail: 'recall-needed',
      text: `${left.length} of its receivers have it: it must be called back`,
    });
  const stay = targetOf(before['encounter']);
  const standing =
    stay !== undefined && codeIn(before['type'], letterKindSystem) === dischargeLetter
      ? (await standingLetters(stay, proposal)).filter((one) => one['id'] !== id)
      : undefined;
  const why = reasonOf(after);
  if (why === undefined) return { issues };
  return {
    issues,
    also: [
      ...(await endOfWays(name, why, proposal)),
      // The stay owes its letter again.
      ...(standing?.length === 0 && stay !== undefined
        ? [dueBecomes(stay.replace('Encounter/', ''), 'requested')]
        : []),
    ],
  };
}

/** The Tasks that have not left end; a referral's ServiceRequest with them. */
async function endOfWays(name: string, why: string, proposal: Proposal): Promise<Consequence[]> {
  const ways = await waysOf(name, proposal);
  const ends = ways.filter((way) => letterStateOf(way) === 'ready');
  const request = ends.length === ways.length ? await requestOf(name, proposal) : undefined;
  return [
    ...ends.map((way) => wayBecomes(String(way['id']), 'cancelled', why)),
    ...(request === undefined
      ? []
      : [
          {
            type: 'ServiceRequest',
            id: request,
            patch: [{ op: 'add', path: '/status', value: 'revoked' }],
          },
        ]),
  ];
}

function sameIssues(before: Json, after: Json): Issue[] {
  const same = (of: (letter: Json) => unknown) => of(before) === of(after);
  return [
    ...(same((one) => targetOf(one['subject'])) && same((one) => targetOf(one['encounter']))
      ? []
      : [wrong('subject', 'other-patient', 'a draft stays with its patient and its stay')]),
    ...(same((one) => codeIn(one['type'], letterKindSystem))
      ? []
      : [wrong('type', 'other-kind', 'a draft stays of its kind')]),
  ];
}

function receiversIn(letter: Json): readonly Json[] {
  return listOf(letter['extension']).flatMap(({ url, valueReference }) =>
    url === receiverUrl && isObject(valueReference) ? [valueReference] : [],
  );
}

/** All that a letter says, without how it stands. */
function contentOf({ meta: _meta, status: _status, extension, ...rest }: Json): string {
  const kept = listOf(extension).filter(({ url }) => url !== wrongUrl);
  return JSON.stringify(sorted({ ...rest, extension: kept }));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, each]) => [key, sorted(each)] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}

function reasonOf(letter: Json): string | undefined {
  return textOf(listOf(letter['extension']).find(({ url }) => url === wrongUrl)?.['valueString']);
}

const kept = (text: string): Issue => wrong('status', 'letter-kept', text);

function wrong(at: string, detail: string, text: string): Issue {
  return { code: 'business-rule', at, text, detail };
}

function conflict(at: string, detail: string, text: string): Issue {
  return { code: 'conflict', at, text, detail };
}
