import type { DiagnosticReport, Observation, Task } from '@medplum/fhirtypes';
import { anyHasCode } from './coding.ts';

// What nobody has answered for having seen: told by version, so that a corrected result is unseen again (docs/decisions/0018).

export type Result = Observation | DiagnosticReport;

/** `Observation/17/_history/2`: this very version. */
export const versionName = (result: Result): string =>
  `${result.resourceType}/${result.id ?? ''}/_history/${result.meta?.versionId ?? ''}`;

/** The versions that reviews name. */
export function seenVersions(reviews: readonly Task[]): ReadonlySet<string> {
  return new Set(
    reviews.flatMap((review) =>
      (review.basedOn ?? []).flatMap(
        ({ reference }) =>
          /(?:Observation|DiagnosticReport)\/[^/]+\/_history\/\d+$/.exec(reference ?? '')?.[0] ?? [],
      ),
    ),
  );
}

/** Results that somebody must see: answers of laboratories and reports, without those that say nothing yet. */
export function isToBeSeen(result: Result): boolean {
  if (result.status === 'entered-in-error' || result.status === 'registered') return false;
  return result.resourceType === 'DiagnosticReport' || anyHasCode(result.category, 'laboratory');
}
