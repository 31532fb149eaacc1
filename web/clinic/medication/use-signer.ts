import { keys, queries } from '../../link/queries.ts';
import type { Session } from '../../link/session.ts';
import { useText } from '../../parts/text.tsx';
import { currentRights } from '../record/role.ts';
import type { Signer } from './medication-acts.ts';

/** Who signs at this screen, or why they may not. */
export function useSigner(): { readonly signer: Signer | undefined; readonly whyNot: string | undefined } {
  const say = useText();
  const session = queries.getQueryData<Session | null>(keys.session);
  if (!currentRights().medicates) return { signer: undefined, whyNot: say('med.notForRole') };
  if (session?.practitioner == null) return { signer: undefined, whyNot: say('med.notStaff') };
  return { signer: { reference: session.practitioner, display: session.name }, whyNot: undefined };
}
