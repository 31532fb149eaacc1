import { useText } from '../../parts/text.tsx';
import { dayOf, momentOn, showTime } from '../../parts/format/date.ts';

type MomentFieldProps = {
  readonly label: string;
  readonly value: number;
  readonly onChange: (value: number) => void;
};

/** A day and a time of the place. */
export function MomentField({ label, value, onChange }: MomentFieldProps) {
  const say = useText();
  return (
    <fieldset className="moment-field">
      <legend>{label}</legend>
      <input
        type="date"
        className="input"
        aria-label={say('moment.day')}
        value={dayOf(value)}
        required
        onChange={(event) =>
          event.target.value !== '' && onChange(momentOn(event.target.value, showTime(value)))
        }
      />
      <input
        type="time"
        className="input"
        aria-label={say('moment.time')}
        value={showTime(value)}
        required
        onChange={(event) =>
          event.target.value !== '' && onChange(momentOn(dayOf(value), event.target.value))
        }
      />
    </fieldset>
  );
}
