import { Link } from '@tanstack/react-router';
import { keys, queries } from '../../link/queries.ts';
import type { Session } from '../../link/session.ts';
import { useText } from '../../parts/text.tsx';
import { currentRights, roleText } from '../record/role.ts';
import { PageTitle } from './page-title.tsx';

/** The first page of those who open no records: what they can do here, and what they cannot and why. */
export function Duties() {
  const say = useText();
  const { reviews } = currentRights();
  const session = queries.getQueryData<Session | null>(keys.session);
  const role = roleText(session?.role ?? '');
  return (
    <div className="alone" data-ready="duties">
      <PageTitle title={say('app.name')} />
      <h1>{say('duties.title', { name: session?.name ?? '' })}</h1>
      <p>{say('duties.text', { role: role === undefined ? (session?.role ?? '') : say(role) })}</p>
      <div className="duties">
        {reviews ? (
          <Link to="/review" className="duty">
            <b>{say('review.title')}</b>
            <span>{say('duties.review')}</span>
          </Link>
        ) : (
          <div className="duty off">
            <b>{say('review.title')}</b>
            <span>{say('rail.reviewNotYours')}</span>
          </div>
        )}
        <Link to="/status" className="duty">
          <b>{say('rail.status')}</b>
          <span>{say('duties.status')}</span>
        </Link>
        {reviews && (
          <div className="duty off">
            <b>{say('menu.overrides')}</b>
            <span>{say('duties.overrides')}</span>
          </div>
        )}
        <div className="duty off">
          <b>{say('duties.patients')}</b>
          <span>{say('rail.noPatients')}</span>
        </div>
      </div>
    </div>
  );
}
