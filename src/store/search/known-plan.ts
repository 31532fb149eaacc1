/**
 * Searches whose best plan is known beforehand, whatever their values are: of one patient by the index of patients, of a
 * birth date by the index of dates, by an identifier by the index of tokens. They are planned once for each connection;
 * PostgreSQL would else plan each anew, which costs twice as much as answering it. All other conditions are written so
 * that no index fits them: a planner that does not see the values cannot be led astray by one.
 */
import type { Filter } from '#fhir/search-conditions.ts';
import type { Sql } from '../sql.ts';
import type { Matching } from './search.ts';

export type KnownPlan = 'patient' | 'birthDate' | 'identifier';

/** Dates of more days than this are too many people to walk through. */
const daysMax = 32;
const dayMs = 86_400_000;

/** The index that is to answer; undefined when that depends on the values. */
export function knownPlan({ type, filters }: Matching): KnownPlan | undefined {
  if (type === undefined || !filters.every(({ by }) => ofColumns.has(by))) return undefined;
  if (filters.some((filter) => filter.by === 'patient' && filter.ids.length === 1)) return 'patient';
  if (type === 'Patient' && filters.some(isBirthDate)) return 'birthDate';
  return filters.some((filter) => isIdentifier(filter)) ? 'identifier' : undefined;
}

/** The connections of the store that answer it best. */
export function connectionFor(
  { sql, planned }: { readonly sql: Sql; readonly planned: Sql },
  matching: Matching,
): Sql {
  return knownPlan(matching) ? planned : sql;
}

/** Judged by a row of the record alone, or by its own few rows beside it. */
const ofColumns: ReadonlySet<Filter['by']> = new Set([
  'id',
  'patient',
  'token',
  'mainDate',
  'updated',
  'present',
  'string',
]);

function isBirthDate(filter: Filter): boolean {
  if (filter.by !== 'mainDate' || filter.spans.length !== 1) return false;
  const [{ prefix, span } = { prefix: 'ne' as const, span: { low: 0, high: 0 } }] = filter.spans;
  return prefix === 'eq' && span.high - span.low <= daysMax * dayMs;
}

/** One identifier with its system: as good as a name. */
export function isIdentifier(filter: Filter): boolean {
  if (filter.by !== 'token' || filter.not || filter.keys.length !== 1) return false;
  return /^[A-Za-z]+\.identifier#[^|]+\|.+$/.test(filter.keys[0] ?? '');
}
