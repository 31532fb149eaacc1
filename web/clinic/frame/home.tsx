import { Link, Navigate } from '@tanstack/react-router';
import { keys, queries } from '../../link/queries.ts';
import type { Session } from '../../link/session.ts';
import { useText } from '../../parts/text.tsx';
import { currentRights } from '../record/role.ts';
import { Duties } from './duties.tsx';

/**
 * The first page: the user's own ward. Whoever has none (a laboratory, imaging) looks for one patient after the other;
 * whoever opens no records sees what else there is to do.
 */
export function Home() {
  const ward = queries.getQueryData<Session | null>(keys.session)?.ward?.replace('Location/', '');
  if (!currentRights().finds) return <Duties />;
  // A porter's whole work is the list of whom to fetch.
  if (currentRights().carries) return <Navigate to="/transport" replace />;
  if (ward === undefined) return <Navigate to="/search" replace />;
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
