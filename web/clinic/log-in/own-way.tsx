import { useState, type InputHTMLAttributes, type ReactNode } from 'react';
import { Button } from '../../parts/button.tsx';
import { Unseen } from '../../parts/tag.tsx';
import { useText } from '../../parts/text.tsx';

type OwnWayProps = {
  readonly title: string;
  readonly state: string;
  readonly label: string;
  readonly field: Pick<InputHTMLAttributes<HTMLInputElement>, 'name' | 'type' | 'inputMode' | 'maxLength'>;
  readonly action: string;
  readonly disabledBecause: string | undefined;
  /** Rejects when it did not succeed; why is said elsewhere. */
  readonly onSend: (text: string) => Promise<void>;
  readonly onRemove?: () => Promise<void>;
  readonly children?: ReactNode;
};

/** One way in: whether there is one, and one field to make or change it. */
export function OwnWay(props: OwnWayProps) {
  const { title, state, label, field, action, disabledBecause, onSend, onRemove, children } = props;
  const say = useText();
  const [text, setText] = useState('');
  const whyNot = disabledBecause ?? (text.trim() === '' ? say('own.needsText', { what: label }) : undefined);
  return (
    <section>
      <h3>{title}</h3>
      <p className="muted">{state}</p>
      {children}
      <form
        className="own-way"
        onSubmit={(event) => {
          event.preventDefault();
          if (whyNot === undefined)
            void onSend(text.trim()).then(
              () => setText(''),
              () => undefined,
            );
        }}
      >
        <label className="field grow">
          <span>{label}</span>
          <input
            {...field}
            className="input"
            autoComplete="off"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        </label>
        <button
          type="submit"
          className="button"
          aria-disabled={whyNot !== undefined || undefined}
          title={whyNot}
        >
          {action}
          {whyNot !== undefined && <Unseen>{whyNot}</Unseen>}
        </button>
        {onRemove !== undefined && (
          <Button kind="plain" onPress={() => void onRemove().catch(() => undefined)}>
            {say('own.remove')}
          </Button>
        )}
      </form>
    </section>
  );
}
