/* oxlint-disable jsx-a11y/no-autofocus -- the one thing to do here is to type */
import { useState, type ReactNode } from 'react';
import { useText } from '../../parts/text.tsx';
import { problemText } from './problem-text.ts';

type PinFormProps = {
  readonly name: string;
  readonly action: string;
  readonly onSend: (pin: string) => Promise<void>;
  readonly children?: ReactNode;
};

/** One field and Enter. */
export function PinForm({ name, action, onSend, children }: PinFormProps) {
  const say = useText();
  const [pin, setPin] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();

  async function send() {
    setBusy(true);
    setProblem(undefined);
    try {
      await onSend(pin);
    } catch (error) {
      setProblem(problemText(error, say));
      setBusy(false);
    }
    setPin('');
  }

  return (
    <form
      className="credentials"
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy && pin !== '') void send();
      }}
    >
      <label className="field">
        <span>{say('pin.label', { name })}</span>
        <input
          className="input pin"
          name="pin"
          type="password"
          inputMode="numeric"
          autoComplete="off"
          autoFocus
          required
          value={pin}
          onChange={(event) => setPin(event.target.value.replace(/\D/g, ''))}
        />
      </label>
      <p className={problem === undefined ? '' : 'error'} role="alert">
        {problem}
      </p>
      <button type="submit" className="button primary" aria-disabled={busy || undefined}>
        {busy ? say('logIn.checking') : action}
      </button>
      {children}
    </form>
  );
}
