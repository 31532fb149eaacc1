import { useState } from 'react';
import { Button } from '../../parts/button.tsx';
import { useText } from '../../parts/text.tsx';
import { currentRights } from '../record/role.ts';
import type { Stay } from '../record/stay.ts';
import { StayDialog } from './stay-dialogs.ts';

type StayButtonProps = {
  readonly patient: string;
  readonly stay: Stay | undefined;
  /** The person is dead: nobody is admitted. */
  readonly deceased?: boolean;
  readonly shortcut?: string;
};

/** Opens what can be done with a stay: admit, receive, move, leave, discharge. */
export function StayButton({ patient, stay, deceased = false, shortcut }: StayButtonProps) {
  const say = useText();
  const [opened, setOpened] = useState(false);
  const whyNot = whyNoStay(say, stay, deceased);
  return (
    <>
      <Button
        disabledBecause={whyNot}
        onPress={() => setOpened(true)}
        {...(shortcut === undefined ? {} : { shortcut })}
      >
        {say(stay === undefined ? 'stay.admit' : stay.status === 'planned' ? 'stay.receive' : 'stay.button')}
      </Button>
      {opened && <StayDialog patient={patient} stay={stay} onClose={() => setOpened(false)} />}
    </>
  );
}

/** Why this user does nothing with a stay; undefined when they may. */
export function whyNoStay(
  say: ReturnType<typeof useText>,
  stay: Stay | undefined,
  deceased: boolean,
): string | undefined {
  if (!currentRights().admits) return say('stay.notForRole');
  return deceased && stay === undefined ? say('stay.isDead') : undefined;
}
