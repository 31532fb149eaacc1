import type { UseQueryResult } from '@tanstack/react-query';
import { useNow } from '../parts/clock.ts';
import type { PanelState } from '../parts/panel.tsx';
import { isRefusedBy } from './fault.ts';
import { readConnection, useConnectionState } from './events.ts';

// How old is what a panel shows? As old as its fetch — or as young as the last beat, when the feed has been unbroken since
// the fetch: it would have told of a change. Without the feed it ages, and without a line it is stale at once, because
// nobody can know.

export function usePartState(limitMinutes: number, ...asked: readonly UseQueryResult[]): PanelState {
  // What the role does not read is neither old nor failed: it is not for this user.
  const answers = asked.filter(({ error }) => !isRefusedBy(error, 'role'));
  const connection = useConnectionState();
  const today = useNow(10_000);
  const times = answers.map((answer) => (answer.data === undefined ? undefined : answer.dataUpdatedAt));
  const fetched =
    times.length === 0 || times.includes(undefined) ? undefined : Math.min(...times.map((time) => time ?? 0));
  const failed = answers.some((answer) => answer.isError);
  const waiting = answers.some((answer) => answer.isStale);
  const { unbrokenSince, lastBeat } = readConnection();
  const confirmed =
    fetched !== undefined && unbrokenSince !== undefined && fetched >= unbrokenSince && !failed && !waiting;
  const asOf = fetched === undefined ? undefined : Math.max(fetched, confirmed ? (lastBeat ?? 0) : 0);
  return {
    asOf,
    stale: asOf !== undefined && (connection === 'lost' || today - asOf > limitMinutes * 60_000),
    failed,
    loading: answers.some((answer) => answer.isFetching),
    unread: answers.length === asked.length ? undefined : answers.length === 0 ? 'all' : 'some',
    retry: () => answers.forEach((answer) => answer.isError && void answer.refetch()),
  };
}
