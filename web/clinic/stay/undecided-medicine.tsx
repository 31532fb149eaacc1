import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { Tag } from '../../parts/tag.tsx';
import { now } from '../../parts/clock.ts';
import { useText } from '../../parts/text.tsx';
import { useCheck } from '../medication/use-check.ts';
import { currentRights } from '../record/role.ts';
import type { Stay } from '../record/stay.ts';
import { dischargeAct } from './stay-acts.ts';

/** Before a discharge: how much of the medicine nobody has decided about, as the server says it, and the way there. It stops nobody. */
export function UndecidedMedicine({
  stay,
  onLeave,
}: {
  readonly stay: Stay;
  /** The dialog is left for the page of the medicine. */
  readonly onLeave: () => void;
}) {
  const say = useText();
  const { patient, source } = stay;
  const isEnding = stay.status === 'here' || stay.status === 'leave';
  // Asked anew whenever the form opens: the medicine may be decided since.
  const [opened] = useState(now);
  const check = useCheck(patient, isEnding ? `discharge ${source.id} ${opened}` : '', () =>
    dischargeAct(stay, 'Eget hjem', now()),
  );
  if (check.state === 'failed')
    return (
      <p className="undecided">
        <Tag kind="stale">{say('stay.medicineNotKnown')}</Tag>
      </p>
    );
  if (check.state !== 'checked') return null;
  const warned = [...check.byEntry.flat(), ...check.others].find(
    ({ detail }) => detail === 'medicine-undecided',
  );
  if (warned === undefined) return null;
  const count = Number(/(\d+)$/.exec(warned.said)?.[1] ?? '0');
  return (
    <p className="undecided">
      <Tag kind="abn">▲ {say('stay.medicineUndecided', { count })}</Tag>{' '}
      {!currentRights().unread.includes('medication') && (
        <Link
          to="/patient/$patient/medication"
          params={{ patient }}
          search={{ view: 'after' }}
          onClick={onLeave}
        >
          {say('stay.toMedicine')}
        </Link>
      )}
    </p>
  );
}
