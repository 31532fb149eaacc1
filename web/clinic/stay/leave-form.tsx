import { useState } from 'react';
import type { Change } from '../../link/act.ts';
import { Button } from '../../parts/button.tsx';
import { now } from '../../parts/clock.ts';
import { showMoment } from '../../parts/format/date.ts';
import { useLanguage, useText } from '../../parts/text.tsx';
import type { Stay } from '../record/stay.ts';
import { MomentField } from './moment-field.tsx';
import { comeBackAct, leaveAct } from './stay-acts.ts';

type LeaveFormProps = {
  readonly stay: Stay;
  readonly busy: boolean;
  readonly onAct: (done: string, changes: readonly Change[]) => void;
};

const hourMs = 3_600_000;

export function LeaveForm({ stay, busy, onAct }: LeaveFormProps) {
  const say = useText();
  const language = useLanguage();
  const [back, setBack] = useState<number | undefined>(() => Math.ceil(now() / hourMs) * hourMs + 6 * hourMs);
  const whyNot = busy ? say('act.underway') : undefined;
  if (stay.status === 'leave')
    return (
      <div className="stay-form">
        <Button
          kind="primary"
          disabledBecause={whyNot}
          onPress={() => onAct(say('stay.isBack'), comeBackAct(stay, now()))}
        >
          {say('stay.comeBack')}
        </Button>
      </div>
    );
  return (
    <div className="stay-form">
      <p className="muted">{say('stay.leaveMeaning')}</p>
      <MomentField label={say('stay.backAt')} value={back ?? now()} onChange={setBack} />
      <Button
        kind="primary"
        disabledBecause={
          whyNot ??
          (back === undefined ? say('moment.wrong') : back <= now() ? say('stay.backIsPast') : undefined)
        }
        onPress={() =>
          back !== undefined &&
          onAct(
            say('stay.isOnLeave', { time: showMoment(back, language, now()) }),
            leaveAct(stay, now(), back),
          )
        }
      >
        {say('stay.goOnLeave')}
      </Button>
    </div>
  );
}
