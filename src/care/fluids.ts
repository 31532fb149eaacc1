/**
 * Fluid balance (docs/how/clinical-shapes.md): in ml only, no amount that no patient takes or gives, never changed afterwards. What is
 * wrong is marked as such, with a reason, and written anew.
 */
import type { Issue } from '#base/refusal.ts';
import { entryMostMl, isFluid, readFluid } from '#fhir/fluid-balance/kinds.ts';
import type { Json } from '#fhir/json.ts';
import type { Proposed, Ruling } from './guard.ts';
import { listOf, statusOf, targetOf, textOf } from './read-json.ts';

/** The guard of an Observation, when it is part of a fluid balance. */
export function judgeFluid({ before, after }: Proposed): Promise<Ruling> | undefined {
  const was = before !== undefined && isFluid(before);
  if (!was && (after === undefined || !isFluid(after))) return undefined;
  return Promise.resolve({ issues: was ? changeIssues(before, after) : newIssues(after ?? {}) });
}

function newIssues(entry: Json): Issue[] {
  if (statusOf(entry) === 'entered-in-error') return [];
  const read = readFluid(entry);
  if (!('entry' in read)) return [wrong(read.at, read.detail, read.text)];
  const { kind, milli } = read.entry;
  if (milli > entryMostMl * 1000)
    return [
      wrong(
        'valueQuantity.value',
        'impossible',
        `is ${milli / 1000} ml; one entry is at most ${entryMostMl} ml`,
      ),
    ];
  return milli <= kind.unusual * 1000
    ? []
    : [
        {
          severity: 'warning',
          code: 'business-rule',
          at: 'valueQuantity.value',
          detail: 'unusual',
          text: `is ${milli / 1000} ml; one entry of ${kind.id} is rarely above ${kind.unusual} ml`,
        },
      ];
}

function changeIssues(before: Json, after: Json | undefined): Issue[] {
  if (after === undefined)
    return [wrong('status', 'entry-kept', 'is never deleted: mark it as entered in error, with a reason')];
  if (statusOf(before) === 'entered-in-error')
    return says(before) === says(after) && statusOf(after) === 'entered-in-error'
      ? []
      : [wrong('status', 'entry-kept', 'is marked as wrong and stays so: write a new one')];
  if (says(before) !== says(after) || !isFluid(after))
    return [
      wrong(
        'valueQuantity',
        'entry-kept',
        'is never changed: mark it as entered in error and write a new one',
      ),
    ];
  if (statusOf(after) !== 'entered-in-error' || notesOf(after) > notesOf(before)) return [];
  return [wrong('note', 'no-reason', 'is required when it is marked as entered in error: why')];
}

/** What an entry says, whatever its status and notes. */
function says(entry: Json): string {
  const { subject, code, effectiveDateTime, valueQuantity } = entry;
  return JSON.stringify([targetOf(subject), code, effectiveDateTime, valueQuantity]);
}

function notesOf(entry: Json): number {
  return listOf(entry['note']).filter(({ text }) => (textOf(text) ?? '').trim() !== '').length;
}

function wrong(at: string, detail: string, text: string): Issue {
  return { code: 'business-rule', at, text, detail };
}
