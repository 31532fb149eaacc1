import type { LetterKind } from '#fhir/letters/kinds.ts';
import { Button } from '../../parts/button.tsx';
import { useLanguage, useText } from '../../parts/text.tsx';
import { differing, type LetterFields } from './letter-fields.ts';
import { nameOf } from './letter-texts.ts';

/** A colleague stored a newer draft meanwhile: what differs is shown, and a person decides, section by section. */
export function TheirDraft({
  kind,
  mine,
  theirs,
  onGoOn,
}: {
  readonly kind: LetterKind;
  readonly mine: LetterFields;
  readonly theirs: LetterFields;
  readonly onGoOn: (fields: LetterFields) => void;
}) {
  const say = useText();
  const language = useLanguage();
  const different = differing(mine, theirs);
  const who = theirs.authors.at(-1)?.display ?? '';
  const rebased = { ...mine, version: theirs.version, authors: theirs.authors };
  return (
    <div className="letter-theirs" role="alert">
      <p>
        <b>{say('letters.theirs', { who })}</b>
      </p>
      {different.map((id) => {
        const section = kind.sections.find((one) => one.id === id);
        const text = theirs.sections[id];
        return (
          <div key={id}>
            <h3>{section === undefined ? id : nameOf(section, language)}</h3>
            <pre>{text?.text ?? ''}</pre>
            <Button
              onPress={() =>
                onGoOn({
                  ...mine,
                  sections: { ...mine.sections, [id]: text ?? { text: '', entries: [] } },
                })
              }
            >
              {say('letters.takeTheirs')}
            </Button>
          </div>
        );
      })}
      <div className="stay-buttons">
        <Button kind="primary" onPress={() => onGoOn(rebased)}>
          {say(different.length === 0 ? 'letters.goOn' : 'letters.goOnMine')}
        </Button>
        <Button onPress={() => onGoOn(theirs)}>{say('letters.goOnTheirs')}</Button>
      </div>
    </div>
  );
}
