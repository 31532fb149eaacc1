/**
 * Who is who: a personal number belongs to one person. Two records of one person are merged (merge.ts), never made by
 * registering the number a second time.
 */
import type { Issue } from '#base/refusal.ts';
import { isObject, type Json } from '#fhir/json.ts';
import { isPersonalNumber } from '#fhir/replacement-number.ts';
import type { Proposal, Proposed, Ruling } from './guard.ts';

/** The guard of a Patient. */
export function judgePerson(change: Proposed, proposal: Proposal): Promise<Ruling> | undefined {
  const before = numbersOf(change.before);
  const fresh = numbersOf(change.after).filter((number) => !before.includes(number));
  return fresh.length === 0 ? undefined : judge(change, proposal, fresh);
}

async function judge(change: Proposed, proposal: Proposal, fresh: readonly string[]): Promise<Ruling> {
  const issues: Issue[] = [];
  for (const number of fresh) {
    const found = await proposal.find('Patient', new URLSearchParams({ identifier: number }).toString());
    const other = found.find((person) => person['id'] !== change.id && numbersOf(person).includes(number));
    if (other)
      issues.push({
        code: 'conflict',
        at: 'identifier',
        text: `Patient/${String(other['id'])} has this number; use that record, or merge the two`,
        detail: 'number-taken',
      });
  }
  return { issues, claims: fresh.map((number) => `number ${number}`) };
}

/** `system|value` of the personal numbers of one who is in use: those of a merged record are the other record's. */
function numbersOf(person: Json | undefined): string[] {
  if (!person || person['active'] === false) return [];
  const identifiers: unknown[] = Array.isArray(person['identifier']) ? person['identifier'] : [];
  return identifiers.flatMap((one) =>
    isObject(one) &&
    isPersonalNumber(one['system']) &&
    typeof one['value'] === 'string' &&
    one['use'] !== 'old'
      ? [`${String(one['system'])}|${one['value']}`]
      : [],
  );
}
