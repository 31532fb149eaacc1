import { useState } from 'react';
import type { Session } from '../../link/session.ts';
import { passkeysWork, proveByPasskey } from '../../link/passkey.ts';
import { Button } from '../../parts/button.tsx';
import { useText } from '../../parts/text.tsx';
import { problemText } from './problem-text.ts';

/** One press: the browser asks the device, and the device knows who it is. */
export function PasskeyButton({ onEnter }: { readonly onEnter: (proof: Promise<Session>) => Promise<void> }) {
  const say = useText();
  const [problem, setProblem] = useState<string>();
  return (
    <>
      <Button
        disabledBecause={passkeysWork() ? undefined : say('passkey.needsHttps')}
        onPress={() => {
          setProblem(undefined);
          onEnter(proveByPasskey()).catch((error: unknown) => setProblem(problemText(error, say)));
        }}
      >
        {say('passkey.logIn')}
      </Button>
      {problem !== undefined && (
        <p className="error" role="alert">
          {problem}
        </p>
      )}
    </>
  );
}
