import { useMemo, useState } from 'react';
import { isFault, isRefusedBy } from '../../link/fault.ts';
import type { Found } from '../../link/fhir.ts';
import { usePartState } from '../../link/part-state.ts';
import { useAccesses, useWardBeds, useWardParts, useWardPlace, useWardStays } from '../../link/queries.ts';
import { boardLimitMinutes, type WardPart } from '../../link/ward-parts.ts';
import { useNow } from '../../parts/clock.ts';
import type { PanelState } from '../../parts/panel.tsx';
import { anyHasCode, ofType } from '../record/coding.ts';
import { stayOf } from '../record/stay.ts';
import type { BoardSort } from './board-place.ts';
import { boardRows, quietPatients, sortRows, type BoardRow } from './board-rows.ts';

export type Board = {
  readonly name: string | undefined;
  readonly missing: boolean;
  /** It is an operating department, which has a board of its own. */
  readonly operates: boolean;
  readonly beds: readonly BoardRow[];
  readonly expected: readonly BoardRow[];
  readonly state: PanelState;
  /** Everything of the rows has come: the order may be frozen now. */
  readonly whole: boolean;
  /** Parts that the user's role does not read. */
  readonly unread: ReadonlySet<WardPart>;
  /** Some list behind the rows has more than was fetched: the board must say so. */
  readonly partial: { readonly shown: number; readonly total: number | undefined } | undefined;
};

export function useBoard(ward: string): Board {
  const minute = useNow();
  const place = useWardPlace(ward);
  const staysAnswer = useWardStays(ward);
  const bedsAnswer = useWardBeds(ward);
  const stays = useMemo(
    () => staysAnswer.data && ofType(staysAnswer.data.resources, 'Encounter').map(stayOf),
    [staysAnswer.data],
  );
  const parts = useWardParts(
    ward,
    useMemo(() => stays?.map((stay) => stay.patient), [stays]),
  );
  const here = usePartState(boardLimitMinutes, staysAnswer, bedsAnswer);
  const rest = usePartState(boardLimitMinutes, ...Object.values(parts));
  const hasPatients = (stays?.length ?? 0) > 0;
  const waits =
    hasPatients && Object.values(parts).some(({ data, isError }) => data === undefined && !isError);
  const facts = useMemo(
    () => ({
      stays: stays ?? [],
      patients: ofType(staysAnswer.data?.included, 'Patient'),
      conditions: ofType(staysAnswer.data?.included, 'Condition'),
      beds: ofType(bedsAnswer.data?.resources, 'Location'),
      ews: ofType(parts.ews.data?.resources, 'Observation'),
      labs: ofType(parts.labs.data?.resources, 'Observation'),
      reports: ofType(parts.reports.data?.resources, 'DiagnosticReport'),
      reviews: ofType(parts.reviews.data?.resources, 'Task'),
      cave:
        parts.cave.data === undefined ? undefined : ofType(parts.cave.data.resources, 'AllergyIntolerance'),
      flags: ofType(parts.flags.data?.resources, 'Flag'),
      medication: ofType(parts.medication.data?.resources, 'MedicationRequest'),
      given: ofType(parts.given.data?.resources, 'MedicationAdministration'),
      tasks: ofType(parts.tasks.data?.resources, 'Task'),
      appointments: ofType(parts.appointments.data?.resources, 'Appointment'),
    }),
    [stays, staysAnswer.data, bedsAnswer.data, parts],
  );
  // "Not asked for allergies" must not be said of somebody whose chart is only not open; most are not asked about.
  const isCaveRead = parts.cave.data !== undefined && rest.asOf !== undefined;
  const quiet = useMemo(() => (isCaveRead ? quietPatients(facts) : []), [facts, isCaveRead]);
  const accesses = useAccesses(quiet);
  const rows = useMemo(
    () =>
      boardRows(
        {
          ...facts,
          waits,
          depthOf: (patient) => (quiet.includes(patient) ? accesses.get(patient)?.depth : 'chart'),
        },
        minute,
      ),
    [facts, waits, quiet, accesses, minute],
  );
  const unread = useMemo(
    () =>
      new Set((Object.keys(parts) as WardPart[]).filter((name) => isRefusedBy(parts[name].error, 'role'))),
    [parts],
  );
  return {
    name: ofType(place.data?.resources, 'Location')[0]?.name,
    missing: isFault(place.error, 'missing'),
    operates: anyHasCode(ofType(place.data?.resources, 'Location')[0]?.type, 'operating-department'),
    ...rows,
    state: {
      asOf:
        here.asOf === undefined
          ? undefined
          : Math.min(here.asOf, hasPatients ? (rest.asOf ?? here.asOf) : here.asOf),
      stale: here.stale || (hasPatients && rest.stale),
      failed: here.failed || rest.failed,
      loading: here.loading || rest.loading,
      retry: () => {
        here.retry();
        rest.retry();
      },
      unread: rest.unread === undefined ? undefined : 'some',
    },
    partial: partialOf([staysAnswer.data, bedsAnswer.data, ...Object.values(parts).map((part) => part.data)]),
    unread,
    whole: here.asOf !== undefined && (!hasPatients || rest.asOf !== undefined || rest.unread === 'all'),
  };
}

function partialOf(answers: readonly (Found | undefined)[]): Board['partial'] {
  const cut = answers.find((answer) => answer?.complete === false);
  return cut === undefined ? undefined : { shown: cut.resources.length, total: cut.total };
}

/** Rows in the chosen order, frozen when it was chosen: new data mark a row, they do not move it under somebody's hand. */
export function useFrozenOrder(
  rows: readonly BoardRow[],
  sort: BoardSort,
  whole: boolean,
): { readonly rows: readonly BoardRow[]; readonly moved: number; readonly again: () => void } {
  const wanted = useMemo(() => sortRows(rows, sort), [rows, sort]);
  const [frozen, setFrozen] = useState<{ readonly sort: BoardSort; readonly order: readonly string[] }>();
  if (whole && frozen?.sort !== sort) setFrozen({ sort, order: wanted.map((row) => row.key) });
  const shown = useMemo(() => {
    if (sort === 'bed' || frozen?.sort !== sort) return wanted;
    const place = new Map(frozen.order.map((key, index) => [key, index]));
    return [...wanted].sort(
      (a, b) => (place.get(a.key) ?? frozen.order.length) - (place.get(b.key) ?? frozen.order.length),
    );
  }, [wanted, frozen, sort]);
  const moved = shown.filter((row, index) => wanted[index]?.key !== row.key).length;
  return { rows: shown, moved, again: () => setFrozen({ sort, order: wanted.map((row) => row.key) }) };
}
