import { useQueries, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Access } from '../../../link/access.ts';
import type { Found } from '../../../link/fhir.ts';
import { usePartState } from '../../../link/part-state.ts';
import { accessQuery, useWardPlace, useWardStays, wardPartQuery } from '../../../link/queries.ts';
import type { WardPart } from '../../../link/ward-parts.ts';
import type { Patient } from '@medplum/fhirtypes';
import type { PanelState } from '../../../parts/panel.tsx';
import { ofType, referredId } from '../../record/coding.ts';
import { stayOf } from '../../record/stay.ts';
import { roundRows, type Known, type RoundRow } from './ward-round-rows.ts';

// A minute is old: two nurses may share a round.
const limitMinutes = 1;

export type WardRound = {
  readonly name: string;
  readonly rows: readonly RoundRow[];
  readonly patients: readonly Patient[];
  readonly state: PanelState;
  /** Some list behind the rows has more than was fetched. */
  readonly isCut: boolean;
};

/** The medicine of all who lie on a ward: two questions for the ward, whatever its size, the same that the board asks. */
export function useWardRound(ward: string, began: number, now: number): WardRound {
  const place = useWardPlace(ward);
  const staysAnswer = useWardStays(ward);
  const stays = useMemo(
    () => staysAnswer.data && ofType(staysAnswer.data.resources, 'Encounter').map(stayOf),
    [staysAnswer.data],
  );
  const ids = useMemo(() => (stays ?? []).map(({ patient }) => patient).toSorted(), [stays]);
  const part = (name: WardPart) => wardPartQuery(ward, name, ids.join(','));
  const orders = useQuery(part('medication'));
  const given = useQuery(part('given'));
  const here = usePartState(limitMinutes, staysAnswer);
  const rest = usePartState(limitMinutes, orders, given);
  const requests = useMemo(() => ofType(orders.data?.resources, 'MedicationRequest'), [orders.data]);
  const answers = useMemo(() => ofType(given.data?.resources, 'MedicationAdministration'), [given.data]);
  const heard = useMemo(
    () => new Set(requests.map(({ subject }) => referredId(subject, 'Patient'))),
    [requests],
  );
  // Of whom nothing came: nothing is ordered, or the record is not open. Most are not asked about.
  const quiet = orders.data === undefined ? [] : ids.filter((id) => !heard.has(id));
  const accesses = useQueries({ queries: quiet.map(accessQuery) });
  const accessOf = new Map(quiet.map((id, index) => [id, accesses[index]] as const));
  const isCut = [staysAnswer.data, orders.data, given.data].some((found) => found?.complete === false);
  const isNewest = !orders.isPlaceholderData && !given.isPlaceholderData;
  const knownOf = (patient: string): Known =>
    knownFrom([orders, given], heard.has(patient), accessOf.get(patient), isNewest, isCut);
  const patients = ofType(staysAnswer.data?.included, 'Patient');
  const rows = roundRows({ stays: stays ?? [], patients, requests, answers, knownOf }, began, now);
  return {
    name: ofType(place.data?.resources, 'Location')[0]?.name ?? '',
    rows,
    patients,
    // Without the medicine the rows are there all the same, and each says that it could not be fetched.
    state: {
      asOf: here.asOf === undefined ? undefined : Math.min(here.asOf, rest.asOf ?? here.asOf),
      stale: here.stale || (ids.length > 0 && rest.stale),
      failed: here.failed || rest.failed,
      loading: here.loading || rest.loading,
      unread: rest.unread,
      retry: () => {
        here.retry();
        rest.retry();
      },
    },
    isCut,
  };
}

type Asked = { readonly data: Found | undefined; readonly isError: boolean };

function knownFrom(
  parts: readonly Asked[],
  isHeard: boolean,
  access: { readonly data: Access | undefined; readonly isError: boolean } | undefined,
  isNewest: boolean,
  isCut: boolean,
): Known {
  if (parts.some(({ data, isError }) => data === undefined && isError)) return 'failed';
  if (parts.some(({ data }) => data === undefined)) return 'waits';
  if (isHeard) return 'yes';
  if (access?.data !== undefined && access.data.depth !== 'chart') return 'closed';
  if (access?.isError === true || isCut) return 'failed';
  return access?.data === undefined || !isNewest ? 'waits' : 'yes';
}
