/** What the rules about notes read of notes and of the Tasks that ask to countersign them. */
import type { Issue } from '#base/refusal.ts';
import type { Json } from '#fhir/json.ts';
import { countersignKind } from '#fhir/notes/note.ts';
import { taskKindSystem } from '#fhir/orders/steps.ts';
import type { Consequence, Proposal } from './guard.ts';
import { kindOf } from './orders.ts';
import { listOf, statusOf, targetOf, targetsOf, textOf } from './read-json.ts';

/** Text in the record itself. What has a category is another kind of document: a letter, something scanned. */
export function isNote(document: Json): boolean {
  return (
    listOf(document['category']).length === 0 &&
    listOf(document['content']).some(({ attachment }) => {
      const { contentType, data } = (attachment ?? {}) as Json;
      return textOf(contentType)?.startsWith('text/plain') === true && textOf(data) !== undefined;
    })
  );
}

export async function askings(note: string, proposal: Proposal): Promise<Json[]> {
  const found = await proposal.find('Task', `focus=${note}&code=${taskKindSystem}|${countersignKind}`);
  return found.filter(
    (task) =>
      kindOf(task) === countersignKind && targetOf(task['focus']) === note && statusOf(task) === 'requested',
  );
}

export async function endOfAsking(
  note: string,
  status: 'completed' | 'cancelled',
  owner: unknown,
  proposal: Proposal,
): Promise<Consequence[]> {
  return (await askings(note, proposal)).map((task) => ({
    type: 'Task',
    id: String(task['id']),
    patch: [
      { op: 'replace', path: '/status', value: status },
      ...(owner === undefined ? [] : [{ op: 'add', path: '/owner', value: owner }]),
    ],
  }));
}

/** The notes that replace this one and are not entered in error. */
export async function replacing(target: string, proposal: Proposal): Promise<Json[]> {
  const found = await proposal.find('DocumentReference', `relatesto=${target}`);
  return found.filter(
    (one) => statusOf(one) !== 'entered-in-error' && relatedTo(one, 'replaces').includes(target),
  );
}

export function becomes(target: string, status: string): Consequence {
  const [type = '', id = ''] = target.split('/');
  return { type, id, patch: [{ op: 'replace', path: '/status', value: status }] };
}

export function relatedTo(note: Json, code: 'appends' | 'replaces'): string[] {
  return listOf(note['relatesTo']).flatMap((one) => {
    const target = one['code'] === code ? targetOf(one['target']) : undefined;
    return target?.startsWith('DocumentReference/') === true ? [target] : [];
  });
}

export function extensionIn(note: Json, url: string): string | undefined {
  return listOf(note['extension']).flatMap((one) =>
    one['url'] === url ? (textOf(one['valueString']) ?? []) : [],
  )[0];
}

export const statusIn = (note: Json): string => textOf(note['docStatus']) ?? 'final';
export const isAuthor = (note: Json, { author }: Proposal): boolean =>
  targetsOf(note['author'], 'Practitioner').includes(author);
/** Programs write for people; they are held to the rest. */
export const isPerson = ({ role }: Proposal): boolean => role !== undefined && role !== 'integration';
export const claimOf = (note: string): string => `note ${note}`;

export function wrong(at: string, detail: string, text: string): Issue {
  return { code: 'business-rule', at, text, detail };
}
export function conflict(at: string, detail: string, text: string): Issue {
  return { code: 'conflict', at, text, detail };
}
