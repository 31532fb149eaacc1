import { useState } from 'react';
import { keys, queries } from '../../link/queries.ts';
import { lookAt } from '../../link/seen.ts';
import type { Session } from '../../link/session.ts';
import { now } from '../../parts/clock.ts';

/** When the user last saw this patient, fixed while the screen is open: what has come since is marked as new. */
export function useSince(patient: string): number | undefined {
  const user = currentUser();
  const [since] = useState(() => lookAt(user, patient, now()));
  return since;
}

export function currentUser(): string {
  return queries.getQueryData<Session | null>(keys.session)?.user ?? '';
}
