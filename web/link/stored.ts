import type { Bundle, Resource } from '@medplum/fhirtypes';
import { readConnection } from './events.ts';
import type { Found } from './fhir.ts';
import { partOf, patientParts, type PatientPart } from './patient-parts.ts';
import { keys, queries } from './queries.ts';

// What an act wrote stands on the screens before anybody is told that it is stored. The answer brings the resources as they
// are now: a part that holds all of a type takes them from it, the others of these types are asked for again. What
// changed besides, by the server's own rules, comes by the feed.

const partNames = Object.keys(patientParts) as PatientPart[];

export async function showStored(patient: string, stored: Bundle): Promise<void> {
  const written = (stored.entry ?? []).flatMap(({ resource }) => resource ?? []);
  const types = new Set<string>(written.map(({ resourceType }) => resourceType));
  const asked: PatientPart[] = [];
  for (const name of partNames.filter((one) => partOf(one).types.some((type) => types.has(type)))) {
    const key = keys.part(patient, name);
    const state = queries.getQueryState<Found>(key);
    if (state === undefined) continue;
    const { dateOf } = partOf(name);
    if (dateOf === undefined || state.data === undefined) {
      asked.push(name);
      continue;
    }
    const isAsked = state.fetchStatus !== 'idle';
    // What was asked for before may be answered without what was written: it must not be put over it.
    if (isAsked) await queries.cancelQueries({ queryKey: key });
    queries.setQueryData<Found>(key, (found) => found && withWritten(found, written, dateOf));
    if (isAsked) void queries.invalidateQueries({ queryKey: key });
  }
  void queries.invalidateQueries({ queryKey: keys.check(patient) });
  if (readConnection().state !== 'up') void queries.invalidateQueries({ queryKey: keys.patient(patient) });
  await Promise.all(asked.map((name) => queries.invalidateQueries({ queryKey: keys.part(patient, name) })));
}

function versionOf(resource: Resource | undefined): number {
  return Number(resource?.meta?.versionId ?? 0);
}

/** Each in its place: what was there where it was, what is new by its date, the newest first. */
function withWritten(
  found: Found,
  written: readonly Resource[],
  dateOf: (resource: Resource) => string | undefined,
): Found {
  const resources = [...found.resources];
  for (const one of written) {
    const date = dateOf(one);
    if (date === undefined) continue;
    const before = resources.findIndex(
      ({ resourceType, id }) => resourceType === one.resourceType && id === one.id,
    );
    if (before >= 0) {
      // A colleague's later version may be here before our answer.
      if (versionOf(one) > versionOf(resources[before])) resources[before] = one;
      continue;
    }
    const at = resources.findIndex((other) => !(Date.parse(dateOf(other) ?? '') > Date.parse(date)));
    resources.splice(at < 0 ? resources.length : at, 0, one);
  }
  const more = resources.length - found.resources.length;
  return { ...found, resources, total: found.total === undefined ? undefined : found.total + more };
}
