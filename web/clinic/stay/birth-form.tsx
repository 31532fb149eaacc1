import { useState } from 'react';
import type { Patient } from '@medplum/fhirtypes';
import type { Change } from '../../link/act.ts';
import { Button, Segments } from '../../parts/button.tsx';
import { now } from '../../parts/clock.ts';
import { showTime } from '../../parts/format/date.ts';
import { useText } from '../../parts/text.tsx';
import type { Stay } from '../record/stay.ts';
import { MomentField } from './moment-field.tsx';
import { birthAct, type ChildSex } from './newcomer-acts.ts';

type BirthFormProps = {
  readonly stay: Stay;
  readonly mother: Patient | undefined;
  readonly busy: boolean;
  readonly onAct: (done: string, changes: readonly Change[]) => void;
};

const gramsMax = 9_000;

/** A child is born: a record of its own with a replacement number, its mother, and a stay that is part of hers. */
export function BirthForm({ stay, mother, busy, onAct }: BirthFormProps) {
  const say = useText();
  const [sex, setSex] = useState<ChildSex>();
  const [at, setAt] = useState<number | undefined>(now);
  const [grams, setGrams] = useState('');
  const weight = grams.trim() === '' ? undefined : Number(grams.trim());
  const isWeight = weight === undefined || (Number.isInteger(weight) && weight > 0 && weight <= gramsMax);
  const whyNot = busy
    ? say('act.underway')
    : sex === undefined
      ? say('birth.needsSex')
      : at === undefined
        ? say('moment.wrong')
        : at > now() + 60_000
          ? say('birth.toCome')
          : isWeight
            ? undefined
            : say('birth.weightWrong', { max: gramsMax });
  return (
    <div className="stay-form">
      <Segments
        label={say('birth.sex')}
        value={sex ?? 'none'}
        choices={[
          { value: 'female', label: say('birth.girl') },
          { value: 'male', label: say('birth.boy') },
        ]}
        onChoose={(chosen) => setSex(chosen === 'female' || chosen === 'male' ? chosen : undefined)}
      />
      <MomentField label={say('birth.at')} value={at ?? now()} onChange={setAt} />
      <label className="field short">
        <span>{say('birth.weight')}</span>
        <input
          className="input"
          inputMode="numeric"
          value={grams}
          aria-invalid={!isWeight || undefined}
          onChange={(event) => setGrams(event.target.value)}
        />
      </label>
      <p className="muted">{say('birth.meaning')}</p>
      <Button
        kind="primary"
        disabledBecause={whyNot}
        onPress={() =>
          sex !== undefined &&
          at !== undefined &&
          mother !== undefined &&
          onAct(
            say(sex === 'female' ? 'birth.girlBorn' : 'birth.boyBorn', { time: showTime(at) }),
            birthAct(mother, stay, { sex, at, ...(weight === undefined ? {} : { grams: weight }) }),
          )
        }
      >
        {say('birth.record')}
      </Button>
    </div>
  );
}
