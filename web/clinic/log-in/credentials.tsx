/* oxlint-disable jsx-a11y/no-autofocus -- the one thing to do here is to type */
import { useState, type ReactNode } from 'react';
import { LinkFault } from '../../link/fault.ts';
import { useText, type Say } from '../../parts/text.tsx';

type CredentialsProps = {
  /** Fixed when a known person comes back. */
  readonly user?: string;
  readonly action: string;
  readonly onSend: (user: string, password: string) => Promise<void>;
  readonly children?: ReactNode;
};

/** User and password, and what the server said when it said no. */
export function Credentials({ user: fixed, action, onSend, children }: CredentialsProps) {
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
            autoFocus
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

function problemText(error: unknown, say: Say): string {
  if (!(error instanceof LinkFault)) return say('logIn.failed');
  if (error.kind === 'login' || error.kind === 'locked') return say('logIn.wrong');
  if (error.kind === 'slowed') return say('logIn.slowed', { seconds: error.retryAfterSeconds ?? 60 });
  if (error.kind === 'unreachable') return say('logIn.unreachable');
  return error.said ?? say('logIn.failed');
}
