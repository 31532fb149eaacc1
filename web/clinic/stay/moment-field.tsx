import { useId, useState } from 'react';
import { readMoment, writeClock, writeDay } from '../../parts/moment-text.ts';
import { useText } from '../../parts/text.tsx';

type MomentFieldProps = {
  readonly label: string;
  readonly value: number;
  /** undefined: what stands there is no day or no time. */
  readonly onChange: (value: number | undefined) => void;
};

/** A day and a time of the place, typed as they are written: 27.11.2026 14:05. */
export function MomentField({ label, value, onChange }: MomentFieldProps) {
  const say = useText();
  const id = useId();
  const [day, setDay] = useState(() => writeDay(value));
  const [clock, setClock] = useState(() => writeClock(value));
  const isWrong = readMoment(day, clock, value) === undefined;
  const field = (text: string, name: string, change: (text: string) => void) => (
    <input
      className="input"
      aria-label={name}
      aria-invalid={isWrong || undefined}
      aria-describedby={isWrong ? id : undefined}
      value={text}
      onChange={(event) => change(event.target.value)}
    />
  );
  return (
    <fieldset className="moment-field">
      <legend>{label}</legend>
      {field(day, say('moment.day'), (text) => {
        setDay(text);
        onChange(readMoment(text, clock, value));
      })}
      {field(clock, say('moment.time'), (text) => {
        setClock(text);
        onChange(readMoment(day, text, value));
      })}
      {isWrong && (
        <span id={id} className="error">
          {say('moment.wrong')}
        </span>
      )}
    </fieldset>
  );
}
