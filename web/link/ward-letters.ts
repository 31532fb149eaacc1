import { useQueries, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { taskKindSystem } from '#fhir/orders/steps.ts';
import { letterKindSystem } from '#fhir/letters/kinds.ts';
import { findAll, type Found } from './fhir.ts';

/** What a ward owes, writes and has ready: by the stays that were there. */
export function useWardLetters(ward: string): readonly UseQueryResult<Found>[] {
  const there = `encounter.location=Location/${ward}`;
  const more = '_include=Task:encounter&_include=Task:patient&_count=200';
  const urls = [
    `Task?code=${taskKindSystem}|letter-due&status=requested&${there}&${more}`,
    `Task?code=${taskKindSystem}|letter&status=requested,rejected&${there}&${more}&_include=Task:focus`,
    `Composition?type=${letterKindSystem}|&status=preliminary&${there}&_include=Composition:encounter&_include=Composition:patient&_count=200`,
  ];
  return useQueries({
    queries: urls.map((url) => ({ queryKey: ['ward', ward, 'letters', url], queryFn: () => findAll(url) })),
  });
}

/** Referrals to the department that a ward belongs to. */
export function useIncoming(ward: string, department: string | undefined): UseQueryResult<Found> {
  const url = `Task?code=${taskKindSystem}|letter&status=requested,received&owner=${department ?? ''}&_include=Task:patient&_include=Task:focus&_count=200`;
  return useQuery({
    queryKey: ['ward', ward, 'letters', url],
    queryFn: () => findAll(url),
    enabled: department !== undefined,
  });
}

/** Hospitals and departments, which letters are sent to. */
export function useOrganisations(): UseQueryResult<Found> {
  return useQuery({
    queryKey: ['places', 'organisations'],
    queryFn: () => findAll('Organization?_count=500&_elements=name,type,partOf,active'),
    gcTime: Infinity,
  });
}
