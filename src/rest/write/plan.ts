/**
 * From entries to changes, given what is stored now. Runs again from the start when another writer was first, so it must
 * depend on nothing but its arguments and what it reads.
 */
import { assert } from '#base/assert.ts';
import { Refusal, type Issue } from '#base/refusal.ts';
import { refuseErrors, type Consequence, type Guards } from '#care/guard.ts';
import { patientsOf } from '#fhir/compartment.ts';
import { replaceReferences, withReferences } from '#fhir/bundle.ts';
import { stampText } from '#fhir/json-text.ts';
import { replaceLinks } from '#fhir/links.ts';
import { isObject, type Json } from '#fhir/json.ts';
import { parseResource, refuseIssues, type Parsed } from '#fhir/parse.ts';
import { applyJsonPatch } from '#fhir/patch.ts';
import type { CustomParameters } from '#fhir/search-parameters.ts';
import { searchValues } from '#fhir/search-values.ts';
import { judge } from '#fhir/profile/judge.ts';
import type { Change, EntryAnswer } from '#store/act.ts';
import { indexRows } from '#store/index-rows.ts';
import type { Draft } from '#store/perform.ts';
import { seesEverything } from '#store/access.ts';
import { ifSeen, type CurrentVersion } from '#store/reader.ts';
import { firstMatches } from '#store/search/search.ts';
import { connectionFor } from '#store/search/known-plan.ts';
import type { Store } from '#store/store.ts';
import type { Caller, Limits } from '../service.ts';
import { subscriptionOf, type WriteEntry } from './entry.ts';
import { judgeChanges, proposedOf, type Placeable } from './guarded.ts';
import { refuseForbidden, type Intended } from './may-write.ts';
import { resolveConditional } from './references.ts';

export interface PlanContext {
  readonly caller: Caller;
  readonly base: string;
  readonly limits: Limits;
  readonly store: Pick<Store, 'sql' | 'planned' | 'gather'>;
  /** Search parameters that were stored; their values are kept with each write. */
  readonly custom: CustomParameters;
  /** The clinical rules; none for what is imported as history. */
  readonly guards: Guards;
}
type Relink = (reference: string) => string | undefined;
/** What references and other links of an entry become. */
interface Turn {
  readonly relink: Relink;
  readonly links: ReadonlyMap<string, string>;
}

/** What two acts must not look for beside each other; see `Draft.claims`. */
export function claimsOf(entries: readonly WriteEntry[]): string[] {
  return entries.flatMap(
    ({ type, condition }) => condition?.used.map(([name, value]) => `${type}?${name}=${value}`) ?? [],
  );
}

/**
 * The changes and answers of all entries; they are written together or not at all.
 * @throws Refusal of the first entry that cannot be, or with all that the clinical rules find wrong
 */
export async function planEntries(entries: readonly WriteEntry[], context: PlanContext): Promise<Draft> {
  const { issues, ...draft } = await judgeEntries(entries, context);
  refuseErrors(issues);
  return draft;
}

/** The same with what the clinical rules say, also when they say no. */
export async function judgeEntries(
  entries: readonly WriteEntry[],
  context: PlanContext,
): Promise<Draft & { readonly issues: readonly Issue[] }> {
  const byEntry: (readonly Placed[])[] = [];
  for (const entry of entries)
    byEntry.push(await place(entry, context).catch((error: unknown) => named(entry, error)));
  const placed = byEntry.flat();
  refuseTwice(placed);
  const current = await readCurrent(placed, context);
  const links = linksOf(placed);
  const searched = await resolveConditional(placed, links, context);
  const changes: (Intended & { readonly proposed: Placeable })[] = [];
  const plan = (one: Placed): EntryAnswer => {
    // A relative reference is meant relative to the address of its own entry (bundle.html#references).
    const base = /^(https?:.*\/)[A-Z][A-Za-z]+\/[^/]+$/.exec(one.entry.fullUrl ?? '')?.[1];
    const relink: Relink = (reference) =>
      links.get(reference) ??
      (base === undefined ? undefined : links.get(base + reference)) ??
      searched.get(reference);
    try {
      const planned = planOne(one, current.get(`${one.type}/${one.id}`), { relink, links }, context);
      if (!planned.change) return planned.answer;
      const proposed = proposedOf(one, planned.after, current.get(`${one.type}/${one.id}`)?.body);
      changes.push({ change: planned.change, patients: planned.patients ?? [], proposed });
      return planned.answer;
    } catch (error) {
      return named(one.entry, error);
    }
  };
  const answers = byEntry.map((list): EntryAnswer => {
    const [answer, ...others] = list.map(plan);
    // A delete of several has no one version to tell of.
    return answer && others.length === 0 ? answer : { status: 204 };
  });
  await refuseForbidden(context.store.sql, context.caller, changes);
  const { issues, claims, also } = await judgeChanges(
    changes.map(({ proposed }) => proposed),
    context,
  );
  const consequences = await planConsequences(also, changes, context);
  return {
    changes: [...changes.map(({ change }) => change), ...consequences],
    answers,
    claims,
    issues,
  };
}

