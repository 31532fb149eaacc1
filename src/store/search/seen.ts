/**
 * What may be seen as a condition on the record `r`, for searches that name no one patient. The patients whose records are
 * open are read first and named, so that the planner knows how few they are and goes by them; a million others are not
 * looked at.
 */
import { resourceTypes } from '#fhir/definitions/tables.ts';
import type { Filter } from '#fhir/search-conditions.ts';
import {
  readOpenPatients,
  refuseClosed,
  refuseType,
  sharedHashes,
  sharedPaths,
  whereNamable,
  type Access,
  type OpenPatients,
  type Restriction,
} from '../access.ts';
import type { Sql } from '../sql.ts';
import { piece, type Piece } from '../statement.ts';

/** The condition on `r` for one type, or for rows of any type. */
export type Seen = (type: string | undefined) => Piece;

export interface SeenOf {
  /** On what is searched. */
  readonly matches: Piece;
  /** The same as alternatives, each answered by an index of its own; one for a single type. */
  readonly alternatives: readonly Piece[];
  /** On what its filters lead to. */
  readonly linked: Seen;
}

export const allSeen: Seen = () => piece`true`;

function seenAs(alternatives: readonly Piece[], linked: Seen): SeenOf {
  return { matches: anyOf(alternatives), alternatives, linked };
}

/** The condition on `r` for reading a type, or everything, from end to end. @throws Refusal `forbidden`. */
export async function readSeenAll(sql: Sql, sees: Restriction, type: string | undefined): Promise<Piece> {
  return (await readSeenOf(sql, sees, type, [])).matches;
}

const all = seenAs([piece`true`], allSeen);

/**
 * What is seen of the matches of a search. Of a search of one patient all is seen, when that patient's record is open,
 * and otherwise it is refused: an empty list would say that there is nothing.
 * @throws Refusal `forbidden`.
 */
export async function readSeenOf(
  sql: Sql,
  sees: Restriction,
  type: string | undefined,
  filters: readonly Filter[],
): Promise<SeenOf> {
  const { access } = sees;
  if (!access) return all;
  const matches = type === undefined ? undefined : await quickly(sql, sees, access, type, filters);
  if (matches && !filters.some(leadsOn)) return seenAs([matches], allSeen);
  const open = await readOpenPatients(sql, access);
  const linked: Seen = (own) =>
    own === undefined ? anyOf(whereOfAny(access, open)) : whereOfType(access, open, own);
  if (matches) return seenAs([matches], linked);
  return seenAs(type === undefined ? whereOfAny(access, open) : [whereOfType(access, open, type)], linked);
}

/** The condition that needs no list of patients. */
async function quickly(
  sql: Sql,
  sees: Restriction,
  access: Access,
  type: string,
  filters: readonly Filter[],
): Promise<Piece | undefined> {
  refuseType(sees, type);
  const patient = onePatient(filters);
  if (patient !== undefined) {
    await refuseClosed(sql, sees, type, patient);
    return piece`true`;
  }
  const sight = access.sights.get(type);
  return sight === 'all' ? piece`true` : sight === 'name' ? whereNamed(access) : undefined;
}

function onePatient(filters: readonly Filter[]): string | undefined {
  for (const filter of filters) if (filter.by === 'patient' && filter.ids.length === 1) return filter.ids[0];
  return undefined;
}

/** Whether a filter looks at other resources than the one that is judged. */
function leadsOn(filter: Filter): boolean {
  switch (filter.by) {
    case 'chain':
    case 'has':
    case 'list':
      return true;
    case 'any':
    case 'all':
      return filter.filters.some(leadsOn);
    case 'perType':
      return filter.types.some(([, one]) => leadsOn(one));
    case 'id':
    case 'patient':
    case 'rid':
    case 'hash':
    case 'token':
    case 'tokenText':
    case 'string':
    case 'date':
    case 'mainDate':
    case 'updated':
    case 'number':
    case 'numberPair':
    case 'present':
    case 'words':
      return false;
  }
}

/** Who a person is, whoever looks for them finds, unless they are protected. */
function whereNamed(access: Access): Piece {
  return piece`(r.id = any(${access.own}::text[]) or ${whereNamable(access)})`;
}

function whereOfType(access: Access, open: OpenPatients, type: string): Piece {
  const sight = access.sights.get(type);
  if (sight === undefined) return piece`false`;
  if (sight === 'all') return piece`true`;
  if (sight === 'name') return whereNamed(access);
  const patients = sight === 'chart' ? open.chart : open.stay;
  return sharedPaths(type).length > 0
    ? piece`r.tokens && ${sharedHashes(type, patients)}::bigint[]`
    : piece`r.patient = any(${patients}::text[])`;
}

function whereOfAny(access: Access, open: OpenPatients): readonly Piece[] {
  const of = (sight: string, isShared = false) =>
    resourceTypes.filter(
      (type) => access.sights.get(type) === sight && sharedPaths(type).length > 0 === isShared,
    );
  const shared = [...of('stay', true), ...of('chart', true)].map(
    (type) => piece`r.type = ${type} and ${whereOfType(access, open, type)}`,
  );
  return [
    piece`r.type = any(${of('all')}::text[])`,
    piece`(r.type = any(${of('name')}::text[]) and ${whereNamed(access)})`,
    piece`(r.type = any(${of('stay')}::text[]) and r.patient = any(${open.stay}::text[]))`,
    piece`(r.type = any(${of('chart')}::text[]) and r.patient = any(${open.chart}::text[]))`,
    ...shared.map((one) => piece`(${one})`),
  ];
}

function anyOf(alternatives: readonly Piece[]): Piece {
  const [only] = alternatives;
  return alternatives.length === 1 && only
    ? only
    : piece`(${alternatives.reduce((some, one) => piece`${some} or ${one}`)})`;
}
