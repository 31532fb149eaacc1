/**
 * Alerts that a person may answer: a DetectedIssue in the same act names the alert by its code, says in `mitigation` what is done about
 * it, and is referred to by the resource (`detectedIssue`), or, where FHIR has no such element, refers to it (`implicated`).
 */
import { alertSystem } from '#fhir/medication/check.ts';
import { listOf, targetOf, wordsOf } from '#fhir/medication/order.ts';
import { isObject } from '#fhir/json.ts';
import type { Proposal, Proposed } from './guard.ts';

export function isAnswered(
  alert: { readonly code: string; readonly about: readonly string[] },
  change: Proposed,
  { changes }: Proposal,
): boolean {
  const own = `${change.type}/${change.id}`;
  const named = listOf(change.after?.['detectedIssue']).map(targetOf);
  return changes.some(({ type, id, after }) => {
    if (type !== 'DetectedIssue' || after === undefined || after['status'] === 'entered-in-error')
      return false;
    const implicated = listOf(after['implicated']).map(targetOf);
    if (!named.includes(`DetectedIssue/${id}`) && !implicated.includes(own)) return false;
    const code = isObject(after['code']) ? listOf(after['code']['coding']) : [];
    const says = listOf(after['mitigation']).some(({ action }) => wordsOf(action).trim() !== '');
    return (
      says &&
      code.some((one) => one['system'] === alertSystem && one['code'] === alert.code) &&
      alert.about.every((one) => implicated.includes(one))
    );
  });
}
