import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { Resource } from '@medplum/fhirtypes';
import { alertSystem } from '#fhir/medication/check.ts';
import { isObject } from '#fhir/json.ts';
import { targetOf } from '#fhir/medication/order.ts';
import { now } from '../parts/clock.ts';
import { findAll } from './fhir.ts';

// Alerts that somebody answered and went on in spite of, over some days, with the orders and doses that they were about and the stays
// in which it was. Of the patients whose records are open to who asks: the server leaves out the others.

const dayMs = 86_400_000;
/** A search names so many at most: its address has an end. */
const namedMax = 60;

export type Overridden = { readonly resources: readonly Resource[]; readonly complete: boolean };

export function useOverridden(days: number): UseQueryResult<Overridden> {
  return useQuery({
    queryKey: ['overridden', days],
    queryFn: () => readOverridden(days),
    // The feed does not tell of it: a page that is opened again asks again.
    staleTime: 60_000,
  });
}

async function readOverridden(days: number): Promise<Overridden> {
  const since = new Date(now() - days * dayMs).toISOString().slice(0, 19).concat('Z');
  const issues = await findAll(
    `DetectedIssue?code=${alertSystem}|&identified=ge${since}&_sort=-identified&_include=DetectedIssue:implicated&_count=500`,
  );
  const found = [...issues.resources, ...issues.included];
  const patients = idsOf(issues.resources, 'patient');
  const orders = await inParts(
    patients,
    (ids) => `MedicationRequest?patient=${ids}&authoredon=ge${since}&_count=500`,
  );
  const all = [...found, ...orders.resources];
  const stays = await inParts(
    [...new Set([...idsOf(all, 'encounter'), ...idsOf(all, 'context')])],
    (ids) => `Encounter?_id=${ids}&_count=500`,
  );
  return {
    resources: [...all, ...stays.resources],
    complete: issues.complete && orders.complete && stays.complete,
  };
}

async function inParts(ids: readonly string[], urlOf: (ids: string) => string): Promise<Overridden> {
  const parts = Array.from({ length: Math.ceil(ids.length / namedMax) }, (_, index) =>
    ids.slice(index * namedMax, (index + 1) * namedMax).join(','),
  );
  const answers = await Promise.all(parts.map((part) => findAll(urlOf(part))));
  return {
    resources: answers.flatMap(({ resources }) => resources),
    complete: answers.every(({ complete }) => complete),
  };
}

function idsOf(
  resources: readonly Resource[],
  element: 'patient' | 'encounter' | 'context',
): readonly string[] {
  const targets = resources.flatMap(
    (one) => targetOf(isObject(one) ? one[element] : undefined)?.split('/')[1] ?? [],
  );
  return [...new Set(targets)].toSorted();
}
