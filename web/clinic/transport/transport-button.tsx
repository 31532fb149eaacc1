import { useState } from 'react';
import { Button } from '../../parts/button.tsx';
import { useText } from '../../parts/text.tsx';
import { TransportDialog } from './transport-dialogs.ts';

/** Opens the order of a porter; why there is none for this patient or this role is said there. */
export function TransportButton({ patient }: { readonly patient: string }) {
  const say = useText();
  const [opened, setOpened] = useState(false);
  return (
    <>
      <Button shortcut="T" onPress={() => setOpened(true)}>
        {say('rail.transport')}
      </Button>
      {opened && <TransportDialog patient={patient} onClose={() => setOpened(false)} />}
    </>
  );
}
