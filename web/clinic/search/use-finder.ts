import type { Location } from '@medplum/fhirtypes';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { find } from '../../link/fhir.ts';
import { keys, usePlaces, useSearch } from '../../link/queries.ts';
import { now } from '../../parts/clock.ts';
import { dayOf } from '../../parts/format/date.ts';
import { hasCode, ofType } from '../record/coding.ts';
import { personOf, type Person } from '../record/person.ts';
import { currentRights } from '../record/role.ts';
import { readSearchInput, searchUrl, type SearchInput } from '../record/search-input.ts';
import { stayOf, type Stay } from '../record/stay.ts';

// A list of fixed length: it does not grow under the pointer, and says how many more there are.
const foundMax = 10;
// Long enough to spare a fast typist's middle letters, short enough not to be felt.
const pauseMs = 60;

export type FoundPatient = { readonly person: Person; readonly stay: Stay | undefined };

export type Finder = {
  readonly input: SearchInput;
  readonly state: 'nothing' | 'searching' | 'found' | 'failed';
  readonly patients: readonly FoundPatient[];
  readonly total: number;
};

/** The answer to what is typed now; an answer to anything typed earlier is never shown. */
export function useFinder(typed: string): Finder {
  const [settled] = useDebouncedValue(typed, pauseMs);
  const { finds } = currentRights();
  const input = useMemo(
    (): SearchInput => (finds ? readSearchInput(settled, dayOf(now())) : { kind: 'nothing' }),
    [settled, finds],
  );
  const places = usePlaces(input.kind === 'bed');
  const beds = useMemo(
    () => (input.kind === 'bed' ? bedsNamed(ofType(places.data?.resources, 'Location'), input.name) : []),
    [input, places.data],
  );
  const url = input.kind === 'bed' ? bedUrl(beds) : searchUrl(input, foundMax);
  const answer = useSearch(`${input.kind} ${url ?? ''}`, url);
  const persons = useMemo(
    () =>
      [...ofType(answer.data?.resources, 'Patient'), ...ofType(answer.data?.included, 'Patient')]
        .map(personOf)
        // What was merged is found at the record that took its place.
        .filter(({ mergedInto }) => mergedInto === undefined),
    [answer.data],
  );
  const ids = persons.map((person) => person.id).join(',');
  const stays = useQuery({
    queryKey: keys.search(`stays ${ids}`),
    queryFn: () => find(`Encounter?patient=${ids}&status=in-progress,onleave,planned&_count=50`),
    enabled: ids !== '',
    staleTime: 5_000,
  });
  const open = useMemo(() => ofType(stays.data?.resources, 'Encounter').map(stayOf), [stays.data]);
  const pending =
    settled !== typed ||
    (url !== undefined && answer.data === undefined && !answer.isError) ||
    (input.kind === 'bed' && places.data === undefined && !places.isError);
  const patients = persons.map((person) => ({
    person,
    stay:
      open.find((stay) => stay.patient === person.id && stay.status !== 'planned') ??
      open.find((stay) => stay.patient === person.id),
  }));
  return {
    input,
    state:
      input.kind === 'nothing' && !pending
        ? 'nothing'
        : pending
          ? 'searching'
          : answer.isError || places.isError
            ? 'failed'
            : 'found',
    patients: pending ? [] : patients,
    total: input.kind === 'bed' ? patients.length : (answer.data?.total ?? patients.length),
  };
}

function bedsNamed(places: readonly Location[], name: string): readonly string[] {
  const wanted = name.toLowerCase().replaceAll(' ', '');
  return places
    .filter(
      (place) =>
        hasCode(place.physicalType, 'bd') && place.name?.toLowerCase().replaceAll(' ', '') === wanted,
    )
    .flatMap((place) => place.id ?? []);
}

function bedUrl(beds: readonly string[]): string | undefined {
  if (beds.length === 0) return undefined;
  return `Encounter?location=${beds.map((bed) => `Location/${bed}`).join(',')}&status=in-progress,onleave&_include=Encounter:subject&_count=${foundMax}`;
}
