/** All that keeps a resource from being written: R4 itself, and the profiles it claims. */
import type { Issue } from '#base/refusal.ts';
import type { Parsed } from '../parse.ts';
import { builtIn } from '../terminology/library.ts';
import { validate } from '../validate.ts';
import { checkProfiles, isError, type Known } from './check.ts';
import { findBuiltIn } from './library.ts';

export const knownBuiltIn: Known = { profiles: findBuiltIn, terminology: builtIn };

/** Errors only. A claimed profile that is not built in is taken at its word: a write does not wait for a search. */
export function judge(resource: Parsed): readonly Issue[] {
  const issues = validate(resource);
  return issues.length > 0 ? issues : checkProfiles(resource.tree, knownBuiltIn).filter(isError);
}
