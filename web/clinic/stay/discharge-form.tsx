import type { Patient } from '@medplum/fhirtypes';
import { useId, useState } from 'react';
import type { Change } from '../../link/act.ts';
import { Button } from '../../parts/button.tsx';
import { now } from '../../parts/clock.ts';
import { showMoment } from '../../parts/format/date.ts';
import { useLanguage, useText } from '../../parts/text.tsx';
import type { Stay } from '../record/stay.ts';
import { UndecidedMedicine } from './undecided-medicine.tsx';
import { MomentField } from './moment-field.tsx';
import { deathAct, dischargeAct, planDischargeAct } from './stay-acts.ts';

type DischargeFormProps = {
  readonly stay: Stay;
  readonly person: Patient | undefined;
  readonly busy: boolean;
  /** `thenWrite`: the discharge letter is written when it is done. */
  readonly onAct: (done: string, changes: readonly Change[], thenWrite?: true) => void;
  readonly onLeave: () => void;
};

/** The ways out that are most used; any other is written. */
const ways = ['Eget hjem', 'Plejehjem', 'Midlertidig plads', 'Andet hospital', 'Hospice'] as const;

/** Where to and when; now, or planned. A death is told apart, in two steps. */
export function DischargeForm({ stay, person, busy, onAct, onLeave }: DischargeFormProps) {
  const say = useText();
  const language = useLanguage();
  const listId = useId();
  const [to, setTo] = useState(stay.dischargeTo ?? ways[0]);
  const [at, setAt] = useState<number | undefined>(() => stay.end ?? now());
  const [isDeath, setIsDeath] = useState(false);
  const underway = busy ? say('act.underway') : undefined;
  const isPast =
    at === undefined
      ? say('moment.wrong')
      : stay.start !== undefined && at < stay.start
        ? say('stay.beforeStart')
        : undefined;
  const time = at ?? now();
  const whyNot = underway ?? isPast ?? (to.trim() === '' ? say('stay.whereTo') : undefined);
  if (isDeath)
    return (
      <div className="stay-form">
        <MomentField label={say('stay.deathAt')} value={time} onChange={setAt} />
        <p>{say('stay.deathMeaning')}</p>
        <Button
          kind="primary"
          disabledBecause={
            underway ??
            isPast ??
            (time > now() + 60_000
              ? say('stay.deathToCome')
              : person === undefined
                ? say('panel.loading')
                : undefined)
          }
          onPress={() =>
            person !== undefined &&
            onAct(say('stay.died', { time: showMoment(time, language, now()) }), deathAct(stay, person, time))
          }
        >
          {say('stay.recordDeath')}
        </Button>
        <Button kind="plain" onPress={() => setIsDeath(false)}>
          {say('stay.notDead')}
        </Button>
      </div>
    );
  return (
    <div className="stay-form">
      <label className="field">
        <span>{say('stay.to')}</span>
        <input
          className="input"
          list={listId}
          value={to}
          maxLength={200}
          onChange={(event) => setTo(event.target.value)}
        />
        <datalist id={listId}>
          {ways.map((way) => (
            <option key={way}>{way}</option>
          ))}
        </datalist>
      </label>
      <MomentField label={say('stay.leavesAt')} value={time} onChange={setAt} />
      <UndecidedMedicine stay={stay} onLeave={onLeave} />
      <div className="stay-buttons">
        <Button
          kind="primary"
          disabledBecause={whyNot}
          onPress={() =>
            onAct(
              say('stay.discharged', { to: to.trim() }),
              dischargeAct(stay, to.trim(), Math.min(time, now())),
            )
          }
        >
          {say('stay.dischargeNow')}
        </Button>
        <Button
          disabledBecause={whyNot}
          onPress={() =>
            onAct(
              say('stay.discharged', { to: to.trim() }),
              dischargeAct(stay, to.trim(), Math.min(time, now())),
              true,
            )
          }
        >
          {say('stay.dischargeAndWrite')}
        </Button>
        <Button
          disabledBecause={whyNot ?? (time <= now() ? say('stay.planIsPast') : undefined)}
          onPress={() =>
            onAct(
              say('stay.planned', { time: showMoment(time, language, now()) }),
              planDischargeAct(stay, to.trim(), time),
            )
          }
        >
          {say('stay.planDischarge')}
        </Button>
        <span className="grow" />
        <Button
          kind="plain"
          disabledBecause={underway}
          onPress={() => {
            setAt(now());
            setIsDeath(true);
          }}
        >
          {say('stay.death')}
        </Button>
      </div>
    </div>
  );
}
