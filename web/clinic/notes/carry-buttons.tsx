import { sectionsOf, type Section } from '#fhir/notes/sections.ts';
import { Button } from '../../parts/button.tsx';
import { useText } from '../../parts/text.tsx';
import type { Note } from '../record/notes.ts';

/** What of a note can be taken into the draft: the whole, or one of its parts. */
export function CarryButtons({
  note,
  onCarry,
}: {
  readonly note: Note;
  readonly onCarry: (section: Section | undefined) => void;
}) {
  const say = useText();
  const headed = sectionsOf(note.text ?? '').filter(({ heading }) => heading !== undefined);
  if (note.text === undefined || note.wrong) return null;
  return (
    <fieldset className="carry" aria-label={say('notes.carry')}>
      <span className="muted">{say('notes.carry')}</span>
      <Button kind="plain" onPress={() => onCarry(undefined)}>
        {say('notes.carryAll')}
      </Button>
      {headed.map((section) => (
        <Button key={section.text} kind="plain" onPress={() => onCarry(section)}>
          {section.heading}
        </Button>
      ))}
    </fieldset>
  );
}
