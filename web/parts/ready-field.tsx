/* oxlint-disable jsx-a11y/no-autofocus -- the field stands there because something is asked */
import { useRef, useState, type ReactNode } from 'react';
import { Button } from './button.tsx';
import { useText } from './text.tsx';

// One line of text that is mostly one of a few: ready texts fill it, by a click or by their digit while it is empty, and
// can be gone on with. Enter sends. So a ready text is two keys, and a text of one's own is typed at once.

type ReadyFieldProps = {
  readonly label: string;
  readonly ready: readonly string[];
  /** What the ready texts are, for those who listen. */
  readonly readyLabel: string;
  readonly action: string;
  /** While it is on its way. */
  readonly acting: string;
  readonly letters: { readonly min: number; readonly max: number };
  readonly tooShort: string;
  readonly initial?: string;
  readonly focus?: boolean;
  /** Answers with what went wrong, to be shown. */
  readonly onSend: (text: string) => Promise<string | undefined>;
  /** Beside the button. */
  readonly children?: ReactNode;
};

export function ReadyField(props: ReadyFieldProps) {
  const { label, ready, readyLabel, action, acting, letters, tooShort, initial = '', focus = true } = props;
  const say = useText();
  const [text, setText] = useState(initial);
  const [sending, setSending] = useState(false);
  const [wrong, setWrong] = useState<string>();
  const field = useRef<HTMLInputElement>(null);
  const whyNot = sending ? acting : text.trim().length < letters.min ? tooShort : undefined;

  function fill(next: string) {
    setText(next);
    setWrong(undefined);
    field.current?.focus();
  }

  function type(next: string) {
    const chosen = text === '' && /^[1-9]$/.test(next) ? ready[Number(next) - 1] : undefined;
    fill(chosen ?? next);
  }

  async function send() {
    if (whyNot !== undefined) return setWrong(sending ? undefined : whyNot);
    setSending(true);
    setWrong(undefined);
    const problem = await props.onSend(text.trim());
    setSending(false);
    setWrong(problem);
    return undefined;
  }

  return (
    <form className="ready-field" onSubmit={(event) => event.preventDefault()}>
      <label className="field">
        <span>{label}</span>
        <input
          ref={field}
          className="input"
          autoFocus={focus}
          autoComplete="off"
          maxLength={letters.max}
          value={text}
          onChange={(event) => type(event.target.value)}
          onKeyDown={(event) => {
            // Also while the button says no: then it is said why.
            if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
            event.preventDefault();
            void send();
          }}
        />
      </label>
      <ul className="ready-texts" aria-label={readyLabel}>
        {ready.map((each, index) => (
          <li key={each}>
            <button type="button" className="button" aria-pressed={text === each} onClick={() => fill(each)}>
              <kbd>{index + 1}</kbd> {each}
            </button>
          </li>
        ))}
      </ul>
      <output>{wrong !== undefined && <span className="error">{wrong}</span>}</output>
      <div className="ready-send">
        <Button
          type="submit"
          kind="primary"
          shortcut={say('ready.enter')}
          disabledBecause={whyNot}
          onPress={() => void send()}
        >
          {sending ? acting : action}
        </Button>
        {props.children}
      </div>
    </form>
  );
}
