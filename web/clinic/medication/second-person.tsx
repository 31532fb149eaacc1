import { useCallback, useState } from 'react';
import { isFault } from '../../link/fault.ts';
import { keys, queries } from '../../link/queries.ts';
import { nameByBadge, useWaysHere, type KnownPerson, type Session } from '../../link/session.ts';
import { useText } from '../../parts/text.tsx';
import { useBadge } from '../log-in/use-badge.ts';
import { rightsOf } from '../record/role.ts';
import type { Signer } from './medication-acts.ts';

/**
 * Who looked too: one of those who have logged in at this screen today, or whose badge is held to the reader. They are named, not
 * proven: the dose says so by its two performers, and the first one signs for it.
 */
export function SecondPerson({
  chosen,
  readsBadges,
  onChoose,
}: {
  readonly chosen: Signer | undefined;
  /** Not in a round, where the reader is for wristbands and packages. */
  readonly readsBadges: boolean;
  readonly onChoose: (second: Signer | undefined) => void;
}) {
  const say = useText();
  const ways = useWaysHere();
  const [wrong, setWrong] = useState<string>();
  const own = queries.getQueryData<Session | null>(keys.session)?.practitioner;
  const mayBe = ({ practitioner, role }: KnownPerson) =>
    practitioner !== null && practitioner !== own && rightsOf(role).medicates;
  const people = (ways.data?.people ?? []).filter(mayBe);
  const onBadge = useCallback(
    (number: string) => {
      nameByBadge(number).then(
        (person) => {
          const { practitioner, name, role } = person;
          if (practitioner === null || practitioner === own || !rightsOf(role).medicates)
            return setWrong(say('second.notThisOne', { name }));
          setWrong(undefined);
          return onChoose({ reference: practitioner, display: name });
        },
        (error: unknown) => {
          setWrong(
            isFault(error, 'login', 'locked', 'refused')
              ? say('second.unknownBadge')
              : say('second.notAsked'),
          );
        },
      );
    },
    [onChoose, own, say],
  );
  return (
    <fieldset className="second-person">
      <legend>{say('second.label')}</legend>
      {readsBadges && <BadgeReader onBadge={onBadge} />}
      <p className="muted">{people.length === 0 ? say('second.nobody') : say('second.how')}</p>
      <ul className="ready-texts">
        {people.map(({ user, name, practitioner }) => (
          <li key={user}>
            <button
              type="button"
              className="button"
              aria-pressed={chosen?.reference === practitioner}
              onClick={() => onChoose({ reference: practitioner ?? '', display: name })}
            >
              {name}
            </button>
          </li>
        ))}
      </ul>
      {chosen !== undefined && <p>✓ {say('second.chosen', { name: chosen.display })}</p>}
      <output>{wrong !== undefined && <span className="error">{wrong}</span>}</output>
    </fieldset>
  );
}

function BadgeReader({ onBadge }: { readonly onBadge: (number: string) => void }) {
  useBadge(onBadge);
  return null;
}
