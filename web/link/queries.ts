import { QueryClient, useQueries, useQuery, type QueryKey, type UseQueryResult } from '@tanstack/react-query';
import { now } from '../parts/clock.ts';
import { isOpenFor, readAccess, type Access } from './access.ts';
import { find, findAll, findAlone, type Found } from './fhir.ts';
import { isFault, isRefusedBy } from './fault.ts';
import { partOf, patientParts, type PatientPart } from './patient-parts.ts';
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
  access: (patient: string): QueryKey => ['patient', patient, 'access'],
  /** What the server would say of an act that is not signed. */
  check: (patient: string): QueryKey => ['patient', patient, 'check'],
  part: (patient: string, part: PatientPart): QueryKey => ['patient', patient, part],
  ward: (ward: string): QueryKey => ['ward', ward],
  wardStays: (ward: string): QueryKey => ['ward', ward, 'stays'],
  wardBeds: (ward: string): QueryKey => ['ward', ward, 'beds'],
  wardPart: (ward: string, part: WardPart, patients: string): QueryKey => ['ward', ward, part, patients],
  search: (question: string): QueryKey => ['search', question],
};

/** A part of the chart, asked for when the record is open that far. */
export function usePart(patient: string, name: PatientPart): UseQueryResult<Found> {
  const access = useAccess(patient).data;
  const part = partOf(name);
  return useQuery({
    queryKey: keys.part(patient, name),
    queryFn: async () => {
      try {
        return await (part.all === true ? findAll(part.url(patient)) : find(part.url(patient)));
      } catch (error) {
        // It was open when we asked, and is not any more.
        if (isRefusedBy(error, 'closed')) askAccessAgain(patient);
        throw error;
      }
    },
    enabled: access !== undefined && isOpenFor(access.depth, part.needs ?? 'chart'),
  });
}

/** How far the record of this patient is open; asked before anything of it is. */
export function useAccess(patient: string): UseQueryResult<Access> {
  return useQuery(accessQuery(patient));
}

/** The same, and asked again when the time of a reason has run out: once on a page. */
export function useAccessUntilItCloses(patient: string): UseQueryResult<Access> {
  return useQuery({
    ...accessQuery(patient),
    refetchInterval: ({ state: { data } }) => (data?.minutesLeft === undefined ? false : askedIn(data)),
    // A page that nobody looks at closes too.
    refetchIntervalInBackground: true,
  });
}

/** How far the records of several patients are open. */
export function useAccesses(patients: readonly string[]): ReadonlyMap<string, Access> {
  return useQueries({
    queries: patients.map(accessQuery),
    combine: (answers) =>
      new Map(answers.flatMap(({ data }, index) => (data ? [[patients[index] ?? '', data] as const] : []))),
  });
}

export const accessQuery = (patient: string) => ({
  queryKey: keys.access(patient),
  queryFn: async () => {
    const access = await readAccess(patient);
    forgetClosed(patient, access);
    return access;
  },
});

/** At the end of the time the server's count decides, to some seconds. */
function askedIn({ minutesLeft = 0, readAt }: Access): number {
  return Math.max(closingMs, minutesLeft * 60_000 - (performance.now() - readAt));
}
const closingMs = 5_000;

export function askAccessAgain(patient: string): void {
  void queries.invalidateQueries({ queryKey: keys.access(patient) }, { cancelRefetch: false });
}

/** What a closed record showed while it was open is not kept for the next look. */
function forgetClosed(patient: string, { depth }: Access): void {
  queries.removeQueries({
    predicate: ({ queryKey: [kind, id, part] }) =>
      kind === 'patient' &&
      id === patient &&
      part !== 'access' &&
      !isOpenFor(
        depth,
        patientParts[part as PatientPart] === undefined ? 'chart' : needOf(part as PatientPart),
      ),
  });
}
const needOf = (part: PatientPart) => partOf(part).needs ?? 'chart';

/** A reason was given: the record is open from this moment, without asking the server a second time. */
export function markOpened(patient: string, opened: Pick<Access, 'reason' | 'minutesLeft'>): void {
  const before = queries.getQueryData<Access>(keys.access(patient));
  queries.setQueryData<Access>(keys.access(patient), {
    hoursGiven: (opened.minutesLeft ?? 0) / 60,
    ...before,
    depth: 'chart',
    mayGiveReason: true,
    ...opened,
    readAt: performance.now(),
  });
  // Boards and searches have left this patient out until now.
  void queries.invalidateQueries({
    predicate: ({ queryKey: [kind] }) => kind === 'ward' || kind === 'search',
  });
}

export function useWardStays(ward: string): UseQueryResult<Found> {
  return useQuery({ queryKey: keys.wardStays(ward), queryFn: () => findAll(staysUrl(ward)) });
}

export function useWardBeds(ward: string): UseQueryResult<Found> {
  return useQuery({ queryKey: keys.wardBeds(ward), queryFn: () => findAll(bedsUrl(ward)) });
}

export function useWardPlace(ward: string, enabled = true): UseQueryResult<Found> {
  return useQuery({ queryKey: ['ward', ward, 'place'], queryFn: () => find(wardUrl(ward)), enabled });
}

const wardPartNames = Object.keys(wardParts) as WardPart[];

export type WardAnswers = Readonly<Record<WardPart, UseQueryResult<Found>>>;

/** The parts of the board for the patients who are there, asked for as one batch. */
export function useWardParts(ward: string, patients: readonly string[] | undefined): WardAnswers {
  const ids = [...(patients ?? [])].sort().join(',');
  return useQueries({
    queries: wardPartNames.map((name) => wardPartQuery(ward, name, ids)),
    combine: (answers) =>
      Object.fromEntries(wardPartNames.map((name, index) => [name, answers[index]])) as WardAnswers,
  });
}

/** One part, for the patients of these ids. */
export const wardPartQuery = (ward: string, name: WardPart, ids: string) => ({
  queryKey: keys.wardPart(ward, name, ids),
  queryFn: () => wholePart(wardParts[name].url(ids, now())),
  enabled: ids !== '',
  // When somebody comes or goes the rest of the ward stays on the screen.
  placeholderData: (before: Found | undefined) => before,
});

/** Of several patients the server leaves out whose records are not open; of one alone it refuses, which here means the same. */
async function wholePart(url: string): Promise<Found> {
  try {
    return await findAll(url);
  } catch (error) {
    if (isRefusedBy(error, 'closed')) return { resources: [], included: [], total: 0, complete: true };
    throw error;
  }
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
