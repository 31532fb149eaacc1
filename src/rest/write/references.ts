/** References by search within a transaction: `Practitioner?identifier=…` (http://hl7.org/fhir/R4/http.html#trules). */
import { Refusal } from '#base/refusal.ts';
import { replaceReferences } from '#fhir/bundle.ts';
import { matchesFilters } from '#fhir/match.ts';
import type { SearchQuery } from '#fhir/search-query.ts';
import { searchValues } from '#fhir/search-values.ts';
import { connectionFor } from '#store/search/known-plan.ts';
import { firstMatches } from '#store/search/search.ts';
import { conditionOf } from '../target.ts';
import type { Placed, PlanContext } from './plan.ts';

const conditionalReference = /^([A-Z][A-Za-z]+)\?(.+)$/;

/** What each of them became: it must match exactly one, as all will be after the writes. */
export async function resolveConditional(
  placed: readonly Placed[],
  links: ReadonlyMap<string, string>,
  context: PlanContext,
): Promise<Map<string, string>> {
  const wanted = new Map<string, string | undefined>();
  for (const { resource, at } of placed.map(({ entry }) => entry)) {
    if (!resource?.text.includes('?')) continue;
    replaceReferences(resource.text, (reference) => {
      if (!links.has(reference) && conditionalReference.test(reference)) wanted.set(reference, at);
      return undefined;
    });
  }
  const resolved = new Map<string, string>();
  for (const [reference, at] of wanted) {
    const [, type = '', criteria = ''] = conditionalReference.exec(reference) ?? [];
    const condition = conditionOf(type, criteria, context.base, context.limits, context.custom);
    const stored = await firstMatches(
      connectionFor(context.store, condition),
      context.caller.sees,
      condition,
    );
    const matches = [
      ...stored.filter(({ id }) => !isRewritten(placed, type, id)).map(({ id }) => id),
      ...matchesAmong(placed, condition),
    ];
    const [match] = matches;
    if (!match || matches.length > 1) {
      throw new Refusal('stale', [
        {
          code: match ? 'multiple-matches' : 'not-found',
          text: `the reference by search to ${type} matches ${match ? 'more than one' : 'none'}; exactly one is needed`,
          ...(at === undefined ? {} : { at }),
        },
      ]);
    }
    resolved.set(reference, `${type}/${match}`);
  }
  return resolved;
}

/** Whether what is stored now says nothing of what will be stored then. */
function isRewritten(placed: readonly Placed[], type: string, id: string): boolean {
  return placed.some((one) => one.type === type && one.id === id && !one.found && one.entry.kind !== 'patch');
}

function matchesAmong(placed: readonly Placed[], { type, filters }: SearchQuery): string[] {
  return placed.flatMap(({ entry, type: own, id, found }) => {
    if (own !== type || found || !entry.resource) return [];
    const fits = matchesFilters(filters, id, searchValues(type, { ...entry.resource.tree, id }));
    if (fits === undefined) {
      throw new Refusal(
        'unprocessable',
        `a reference by search to ${type}, of which the same transaction writes some, may use tokens, references and texts only`,
        { code: 'not-supported' },
      );
    }
    return fits ? [id] : [];
  });
}
