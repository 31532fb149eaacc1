import { sendAct, type Change } from './act.ts';
import { isFault } from './fault.ts';
import { keys, queries } from './queries.ts';
import type { Session } from './session.ts';
import { showStored } from './stored.ts';

/** Takes back what was done a moment ago. What it came from is gone: a refusal is told by the frame. */
export async function takeBack(patient: string, title: string, changes: readonly Change[]): Promise<void> {
  const user = queries.getQueryData<Session | null>(keys.session)?.user ?? '';
  try {
    await showStored(patient, await sendAct({ user, patient, title, changes, isToldLater: () => true }));
  } catch (error) {
    if (!isFault(error)) throw error;
  }
}
