// Acts as the FHIR API makes them, without the API: for tests of the store.
import { newActId } from '#base/id.ts';
import { stampText } from '#fhir/json-text.ts';
import type { Json } from '#fhir/json.ts';
import { searchValues } from '#fhir/search-values.ts';
import type { Act, Change } from '#store/act.ts';
import { indexRows } from '#store/index-rows.ts';
import { seesEverything } from '#store/access.ts';
import { readNewest } from '#store/reader.ts';
import type { Store } from '#store/store.ts';
import { writeActs } from '#store/writer.ts';

export interface TestResource extends Json {
  readonly resourceType: string;
  readonly id: string;
}
export interface Place {
  readonly type: string;
  readonly id: string;
}
/** What stands in the record before a change; undefined: nothing. */
type Before = { readonly rid: number; readonly version: number } | undefined;

/** The change that makes this the newest version. */
export function changeTo(resource: TestResource, before?: Before): Change {
  const { resourceType: type, id } = resource;
  const version = (before?.version ?? 0) + 1;
  const updated = Date.now();
  const stamp = { type, id, version, lastUpdated: new Date(updated).toISOString() };
  const body = stampText(JSON.stringify(resource), stamp, resource);
  return {
    type,
    id,
    version,
    updated,
    ...(before ? { rid: before.rid } : {}),
    body,
    index: indexRows(searchValues(type, resource)),
  };
}

export function deletionOf({ type, id }: Place, before: NonNullable<Before>): Change {
  return { type, id, version: before.version + 1, updated: Date.now(), rid: before.rid };
}

export function actOf(changes: readonly Change[], more: Partial<Act> = {}): Act {
  const answers = changes.map(({ type, id, version, body }) => ({
    status: body === undefined ? (204 as const) : version === 1 ? (201 as const) : (200 as const),
    type,
    id,
    version,
  }));
  return { id: newActId(), author: 'Practitioner/anne', node: 'region', changes, answers, ...more };
}

/** Writes these as the newest versions, in one act. */
export async function put(store: Store, ...resources: readonly TestResource[]): Promise<Act> {
  const changes = await Promise.all(
    resources.map(async (one) =>
      changeTo(one, await readNewest(store.sql, seesEverything, one.resourceType, one.id)),
    ),
  );
  const act = actOf(changes);
  await writeActs(store.sql, store, [act]);
  return act;
}

export async function remove(store: Store, ...places: readonly Place[]): Promise<Act> {
  const changes = await Promise.all(
    places.map(async (place) => {
      const before = await readNewest(store.sql, seesEverything, place.type, place.id);
      if (!before) throw new Error(`there is no ${place.type}/${place.id} to delete`);
      return deletionOf(place, before);
    }),
  );
  const act = actOf(changes);
  await writeActs(store.sql, store, [act]);
  return act;
}

// ---------------------------------------------------------------- a few resources

export function patient(id: string, family = 'Sørensen', more: Json = {}): TestResource {
  return {
    resourceType: 'Patient',
    id,
    name: [{ family, given: ['Åse'] }],
    birthDate: '1950-02-28',
    ...more,
  };
}

export function observation(id: string, patientId: string, value: number, more: Json = {}): TestResource {
  return {
    resourceType: 'Observation',
    id,
    status: 'final',
    code: { coding: [{ system: 'urn:iso:std:iso:11073:10101', code: '150456' }] },
    subject: { reference: `Patient/${patientId}` },
    effectiveDateTime: '2026-03-01T07:30:00+01:00',
    valueQuantity: { value, system: 'http://unitsofmeasure.org', code: '%', unit: '%' },
    ...more,
  };
}
