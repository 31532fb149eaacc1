/**
 * From entries to changes, given what is stored now. Runs again from the start when another writer was first, so it must
 * depend on nothing but its arguments and what it reads.
 */
import { Refusal } from '#base/refusal.ts';
import { replaceReferences } from '#fhir/bundle.ts';
import { stampText } from '#fhir/json-text.ts';
import { isObject, parseResource, refuseIssues, type Json } from '#fhir/parse.ts';
import { applyJsonPatch } from '#fhir/patch.ts';
import { searchValues } from '#fhir/search-values.ts';
import { validate } from '#fhir/validate.ts';
import type { Change, EntryAnswer } from '#store/act.ts';
import type { Draft } from '#store/perform.ts';
import { readSeveral, type CurrentVersion } from '#store/reader.ts';
import { firstMatches } from '#store/search/search.ts';
import type { Sql, Transaction } from '#store/sql.ts';
import type { Caller, Limits } from '../service.ts';
import { conditionOf } from '../target.ts';
import type { WriteEntry } from './entry.ts';

export interface PlanContext {
  readonly caller: Caller;
  readonly base: string;
  readonly limits: Limits;
}
type Relink = (reference: string) => string | undefined;

/** What two acts must not look for at the same moment; see `Intent.locks`. */
export function locksOf(entries: readonly WriteEntry[]): string[] {
  return entries.flatMap(({ type, condition }) => condition?.used.map(([name, value]) => `${type}?${name}=${value}`) ?? []);
}

/** The changes and answers of all entries; they are written together or not at all. */
export async function planEntries(sql: Sql | Transaction, entries: readonly WriteEntry[], context: PlanContext): Promise<Draft> {
  const placed: Placed[] = [];
  for (const entry of entries) placed.push(await place(sql, entry, context));
  refuseTwice(placed);
  const current = await readCurrent(sql, placed, context);
  const links = new Map(
    placed.flatMap(({ entry, type, id }) => (entry.fullUrl ? [[entry.fullUrl, `${type}/${id}`] as const] : [])),
  );
  const searched = await resolveConditional(sql, entries, links, context);
  const relink: Relink = (reference) => links.get(reference) ?? searched.get(reference);
  const planned = placed.map((one) => planOne(one, current.get(`${one.type}/${one.id}`), relink));
  return { changes: planned.flatMap(({ change }) => change ?? []), answers: planned.map(({ answer }) => answer) };
}

interface Placed {
  readonly entry: WriteEntry;
  readonly type: string;
  readonly id: string;
  /** A conditional create that found the resource there already. */
  readonly found?: CurrentVersion;
  /** A conditional delete that found nothing. */
  readonly nothing?: boolean;
}

/** Which resource an entry is about. */
async function place(sql: Sql | Transaction, entry: WriteEntry, { caller }: PlanContext): Promise<Placed> {
  const { type, condition } = entry;
  if (!condition) return { entry, type, id: entry.id ?? entry.newId };
  const matches = await firstMatches(sql, caller.sees, condition);
  const [match] = matches;
  if (matches.length > 1) {
    throw new Refusal('stale', `more than one ${type} matches the criteria; nothing was written`, { code: 'multiple-matches' });
  }
  const own = entry.kind === 'update' ? entry.resource?.tree['id'] : undefined;
  if (match) {
    if (own !== undefined && own !== match.id) {
      throw new Refusal('invalid', [{ code: 'value', at: `${type}.id`, text: 'is not the id of the resource that matches the criteria' }]);
    }
    return { entry, type, id: match.id, ...(entry.kind === 'create' ? { found: match } : {}) };
  }
  if (entry.kind === 'patch') throw new Refusal('unknown', `no ${type} matches the criteria`);
  if (entry.kind === 'delete') return { entry, type, id: entry.newId, nothing: true };
  return { entry, type, id: typeof own === 'string' ? own : entry.newId };
}

async function readCurrent(sql: Sql | Transaction, placed: readonly Placed[], { caller }: PlanContext): Promise<Map<string, CurrentVersion>> {
  const wanted = placed.filter(({ entry, found, nothing }) => !found && !nothing && entry.kind !== 'create');
  const rows = await readSeveral(sql, caller.sees, wanted);
  return new Map(rows.map((row) => [`${row.type}/${row.id}`, row]));
}

