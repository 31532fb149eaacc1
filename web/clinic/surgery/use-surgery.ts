import { useMemo } from 'react';
import { usePartState } from '../../link/part-state.ts';
import { useAsked, usePlacesOf, useProgramme, useRooms, useStaysOf, useWays } from '../../link/surgery.ts';
import type { PanelState } from '../../parts/panel.tsx';
import { ofType, referredId } from '../record/coding.ts';
import { itemsOf, roomsOf, waitingOf, type BoardItem, type Room } from './board-model.ts';

// An operating board is looked at, not searched: a minute is old.
const limitMinutes = 1;

export type Programme = {
  readonly rooms: readonly Room[];
  readonly waiting: readonly BoardItem[];
  readonly state: PanelState;
  /** Some list behind it has more than was fetched. */
  readonly isPartial: boolean;
};

/** @param from, to Moments in ms: places that begin between them. */
export function useSurgery(department: string, from: number, to: number): Programme {
  const roomsAnswer = useRooms(department);
  const programme = useProgramme(department, from, to);
  const asked = useAsked();
  const active = useMemo(() => asked.data && ofType(asked.data.resources, 'ServiceRequest'), [asked.data]);
  const placesAnswer = usePlacesOf(useMemo(() => active?.map(({ id }) => id ?? ''), [active]));
  const requests = useMemo(
    () => [...ofType(programme.data?.included, 'ServiceRequest'), ...(active ?? [])],
    [programme.data, active],
  );
  const patients = useMemo(
    () =>
      programme.data === undefined || active === undefined
        ? undefined
        : [...new Set(requests.flatMap(({ subject }) => referredId(subject, 'Patient') ?? []))],
    [programme.data, active, requests],
  );
  const ways = useWays(patients);
  const stays = useStaysOf(patients);
  const rest = (patients?.length ?? 0) === 0 ? [] : [ways, stays];
  const waits = (active?.length ?? 0) === 0 ? [] : [placesAnswer];
  const state = usePartState(limitMinutes, roomsAnswer, programme, asked, ...waits, ...rest);
  const items = useMemo(() => {
    const byId = new Map(
      [
        ...ofType(placesAnswer.data?.resources, 'Appointment'),
        ...ofType(programme.data?.resources, 'Appointment'),
      ].map((one) => [one.id, one]),
    );
    return itemsOf({
      requests,
      places: [...byId.values()],
      ways: ofType(ways.data?.resources, 'Procedure'),
      patients: [...ofType(programme.data?.included, 'Patient'), ...ofType(asked.data?.included, 'Patient')],
      stays: ofType(stays.data?.resources, 'Encounter'),
    });
  }, [requests, placesAnswer.data, programme.data, asked.data, ways.data, stays.data]);
  return {
    rooms: useMemo(
      () => roomsOf(items, ofType(roomsAnswer.data?.resources, 'Location'), from, to),
      [items, roomsAnswer.data, from, to],
    ),
    // Until it is known what has a place, nothing is said to wait.
    waiting: useMemo(
      () =>
        placesAnswer.data === undefined && (active?.length ?? 0) > 0 ? [] : waitingOf(items, department),
      [items, placesAnswer.data, active, department],
    ),
    state,
    isPartial: [programme, asked, placesAnswer, ways].some(({ data }) => data?.complete === false),
  };
}
