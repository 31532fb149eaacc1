import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { exchange } from './exchange.ts';
import { askPasskeyOf, makePasskey } from './passkey.ts';
import { keys, queries } from './queries.ts';

// A person's own ways in. Adding one takes the password once more; taking one away does not.

export type OwnLogIn = {
  readonly pin: boolean;
  readonly badge: boolean;
  readonly passkeys: readonly { readonly id: string; readonly name: string; readonly madeAt: string }[];
  /** What acts for this person because they agreed to it. */
  readonly programs: readonly {
    readonly id: string;
    readonly name: string;
    readonly scopes: readonly string[];
    /** For this patient alone. */
    readonly patient: string | null;
    readonly ageS: number;
  }[];
  readonly screens: readonly {
    readonly id: string;
    readonly agent: string;
    /** Seconds since the password or passkey there. */
    readonly ageS: number;
    readonly here: boolean;
  }[];
};

export function useOwnLogIn(): UseQueryResult<OwnLogIn> {
  return useQuery({
    queryKey: keys.ownLogIn,
    queryFn: async () => (await exchange('/session/own')) as OwnLogIn,
    refetchOnMount: 'always',
  });
}

export const changePin = (password: string, pin: string) => send('POST', 'pin', { password, pin });
export const removePin = () => send('DELETE', 'pin');
export const changeBadge = (password: string, number: string) => send('POST', 'badge', { password, number });
export const removeBadge = () => send('DELETE', 'badge');
export const removePasskey = (id: string) => send('DELETE', `passkeys/${encodeURIComponent(id)}`);
export const endProgram = (id: string) => send('DELETE', `programs/${encodeURIComponent(id)}`);
export const leaveOtherScreens = () => send('DELETE', 'screens');

export async function addPasskey(password: string, name: string): Promise<void> {
  const answer = await makePasskey(await askPasskeyOf('/session/own/passkeys/challenge', { password }));
  await send('POST', 'passkeys', { name, answer });
}

async function send(method: 'POST' | 'DELETE', what: string, body?: object): Promise<void> {
  await exchange(`/session/own/${what}`, {
    method,
    ...(body !== undefined && {
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    }),
  });
  await Promise.all([keys.ownLogIn, keys.people].map((queryKey) => queries.invalidateQueries({ queryKey })));
}
