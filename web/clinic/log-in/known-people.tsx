import type { KnownPerson } from '../../link/session.ts';
import { useText } from '../../parts/text.tsx';
import { roleText } from '../record/role.ts';

type KnownPeopleProps = {
  readonly people: readonly KnownPerson[];
  readonly onChoose: (person: KnownPerson) => void;
};

/** The people of this screen, each a button that can be hit in passing. */
export function KnownPeople({ people, onChoose }: KnownPeopleProps) {
  const say = useText();
  return (
    <ul className="people" aria-label={say('people.label')}>
      {people.map((person) => {
        const role = roleText(person.role);
        return (
          <li key={person.user}>
            <button type="button" className="person" onClick={() => onChoose(person)}>
              <b>{person.name}</b>
              <span>
                {role === undefined ? person.role : say(role)}
                {!person.pin && ` · ${say('people.password')}`}
              </span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
