import { Link, Navigate } from '@tanstack/react-router';
import { keys, queries } from '../../link/queries.ts';
import type { Session } from '../../link/session.ts';
import { useText } from '../../parts/text.tsx';

/** The first page: the user's own ward, or the choice of one. */
export function Home() {
  const ward = queries.getQueryData<Session | null>(keys.session)?.ward?.replace('Location/', '');
  if (ward === undefined) return <Navigate to="/wards" replace />;
  return <Navigate to="/ward/$ward" params={{ ward }} replace />;
}

export function NotFound() {
  const say = useText();
  return (
    <main className="alone">
      <h1>{say('notFound.title')}</h1>
      <p>{say('notFound.text')}</p>
      <Link to="/" className="button">
        {say('notFound.home')}
      </Link>
    </main>
  );
}
