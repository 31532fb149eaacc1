import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState, type ReactNode } from 'react';
import type { Session } from '../../link/session.ts';
import { useText } from '../../parts/text.tsx';
import { rightsOf } from '../record/role.ts';
import { usePatientInHand, wardToReturnTo } from './in-hand.ts';
import { FindBox } from '../search/find-box.tsx';
import { Rail } from './rail.tsx';
import { UndoStrip } from './undo-strip.tsx';
import { StrangerDialog } from '../stay/stay-dialogs.ts';
import { StateBar } from './state-bar.tsx';

/** What stands around every screen: the state bar, the rail with its keys, and the box that finds anyone. */
export function Frame({ session, children }: { readonly session: Session; readonly children: ReactNode }) {
  const say = useText();
  const navigate = useNavigate();
  const patient = usePatientInHand();
  const [finding, setFinding] = useState(false);
  const [admittingStranger, setAdmittingStranger] = useState(false);

  // Keys belong to the window, not to an element.
  useEffect(() => {
    function press(event: KeyboardEvent) {
      if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        setFinding(true);
        return;
      }
      if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
      if (!rightsOf(session.role).finds) return;
      if (event.key === 'F4') {
        event.preventDefault();
        const ward = wardToReturnTo(session.ward);
        if (ward === undefined) void navigate({ to: '/wards' });
        else
          void navigate({
            to: '/ward/$ward',
            params: { ward },
            search: patient === undefined ? {} : { patient },
          });
      } else if (event.key === 'F2' && patient !== undefined) {
        event.preventDefault();
        void navigate({ to: '/patient/$patient/orders', params: { patient } });
      } else if (event.key === 'F8' && patient !== undefined) {
        event.preventDefault();
        void navigate({ to: '/patient/$patient/medication', params: { patient } });
      } else if (event.key === 'F9' && patient !== undefined) {
        event.preventDefault();
        void navigate({ to: '/patient/$patient/results', params: { patient } });
      }
    }
    globalThis.addEventListener('keydown', press);
    return () => globalThis.removeEventListener('keydown', press);
  }, [navigate, patient, session.role, session.ward]);

  return (
    <div className="frame">
      <a className="skip" href="#work">
        {say('frame.skip')}
      </a>
      <StateBar session={session} />
      <Rail session={session} patient={patient} onFind={() => setFinding(true)} />
      <main className="frame-main" id="work" tabIndex={-1}>
        {children}
      </main>
      <UndoStrip />
      {finding && (
        <FindBox
          session={session}
          onClose={() => setFinding(false)}
          onStranger={() => setAdmittingStranger(true)}
        />
      )}
      {admittingStranger && <StrangerDialog onClose={() => setAdmittingStranger(false)} />}
    </div>
  );
}