/** What changes with an act because a guard said so. Who writes it in the same act says themselves what becomes of it. */
async function planConsequences(
  also: readonly Consequence[],
  changes: readonly Intended[],
  context: PlanContext,
): Promise<Change[]> {
  const written = new Set(changes.map(({ change: { type, id } }) => `${type}/${id}`));
  const planned: Change[] = [];
  // Several consequences for one resource are one change.
  for (const [name, some] of Map.groupBy(also, ({ type, id }) => `${type}/${id}`)) {
    const [{ type, id } = { type: '', id: '' }] = some;
    if (written.has(name)) continue;
    const current = await context.store.gather(seesEverything, type, id);
    const made = some.find((one) => 'made' in one)?.made;
    // What it concerns may be elsewhere; then there is nothing of it to change here. What is there is not made again.
    if ((current?.body === undefined) !== (made !== undefined)) continue;
    const entry =
      made === undefined
        ? patchOf(type, id, some, context)
        : { kind: 'update' as const, type, id, newId: id, resource: madeOf(type, id, made, context) };
    const one: Placed = { entry, type, id };
    const { change } = planOne(one, current, { relink: () => undefined, links: new Map() }, context);
    assert(change !== undefined, `a patch of ${name} changes it`);
    planned.push(change);
  }
  return planned;
}

function patchOf(
  type: string,
  id: string,
  some: readonly Consequence[],
  { limits }: PlanContext,
): WriteEntry {
  const text = JSON.stringify(some.flatMap((one) => ('patch' in one ? one.patch : [])));
  const patch = (stored: string) => applyJsonPatch(stored, text, limits);
  return { kind: 'patch', type, id, newId: id, patch };
}

function madeOf(type: string, id: string, made: Json, { limits }: PlanContext): Parsed {
  const resource = parseResource(JSON.stringify({ ...made, resourceType: type, id }), limits);
  refuseIssues(judge(resource));
  return resource;
}

/** A refusal of one entry of several says which. */
function named({ at }: WriteEntry, error: unknown): never {
  if (!(error instanceof Refusal) || at === undefined) throw error;
  const issues = error.issues.map((issue) => ({ ...issue, at: issue.at ? `${at}.${issue.at}` : at }));
  throw new Refusal(error.kind, issues, { cause: error, headers: error.headers });
}

export interface Placed {
  readonly entry: WriteEntry;
  readonly type: string;
  readonly id: string;
  /** A conditional create that found the resource there already. */
  readonly found?: CurrentVersion;
  /** A conditional delete that found nothing. */
  readonly nothing?: boolean;
  /** A conditional update that found nothing and creates: with an id of its own, that id must be free. */
  readonly unmatched?: boolean;
}

/** What the entries call each other, and what they are called here. */
function linksOf(placed: readonly Placed[]): ReadonlyMap<string, string> {
  const links = new Map<string, string>();
  placed.forEach(({ entry: { fullUrl }, type, id }, n) => {
    if (fullUrl === undefined) return;
    if (links.has(fullUrl))
      throw new Refusal('invalid', [
        { code: 'duplicate', at: `Bundle.entry[${n}].fullUrl`, text: 'is the fullUrl of another entry too' },
      ]);
    links.set(fullUrl, `${type}/${id}`);
  });
  return links;
}

