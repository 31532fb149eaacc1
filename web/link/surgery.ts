import { useQuery, type QueryKey, type UseQueryResult } from '@tanstack/react-query';
import { departmentKind, operationCategory, callKind } from '#fhir/surgery/codes.ts';
import { taskKindSystem } from '#fhir/orders/steps.ts';
import { find, findAll, type Found } from './fhir.ts';
import { queries } from './queries.ts';
import { findOpen } from './ward-orders.ts';

// What an operating board is made of: who is asked for, who has a place on the days that are looked at, and how far each is. All keys begin
// with `surgery`, and the feed makes them be fetched again when one of their types changes.

const key = (...more: readonly string[]): QueryKey => ['surgery', ...more];
const instant = (ms: number) => new Date(ms).toISOString().slice(0, 19).concat('Z');
const keep = (before: Found | undefined) => before;

export function useDepartments(enabled = true): UseQueryResult<Found> {
  return useQuery({
    queryKey: key('departments'),
    queryFn: () => findAll(`Location?type=${departmentKind.system}|${departmentKind.code}&_count=100`),
    enabled,
  });
}

export function useRooms(department: string): UseQueryResult<Found> {
  return useQuery({
    queryKey: key(department, 'rooms'),
    queryFn: () => findAll(`Location?partof=Location/${department}&_count=100`),
  });
}

/** Places that begin from one moment to another, with whose they are and what was asked for. */
export function useProgramme(department: string, from: number, to: number): UseQueryResult<Found> {
  return useQuery({
    queryKey: key(department, 'programme', String(from), String(to)),
    queryFn: () =>
      findAll(
        `Appointment?location=Location/${department}&date=ge${instant(from)}&date=lt${instant(to)}&_include=Appointment:patient&_include=Appointment:based-on&_sort=date&_count=300`,
      ),
    placeholderData: keep,
  });
}

/** What is asked for and not done, of all whose records are open. */
export function useAsked(): UseQueryResult<Found> {
  return useQuery({
    queryKey: key('asked'),
    queryFn: () =>
      findAll(
        `ServiceRequest?category=${operationCategory.system}|${operationCategory.code}&status=active&_include=ServiceRequest:subject&_count=300`,
      ),
  });
}

/** The places of these operations, whatever the day, the last ones that were cancelled among them. */
export function usePlacesOf(requests: readonly string[] | undefined): UseQueryResult<Found> {
  const ids = (requests ?? []).toSorted().join(',');
  return useQuery({
    queryKey: key('places', ids),
    queryFn: () => findOpen(`Appointment?based-on=${ids}&_count=500`),
    enabled: requests !== undefined && ids !== '',
    placeholderData: keep,
  });
}

/** How far the operations of these patients are. */
export function useWays(patients: readonly string[] | undefined): UseQueryResult<Found> {
  const ids = (patients ?? []).toSorted().join(',');
  return useQuery({
    queryKey: key('ways', ids),
    queryFn: () =>
      findOpen(
        `Procedure?patient=${ids}&category=${operationCategory.system}|${operationCategory.code}&_count=500`,
      ),
    enabled: patients !== undefined && ids !== '',
    placeholderData: keep,
  });
}

/** Where these patients lie. */
export function useStaysOf(patients: readonly string[] | undefined): UseQueryResult<Found> {
  const ids = (patients ?? []).toSorted().join(',');
  return useQuery({
    queryKey: key('stays', ids),
    queryFn: () => findOpen(`Encounter?patient=${ids}&status=in-progress,onleave&_count=500`),
    enabled: patients !== undefined && ids !== '',
    placeholderData: keep,
  });
}

/** Whom to call about what was cancelled together, made within two weeks. */
export function useCalls(): UseQueryResult<Found> {
  return useQuery({
    queryKey: key('calls'),
    queryFn: () =>
      find(
        `Task?code=${taskKindSystem}|${callKind}&authored-on=ge${instant(Date.now() - 14 * 86_400_000)}&_include=Task:patient&_include=Task:focus&_count=500`,
      ),
  });
}

/** What was just written is on the board before anybody is told that it is. */
export function refreshSurgery(): Promise<void> {
  return queries.invalidateQueries({ queryKey: key() });
}
