import type { Bundle, Resource } from '@medplum/fhirtypes';
import { afterEach, expect, test } from 'vitest';
import type { Found } from './fhir.ts';
import { keys, queries } from './queries.ts';
import { showStored } from './stored.ts';

afterEach(() => queries.clear());

const dose = (id: string, at: string, version = '1'): Resource => ({
  resourceType: 'MedicationAdministration',
  id,
  meta: { versionId: version },
  status: 'completed',
  effectiveDateTime: at,
  subject: { reference: 'Patient/7' },
  medicationCodeableConcept: { text: 'x' },
});
const bundle = (...written: readonly Resource[]): Bundle => ({
  resourceType: 'Bundle',
  type: 'transaction-response',
  entry: written.map((resource) => ({ resource })),
});
const found = (...resources: readonly Resource[]): Found => ({
  resources,
  included: [],
  total: resources.length,
  complete: true,
});
const given = () => queries.getQueryData<Found>(keys.part('7', 'given'));
const names = () => given()?.resources.map(({ id, meta }) => `${id} ${meta?.versionId}`);

test('a dose that is stored stands in its place without being asked for', async () => {
  const before = found(dose('c', '2026-01-10T12:00:00Z'), dose('a', '2026-01-10T08:00:00+01:00'));
  queries.setQueryData(keys.part('7', 'given'), before);
  await showStored('7', bundle(dose('b', '2026-01-10T10:00:00+02:00')));
  expect(names()).toEqual(['c 1', 'b 1', 'a 1']);
  expect(given()?.total).toBe(3);
  await showStored('7', bundle(dose('b', '2026-01-10T13:00:00Z', '2')));
  expect(names()).toEqual(['c 1', 'b 2', 'a 1']);
});

test('a later version that came first is not put back', async () => {
  queries.setQueryData(keys.part('7', 'given'), found(dose('a', '2026-01-10T08:00:00Z', '3')));
  await showStored('7', bundle(dose('a', '2026-01-10T08:00:00Z', '2')));
  expect(names()).toEqual(['a 3']);
});

test('an answer that was under way before the act is not put over it', async () => {
  const key = keys.part('7', 'given');
  queries.setQueryData(key, found());
  let answer: (late: Found) => void = () => {};
  const late = queries
    .fetchQuery({ queryKey: key, queryFn: () => new Promise<Found>((done) => (answer = done)), staleTime: 0 })
    .catch(() => {});
  await showStored('7', bundle(dose('a', '2026-01-10T08:00:00Z')));
  answer(found());
  await late;
  expect(names()).toEqual(['a 1']);
});

test('what is of another patient, or was never looked at, stays as it is', async () => {
  queries.setQueryData(keys.part('8', 'given'), found());
  await showStored('7', bundle(dose('a', '2026-01-10T08:00:00Z')));
  expect(queries.getQueryData<Found>(keys.part('8', 'given'))?.resources).toEqual([]);
  expect(given()).toBeUndefined();
});
