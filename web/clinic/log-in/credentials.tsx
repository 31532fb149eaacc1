/* oxlint-disable jsx-a11y/no-autofocus -- the one thing to do here is to type */
import { useState, type ReactNode } from 'react';
import { useText } from '../../parts/text.tsx';
import { problemText } from './problem-text.ts';

type CredentialsProps = {
  /** Fixed when a known person comes back. */
  readonly user?: string;
  readonly action: string;
  /** There is something better to do first: the cursor does not jump here. */
  readonly quiet?: boolean;
  readonly onSend: (user: string, password: string) => Promise<void>;
  readonly children?: ReactNode;
};

/** User and password, and what the server said when it said no. */
export function Credentials({ user: fixed, action, quiet = false, onSend, children }: CredentialsProps) {
  const say = useText();
  const [user, setUser] = useState(fixed ?? '');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();

  async function send() {
    setBusy(true);
    setProblem(undefined);
    try {
      await onSend(user.trim(), password);
    } catch (error) {
      setPassword('');
      setProblem(problemText(error, say));
      setBusy(false);
    }
  }

  return (
    <form
      className="credentials"
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) void send();
      }}
    >
      {fixed === undefined && (
        <label className="field">
          <span>{say('logIn.user')}</span>
          {/* The one thing to do on this page is to type here. */}
          <input
            className="input"
            name="user"
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            autoFocus={!quiet}
            required
            value={user}
            onChange={(event) => setUser(event.target.value)}
          />
        </label>
      )}
      <label className="field">
        <span>{say('logIn.password')}</span>
        <input
          className="input"
          name="password"
          type="password"
          autoComplete="current-password"
          autoFocus={fixed !== undefined}
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
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
