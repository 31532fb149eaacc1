import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { cardTaskKind } from '#fhir/medication-card/codes.ts';
import { taskKindSystem } from '#fhir/orders/steps.ts';
import { findAll, type Found } from './fhir.ts';

/**
 * Changes that have not reached the medication card, of all patients whose records are open here: also those who have gone home, whom no
 * board shows any more. `on-hold` are those that read otherwise than they were decided.
 */
export function useCardQueue(): UseQueryResult<Found> {
  return useQuery({
    // With what is fetched anew when any Task changes.
    queryKey: ['card queue'],
    queryFn: () =>
      findAll(
        `Task?code=${taskKindSystem}|${cardTaskKind}&status=requested,in-progress,on-hold&_include=Task:patient&_include=Task:focus&_sort=authored-on&_count=200`,
      ),
    // The feed tells of changes; this is for the day it does not.
    refetchInterval: 5 * 60_000,
  });
}
