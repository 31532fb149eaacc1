import { useEffect, useRef, useState } from 'react';
import type { Bundle } from '@medplum/fhirtypes';
import { sendAct, useActs, type ActState, type Change } from './act.ts';
import { isFault, type LinkFault } from './fault.ts';
import { askAccessAgain, keys, queries } from './queries.ts';
import type { Session } from './session.ts';
import { showStored } from './stored.ts';

// The act of one form or button: sent once, and what is known of it.

export type UsedAct = {
  /** undefined: nothing is under way, or it is stored. */
  readonly state: Exclude<ActState, 'refused'> | undefined;
  /** Why it was refused; nothing was stored. */
  readonly fault: LinkFault | undefined;
  /** Answers with what was stored, or undefined when it was refused or is under way already. */
  readonly send: (title: string, changes: readonly Change[]) => Promise<Bundle | undefined>;
  readonly forget: () => void;
};

export function useAct(patient: string): UsedAct {
  const user = queries.getQueryData<Session | null>(keys.session)?.user ?? '';
  const [sent, setSent] = useState<string>();
  const [fault, setFault] = useState<LinkFault>();
  // Whoever has gone on to another page, or another patient, is told of a refusal by the frame.
  const isGone = useRef(false);
  useEffect(() => {
    isGone.current = false;
    return () => {
      isGone.current = true;
    };
  }, []);
  const underway = useActs(user).find((act) => act.patient === patient && act.title === sent);
  return {
    state:
      sent === undefined
        ? undefined
        : underway === undefined || underway.state === 'refused'
          ? 'sending'
          : underway.state,
    fault,
    forget: () => setFault(undefined),
    async send(title, changes) {
      if (sent !== undefined) return undefined;
      setFault(undefined);
      setSent(title);
      try {
        const stored = await sendAct({ user, patient, title, changes, isToldLater: () => isGone.current });
        await showStored(patient, stored);
        return stored;
      } catch (error) {
        if (!isFault(error)) throw error;
        if (error.detail === 'closed') askAccessAgain(patient);
        setFault(error);
        return undefined;
      } finally {
        setSent(undefined);
      }
    },
  };
}
