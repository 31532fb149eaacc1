import type { ReactNode } from 'react';
import { Unseen } from './tag.tsx';

type ButtonProps = {
  readonly onPress: () => void;
  readonly children: ReactNode;
  readonly kind?: 'primary' | 'plain';
  readonly type?: 'button' | 'submit';
  /** A reason makes the button say no, and say why. It can still be reached, so that the reason can be read. */
  readonly disabledBecause?: string | undefined;
  readonly shortcut?: string;
  readonly expanded?: boolean;
  /** In a dialog: where the keyboard is when it opens. */
  readonly isFirst?: boolean;
};

export function Button({
  onPress,
  children,
  kind,
  type = 'button',
  disabledBecause,
  shortcut,
  expanded,
  isFirst = false,
}: ButtonProps) {
  return (
    <button
      type={type}
      className={kind === undefined ? 'button' : `button ${kind}`}
      aria-disabled={disabledBecause !== undefined || undefined}
      aria-expanded={expanded}
      data-autofocus={isFirst || undefined}
      title={disabledBecause}
      onClick={(event) => {
        if (type === 'submit') event.preventDefault();
        if (disabledBecause === undefined) onPress();
      }}
    >
      {children}
      {shortcut !== undefined && <kbd aria-hidden="true">{shortcut}</kbd>}
      {disabledBecause !== undefined && <Unseen>{disabledBecause}</Unseen>}
    </button>
  );
}

type Choice<Value extends string> = { readonly value: Value; readonly label: string };

type SegmentsProps<Value extends string> = {
  readonly label: string;
  readonly value: Value;
  readonly choices: readonly Choice<Value>[];
  readonly onChoose: (value: Value) => void;
};

export function Segments<Value extends string>({ label, value, choices, onChoose }: SegmentsProps<Value>) {
  return (
    <fieldset className="segments" aria-label={label}>
      {choices.map((choice) => (
        <button
          key={choice.value}
          type="button"
          aria-pressed={choice.value === value}
          onClick={() => onChoose(choice.value)}
        >
          {choice.label}
        </button>
      ))}
    </fieldset>
  );
}
