import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { taskKindSystem } from '#fhir/orders/steps.ts';
import { now } from '../parts/clock.ts';
import { find, findAll, type Found } from './fhir.ts';
import { findOpen } from './ward-orders.ts';

// Tasks and plans of a ward's patients, and the transports of a site. What a plan asks for is computed; what was done of it in the last
// day is asked for, so that it is not asked for again.

const dayMs = 86_400_000;
const careTasks = `code=${taskKindSystem}|care`;

const doneSince = () => new Date(now() - 1.5 * dayMs).toISOString().slice(0, 19).concat('Z');
const urlsOf = (ids: string) => [
  `Task?patient=${ids}&${careTasks}&status=requested,in-progress&_count=500`,
  `Task?patient=${ids}&${careTasks}&status=completed,failed&authored-on=ge${doneSince()}&_count=500`,
  `CarePlan?patient=${ids}&status=active&category=https://holdfast.dk/fhir/care-plan|nursing&_count=500`,
];

function together(answers: readonly Found[]): Found {
  return {
    resources: answers.flatMap(({ resources }) => resources),
    included: [],
    total: undefined,
    complete: answers.every(({ complete }) => complete),
  };
}

/** Open tasks, those of the last day that are over, and the nurses' plans, of the patients of a ward. */
export function useWardCare(ward: string, patients: readonly string[] | undefined): UseQueryResult<Found> {
  const ids = (patients ?? []).toSorted().join(',');
  return useQuery({
    queryKey: ['ward', ward, 'care', ids],
    queryFn: async () => together(await Promise.all(urlsOf(ids).map(findOpen))),
    enabled: ids !== '',
    placeholderData: (before: Found | undefined) => before,
  });
}

const openTransports = `Task?code=${taskKindSystem}|transport&status=requested,accepted,in-progress&_include=Task:patient&_count=300`;

/** Transports that are not delivered, of all patients whose records are open here, with where these lie now. */
export function useTransports(): UseQueryResult<Found> {
  return useQuery({
    queryKey: ['transport'],
    queryFn: async () => {
      const found = await findAll(openTransports);
      const patients = found.included.flatMap(({ resourceType, id }) =>
        resourceType === 'Patient' ? [id] : [],
      );
      if (patients.length === 0) return found;
      const stays = await find(
        `Encounter?patient=${patients.join(',')}&status=in-progress,onleave&_count=300`,
      );
      return { ...found, included: [...found.included, ...stays.resources] };
    },
  });
}
