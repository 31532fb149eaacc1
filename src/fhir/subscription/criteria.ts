/**
 * What a Subscription listens for, as a question to one change: a search that is answered from the resource's own words,
 * so that the version that was written is judged and never a later one, and judging costs no look at the database.
 */
import { Refusal, type Issue } from '#base/refusal.ts';
import { isResourceType } from '../definitions/tables.ts';
import { matchesFilters } from '../match.ts';
import type { Json } from '../json.ts';
import type { Filter } from '../search-conditions.ts';
import { parseSearch } from '../search-query.ts';
import { searchValues, type SearchValues } from '../search-values.ts';
import type { Topic } from './topics.ts';

export interface Criteria {
  readonly types: readonly string[];
  /** It looks at what was there before, too. */
  readonly comparing: boolean;
  /** `values` are those of `now`, or of `before` when it was deleted. */
  readonly matches: (change: JudgedChange) => boolean;
}
export interface JudgedChange {
  readonly type: string;
  readonly id: string;
  readonly now: Json | undefined;
  readonly before: Json | undefined;
  readonly values: SearchValues;
}

/** A change with what searching sees in it, reckoned once for all subscriptions. */
export function judgedChange(change: Omit<JudgedChange, 'values'>): JudgedChange {
  return {
    ...change,
    values: searchValues(change.type, { ...(change.now ?? change.before), id: change.id }),
  };
}

interface Asked {
  readonly type: string;
  readonly names: readonly string[];
  readonly filters: readonly Filter[];
}

/** R4's criteria, `Observation?code=…`: each version that is written and fits; a deletion never (subscription.html). */
export function readCriteria(text: string): Criteria | { readonly issues: readonly Issue[] } {
  const asked = readSearchText(text, 'Subscription.criteria');
  if ('issues' in asked) return asked;
  return {
    types: [asked.type],
    comparing: false,
    matches: ({ type, id, now, values }) =>
      now !== undefined && type === asked.type && matchesFilters(asked.filters, id, values) === true,
  };
}

/** A topic, narrowed. An event of a type that no filter speaks of is not told when there are filters: rather less than asked. */
export function readTopicCriteria(
  topic: Topic,
  filters: readonly string[],
): Criteria | { readonly issues: readonly Issue[] } {
  const at = 'Subscription.criteria.extension';
  const issues: Issue[] = [];
  const all: Asked[] = [];
  for (const text of filters) {
    const asked = readSearchText(text, at);
    if ('issues' in asked) {
      issues.push(...asked.issues);
      continue;
    }
    if (!topic.types.includes(asked.type))
      issues.push({ code: 'value', at, text: `is of ${asked.type}; expected ${topic.types.join(' or ')}` });
    const other = asked.names.find((name) => !topic.filters.includes(name.split(':')[0] ?? ''));
    if (other !== undefined)
      issues.push({
        code: 'not-supported',
        at,
        text: `'${other.slice(0, 60)}' does not narrow this topic; expected ${topic.filters.join(', ')}`,
      });
    all.push(asked);
  }
  if (issues.length > 0) return { issues };
  return {
    types: topic.types.filter((type) => all.length === 0 || all.some((one) => one.type === type)),
    comparing: true,
    matches: ({ type, id, now, before, values }) => {
      const own = all.filter((one) => one.type === type);
      return (
        topic.types.includes(type) &&
        (all.length === 0 || own.length > 0) &&
        topic.happened(now, before) &&
        own.every((one) => matchesFilters(one.filters, id, values) === true)
      );
    },
  };
}

function readSearchText(text: string, at: string): Asked | { readonly issues: readonly Issue[] } {
  const [type = '', query = ''] = text.split(/\?(.*)/s);
  if (!isResourceType(type))
    return { issues: [{ code: 'value', at, text: 'expected a search such as Observation?code=1234-5' }] };
  const parameters = [...new URLSearchParams(query)];
  const issues = parameters.flatMap(([name, value]): Issue[] =>
    value === '' || resultParameters.has(name.split(':')[0] ?? '')
      ? [{ code: 'not-supported', at, text: `'${name.slice(0, 60)}' selects nothing here` }]
      : [],
  );
  if (issues.length > 0) return { issues };
  try {
    const { filters } = parseSearch(type, parameters, {
      base: noBase,
      strict: true,
      pageDefault: 1,
      pageMax: 1,
    });
    if (filters.every(isDecidable)) return { type, filters, names: parameters.map(([name]) => name) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { issues: error.issues.map((issue) => ({ ...issue, at: `${at}.${issue.at ?? ''}` })) };
  }
  return {
    issues: [
      {
        code: 'not-supported',
        at,
        text: 'asks for more than the resource itself says (chains, _has, _list, _text, _content, _lastUpdated); expected criteria that it answers alone',
      },
    ],
  };
}

/** Criteria are read without a request, so an absolute address is a foreign one. */
const noBase = 'urn:no:base';
const resultParameters: ReadonlySet<string> = new Set([
  '_count',
  '_sort',
  '_include',
  '_revinclude',
  '_summary',
  '_elements',
  '_total',
  '_type',
  '_format',
  '_pretty',
  '_cursor',
]);

/** What a resource does not say of itself. */
const undecidable: ReadonlySet<Filter['by']> = new Set([
  'hash',
  'rid',
  'updated',
  'words',
  'chain',
  'has',
  'list',
  'perType',
]);

function isDecidable(filter: Filter): boolean {
  return filter.by === 'all' || filter.by === 'any'
    ? filter.filters.every(isDecidable)
    : !undecidable.has(filter.by);
}
