/**
 * Definitions written over the API count at once, in front of those built in. What is asked of definitions is pure and
 * does not wait, so the work is done, what it asked for is read from the record, and if anything was there it is done again.
 */
import { isObject, type Json } from '#fhir/parse.ts';
import type { Known } from '#fhir/profile/check.ts';
import { knownBuiltIn } from '#fhir/profile/judge.ts';
import { withProfiles } from '#fhir/profile/library.ts';
import { profileTable, type ProfileTable } from '#fhir/profile/table.ts';
import { bareUrl, withTables, type Library } from '#fhir/terminology/library.ts';
import { tableOf, type TerminologyTable } from '#fhir/terminology/tables.ts';
import { readDefinitions, type StoredDefinition } from '#store/definitions.ts';
import type { FhirRequest, Service } from '../service.ts';

/** Definitions that refer to definitions: this deep and no deeper. */
const roundsMax = 10;
/** Definitions read for one request, and addresses asked for. */
const definitionsMax = 200;
const urlsMax = 2000;

/** @param given definitions that came with the request, in front of all */
export async function withStored<T>(
  service: Service,
  request: FhirRequest,
  work: (known: Known) => T,
  given: readonly Json[] = [],
): Promise<T> {
  const read = new Map<string, Json>();
  const looked = new Set<string>();
  for (let round = 0; ; round++) {
    const asked = new Set<string>();
    const definitions = [...given, ...read.values()];
    const answer = attempt(() => work(asking(knownFrom(definitions), asked)));
    const more = [...asked].filter((url) => !looked.has(url)).slice(0, urlsMax - looked.size);
    if (more.length === 0 || round >= roundsMax || read.size >= definitionsMax) return answer();
    for (const url of more) looked.add(url);
    const rows = await readDefinitions(service.store.sql, request.caller.sees, more, definitionsMax);
    const before = read.size;
    for (const tree of treesOf(rows)) {
      const key = `${String(tree['resourceType'])} ${String(tree['url'])}|${String(tree['version'])}`;
      if (!read.has(key)) read.set(key, tree);
    }
    if (read.size === before) return answer();
  }
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

function knownFrom(definitions: readonly Json[]): Known {
  const tables = definitions.flatMap((tree): TerminologyTable[] => {
    const table = tableOf(tree);
    return table ? [table] : [];
  });
  const profiles = definitions.flatMap((tree): ProfileTable[] => {
    const table = tree['resourceType'] === 'StructureDefinition' ? profileTable(tree) : undefined;
    return table ? [table] : [];
  });
  return {
    terminology: withTables(tables, knownBuiltIn.terminology),
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