function refuseTwice(placed: readonly Placed[]): void {
  const seen = new Set<string>();
  for (const { type, id, found, nothing } of placed) {
    if (found || nothing) continue;
    if (seen.has(`${type}/${id}`)) throw new Refusal('invalid', `${type}/${id} is written twice in the same transaction`, { code: 'duplicate' });
    seen.add(`${type}/${id}`);
  }
}

const conditionalReference = /^([A-Z][A-Za-z]+)\?(.+)$/;

/** References such as `Practitioner?identifier=…` must match exactly one (http.html#trules). */
async function resolveConditional(
  sql: Sql | Transaction, entries: readonly WriteEntry[], links: ReadonlyMap<string, string>, context: PlanContext,
): Promise<Map<string, string>> {
  const wanted = new Set<string>();
  for (const { resource } of entries) {
    if (!resource?.text.includes('?')) continue;
    replaceReferences(resource.text, (reference) => {
      if (!links.has(reference) && conditionalReference.test(reference)) wanted.add(reference);
      return undefined;
    });
  }
  const resolved = new Map<string, string>();
  for (const reference of wanted) {
    const [, type = '', criteria = ''] = conditionalReference.exec(reference) ?? [];
    const matches = await firstMatches(sql, context.caller.sees, conditionOf(type, criteria, context.base, context.limits));
    const [match] = matches;
    if (!match || matches.length > 1) {
      throw new Refusal('stale', `the reference by search to ${type} matches ${match ? 'more than one' : 'none'}; exactly one is needed`, {
        code: match ? 'multiple-matches' : 'not-found',
      });
    }
    resolved.set(reference, `${type}/${match.id}`);
  }
  return resolved;
}

interface Planned {
  readonly change?: Change;
  readonly answer: EntryAnswer;
}

function planOne({ entry, type, id, found, nothing }: Placed, current: CurrentVersion | undefined, relink: Relink): Planned {
  if (found) return { answer: { status: 200, type, id, version: found.version } };
  if (nothing) return { answer: { status: 204 } };
  const alive = current?.body !== undefined;
  refuseStale(entry, `${type}/${id}`, alive ? current.version : undefined);
  const version = (current?.version ?? 0) + 1;
  const updated = Date.now();
  const common = { type, id, version, updated, ...(current ? { rid: current.rid } : {}) };
  if (entry.kind === 'delete') {
    if (!alive) return { answer: { status: 204, ...(current ? { type, id, version: current.version } : {}) } };
    return { change: common, answer: { status: 204, type, id, version } };
  }
  if (entry.kind === 'patch' && !alive) {
    throw current ? new Refusal('gone', `${type}/${id} was deleted`) : new Refusal('unknown', `there is no ${type}/${id}`);
  }
  const content = entry.kind === 'patch' ? patched(current?.body ?? '', entry.patch ?? '', type, id) : entry.resource;
  const linked = relinked(content, relink);
  const body = stampText(linked.text, { type, id, version, lastUpdated: new Date(updated).toISOString() });
  const values = searchValues(type, { ...linked.tree, id });
  return { change: { ...common, body, values }, answer: { status: alive ? 200 : 201, type, id, version } };
}

/** @throws Refusal `stale` when the writer was looking at another version than the one that is there. */
function refuseStale({ onlyNew, ifMatch }: WriteEntry, what: string, version: number | undefined): void {
  if (onlyNew && version !== undefined) throw new Refusal('stale', `${what} is there already, at version ${version}`);
  if (ifMatch === undefined || ifMatch === version) return;
  throw new Refusal('stale', version === undefined
    ? `${what} is not there, so no version of it matches If-Match`
    : `${what} is at version ${version}, not at the one in If-Match`);
}

function relinked(content: { readonly text: string; readonly tree: Json } | undefined, relink: Relink): { text: string; tree: Json } {
  const { text, tree } = content ?? { text: '', tree: {} };
  const other = replaceReferences(text, relink);
  if (other === text) return { text, tree };
  const again: unknown = JSON.parse(other);
  return { text: other, tree: isObject(again) ? again : {} };
}

function patched(body: string, patch: string, type: string, id: string): { text: string; tree: Json } {
  const result = parseResource(applyJsonPatch(body, patch), { depthMax: Infinity });
  if (result.type !== type || result.tree['id'] !== id) {
    throw new Refusal('unprocessable', 'a patch must not change the type or id of a resource', { code: 'business-rule' });
  }
  refuseIssues(validate(result));
  return result;
}
