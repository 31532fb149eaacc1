import type { Location } from '@medplum/fhirtypes';
import { useMemo } from 'react';
import { usePlaces } from '../../link/queries.ts';
import { hasCode, ofType, referredId } from '../record/coding.ts';

export type Ward = { readonly id: string; readonly name: string; readonly site: string };

/** The name of a ward or bed; undefined until it is known. */
export function usePlaceName(id: string | undefined): string | undefined {
  const places = usePlaces(id !== undefined);
  return useMemo(
    () => ofType(places.data?.resources, 'Location').find((place) => place.id === id)?.name,
    [places.data, id],
  );
}

/** The names of places by their ids, as far as they are known. */
export function usePlaceNames(): (id: string) => string | undefined {
  const places = usePlaces();
  return useMemo(() => {
    const names = new Map(ofType(places.data?.resources, 'Location').map(({ id, name }) => [id, name]));
    return (id: string) => names.get(id);
  }, [places.data]);
}

/** All wards with the hospital each belongs to, in the order of their names. */
export function wardsOf(places: readonly Location[]): readonly Ward[] {
  const byId = new Map(places.map((place) => [place.id, place]));
  return places
    .filter((place) => hasCode(place.physicalType, 'wa'))
    .map((place) => ({ id: place.id ?? '', name: place.name ?? '', site: siteOf(place, byId) }))
    .sort(
      (a, b) => a.site.localeCompare(b.site, 'da') || a.name.localeCompare(b.name, 'da', { numeric: true }),
    );
}

function siteOf(ward: Location, byId: ReadonlyMap<string | undefined, Location>): string {
  let place: Location | undefined = ward;
  // A place five levels below its hospital would be a cupboard: the limit is against circles in the data.
  for (let level = 0; level < 6 && place !== undefined; level++) {
    if (hasCode(place.physicalType, 'si')) return place.name ?? '';
    place = byId.get(referredId(place.partOf, 'Location'));
  }
  return '';
}

/** Hospital of a ward, for its heading. */
export function useSiteName(ward: string): string | undefined {
  const places = usePlaces();
  return useMemo(() => {
    const all = ofType(places.data?.resources, 'Location');
    return wardsOf(all).find((each) => each.id === ward)?.site;
  }, [places.data, ward]);
}
