import { useId } from 'react';

type ReasonPickProps = {
  readonly label: string;
  readonly ready: readonly string[];
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly onEnter?: () => void;
  readonly focus?: boolean;
};

/** One line of text that is mostly one of a few: a ready text is one press, and can be gone on with. */
export function ReasonPick({ label, ready, value, onChange, onEnter, focus = false }: ReasonPickProps) {
  const id = useId();
  return (
    <div className="reason-pick">
      <label className="field" htmlFor={id}>
        <span>{label}</span>
      </label>
      <input
        id={id}
        className="input"
        autoComplete="off"
        maxLength={200}
        data-autofocus={focus || undefined}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.ctrlKey || event.nativeEvent.isComposing) return;
          event.preventDefault();
          onEnter?.();
        }}
      />
      <ul className="ready-texts">
        {ready.map((each) => (
          <li key={each}>
            <button
              type="button"
              className="button"
              aria-pressed={value === each}
              onClick={() => onChange(each)}
            >
              {each}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Long enough to be a reason. */
export const isReason = (text: string): boolean => text.trim().length >= 3;
