/* oxlint-disable jsx-a11y/no-autofocus -- the reason is asked for because somebody said that the entry is wrong */
import { useState } from 'react';
import { Button } from '../../parts/button.tsx';
import { useText } from '../../parts/text.tsx';

type WrongEntryProps = {
  readonly whyNot: string | undefined;
  readonly onWrong: (why: string) => void;
};

/** Says of an entry that it is wrong, in two steps: the first asks why, and the second needs the answer. */
export function WrongEntry({ whyNot, onWrong }: WrongEntryProps) {
  const say = useText();
  const [why, setWhy] = useState<string>();
  if (why === undefined)
    return (
      <span className="no-print">
        <Button kind="plain" disabledBecause={whyNot} onPress={() => setWhy('')}>
          {say('wrong.ask')}
        </Button>
      </span>
    );
  const reason = why.trim();
  return (
    <span className="wrong-entry no-print">
      <input
        className="input"
        aria-label={say('wrong.reason')}
        placeholder={say('wrong.reason')}
        autoFocus
        value={why}
        maxLength={200}
        onChange={(event) => setWhy(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') setWhy(undefined);
        }}
      />
      <Button
        disabledBecause={whyNot ?? (reason === '' ? say('wrong.noReason') : undefined)}
        onPress={() => {
          onWrong(reason);
          setWhy(undefined);
        }}
      >
        {say('wrong.sure')}
      </Button>
      <Button kind="plain" onPress={() => setWhy(undefined)}>
        {say('wrong.keep')}
      </Button>
    </span>
  );
}
