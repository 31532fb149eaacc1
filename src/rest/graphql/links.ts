/** What a query asks the record for: resources by id and by reference, and lists by search. */
import { Refusal } from '#base/refusal.ts';
import { isResourceType } from '#fhir/definitions/tables.ts';
import { parseLossless } from '#fhir/json-text.ts';
import { isObject, type Json } from '#fhir/json.ts';
import { parametersOf } from '#fhir/search-parameters.ts';
import { parseSearch } from '#fhir/search-query.ts';
import { countMatches, search } from '#store/search/search.ts';
import { codeListsFor } from '../code-lists.ts';
import type { FhirRequest, Service } from '../service.ts';
import { fieldsOf, textIn, wrong, type Field } from './document.ts';
import type { Output } from './output.ts';
import { selectResource, type Selecting } from './select.ts';

export interface Links {
  /** The newest version; undefined when there is none, or it was deleted. */
  read(type: string, id: string): Promise<Json | undefined>;
  /** What a reference in a resource names: of this server, or contained. */
  resolve(reference: string, within: Json): Promise<Json | undefined>;
  /** `PatientList(…)`, `PatientConnection(…)`; of a resource, those that point at it by `_reference`. */
  list(selecting: Selecting, field: Field, pointedAt: Json | undefined, depth: number): Promise<unknown>;
}

/** A reading is one round trip at most; a search may be many times that. */
const readsMax = 1000;
const searchesMax = 100;

export function createLinks(service: Service, request: FhirRequest): Links {
  const read = new Map<string, Promise<Json | undefined>>();
  let searches = 0;
  const links: Links = {
    read(type, id) {
      const name = `${type}/${id}`;
      let found = read.get(name);
      if (!found) {
        if (read.size >= readsMax)
          throw new Refusal('tooMuch', `a query reads at most ${readsMax} resources one by one`);
        read.set(name, (found = readTree(service, request, type, id)));
      }
      return found;
    },
    async resolve(reference, within) {
      if (reference.startsWith('#')) {
        const contained: readonly unknown[] = Array.isArray(within['contained']) ? within['contained'] : [];
        return contained.find((one): one is Json => isObject(one) && one['id'] === reference.slice(1));
      }
      const local = reference.startsWith(`${request.base}/`)
        ? reference.slice(request.base.length + 1)
        : reference;
      const [, type = '', id = ''] =
        /^([A-Z][A-Za-z]+)\/([A-Za-z0-9.-]{1,64})(?:\/_history\/[^/]+)?$/.exec(local) ?? [];
      return isResourceType(type) ? links.read(type, id) : undefined;
    },
    async list(selecting, field, pointedAt, depth) {
      if (++searches > searchesMax)
        throw new Refusal('tooMuch', `a query searches at most ${searchesMax} times`);
      const isConnection = field.name.endsWith('Connection');
      const type = field.name.slice(0, isConnection ? -'Connection'.length : -'List'.length);
      if (!isResourceType(type)) return wrong(`${type.slice(0, 60)} is no resource type of FHIR R4`);
      if (field.selections.length === 0) wrong(`${field.name}: ask for fields of it`);
      const page = await searchPage(service, request, type, parametersIn(service, type, field, pointedAt));
      return isConnection
        ? connection(selecting, field, page, depth)
        : inOrder(page.trees, (tree) => selectResource(selecting, tree, field.selections, depth + 1));
    },
  };
  return links;
}

async function readTree(
  { store }: Service,
  { caller }: FhirRequest,
  type: string,
  id: string,
): Promise<Json | undefined> {
  const newest = await store.gather(caller.sees, type, id);
  return newest?.body === undefined ? undefined : treeOf(newest.body);
}

function treeOf(text: string): Json {
  const tree = parseLossless(text);
  return isObject(tree) ? tree : {};
}

async function inOrder<T, R>(list: readonly T[], work: (one: T) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  for (const one of list) done.push(await work(one));
  return done;
}

