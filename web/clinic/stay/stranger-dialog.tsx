import { Modal } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { keys, queries } from '../../link/queries.ts';
import type { Session } from '../../link/session.ts';
import { useAct } from '../../link/use-act.ts';
import { Segments } from '../../parts/button.tsx';
import { now } from '../../parts/clock.ts';
import { useText } from '../../parts/text.tsx';
import { wardToReturnTo } from '../frame/in-hand.ts';
import { ActNote } from '../record/act-note.tsx';
import { AdmitForm } from './admit-form.tsx';
import { strangerAct, type Stranger } from './newcomer-acts.ts';

const ageMax = 120;

/** Somebody whom nobody knows is taken in at once: what they look like, then the bed. */
export function StrangerDialog({ onClose }: { readonly onClose: () => void }) {
  const say = useText();
  const navigate = useNavigate();
  // There is no patient yet; the act is kept under none.
  const act = useAct('');
  const session = queries.getQueryData<Session | null>(keys.session);
  const [ward, setWard] = useState(wardToReturnTo(session?.ward ?? null) ?? '');
  const [sex, setSex] = useState<Stranger['sex']>('unknown');
  const [typedAge, setAge] = useState('');
  const [marks, setMarks] = useState('');
  const age = Number(typedAge);
  const isAge = /^\d{1,3}$/.test(typedAge.trim()) && age <= ageMax;
  return (
    <Modal
      opened
      onClose={onClose}
      size={760}
      yOffset="6vh"
      padding="sm"
      transitionProps={{ duration: 0 }}
      title={<b>{say('stranger.title')}</b>}
      closeButtonProps={{ 'aria-label': say('modal.close') }}
    >
      <div className="stay-dialog">
        <p className="muted">{say('stranger.meaning')}</p>
        <div className="stay-buttons">
          <Segments
            label={say('stranger.sex')}
            value={sex}
            choices={[
              { value: 'female', label: say('stranger.woman') },
              { value: 'male', label: say('stranger.man') },
              { value: 'unknown', label: say('stranger.unsure') },
            ]}
            onChoose={setSex}
          />
          <label className="field short">
            <span>{say('stranger.age')}</span>
            <input
              className="input"
              inputMode="numeric"
              data-autofocus
              value={typedAge}
              aria-invalid={(typedAge !== '' && !isAge) || undefined}
              onChange={(event) => setAge(event.target.value)}
            />
          </label>
        </div>
        <label className="field">
          <span>{say('stranger.marks')}</span>
          <input
            className="input"
            value={marks}
            maxLength={80}
            onChange={(event) => setMarks(event.target.value)}
          />
        </label>
        <ActNote act={act} />
        {isAge ? (
          <AdmitForm
            ward={ward}
            onWard={setWard}
            busy={act.state !== undefined}
            onAdmit={(to, place, reason, department) => {
              const changes = strangerAct({ sex, age, marks: marks.trim() }, to, reason, now(), department);
              void act.send(say('stranger.admitted', { place }), changes).then((stored) => {
                const made = stored?.entry?.find(({ resource }) => resource?.resourceType === 'Patient');
                if (made?.resource?.id === undefined) return;
                onClose();
                void navigate({ to: '/patient/$patient', params: { patient: made.resource.id } });
              });
            }}
          />
        ) : (
          <p className="muted">{say('stranger.needsAge', { max: ageMax })}</p>
        )}
      </div>
    </Modal>
  );
}
