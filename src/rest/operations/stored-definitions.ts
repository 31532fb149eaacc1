/**
 * Definitions written over the API count at once, in front of those built in. What is asked of definitions is pure and
 * does not wait, so the work is done, what it asked for is read from the record, and if anything was there it is done again.
 */
import { isObject, type Json } from '#fhir/json.ts';
import type { Known } from '#fhir/profile/check.ts';
import { knownBuiltIn } from '#fhir/profile/judge.ts';
import { withProfiles } from '#fhir/profile/library.ts';
import { profileTable, type ProfileTable } from '#fhir/profile/table.ts';
import { bareUrl, withTables, type Library } from '#fhir/terminology/library.ts';
import {
  tableOf,
  type CodeSystemTable,
  type ConceptRow,
  type TerminologyTable,
} from '#fhir/terminology/tables.ts';
import {
  readLoadedCodeSystems,
  readMatching,
  readWithAncestors,
  type ConceptRowOf,
} from '#store/concepts.ts';
import { readDefinitions, type StoredDefinition } from '#store/definitions.ts';
import type { Service } from '../service.ts';

/** Definitions that refer to definitions: this deep and no deeper. */
const roundsMax = 10;
/** Definitions read for one request, and addresses asked for. */
const definitionsMax = 200;
const urlsMax = 2000;

/** What of a code system of the table of concepts the work needs: it is too large to be read whole. */
export interface Wanted {
  readonly codes?: readonly string[];
  /** A text that names and codes hold; all when it is empty. */
  readonly filter?: string;
  /** These codes and all below them. */
  readonly under?: readonly string[];
}
/** Concepts read of one code system for one request, at most; one more tells that there are more. */
const conceptsMax = 50_001;

/**
 * @param given definitions that came with the request, in front of all
 * @param wanted of code systems in the table of concepts
 */
export async function withStored<T>(
  service: Service,
  work: (known: Known) => T,
  given: readonly Json[] = [],
  wanted: Wanted = {},
): Promise<T> {
  const loaded: CodeSystemTable[] = [];
  const read = new Map<string, Json>();
  const looked = new Set<string>();
  for (let round = 0; ; round++) {
    const asked = new Set<string>();
    const definitions = [...given, ...read.values()];
    const answer = attempt(() => work(asking(knownFrom(definitions, loaded), asked)));
    const more = [...asked]
      .filter((url) => isStorable(url) && !looked.has(url))
      .slice(0, urlsMax - looked.size);
    if (more.length === 0 || round >= roundsMax || read.size >= definitionsMax) return answer();
    for (const url of more) looked.add(url);
    const rows = await readDefinitions(service.store.sql, more, definitionsMax);
    const before = read.size + loaded.length;
    loaded.push(...(await loadedTables(service, more, wanted)));
    for (const tree of treesOf(rows)) {
      const key = `${String(tree['resourceType'])} ${String(tree['url'])}|${String(tree['version'])}`;
      if (!read.has(key)) read.set(key, tree);
    }
    if (read.size + loaded.length === before) return answer();
  }
}

/** PostgreSQL takes no text with U+0000, and no address or code has a control character. */
function isStorable(text: string): boolean {
  return !/\p{Cc}/u.test(text);
}

/** Refusals wait until it is sure that nothing stored changes them. */
function attempt<T>(work: () => T): () => T {
  try {
    const value = work();
    return () => value;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

export function treesOf(rows: readonly StoredDefinition[]): Json[] {
  return rows.flatMap(({ body }) => {
    const tree: unknown = JSON.parse(body);
    return isObject(tree) ? [tree] : [];
  });
}

async function loadedTables(
  { store: { sql } }: Service,
  urls: readonly string[],
  { codes, filter, under = [] }: Wanted,
): Promise<CodeSystemTable[]> {
  const tables: CodeSystemTable[] = [];
  for (const { url, version, name } of await readLoadedCodeSystems(sql, urls)) {
    const matching = filter === undefined ? [] : await readMatching(sql, url, { filter, count: conceptsMax });
    for (const top of under.filter(isStorable)) {
      matching.push(...(await readMatching(sql, url, { filter: '', under: top, count: conceptsMax })));
    }
    const wanted = [...(codes ?? []).filter(isStorable), ...matching.map(({ code }) => code)];
    const all = await readWithAncestors(sql, url, [...new Set(wanted)]);
    tables.push({
      kind: 'CodeSystem',
      url,
      version,
      name,
      content: 'complete',
      caseSensitive: true,
      concepts: rowsOf(all),
    });
  }
  return tables;
}

/** Parents before their children. */
function rowsOf(concepts: readonly ConceptRowOf[]): ConceptRow[] {
  const byParent = new Map<string | undefined, ConceptRowOf[]>();
  const codes = new Set(concepts.map(({ code }) => code));
  for (const one of concepts) {
    const parent = one.parent !== undefined && codes.has(one.parent) ? one.parent : undefined;
    const siblings = byParent.get(parent);
    if (siblings) siblings.push(one);
    else byParent.set(parent, [one]);
  }
  const rows: ConceptRow[] = [];
  const waiting = [{ parent: -1, list: (byParent.get(undefined) ?? []).toReversed() }];
  for (let top = waiting.at(-1); top; top = waiting.at(-1)) {
    const one = top.list.pop();
    if (!one) {
      waiting.pop();
      continue;
    }
    const designations = Object.entries(one.designations ?? {});
    rows.push(
      designations.length > 0
        ? [one.code, one.display, top.parent, designations]
        : [one.code, one.display, top.parent],
    );
    waiting.push({ parent: rows.length - 1, list: (byParent.get(one.code) ?? []).toReversed() });
  }
  return rows;
}

function knownFrom(definitions: readonly Json[], loaded: readonly CodeSystemTable[]): Known {
  const tables = definitions.flatMap((tree): TerminologyTable[] => {
    const table = tableOf(tree);
    return table ? [table] : [];
  });
  const profiles = definitions.flatMap((tree): ProfileTable[] => {
    const table = tree['resourceType'] === 'StructureDefinition' ? profileTable(tree) : undefined;
    return table ? [table] : [];
  });
  return {
    terminology: withTables([...loaded, ...tables], knownBuiltIn.terminology),
    profiles: withProfiles(profiles, knownBuiltIn.profiles),
  };
}

/** The same, noting what is asked for. */
function asking({ terminology, profiles }: Known, asked: Set<string>): Known {
  const noted = (url: string) => {
    asked.add(bareUrl(url));
    return url;
  };
  const library: Library = {
    codeSystem: (url) => terminology.codeSystem(noted(url)),
    valueSet: (url) => terminology.valueSet(noted(url)),
    conceptMaps: () => terminology.conceptMaps(),
  };
  return { terminology: library, profiles: (url, edition) => profiles(noted(url), edition) };
}
