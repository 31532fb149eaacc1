/**
 * Roles and what they may do, from roles.json: the table that docs/access.md shows. A role says which types of resources
 * are read and written, whose records it opens, and whether it may open others with a reason.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sight } from '#store/access.ts';

export interface Role {
  readonly name: string;
  readonly danish: string;
  /** Looks people up by name and number, whoever they are. */
  readonly finds: boolean;
  /** Whose records: those in treatment at their units, their own, everybody's, nobody's. */
  readonly opens: 'treatment' | 'own' | 'everything' | 'nothing';
  /** Opens other records with a reason, for some hours. */
  readonly glass: boolean;
  /** Registers patients and takes them in at their own unit. */
  readonly admits: boolean;
  /** Looks through the records that were opened with a reason. */
  readonly reviews: boolean;
  /** Serves all wards of their site, not one of them. */
  readonly servesSite: boolean;
  /** Categories of requests that they answer, wherever the patient is. */
  readonly receives: readonly string[];
  readonly sights: ReadonlyMap<string, Sight>;
  /** undefined: all types. */
  readonly writes: ReadonlySet<string> | undefined;
  /** Elements that are changed of types that are otherwise not written: `operationalStatus` of a Location. */
  readonly changes: ReadonlyMap<string, ReadonlySet<string>>;
  /** As the table has them: groups and types. */
  readonly table: { readonly reads: readonly string[]; readonly writes: readonly string[] };
}

interface Row {
  readonly danish: string;
  readonly finds: boolean;
  readonly opens: Role['opens'];
  readonly glass: boolean;
  readonly admits: boolean;
  readonly reviews?: boolean;
  readonly serves?: 'site';
  readonly receives?: readonly string[];
  readonly reads: readonly string[];
  readonly writes: readonly string[];
}
interface Table {
  readonly groups: Readonly<Record<string, readonly string[]>>;
  readonly roles: Readonly<Record<string, Row>>;
}

// Our own file, held to this shape by role.test.ts.
const table = JSON.parse(readFileSync(join(import.meta.dirname, 'roles.json'), 'utf8')) as Table;

/** Types by what they are about, as the table names them. */
export const groups: Table['groups'] = table.groups;
const aboutNobody = new Set([...(groups['places'] ?? []), ...(groups['knowledge'] ?? [])]);
const stays = new Set(groups['stays']);

const roles: ReadonlyMap<string, Role> = new Map(
  Object.entries(table.roles).map(([name, row]) => [name, roleOf(name, row)]),
);
export const roleNames: readonly string[] = [...roles.keys()];

/** undefined when there is no such role: then nothing is allowed. */
export function findRole(name: string): Role | undefined {
  return roles.get(name);
}

export function mayWriteType(role: Role, type: string): boolean {
  return role.writes === undefined || role.writes.has(type);
}

/** Whether the role may change these elements of a resource that is there. */
export function mayChangeElements({ changes }: Role, type: string, elements: readonly string[]): boolean {
  const changed = changes.get(type);
  return changed !== undefined && elements.every((element) => changed.has(element));
}

function roleOf(name: string, row: Row): Role {
  const { danish, finds, opens, glass, admits, reviews = false, serves, receives = [], reads, writes } = row;
  return {
    name,
    danish,
    finds,
    opens,
    glass,
    admits,
    reviews,
    servesSite: serves === 'site',
    receives,
    sights: new Map(typesOf(reads).map((type) => [type, sightOf(type, finds)])),
    writes: writes.includes('*') ? undefined : new Set(typesOf(writes).filter((one) => !one.includes('.'))),
    changes: elementsOf(writes),
    table: { reads, writes },
  };
}

function typesOf(names: readonly string[]): readonly string[] {
  return names.flatMap((name) => (name === '*' ? Object.values(groups).flat() : (groups[name] ?? [name])));
}

/** `Location.operationalStatus` is one element of a type. */
function elementsOf(names: readonly string[]): ReadonlyMap<string, ReadonlySet<string>> {
  const pairs = names.filter((name) => name.includes('.')).map((name) => name.split('.'));
  return new Map(
    [...Map.groupBy(pairs, ([type = '']) => type)].map(([type, some]) => [
      type,
      new Set(some.map(([, element = '']) => element)),
    ]),
  );
}

function sightOf(type: string, finds: boolean): Sight {
  if (aboutNobody.has(type)) return 'all';
  if (type === 'Patient') return finds ? 'name' : 'stay';
  return stays.has(type) ? 'stay' : 'chart';
}
