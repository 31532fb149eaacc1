import type { AllergyIntolerance, Flag } from '@medplum/fhirtypes';
import { anyHasCode, hasCode, wordsOf } from './coding.ts';

// "No known allergies" is an answer somebody gave. Nothing at all means that nobody asked. The two never look alike.

const noneKnown = ['716186003', '409137002', '428607008', '1003774007'];

export type Cave = {
  readonly kind: 'known' | 'none' | 'unasked';
  readonly items: readonly AllergyIntolerance[];
  /** When "none known" was recorded. */
  readonly asked: string | undefined;
};

export function caveOf(allergies: readonly AllergyIntolerance[]): Cave {
  const active = allergies.filter(
    (each) =>
      !hasCode(each.verificationStatus, 'entered-in-error', 'refuted') &&
      !hasCode(each.clinicalStatus, 'resolved', 'inactive'),
  );
  const items = active.filter((each) => !hasCode(each.code, ...noneKnown));
  const none = active.find((each) => hasCode(each.code, ...noneKnown));
  return {
    kind: items.length > 0 ? 'known' : none === undefined ? 'unasked' : 'none',
    items,
    asked: none?.recordedDate,
  };
}

/** Penicillin · anafylaksi */
export function caveWords(allergy: AllergyIntolerance): string {
  const reaction = (allergy.reaction ?? [])
    .flatMap((each) => each.manifestation.map(wordsOf))
    .filter((words) => words !== '');
  return [wordsOf(allergy.code), ...new Set(reaction)].join(' · ');
}

/** Substances alone, for where there is little room. */
export const caveShort = (cave: Cave): readonly string[] => cave.items.map((item) => wordsOf(item.code));

export type FlagKind = 'isolation' | 'treatment-level' | 'fall-risk' | 'protected';

export function flagWords(flags: readonly Flag[], kind: FlagKind): string | undefined {
  const found = flags
    .filter((flag) => flag.status === 'active' && anyHasCode(flag.category, kind))
    .map((flag) => wordsOf(flag.code));
  return found.length === 0 ? undefined : found.join(', ');
}

/** Flags of kinds that have no place of their own in the banner. */
export function otherFlags(flags: readonly Flag[]): readonly Flag[] {
  return flags.filter(
    (flag) => flag.status === 'active' && !anyHasCode(flag.category, 'isolation', 'treatment-level'),
  );
}
