import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { exchange } from './exchange.ts';

// What the server says about itself; needs no log-in.

export type SystemStatus = {
  readonly name: string;
  readonly version: string;
  readonly mode: string;
  readonly database: { readonly state: 'ok' | 'down' | 'disk-full' };
  readonly at: string;
};

export function useSystemStatus(): UseQueryResult<SystemStatus> {
  return useQuery({
    queryKey: ['status'],
    queryFn: async ({ signal }) => (await exchange('/status.json', { signal })) as SystemStatus,
    refetchInterval: 10_000,
    retry: false,
  });
}
