/** What programs that watch the record share: what they are given, how they read, and the levels by which a Task escalates. */
import { isObject, type Json } from '#fhir/json.ts';
import { escalationSystem } from '#fhir/overdue.ts';
import { parseSearch } from '#fhir/search-query.ts';
import { seesEverything } from '#store/access.ts';
import { readAll } from '#store/reader.ts';
import { firstMatches } from '#store/search/search.ts';
import type { Sql } from '#store/sql.ts';

export type EscalationLevel = 'orderer' | 'team' | 'duty';
export const levels: readonly EscalationLevel[] = ['orderer', 'team', 'duty'];

export interface EscalationLimits {
  readonly toTeamSeconds: number;
  readonly toDutySeconds: number;
}

export interface WatchOptions {
  readonly sql: Sql;
  /** The count of seconds that programs saw pass. */
  readonly seconds: () => number;
  /** The wall clock, ms since 1970: for what was left when a deadline was noticed, and nothing after it. */
  readonly now?: () => number;
  readonly limits: EscalationLimits;
  /**
   * Writes as a program of ours, under the rules for all. `ifMatch` undefined: only if there is none yet.
   * Answers with the HTTP status.
   */
  readonly write: (task: Json & { readonly id: string }, ifMatch: number | undefined) => Promise<number>;
}

// As many as wait in a region; what is beyond them comes when these are seen.
const waitingMax = 1000;

export async function matches(sql: Sql, type: string, criteria: [string, string][]): Promise<Json[]> {
  const query = parseSearch(type, criteria, { strict: true, pageDefault: 1, pageMax: waitingMax, base: '' });
  const rows = await firstMatches(sql, seesEverything, query, waitingMax);
  return rows.map(({ body }) => treeOf(body)).filter((tree) => tree !== undefined);
}

export const levelConcept = (level: EscalationLevel) => ({
  coding: [{ system: escalationSystem, code: level }],
});

export async function read(sql: Sql, name: string): Promise<Json | undefined> {
  const [type = '', id = ''] = name.split('/');
  const [row] = await readAll(sql, [{ type, id }]);
  return treeOf(row?.body);
}

export function treeOf(body: string | undefined): Json | undefined {
  const tree: unknown = body === undefined ? undefined : JSON.parse(body);
  return isObject(tree) ? tree : undefined;
}
