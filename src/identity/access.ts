/**
 * A person's view of the record (store/access.ts), from their role, from where they work and from the reasons they gave.
 * What relates a patient to them is named once and kept for some seconds: a person who is moved to another ward sees that
 * ward's patients within ten.
 */
import { monotonicMs } from '#base/clock.ts';
import { tokenKey } from '#fhir/search-forms.ts';
import { resourceTypes } from '#fhir/definitions/tables.ts';
import type { Access, Sight } from '#store/access.ts';
import type { Sql } from '#store/sql.ts';
import { tokenHash } from '#store/token-hash.ts';
import { findRole, type Role } from './role.ts';
import type { Person } from './person.ts';
import { permits, type Grant } from './scope.ts';

export interface Accesses {
  /** undefined: everything. The same value for some seconds, so that what it remembers is of use. */
  of(person: Person): Promise<Access | undefined>;
  /** What is remembered of a person is forgotten: they have just opened a record. */
  forget(user: string): void;
}

const keptMs = 10_000;
const keptMax = 10_000;

export function createAccesses(
  sql: Sql,
  options: { readonly relationDays: number },
  now: () => number = monotonicMs,
): Accesses {
  const kept = new Map<
    string,
    { readonly of: string; readonly access: Promise<Access | undefined>; readonly atMs: number }
  >();
  return {
    of(person) {
      const known = kept.get(person.user);
      // A program may be called as a person is, and a person's role or ward may have changed.
      const of = [person.role, person.practitioner, person.ward].join(' ');
      if (known?.of === of && now() - known.atMs < keptMs) return known.access;
      const access = readAccess(sql, person, options.relationDays);
      // What could not be read is asked for again by the next.
      access.catch(() => kept.delete(person.user));
      if (kept.size >= keptMax) kept.clear();
      kept.set(person.user, { of, access, atMs: now() });
      return access;
    },
    forget: (user) => void kept.delete(user),
  };
}

const nothing: Role['sights'] = new Map();

async function readAccess(sql: Sql, person: Person, relationDays: number): Promise<Access | undefined> {
  const role = findRole(person.role);
  if (role?.opens === 'everything') return undefined;
  const [row] = await sql<
    {
      own: readonly string[];
      kin: readonly string[];
      reasons: readonly (readonly [patient: string, reason: string])[] | null;
    }[]
  >`
    select to_json(own) as own, to_json(kin) as kin,
      (select json_agg(json_build_array(g.patient, g.reason)) from glass g where g."user" = p."user" and g.left_s > 0) as reasons
    from person p where "user" = ${person.user}`;
  return {
    user: person.user,
    actors: role?.opens === 'treatment' ? await actorsOf(sql, person, role) : [],
    sights: role?.sights ?? nothing,
    own: role?.opens === 'own' ? (row?.own ?? []) : [],
    kin: [...new Set([...(row?.kin ?? []), ...(role?.opens === 'own' ? [] : (row?.own ?? []))])],
    relationDays,
    reasons: new Map((row?.reasons ?? []).map(([patient, reason]) => [patient, reason])),
    remembered: new Map(),
  };
}

async function actorsOf(sql: Sql, person: Person, role: Role): Promise<string[]> {
  const named = [`person/${person.user}`, person.practitioner, person.ward];
  const places = person.practitioner === null ? [] : await readWorkplaces(sql, person.practitioner);
  const units = [...named, ...places].filter((one) => one !== null);
  const below = role.servesSite ? await readWardsBelow(sql, units) : [];
  return [...new Set([...units, ...below, ...role.receives.map((category) => `category/${category}`)])];
}

/** Where a Practitioner works by their PractitionerRoles: units, not whole hospitals. */
async function readWorkplaces(sql: Sql, practitioner: string): Promise<string[]> {
  const key = `{${tokenHash(tokenKey('PractitionerRole.practitioner', practitioner))}}`;
  const rows = await sql<{ place: string }[]>`
    select distinct place from record r join version v on v.seq = r.seq
      cross join lateral texts_at(v.body, array['lax $.organization.reference', 'lax $.location.reference', 'lax $.healthcareService.reference']::jsonpath[]) as place
    where r.type = 'PractitionerRole' and not r.deleted and r.tokens @> ${key}::text::bigint[]
      and coalesce(v.body::json ->> 'active', 'true') <> 'false'
      and not exists (
        select from record o join version w on w.seq = o.seq
        where o.type = split_part(place, '/', 1) collate "C" and o.id = split_part(place, '/', 2) collate "C"
          and ((o.type = 'Organization' and w.body::json #>> '{type,0,text}' in ('hospital', 'region'))
            or (o.type = 'Location' and w.body::json #>> '{physicalType,coding,0,code}' = 'si')))`;
  return rows.map(({ place }) => place);
}

/** The wards of the sites that these are on. */
async function readWardsBelow(sql: Sql, units: readonly string[]): Promise<string[]> {
  const ids = units.flatMap((unit) => /^Location\/(.+)$/.exec(unit)?.[1] ?? []);
  const rows = await sql<{ id: string }[]>`
    with recursive place as (
      select r.id, v.body::json as tree from record r join version v on v.seq = r.seq
      where r.type = 'Location' and not r.deleted),
    site as (
      select coalesce(case when tree #>> '{physicalType,coding,0,code}' = 'wa' then split_part(tree #>> '{partOf,reference}', '/', 2) end, id) as id
      from place where id = any(${sql.typed.texts(ids)}::text[])),
    below as (
      select id from site
      union
      select place.id from place join below on place.tree #>> '{partOf,reference}' = 'Location/' || below.id
      where place.tree #>> '{physicalType,coding,0,code}' <> 'bd')
    select id from below`;
  return rows.map(({ id }) => `Location/${id}`);
}

/**
 * What a program sees that acts for a person, or for itself when the person is one that sees everything: the types that
 * it was granted, of one patient when it was granted that one's data.
 */
export function grantedAccess(access: Access | undefined, grant: Grant, user: string): Access {
  const isGranted = (type: string) => permits(grant, type, 'r') || permits(grant, type, 's');
  const sights: readonly (readonly [string, Sight])[] =
    access === undefined ? resourceTypes.map((type) => [type, 'all']) : [...access.sights];
  const { patient: only } = grant;
  return {
    ...(access ?? {
      user,
      actors: [],
      own: [],
      kin: [],
      relationDays: 0,
      reasons: new Map(),
      remembered: new Map(),
    }),
    sights: new Map(
      sights.flatMap(([type, sight]) =>
        isGranted(type) ? [[type, sight === 'name' && only !== undefined ? 'stay' : sight]] : [],
      ),
    ),
    only,
  };
}
