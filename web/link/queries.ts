import { QueryClient, useQueries, useQuery, type QueryKey, type UseQueryResult } from '@tanstack/react-query';
import { now } from '../parts/clock.ts';
import { find, findAll, findAlone, type Found } from './fhir.ts';
import { isFault } from './fault.ts';
import { partOf, type PatientPart } from './patient-parts.ts';
import { bedsUrl, staysUrl, wardParts, wardUrl, type WardPart } from './ward-parts.ts';

// The cache of what the server said. Every key about a patient begins with that patient's id: what belongs to one can
// never be shown for another. A change of user empties the cache.

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // The feed says what is no longer true; until it does, what we have is current.
      staleTime: Infinity,
      gcTime: 10 * 60_000,
      // Whether the line is up is for the server to say, not for the browser to guess.
      networkMode: 'always',
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
      retry: (failures, error) => failures < 1 && isFault(error, 'unreachable', 'server', 'unknown'),
      retryDelay: 700,
    },
  },
});

export const keys = {
  session: ['session'] as QueryKey,
  people: ['people'] as QueryKey,
  ownLogIn: ['own log-in'] as QueryKey,
  places: ['places'] as QueryKey,
  patient: (patient: string): QueryKey => ['patient', patient],
  part: (patient: string, part: PatientPart): QueryKey => ['patient', patient, part],
  ward: (ward: string): QueryKey => ['ward', ward],
  wardStays: (ward: string): QueryKey => ['ward', ward, 'stays'],
  wardBeds: (ward: string): QueryKey => ['ward', ward, 'beds'],
  wardPart: (ward: string, part: WardPart, patients: string): QueryKey => ['ward', ward, part, patients],
  search: (question: string): QueryKey => ['search', question],
};

export function usePart(patient: string, name: PatientPart): UseQueryResult<Found> {
  return useQuery({
    queryKey: keys.part(patient, name),
    queryFn: () => {
      const part = partOf(name);
      return part.all === true ? findAll(part.url(patient)) : find(part.url(patient));
    },
  });
}

export function useWardStays(ward: string): UseQueryResult<Found> {
  return useQuery({ queryKey: keys.wardStays(ward), queryFn: () => findAll(staysUrl(ward)) });
}

export function useWardBeds(ward: string): UseQueryResult<Found> {
  return useQuery({ queryKey: keys.wardBeds(ward), queryFn: () => findAll(bedsUrl(ward)) });
}

export function useWardPlace(ward: string): UseQueryResult<Found> {
  return useQuery({ queryKey: ['ward', ward, 'place'], queryFn: () => find(wardUrl(ward)) });
}

const wardPartNames = Object.keys(wardParts) as WardPart[];

export type WardAnswers = Readonly<Record<WardPart, UseQueryResult<Found>>>;

/** The parts of the board for the patients who are there, asked for as one batch. */
export function useWardParts(ward: string, patients: readonly string[] | undefined): WardAnswers {
  const ids = [...(patients ?? [])].sort().join(',');
  return useQueries({
    queries: wardPartNames.map((name) => ({
      queryKey: keys.wardPart(ward, name, ids),
      queryFn: () => findAll(wardParts[name].url(ids, now())),
      enabled: ids !== '',
      // When somebody comes or goes the rest of the ward stays on the screen.
      placeholderData: (before: Found | undefined) => before,
    })),
    combine: (answers) =>
      Object.fromEntries(wardPartNames.map((name, index) => [name, answers[index]])) as WardAnswers,
  });
}

/** Every ward and bed of the region, to name places and to choose a ward. */
export function usePlaces(enabled = true): UseQueryResult<Found> {
  return useQuery({
    queryKey: keys.places,
    queryFn: () => findAll('Location?_count=1000&_elements=name,partOf,physicalType,managingOrganization'),
    enabled,
    gcTime: Infinity,
  });
}

/** One question of a search box; a later question stops it. */
export function useSearch(question: string, url: string | undefined): UseQueryResult<Found> {
  return useQuery({
    queryKey: keys.search(question),
    queryFn: ({ signal }) => findAlone(url ?? '', signal),
    enabled: url !== undefined,
    // Who is in the house changes; a search is never answered from memory older than this.
    staleTime: 5_000,
    gcTime: 30_000,
  });
}