/** Which resource an entry is about; several for a conditional delete that may delete several. */
async function place(entry: WriteEntry, { caller, limits, store }: PlanContext): Promise<Placed[]> {
  const { type, condition } = entry;
  if (!condition) return [{ entry, type, id: entry.id ?? entry.newId }];
  const matchesMax = entry.kind === 'delete' ? limits.deletedAtOnceMax : 1;
  // A person who is protected is not registered a second time because whoever registers does not see the first.
  const sees = type === 'Patient' ? seesEverything : caller.sees;
  const matches = await firstMatches(connectionFor(store, condition), sees, condition, matchesMax + 1);
  const [match] = matches;
  if (match && entry.kind === 'create') await ifSeen(store.sql, caller.sees, type, match);
  if (matches.length > matchesMax) {
    const many = matchesMax === 1 ? 'one' : matchesMax;
    throw new Refusal('stale', `more than ${many} ${type} matches the criteria; nothing was written`, {
      code: 'multiple-matches',
    });
  }
  if (matches.length > 1) return matches.map(({ id }) => ({ entry, type, id }));
  return [placeOne(entry, matches[0])];
}

function placeOne(entry: WriteEntry, match: CurrentVersion | undefined): Placed {
  const { type } = entry;
  const own = entry.kind === 'update' ? entry.resource?.tree['id'] : undefined;
  if (match) {
    if (own !== undefined && own !== match.id) {
      throw new Refusal('invalid', [
        { code: 'value', at: `${type}.id`, text: 'is not the id of the resource that matches the criteria' },
      ]);
    }
    return { entry, type, id: match.id, ...(entry.kind === 'create' ? { found: match } : {}) };
  }
  if (entry.kind === 'patch') throw new Refusal('unknown', `no ${type} matches the criteria`);
  if (entry.kind === 'delete') return { entry, type, id: entry.newId, nothing: true };
  return { entry, type, id: typeof own === 'string' ? own : entry.newId, unmatched: true };
}

/** Outside of the transaction, where there is one: what another writes meanwhile is refused by the journal's keys. */
async function readCurrent(
  placed: readonly Placed[],
  { caller, store }: PlanContext,
): Promise<Map<string, CurrentVersion>> {
  const wanted = placed.filter(({ entry, found, nothing }) => !found && !nothing && entry.kind !== 'create');
  if (wanted.length === 0) return noVersions;
  const rows = await Promise.all(wanted.map(({ type, id }) => store.gather(caller.sees, type, id)));
  return new Map(rows.flatMap((row) => (row ? [[`${row.type}/${row.id}`, row]] : [])));
}

const noVersions = new Map<string, CurrentVersion>();

function refuseTwice(placed: readonly Placed[]): void {
  if (placed.length < 2) return;
  const seen = new Set<string>();
  const deleted = new Set(
    placed.flatMap(({ entry, type, id, nothing }) =>
      entry.kind === 'delete' && !nothing ? `${type}/${id}` : [],
    ),
  );
  const lost = placed.find(({ type, id, found }) => found && deleted.has(`${type}/${id}`));
  if (lost)
    throw new Refusal(
      'invalid',
      `${lost.type}/${lost.id} is deleted and found by ifNoneExist in the same transaction`,
      {
        code: 'duplicate',
      },
    );
  for (const { entry, type, id, found, nothing } of placed) {
    if (found || nothing) continue;
    if (seen.has(`${type}/${id}`))
      throw new Refusal('invalid', `${type}/${id} is written twice in the same transaction`, {
        code: 'duplicate',
      });
    seen.add(`${type}/${id}`);
    // The second would match what the first creates.
    const criteria = entry.condition && `${type}?${JSON.stringify(entry.condition.used)}`;
    if (criteria === undefined || entry.kind === 'delete') continue;
    if (seen.has(criteria))
      throw new Refusal('invalid', `two entries create a ${type} by the same criteria`, {
        code: 'duplicate',
      });
    seen.add(criteria);
  }
}

