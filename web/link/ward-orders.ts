import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { taskKindSystem } from '#fhir/orders/steps.ts';
import { findAll, type Found } from './fhir.ts';
import { isRefusedBy } from './fault.ts';

/** The ways of orders that have not ended and wait for a sample, with their orders, of the patients of a ward. */
export function useOpenWays(ward: string, patients: readonly string[] | undefined): UseQueryResult<Found> {
  const ids = (patients ?? []).toSorted().join(',');
  return useQuery({
    queryKey: ['ward', ward, 'collection', ids],
    queryFn: () =>
      findOpen(
        `Task?patient=${ids}&code=${taskKindSystem}|order&status=requested,received,accepted,ready&_include=Task:based-on&_count=500`,
      ),
    enabled: ids !== '',
    placeholderData: (before: Found | undefined) => before,
  });
}

/** Of several patients the server leaves out whose records are not open; of one alone it refuses, which here means the same. */
export async function findOpen(url: string): Promise<Found> {
  try {
    return await findAll(url);
  } catch (error) {
    if (isRefusedBy(error, 'closed')) return { resources: [], included: [], total: 0, complete: true };
    throw error;
  }
}
