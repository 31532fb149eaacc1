import { useState } from 'react';
import { beginElsewhere } from '../../link/openid.ts';
import { Button } from '../../parts/button.tsx';
import { useText } from '../../parts/text.tsx';
import { problemText } from './problem-text.ts';

/** Away to the region's own log-in, and back here. */
export function OpenidButton({ host }: { readonly host: string }) {
  const say = useText();
  const [problem, setProblem] = useState<string>();
  return (
    <>
      <Button
        onPress={() => {
          setProblem(undefined);
          beginElsewhere().then(
            (to) => location.assign(to),
            (error: unknown) => setProblem(problemText(error, say)),
          );
        }}
      >
        {say('openid.logIn', { host })}
      </Button>
      {problem !== undefined && (
        <p className="error" role="alert">
          {problem}
        </p>
      )}
    </>
  );
}
