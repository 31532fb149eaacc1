/** The table of concepts: code systems that are loaded whole (exchange/import/concept-table.ts). */
import { Refusal } from '#base/refusal.ts';
import type { Sql } from './sql.ts';
import type { Store } from './store.ts';

export interface LoadedCodeSystem {
  readonly url: string;
  readonly version: string;
  readonly name: string;
}
export interface LoadedConcept {
  readonly code: string;
  readonly display: string;
  readonly parent?: string | undefined;
  /** By language. */
  readonly designations?: Readonly<Record<string, string>> | undefined;
}

/** Concepts sent in one statement. */
const atOnce = 2000;
/** How many codes may stand above one another; more is a circle. */
const hierarchyMax = 60;

/**
 * Puts a code system in place of what was there under its url, all at once.
 * @returns how many concepts it has
 * @throws Refusal `unprocessable` for a code that comes twice, or a parent that never comes
 */
export async function loadCodeSystem(
  store: Pick<Store, 'transactions'>,
  system: LoadedCodeSystem,
  concepts: AsyncIterable<LoadedConcept> | Iterable<LoadedConcept>,
): Promise<number> {
  return store.transactions.run(async (tx) => {
    await tx`delete from code_system where url = ${system.url}`;
    await tx`
      insert into code_system (url, version, name, concept_count)
      values (${system.url}, ${system.version}, ${system.name}, 0)`;
    let [count, batch]: [number, LoadedConcept[]] = [0, []];
    for await (const concept of concepts) {
      batch.push(concept);
      if (batch.length < atOnce) continue;
      count += await insertConcepts(tx, system.url, batch);
      batch = [];
    }
    count += await insertConcepts(tx, system.url, batch);
    const [orphan] = await tx<{ code: string }[]>`
      select c.code from concept c where c.system = ${system.url} and c.parent is not null
        and not exists (select from concept p where p.system = c.system and p.code = c.parent) limit 1`;
    if (orphan)
      throw new Refusal('unprocessable', `the code ${orphan.code} is below a code that is not in the table`);
    await tx`update code_system set concept_count = ${count} where url = ${system.url}`;
    return count;
  });
}

async function insertConcepts(tx: Sql, system: string, concepts: readonly LoadedConcept[]): Promise<number> {
  if (concepts.length === 0) return 0;
  const rows = concepts.map(({ code, display, parent, designations }) => ({
    code,
    display,
    parent,
    designations,
  }));
  const inserted = await tx<{ code: string }[]>`
    insert into concept (system, code, display, parent, designations)
    select ${system}, row.code, row.display, row.parent, row.designations
    from json_to_recordset(${JSON.stringify(rows)}::text::json)
      as row (code text, display text, parent text, designations json)
    on conflict do nothing returning code`;
  if (inserted.length < concepts.length) {
    const there = new Set<string>();
    const twice = concepts.find(({ code }) => there.size === there.add(code).size)?.code;
    throw new Refusal('unprocessable', `the code ${twice ?? 'of an earlier line'} comes twice`);
  }
  return inserted.length;
}

export interface ConceptRowOf extends LoadedConcept {
  readonly parent: string | undefined;
}

/** These codes and all above them: enough to name one, and to tell what subsumes it. */
export async function readWithAncestors(
  sql: Sql,
  system: string,
  codes: readonly string[],
): Promise<ConceptRowOf[]> {
  const rows = await sql<Stored[]>`
    with recursive above as (
      select code, display, parent, designations::text as designations, 1 as level from concept
      where system = ${system} and code = any(${codes as string[]}::text[])
      union all
      select c.code, c.display, c.parent, c.designations::text, above.level + 1
      from above join concept c on c.system = ${system} and c.code = above.parent
      where above.level < ${hierarchyMax})
    select distinct code, display, parent, designations from above`;
  return rows.map(conceptOf);
}

/**
 * Concepts whose code begins with, or whose name or another name (a synonym, another language) holds, a text; all for an empty one. In the order of their codes.
 * @param under only this code and what is below it
 */
export async function readMatching(
  sql: Sql,
  system: string,
  {
    filter,
    under,
    count,
  }: { readonly filter: string; readonly under?: string | undefined; readonly count: number },
): Promise<ConceptRowOf[]> {
  const like = `%${filter.toLowerCase().replace(/[\\%_]/g, (one) => `\\${one}`)}%`;
  const matches =
    filter === ''
      ? sql`true`
      : sql`(lower(c.display) like ${like} or lower(c.code) like ${like.slice(1)}
          or lower(c.designations::text) like ${like})`;
  const from =
    under === undefined
      ? sql`concept c`
      : sql`(with recursive below as (
          select code, 1 as level from concept where system = ${system} and code = ${under}
          union all
          select n.code, below.level + 1 from below join concept n on n.system = ${system} and n.parent = below.code
          where below.level < ${hierarchyMax})
        select concept.* from (select distinct code from below) as found
          join concept on concept.system = ${system} and concept.code = found.code) as c`;
  const rows = await sql<Stored[]>`
    select c.code, c.display, c.parent, c.designations::text as designations from ${from}
    where c.system = ${system} and ${matches} order by c.code limit ${count}`;
  return rows.map(conceptOf);
}

interface Stored {
  readonly code: string;
  readonly display: string;
  readonly parent: string | null;
  readonly designations: string | null;
}
function conceptOf({ code, display, parent, designations }: Stored): ConceptRowOf {
  const all: unknown = designations === null ? undefined : JSON.parse(designations);
  return {
    code,
    display,
    parent: parent ?? undefined,
    designations: typeof all === 'object' && all !== null ? (all as Record<string, string>) : undefined,
  };
}

/** Which of these urls are code systems that are loaded. */
export async function readLoadedCodeSystems(sql: Sql, urls: readonly string[]): Promise<LoadedCodeSystem[]> {
  if (urls.length === 0) return [];
  return sql<LoadedCodeSystem[]>`
    select url, version, name from code_system where url = any(${urls as string[]}::text[])`;
}
