/* oxlint-disable jsx-a11y/prefer-tag-over-role, jsx-a11y/no-noninteractive-element-to-interactive-role, jsx-a11y/click-events-have-key-events -- a list beneath a text of many lines, walked by the keys of the text itself: no HTML element is that */
import { useId, useState, type KeyboardEvent } from 'react';
import { matching, typedPhrase, type Phrase, type Typed } from '#fhir/notes/phrases.ts';
import { useText } from '../../parts/text.tsx';

// A text of a note. A point and the beginning of a name lists the phrases that begin so: Enter or Tab puts the chosen one in.

/** More of a list is not read while typing. */
const listedMax = 8;

/** Puts a text in place of what is chosen, as if it had been typed. */
export function insertInto(
  field: HTMLTextAreaElement,
  text: string,
  from = field.selectionStart,
  to = field.selectionEnd,
) {
  field.focus();
  field.setRangeText(text, from, to, 'end');
  field.dispatchEvent(new Event('input', { bubbles: true }));
}

type NoteFieldProps = {
  readonly label: string;
  readonly value: string;
  readonly phrases: readonly Phrase[];
  readonly isTall: boolean;
  readonly isFirst: boolean;
  readonly readOnly: boolean;
  readonly maxLength: number;
  readonly onChange: (value: string) => void;
};

export function NoteField({
  label,
  value,
  phrases,
  isTall,
  isFirst,
  readOnly,
  maxLength,
  onChange,
}: NoteFieldProps) {
  const say = useText();
  const id = useId();
  const [typed, setTyped] = useState<Typed>();
  const [at, setAt] = useState(0);
  const found =
    typed === undefined || typed.name === '' ? [] : matching(phrases, typed.name).slice(0, listedMax);
  const chosen = found[Math.min(at, found.length - 1)];

  function look(field: HTMLTextAreaElement) {
    setTyped(
      field.selectionStart === field.selectionEnd
        ? typedPhrase(field.value, field.selectionStart)
        : undefined,
    );
    setAt(0);
  }
  function expand(field: HTMLTextAreaElement, phrase: Phrase) {
    if (typed === undefined) return;
    insertInto(field, phrase.text, typed.from, typed.from + typed.name.length + 1);
    setTyped(undefined);
  }
  function press(event: KeyboardEvent<HTMLTextAreaElement>) {
    if (chosen === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    const steps = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (steps !== 0) setAt((Math.min(at, found.length - 1) + steps + found.length) % found.length);
    else if (event.key === 'Enter' || (event.key === 'Tab' && !event.shiftKey))
      expand(event.currentTarget, chosen);
    else if (event.key === 'Escape') setTyped(undefined);
    else return;
    event.preventDefault();
  }

  return (
    <div className="note-field">
      <textarea
        id={`${id}-field`}
        className={isTall ? 'input tall' : 'input'}
        aria-label={label}
        aria-autocomplete="list"
        aria-controls={found.length > 0 ? `${id}-list` : undefined}
        aria-activedescendant={chosen === undefined ? undefined : `${id}-${chosen.name}`}
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- the editor opens because somebody asked to write
        autoFocus={isFirst}
        rows={isTall ? 4 : 1}
        maxLength={maxLength}
        value={value}
        readOnly={readOnly}
        onChange={(event) => {
          onChange(event.target.value);
          look(event.target);
        }}
        onKeyDown={press}
        onBlur={() => setTyped(undefined)}
      />
      {found.length > 0 && (
        <ul id={`${id}-list`} role="listbox" aria-label={say('phrase.list')} className="phrase-list">
          {found.map((phrase) => (
            <li
              key={phrase.name}
              id={`${id}-${phrase.name}`}
              role="option"
              aria-selected={phrase === chosen}
              tabIndex={-1}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => {
                const field = document.getElementById(`${id}-field`);
                if (field instanceof HTMLTextAreaElement) expand(field, phrase);
              }}
            >
              <b>.{phrase.name}</b> {phrase.isOwn && <span className="tag quiet">{say('phrase.own')}</span>}{' '}
              <span className="two-lines">{phrase.text}</span>
            </li>
          ))}
          <li role="presentation" className="muted">
            {say('phrase.keys')}
          </li>
        </ul>
      )}
    </div>
  );
}
