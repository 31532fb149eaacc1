import { Modal } from '@mantine/core';
import { useText } from '../../parts/text.tsx';
import { Entrance } from './entrance.tsx';

/** Another person at the same screen, in one step. The one before may come back the same way; drafts stay with who wrote them. */
export function SwitchUser({ user, onClose }: { readonly user: string; readonly onClose: () => void }) {
  const say = useText();
  return (
    <Modal
      opened
      onClose={onClose}
      title={say('menu.switchUser')}
      centered
      size={430}
      closeButtonProps={{ 'aria-label': say('modal.close') }}
      transitionProps={{ duration: 0 }}
    >
      <div className="entrance">
        <Entrance except={user} onEntered={onClose} />
      </div>
    </Modal>
  );
}
