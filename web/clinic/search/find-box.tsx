import { Modal } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { lock, logOut, type Session } from '../../link/session.ts';
import { useText } from '../../parts/text.tsx';
import { usePatientInHand, wardToReturnTo } from '../frame/in-hand.ts';
import { rightsOf } from '../record/role.ts';
import { Finder, type Command } from './finder.tsx';

type FindBoxProps = {
  readonly session: Session;
  readonly onClose: () => void;
  /** Somebody whom nobody knows is to be taken in. */
  readonly onStranger: () => void;
};

/** Ctrl+K, from everywhere: a patient or a command. */
export function FindBox({ session, onClose, onStranger }: FindBoxProps) {
  const say = useText();
  const navigate = useNavigate();
  const patient = usePatientInHand();
  const [typed, setTyped] = useState('');
  const ward = wardToReturnTo(session.ward);
  const rights = rightsOf(session.role);
  const commands: Command[] = [];
  if (rights.finds && patient !== undefined) {
    const params = { patient };
    commands.push(
      {
        key: 'medication',
        label: say('tabs.medication'),
        shortcut: 'F8',
        run: () => void navigate({ to: '/patient/$patient/medication', params }),
      },
      {
        key: 'results',
        label: say('tabs.results'),
        shortcut: 'F9',
        run: () => void navigate({ to: '/patient/$patient/results', params }),
      },
      {
        key: 'note',
        label: say('notes.write'),
        run: () => void navigate({ to: '/patient/$patient/notes', params, search: { write: true } }),
      },
      {
        key: 'diagnoses',
        label: say('tabs.diagnoses'),
        run: () => void navigate({ to: '/patient/$patient/diagnoses', params }),
      },
      {
        key: 'course',
        label: say('tabs.course'),
        run: () => void navigate({ to: '/patient/$patient/course', params }),
      },
    );
  }
  if (rights.finds && ward !== undefined)
    commands.push({
      key: 'ward',
      label: say('rail.ward'),
      shortcut: 'F4',
      run: () => void navigate({ to: '/ward/$ward', params: { ward } }),
    });
  if (rights.admits) commands.push({ key: 'stranger', label: say('stranger.command'), run: onStranger });
  if (rights.reviews)
    commands.push({ key: 'review', label: say('review.title'), run: () => void navigate({ to: '/review' }) });
  if (rights.finds)
    commands.push(
      { key: 'wards', label: say('menu.otherWard'), run: () => void navigate({ to: '/wards' }) },
      {
        key: 'page',
        label: say('search.page'),
        run: () => void navigate({ to: '/search', search: typed === '' ? {} : { q: typed } }),
      },
    );
  commands.push(
    { key: 'status', label: say('rail.status'), run: () => void navigate({ to: '/status' }) },
    { key: 'lock', label: say('menu.lock'), run: () => void lock() },
    { key: 'logOut', label: say('menu.logOut'), run: () => void logOut() },
  );
  return (
    <Modal
      opened
      onClose={onClose}
      withCloseButton={false}
      size={720}
      yOffset="9vh"
      padding="sm"
      aria-label={say('search.label')}
      transitionProps={{ duration: 0 }}
    >
      <Finder typed={typed} onType={setTyped} commands={commands} onChosen={onClose} />
    </Modal>
  );
}
