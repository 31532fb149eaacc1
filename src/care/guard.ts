/**
 * Clinical rules that need the record. A guard is given what an act would change and the record as the act would leave it,
 * and says what is wrong, what a person should know before they sign, what it must not be judged for beside another act, and what
 * else changes with it. It runs for every writer of the FHIR API, so a rule that holds on our screens holds for a laboratory's
 * program too. What is imported as a whole (`$import`, `holdfast import`) is history and is not judged.
 */
import { Refusal, type Issue } from '#base/refusal.ts';
import { isObject, type Json } from '#fhir/json.ts';
import { parseSearch } from '#fhir/search-query.ts';
import { seesEverything } from '#store/access.ts';
import { connectionFor } from '#store/search/known-plan.ts';
import { firstMatches } from '#store/search/search.ts';
import type { Store } from '#store/store.ts';

/** One resource as it is and as the act would leave it. */
export interface Proposed {
  readonly type: string;
  readonly id: string;
  /** undefined: it is not there, or was deleted. */
  readonly before: Json | undefined;
  /** undefined: it would be deleted. */
  readonly after: Json | undefined;
}

/** What an act would do, and the record as it would be then. */
export interface Proposal {
  /** Who writes, `Practitioner/anne-lund`. */
  readonly author: string;
  /** Their role; undefined: a program of ours. */
  readonly role?: string | undefined;
  readonly changes: readonly Proposed[];
  /** `Type/id` as it would be; undefined when it is not there. */
  readonly read: (reference: string) => Promise<Json | undefined>;
  /**
   * All of a type that match, such as `find('Encounter', 'location=Location/b12-3')`, as they would be; and whatever of that
   * type the act writes, matching or not, since it may match now: the guard looks at what it gets.
   * @throws Refusal `tooMuch` when there are more than `foundMax`
   */
  readonly find: (type: string, criteria: string) => Promise<readonly Json[]>;
}

export interface Ruling {
  /** An error refuses the act: with 409 when its code is `conflict`, else with 422. Others are told by `$check`. */
  readonly issues?: readonly Issue[];
  /** Of two acts that share one of these texts, each is judged by what the one before it left (store/claims.ts). */
  readonly claims?: readonly string[];
  /** What changes with it, whatever the writer's role may write. Not judged again. */
  readonly also?: readonly Consequence[];
}

/** What an act changes besides, or makes. */
export type Consequence = ConsequentPatch | ConsequentNew;

export interface ConsequentPatch {
  readonly type: string;
  readonly id: string;
  /** Operations of a JSON Patch (RFC 6902). */
  readonly patch: readonly { readonly op: string; readonly path: string; readonly value?: unknown }[];
}

export interface ConsequentNew {
  readonly type: string;
  readonly id: string;
  /** A resource that is not there yet; one that is there stays as it is. */
  readonly made: Json;
}

/** Judges one change of its type. Cheap for what it does not concern: it runs on every write. */
export type Guard = (change: Proposed, proposal: Proposal) => Promise<Ruling | undefined> | undefined;

/** The guards of each type. */
export type Guards = ReadonlyMap<string, readonly Guard[]>;

/** For what was judged elsewhere: history that is imported, records that are merged. */
export const noGuards: Guards = new Map();

// What a guard looks for is a handful; more is a question that was asked wrongly, or a record that is.
const foundMax = 1000;

export interface Ruled {
  readonly change: Proposed;
  readonly ruling: Ruling;
}

/** What the guards say of each change, in the order of the changes. */
export async function judgeAct(guards: Guards, proposal: Proposal): Promise<readonly Ruled[]> {
  const ruled: Ruled[] = [];
  for (const change of proposal.changes) {
    for (const guard of guards.get(change.type) ?? []) {
      const ruling = await guard(change, proposal);
      if (ruling) ruled.push({ change, ruling });
    }
  }
  return ruled;
}

/** @throws Refusal with all errors among the issues */
export function refuseErrors(issues: readonly Issue[]): void {
  const errors = issues.filter(({ severity = 'error' }) => severity === 'error');
  if (errors.length === 0) return;
  throw new Refusal(errors.some(({ code }) => code === 'conflict') ? 'conflict' : 'unprocessable', errors);
}

/** The record as it would be after `changes`. */
export function proposalOf(
  store: Pick<Store, 'sql' | 'planned' | 'gather'>,
  author: string,
  changes: readonly Proposed[],
  role?: string,
): Proposal {
  const byName = new Map(changes.map((change) => [`${change.type}/${change.id}`, change]));
  return {
    author,
    role,
    changes,
    read: async (reference) => {
      const own = byName.get(reference);
      if (own) return own.after;
      const [type = '', id = ''] = reference.split('/');
      return treeOf((await store.gather(seesEverything, type, id))?.body);
    },
    find: async (type, criteria) => {
      const query = parseSearch(type, [...new URLSearchParams(criteria)], searching);
      const rows = await firstMatches(connectionFor(store, query), seesEverything, query, foundMax + 1);
      if (rows.length > foundMax)
        throw new Refusal('tooMuch', `more than ${foundMax} ${type} bear on what this act may do`);
      const stored = rows.filter(({ id }) => !byName.has(`${type}/${id}`)).map(({ body }) => treeOf(body));
      const written = changes.filter((change) => change.type === type).map(({ after }) => after);
      return [...stored, ...written].filter((tree) => tree !== undefined);
    },
  };
}

const searching = { strict: true, pageDefault: 1, pageMax: foundMax, base: '' } as const;

function treeOf(body: string | undefined): Json | undefined {
  const tree: unknown = body === undefined ? undefined : JSON.parse(body);
  return isObject(tree) ? tree : undefined;
}
