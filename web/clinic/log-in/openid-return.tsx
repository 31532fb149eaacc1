import { Link, useRouter } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { placeBefore, proveElsewhere } from '../../link/openid.ts';
import { begin } from '../../link/session.ts';
import { useText } from '../../parts/text.tsx';
import { PageTitle } from '../frame/page-title.tsx';
import { problemText } from './problem-text.ts';

/** Back from the region's own log-in: in, or a sentence that says why not. */
export function OpenidReturn() {
  const say = useText();
  const router = useRouter();
  const [problem, setProblem] = useState<string>();
  // The answer came with the address; it is handed on once.
  useEffect(() => {
    proveElsewhere(location.search).then(
      (session) => {
        begin(session);
        return router.navigate({ href: placeBefore(), replace: true });
      },
      (error: unknown) => setProblem(problemText(error, say)),
    );
  }, [router, say]);
  return (
    <main className="alone">
      <PageTitle title={say('logIn.title')} />
      {problem === undefined ? (
        <p className="muted">{say('logIn.checking')}</p>
      ) : (
        <>
          <p className="error" role="alert">
            {problem}
          </p>
          <Link to="/" className="button">
            {say('openid.back')}
          </Link>
        </>
      )}
    </main>
  );
}
