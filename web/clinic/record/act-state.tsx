import { isRefusedBy } from '../../link/fault.ts';
import type { UsedAct } from '../../link/use-act.ts';
import { Tag } from '../../parts/tag.tsx';
import { useText, type TextKey } from '../../parts/text.tsx';

const stateTexts = {
  sending: 'saving.sending',
  unknown: 'saving.unknown',
  full: 'saving.full',
} as const satisfies Record<NonNullable<UsedAct['state']>, TextKey>;

/** What is known of an act: on its way, not known, or refused and why. Nothing when it is stored. */
export function ActStateNote({ act }: { readonly act: Pick<UsedAct, 'state' | 'fault'> }) {
  const say = useText();
  return (
    <output>
      {act.state !== undefined && <Tag kind="local">⇧ {say(stateTexts[act.state])}</Tag>}
      {act.fault !== undefined && (
        <span className="error">
          {say(isRefusedBy(act.fault, 'closed') ? 'saving.closed' : 'saving.refused')} {act.fault.said}
        </span>
      )}
    </output>
  );
}
