import { Link } from '@tanstack/react-router';
import { dropAct, useActs } from '../../link/act.ts';
import { Button } from '../../parts/button.tsx';
import { useText } from '../../parts/text.tsx';

/** What was sent, and refused when the page that sent it was gone: nobody else would tell. It stays until it is read. */
export function RefusedActs({ user }: { readonly user: string }) {
  const say = useText();
  const refused = useActs(user).filter(({ state }) => state === 'refused');
  if (refused.length === 0) return null;
  return (
    <ul className="refused-acts" role="alert">
      {refused.map(({ id, patient, title, said }) => (
        <li key={id}>
          <span className="grow">
            {say('act.refusedLater', { title })} {said}
          </span>
          {patient !== '' && (
            <Link to="/patient/$patient" params={{ patient }}>
              {say('act.toPatient')}
            </Link>
          )}
          <Button onPress={() => dropAct(id)}>{say('act.read')}</Button>
        </li>
      ))}
    </ul>
  );
}
