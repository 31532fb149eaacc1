import { Segments } from '../../parts/button.tsx';
import { changeSettings, useSettings, type WallNames } from '../../parts/settings.ts';
import { useText } from '../../parts/text.tsx';
import type { Person } from '../record/person.ts';

/** What a screen on the wall says of somebody: the least that those who pass must know, as its place decides. Never a family name. */
export function wallName(person: Person, how: WallNames): string {
  if (how === 'bed') return '';
  const [first = ''] = person.given.split(/\s+/);
  return how === 'first' && first !== '' ? first : person.initials;
}

/** Chosen for this screen, and kept on it. */
export function WallNamesChoice() {
  const say = useText();
  const { wall } = useSettings();
  return (
    <div className="wall-names no-print">
      <Segments<WallNames>
        label={say('wall.names')}
        value={wall}
        choices={[
          { value: 'initials', label: say('wall.initials') },
          { value: 'first', label: say('wall.first') },
          { value: 'bed', label: say('wall.bed') },
        ]}
        onChoose={(next) => changeSettings({ wall: next })}
      />
    </div>
  );
}
