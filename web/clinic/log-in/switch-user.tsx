import { Modal } from '@mantine/core';
import { logIn } from '../../link/session.ts';
import { useText } from '../../parts/text.tsx';
import { Credentials } from './credentials.tsx';

/** Another person at the same screen, in one step: their password replaces the session. Drafts stay with who wrote them. */
export function SwitchUser({ onClose }: { readonly onClose: () => void }) {
  const say = useText();
  return (
    <Modal
      opened
      onClose={onClose}
      title={say('menu.switchUser')}
      centered
      size={360}
      closeButtonProps={{ 'aria-label': say('modal.close') }}
      transitionProps={{ duration: 0 }}
    >
      <Credentials
        action={say('logIn.action')}
        onSend={async (user, password) => {
          await logIn(user, password);
          onClose();
        }}
      />
    </Modal>
  );
}
