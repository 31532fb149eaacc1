import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { exchange } from './exchange.ts';

// Programs that are started from here for the patient on the screen.

export type App = { readonly id: string; readonly name: string };

/** They are registered by hand, which is rare: a session asks once. */
export function useApps(): UseQueryResult<readonly App[]> {
  return useQuery({
    queryKey: ['apps'],
    queryFn: async () => (await exchange('/session/apps')) as readonly App[],
    staleTime: Infinity,
  });
}

/** Where the program begins; good for five minutes. */
export async function launchApp(app: string, patient: string): Promise<string> {
  const { to } = (await exchange('/session/apps/launch', {
    method: 'POST',
    body: JSON.stringify({ app, patient }),
    headers: { 'content-type': 'application/json' },
  })) as { readonly to: string };
  return to;
}