interface Planned {
  readonly change?: Change;
  /** Whose it was and whose it will be. */
  readonly patients?: readonly string[];
  /** The resource as it will be; undefined: deleted. */
  readonly after?: Json;
  readonly answer: EntryAnswer;
}

function planOne(
  { entry, type, id, found, nothing, unmatched }: Placed,
  current: CurrentVersion | undefined,
  turn: Turn,
  { limits, custom }: PlanContext,
): Planned {
  if (found) return { answer: { status: 200, type, id, version: found.version } };
  if (nothing) return { answer: { status: 204 } };
  const alive = current?.body !== undefined;
  refuseStale(entry, `${type}/${id}`, alive ? current.version : undefined);
  if (unmatched && alive)
    throw new Refusal('conflict', `${type}/${id} is there already and does not match the criteria`);
  const version = (current?.version ?? 0) + 1;
  const updated = Date.now();
  const common = { type, id, version, updated, ...(current ? { rid: current.rid } : {}) };
  const before = current?.patient ?? undefined;
  if (entry.kind === 'delete') {
    if (!alive)
      return { answer: { status: 204, ...(current ? { type, id, version: current.version } : {}) } };
    return {
      change: common,
      patients: before === undefined ? patientsIn(type, id, current?.body, custom) : [before],
      answer: { status: 204, type, id, version },
    };
  }
  if (entry.kind === 'patch' && !alive) {
    throw current
      ? new Refusal('gone', `${type}/${id} was deleted`)
      : new Refusal('unknown', `there is no ${type}/${id}`);
  }
  const content =
    entry.kind === 'patch'
      ? patched(entry.patch?.(current?.body ?? '') ?? '', type, id, limits)
      : entry.resource;
  const linked = relinked(content, type, turn);
  const stamp = { type, id, version, lastUpdated: new Date(updated).toISOString() };
  const body = stampText(linked.text, stamp, linked.tree);
  const values = searchValues(type, { ...linked.tree, id }, custom);
  const after = patientsOf(type, values);
  return {
    change: { ...common, body, index: indexRows(values) },
    after: linked.tree,
    patients: before === undefined || after.includes(before) ? after : [before, ...after],
    answer: { status: alive ? 200 : 201, type, id, version },
  };
}

function patientsIn(type: string, id: string, body: string | undefined, custom: CustomParameters): string[] {
  const tree: unknown = body === undefined ? undefined : JSON.parse(body);
  return isObject(tree) ? patientsOf(type, searchValues(type, { ...tree, id }, custom)) : [];
}

/** @throws Refusal `stale` when the writer was looking at another version than the one that is there. */
function refuseStale({ onlyNew, ifMatch }: WriteEntry, what: string, version: number | undefined): void {
  if (onlyNew && version !== undefined)
    throw new Refusal('stale', `${what} is there already, at version ${version}`);
  if (ifMatch === undefined || ifMatch === version || (ifMatch === '*' && version !== undefined)) return;
  throw new Refusal(
    'stale',
    version === undefined
      ? `${what} is not there, so no version of it matches If-Match`
      : `${what} is at version ${version}, not at the one in If-Match`,
  );
}

function relinked(
  content: { readonly text: string; readonly tree: Json } | undefined,
  type: string,
  { relink, links }: Turn,
): { text: string; tree: Json } {
  const { text, tree } = content ?? { text: '', tree: {} };
  const referring = replaceReferences(text, relink);
  const other = links.size === 0 ? referring : replaceLinks(referring, type, (link) => links.get(link));
  if (other === text) return { text, tree };
  if (other === referring) return { text: other, tree: withReferences(tree, relink) };
  const again: unknown = JSON.parse(other);
  return { text: other, tree: isObject(again) ? again : {} };
}

function patched(text: string, type: string, id: string, limits: Limits): { text: string; tree: Json } {
  const result = parseResource(text, limits);
  if (result.type !== type || result.tree['id'] !== id) {
    throw new Refusal('unprocessable', 'a patch must not change the type or id of a resource', {
      code: 'business-rule',
    });
  }
  refuseIssues(judge(result));
  return type === 'Subscription' ? subscriptionOf(result, limits) : result;
}
