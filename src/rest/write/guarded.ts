/** What the clinical rules (src/care) say of the changes of an act, and where in what was asked each issue stands. */
import type { Issue } from '#base/refusal.ts';
import { judgeAct, proposalOf, type Consequence, type Proposed } from '#care/guard.ts';
import type { Json } from '#fhir/json.ts';
import type { Placed, PlanContext } from './plan.ts';

/** A change, and where it stands in what was asked. */
export type Placeable = Proposed & { readonly at: string };

export interface Judgement {
  readonly issues: readonly Issue[];
  readonly claims: readonly string[];
  readonly also: readonly Consequence[];
}

const nothing: Judgement = { issues: [], claims: [], also: [] };

export async function judgeChanges(
  proposed: readonly Placeable[],
  { guards, caller, store }: PlanContext,
): Promise<Judgement> {
  // Most acts concern no guard.
  if (!proposed.some(({ type }) => guards.has(type))) return nothing;
  const ruled = await judgeAct(guards, proposalOf(store, caller.author, proposed, caller.person?.role.name));
  const placeOf = new Map<Proposed, string>(proposed.map((one) => [one, one.at]));
  return {
    issues: ruled.flatMap(({ change, ruling }) => issuesAt(placeOf.get(change), ruling.issues)),
    claims: ruled.flatMap(({ ruling }) => ruling.claims ?? []),
    also: ruled.flatMap(({ ruling }) => ruling.also ?? []),
  };
}

/** @param stored The text that is there now. */
export function proposedOf(
  { entry, type, id }: Pick<Placed, 'entry' | 'type' | 'id'>,
  after: Json | undefined,
  stored: string | undefined,
): Placeable {
  let before: Json | undefined;
  return {
    type,
    id,
    at: entry.at === undefined ? type : `${entry.at}.resource`,
    // Read when a guard looks: most changes concern none.
    get before() {
      if (before === undefined && stored !== undefined) before = JSON.parse(stored) as Json;
      return before;
    },
    after: after === undefined ? undefined : { ...after, id },
  };
}

function issuesAt(at: string | undefined, issues: readonly Issue[] = []): Issue[] {
  return issues.map((issue) => ({
    ...issue,
    at: [at, issue.at].filter((part) => part !== undefined).join('.'),
  }));
}