/** GraphQL's names have no hyphen: `birth_date` of a query is what the search calls `birth-date`. */
function parametersIn(
  service: Service,
  type: string,
  { given }: Field,
  pointedAt: Json | undefined,
): [string, string][] {
  const known = new Map(parametersOf(type, service.store.parameters.custom()));
  const nameOf = (name: string) =>
    known.has(name) || name.startsWith('_') ? name : name.replaceAll('_', '-');
  const { _reference: by, ...criteria } = given;
  const found = Object.entries(criteria).flatMap(([name, value]): [string, string][] => {
    if (value === null) return [];
    if (
      name === '_include' ||
      name === '_revinclude' ||
      name === '_summary' ||
      name === '_elements' ||
      name === '_offset'
    )
      wrong(
        `${name} has no place here: ask for what you want by fields${name === '_offset' ? ', and page by _cursor' : ''}`,
        'not-supported',
      );
    return [[nameOf(name), Array.isArray(value) ? value.map(textIn).join(',') : textIn(value)]];
  });
  if (by === undefined) {
    if (pointedAt) wrong(`${type}List within a resource needs _reference: which parameter points at it`);
    return found;
  }
  const parameter = nameOf(textIn(by));
  if (!pointedAt || known.get(parameter)?.type !== 'reference')
    return wrong(`_reference: expected a reference parameter of ${type}, within a resource`);
  return [...found, [parameter, `${String(pointedAt['resourceType'])}/${String(pointedAt['id'])}`]];
}

interface ListPage {
  readonly trees: readonly Json[];
  readonly next: string | undefined;
  readonly size: number;
  count(): Promise<number>;
}

async function searchPage(
  service: Service,
  request: FhirRequest,
  type: string,
  parameters: readonly (readonly [string, string])[],
): Promise<ListPage> {
  const { sql, parameters: stored } = service.store;
  const query = parseSearch(type, parameters, {
    // What was dropped could not be told in an answer of GraphQL.
    strict: true,
    pageDefault: service.limits.pageDefault,
    pageMax: service.limits.pageMax,
    base: request.base,
    custom: stored.custom(),
    codeLists: await codeListsFor(service, parameters),
  });
  const { sees } = request.caller;
  const page = query.count === 0 ? { hits: [], next: undefined } : await search(sql, sees, query);
  return {
    trees: page.hits.map(({ body }) => treeOf(body)),
    next: page.next,
    size: query.count,
    count: () => countMatches(sql, sees, query),
  };
}

/** http://hl7.org/fhir/R4/graphql.html#searching: a page with its size, its total and the way on. */
async function connection(
  selecting: Selecting,
  field: Field,
  page: ListPage,
  depth: number,
): Promise<Output> {
  const output: Output = {};
  const isOf = (type: string) => type === field.name;
  for (const one of fieldsOf(selecting.question, field.selections, isOf)) {
    switch (one.name) {
      case 'count':
        output[one.key] = await page.count();
        break;
      case 'pagesize':
        output[one.key] = page.size;
        break;
      case 'next':
        output[one.key] = page.next ?? null;
        break;
      case 'edges':
        output[one.key] = await inOrder(page.trees, (tree) => edge(selecting, one, tree, depth + 1));
        break;
      default:
        wrong(
          `${field.name} has count, pagesize, next and edges; ${one.name.slice(0, 60)} is not offered`,
          'not-supported',
        );
    }
  }
  return output;
}

async function edge(selecting: Selecting, field: Field, tree: Json, depth: number): Promise<Output> {
  const output: Output = {};
  for (const one of fieldsOf(selecting.question, field.selections, () => false)) {
    if (one.name === 'mode') output[one.key] = 'match';
    else if (one.name === 'score') output[one.key] = null;
    else if (one.name === 'resource')
      output[one.key] = await selectResource(selecting, tree, one.selections, depth + 1);
    else wrong(`an edge has mode, score and resource, not ${one.name.slice(0, 60)}`);
  }
  return output;
}
