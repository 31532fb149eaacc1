/**
 * What a search asks of terminology, `:in`, `:not-in`, `:above`, `:below`: the codes of required value sets come with the
 * definitions, others from the ValueSets and CodeSystems that are stored here, as far as they list their codes.
 */
import { codes } from '#fhir/definitions/tables.ts';
import { isObject, type Json } from '#fhir/parse.ts';
import type { CodeLists, ListedCode } from '#fhir/search-conditions.ts';
import { tokenKey } from '#fhir/search-forms.ts';
import { firstMatches } from '#store/search/search.ts';
import type { FhirRequest, Service } from './service.ts';

const asked = /:(in|not-in|above|below)$/;
/** How many value sets and code systems one search may name. */
const namedMax = 20;
const conceptsMax = 100_000;
/** Value sets may be made of others. */
const importsMax = 5;

/** The lists that the parameters of a search ask for, read before it is understood. */
export async function codeListsFor(
  service: Service,
  request: FhirRequest,
  parameters: readonly (readonly [string, string])[],
): Promise<CodeLists> {
  const valueSets = new Map<string, readonly ListedCode[] | undefined>();
  const systems = new Map<string, ReadonlyMap<string, string | undefined>>();
  for (const [name, value] of parameters) {
    const modifier = asked.exec(name)?.[1];
    if (modifier === undefined) continue;
    for (const one of value.split(',').slice(0, namedMax)) {
      if (modifier === 'in' || modifier === 'not-in') {
        if (!valueSets.has(one)) valueSets.set(one, await codesOf(service, request, one, importsMax));
      } else {
        const system = /^(.+)\|[^|]+$/.exec(one)?.[1];
        if (system !== undefined && !systems.has(system))
          systems.set(system, parentsOf(await readStored(service, request, 'CodeSystem', system)));
      }
    }
  }
  return {
    expand: (url) => valueSets.get(url),
    subsumed: (system, code, direction) => subsumed(systems.get(system), code, direction),
  };
}

async function readStored(
  service: Service,
  request: FhirRequest,
  type: 'ValueSet' | 'CodeSystem',
  url: string,
): Promise<Json | undefined> {
  // No canonical address has one, and PostgreSQL takes no text with U+0000.
  if (/\p{Cc}/u.test(url)) return undefined;
  const [bare = '', version] = url.split('|');
  const keys = [tokenKey(`${type}.url`, bare)];
  const filters = [{ by: 'token' as const, keys, not: false }];
  if (version !== undefined)
    filters.push({ by: 'token', keys: [tokenKey(`${type}.version`, version)], not: false });
  // Of several versions none is the right one: the caller must say which.
  const [only, other] = await firstMatches(service.store.sql, request.caller.sees, { type, filters });
  const tree: unknown = only?.body === undefined || other ? undefined : JSON.parse(only.body);
  return isObject(tree) ? tree : undefined;
}

async function codesOf(
  service: Service,
  request: FhirRequest,
  url: string,
  left: number,
): Promise<readonly ListedCode[] | undefined> {
  const official = Object.hasOwn(codes, url) ? codes[url] : undefined;
  if (official) return official.flatMap(({ system, codes: own }) => own.map((code) => ({ system, code })));
  const stored = left > 0 ? await readStored(service, request, 'ValueSet', url) : undefined;
  const compose = stored && isObject(stored['compose']) ? stored['compose'] : undefined;
  if (!compose || compose['exclude'] !== undefined) return undefined;
  const all: ListedCode[] = [];
  for (const include of objects(compose['include'])) {
    const listed = await includedCodes(service, request, include, left);
    if (!listed) return undefined;
    all.push(...listed);
    if (all.length > conceptsMax) return undefined;
  }
  return all;
}

async function includedCodes(
  service: Service,
  request: FhirRequest,
  include: Json,
  left: number,
): Promise<readonly ListedCode[] | undefined> {
  if (include['filter'] !== undefined) return undefined;
  const { system } = include;
  if (Array.isArray(include['valueSet'])) {
    if (system !== undefined) return undefined;
    // Several value sets in one include mean what is in all of them.
    const [url, ...others]: readonly unknown[] = include['valueSet'];
    return typeof url === 'string' && others.length === 0
      ? codesOf(service, request, url, left - 1)
      : undefined;
  }
  if (typeof system !== 'string') return undefined;
  if (include['concept'] !== undefined)
    return objects(include['concept']).flatMap(({ code }) =>
      typeof code === 'string' ? [{ system, code }] : [],
    );
  const whole = parentsOf(await readStored(service, request, 'CodeSystem', system));
  return whole.size === 0 ? undefined : [...whole.keys()].map((code) => ({ system, code }));
}

const objects = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isObject) : []);

/** Each code of a code system with the code above it. */
function parentsOf(codeSystem: Json | undefined): ReadonlyMap<string, string | undefined> {
  const parents = new Map<string, string | undefined>();
  const walk = (concepts: unknown, parent: string | undefined): void => {
    for (const { code, concept } of objects(concepts)) {
      if (typeof code !== 'string' || parents.size >= conceptsMax) continue;
      parents.set(code, parent);
      walk(concept, code);
    }
  };
  if (codeSystem?.['content'] === 'complete') walk(codeSystem['concept'], undefined);
  return parents;
}

function subsumed(
  parents: ReadonlyMap<string, string | undefined> | undefined,
  code: string,
  direction: 'above' | 'below',
): readonly string[] | undefined {
  if (!parents?.has(code)) return undefined;
  const above = (from: string): string[] => {
    const line: string[] = [];
    // A code that is there twice could lead in a circle.
    for (let at: string | undefined = from; at !== undefined && !line.includes(at); at = parents.get(at))
      line.push(at);
    return line;
  };
  return direction === 'above' ? above(code) : [...parents.keys()].filter((one) => above(one).includes(code));
}
