import { Link } from '@tanstack/react-router';
import { useText } from '../../parts/text.tsx';
import { PageTitle } from '../frame/page-title.tsx';
import { currentRights } from '../record/role.ts';
import { Duties } from '../frame/duties.tsx';
import { ReviewList } from './review-list.tsx';

/** Gennemsyn: for the roles that review; the others are told what else they can do. */
export function Review() {
  return currentRights().reviews ? <ReviewList /> : <NotYours />;
}

function NotYours() {
  const say = useText();
  if (!currentRights().finds) return <Duties />;
  return (
    <div className="alone">
      <PageTitle title={say('app.name')} />
      <h1>{say('review.title')}</h1>
      <p>{say('rail.reviewNotYours')}</p>
      <Link to="/" className="button">
        {say('notFound.home')}
      </Link>
    </div>
  );
}
